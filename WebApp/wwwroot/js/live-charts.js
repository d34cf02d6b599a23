// Keeps the dashboard as of now: asks every few seconds for the parts that changed, and puts each in the place of the old one, so that an open
// table stays open and focus where it is. It rests while nobody can see the page, on request, and when nobody has touched it for half an hour: a
// forgotten tab must not keep a session alive.

const interval = 5_000;
const patience = 30 * 60_000;

const dashboard = document.querySelector('[data-charts]');
const state = dashboard.querySelector('[data-live-state]');
const pause = dashboard.querySelector('[data-live-pause]');
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

let paused = false;
let timer;
let touched = Date.now();

function say(text) {
  state.textContent = text;
}

/** The parts of the page with their versions, so that the server sends only others. The table counts while it is open. */
function known() {
  const parts = [...dashboard.querySelectorAll('[data-version]')].filter((part) => part.dataset.live !== 'numbers' || part.closest('details').open);
  return parts.map((part) => `${part.dataset.chart ?? part.dataset.live}.${part.dataset.version}`).join(',');
}

function replace(html) {
  const fresh = new DOMParser().parseFromString(html, 'text/html');
  for (const figure of fresh.querySelectorAll('[data-chart]')) {
    dashboard.querySelector(`[data-chart="${figure.dataset.chart}"]`).dataset.version = figure.dataset.version;
  }
  for (const part of fresh.querySelectorAll('[data-live]')) {
    const old = dashboard.querySelector(`[data-live="${part.dataset.live}"]`);
    if (part.dataset.version) {
      old.dataset.version = part.dataset.version;
    }
    if (old.innerHTML !== part.innerHTML) {
      old.replaceChildren(...document.adoptNode(part).childNodes);
      old.dispatchEvent(new Event('replaced', { bubbles: true }));
    }
  }
}

async function update() {
  try {
    const answer = await fetch(`${dashboard.dataset.charts}&known=${known()}`, { redirect: 'manual' });
    if (answer.type === 'opaqueredirect' || answer.status === 403 || answer.status === 404) {
      rest('You are signed out. Reload the page.');
      pause.hidden = true;
      return;
    }
    if (!answer.ok) {
      throw new Error(answer.status);
    }
    replace(await answer.text());
    say(`As of ${clock.format(new Date())}, updated every few seconds.`);
  } catch {
    say('The server does not respond. Trying again…');
  }
  plan();
}

function plan() {
  clearTimeout(timer);
  if (!paused && !document.hidden) {
    if (Date.now() - touched > patience) {
      rest('Paused after half an hour without use.');
    } else {
      timer = setTimeout(update, interval);
    }
  }
}

function rest(why) {
  paused = true;
  clearTimeout(timer);
  pause.textContent = 'Resume';
  say(why);
}

pause.addEventListener('click', () => {
  if (paused) {
    paused = false;
    touched = Date.now();
    pause.textContent = 'Pause';
    update();
  } else {
    rest(`Paused at ${clock.format(new Date())}.`);
  }
});

document.addEventListener('visibilitychange', () => {
  clearTimeout(timer);
  if (!document.hidden && !paused) {
    update();
  }
});

for (const kind of ['pointermove', 'keydown', 'scroll', 'touchstart']) {
  document.addEventListener(kind, () => { touched = Date.now(); }, { passive: true });
}

pause.hidden = false;
say('Live');
plan();

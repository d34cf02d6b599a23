// Keeps the dashboard as of now: asks every few seconds for the parts that changed, and puts each in the place of the old one, so that an open
// table stays open and focus where it is. It rests while nobody can see the page, on request, and when nobody has touched it for half an hour: a
// forgotten tab must not keep a session alive. The element around the state has the words.

const interval = 5_000;
const patience = 30 * 60_000;

const dashboard = document.querySelector('[data-charts]');
const state = dashboard.querySelector('[data-live-state]');
const pause = dashboard.querySelector('[data-live-pause]');
const words = state.parentElement.dataset;
const names = { pause: pause.textContent, resume: pause.dataset.resume };
const { lang } = document.documentElement;
const locale = navigator.languages.find((own) => own === lang || own.startsWith(`${lang}-`)) ?? (lang === 'qps-ploc' ? 'en' : lang);
const clock = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' });

let paused = false;
let timer;
let touched = Date.now();

function say(text) {
  state.textContent = text;
}

/** A text with the time of day. */
function now(text) {
  return text.replace('{0}', clock.format(new Date()));
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
      rest(words.saySignedOut);
      pause.hidden = true;
      return;
    }
    if (!answer.ok) {
      throw new Error(answer.status);
    }
    replace(await answer.text());
    say(now(words.sayCurrent));
  } catch {
    say(words.sayLost);
  }
  plan();
}

function plan() {
  clearTimeout(timer);
  if (!paused && !document.hidden) {
    if (Date.now() - touched > patience) {
      rest(words.sayIdle);
    } else {
      timer = setTimeout(update, interval);
    }
  }
}

function rest(why) {
  paused = true;
  clearTimeout(timer);
  pause.textContent = names.resume;
  say(why);
}

pause.addEventListener('click', () => {
  if (paused) {
    paused = false;
    touched = Date.now();
    pause.textContent = names.pause;
    update();
  } else {
    rest(now(words.sayPaused));
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
say(words.sayLive);
plan();

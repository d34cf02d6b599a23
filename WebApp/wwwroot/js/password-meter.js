// Checks a new password while it is typed, by the same rules the server will apply.
// Any failure (offline, 429, an old server) hides the meter: the form works without it.

const pauseMs = 250;

for (const meter of document.querySelectorAll('[data-password-meter]')) {
  const form = meter.closest('form');
  const input = form.querySelector('input[autocomplete="new-password"]');
  const said = meter.querySelector('[data-words]');
  const { levels, usable, unusable } = meter.dataset;
  let timer = 0;
  let running = null;

  const hide = () => {
    meter.hidden = true;
    delete meter.dataset.score;
    said.replaceChildren();
  };

  // What the server said of the last password is no longer true of this one.
  const forgive = () => {
    input.removeAttribute('aria-invalid');
    document.getElementById(`${input.id}-error`)?.remove();
  };

  const ask = async () => {
    const request = new AbortController();
    running = request;
    try {
      const response = await fetch('/api/v1/password/strength', {
        method: 'POST',
        credentials: 'omit',
        headers: { 'Content-Type': 'application/json', 'Accept-Language': document.documentElement.lang },
        body: JSON.stringify({
          password: input.value,
          email: form.elements.namedItem('Email')?.value || undefined,
          display_name: form.elements.namedItem('DisplayName')?.value || undefined,
        }),
        signal: request.signal,
      });
      if (!response.ok) {
        throw new Error(response.statusText);
      }
      show(await response.json());
    } catch {
      // A request cancelled by the next key says nothing about the meter.
      if (!request.signal.aborted) {
        hide();
      }
    }
  };

  const show = ({ score, acceptable, missing, warning, suggestions }) => {
    const verdict = document.createElement('strong');
    verdict.textContent = (acceptable ? usable : unusable).replace('{0}', levels.split('|')[score]);
    const list = document.createElement('ul');
    for (const line of new Set([...(missing ?? []), warning, ...(acceptable ? [] : suggestions ?? [])].filter(Boolean))) {
      const item = document.createElement('li');
      item.textContent = line;
      list.append(item);
    }
    if (acceptable) {
      forgive();
    }
    // A rule that is not met yet outweighs the guess: no green bars for a password that will be refused.
    meter.dataset.score = acceptable ? score : Math.min(score, 2);
    said.replaceChildren(verdict, ...(list.children.length > 0 ? [list] : []));
    meter.hidden = false;
  };

  input.addEventListener('input', () => {
    clearTimeout(timer);
    running?.abort();
    if (input.value === '') {
      hide();
    } else {
      timer = setTimeout(ask, pauseMs);
    }
  });
}

// Checks a new password while it is typed, by the same rules the server will apply: ticks the rules that it meets, and says how good it is.
// Any failure (offline, 429, an old server) takes the ticks back: the rules and the form work without it.

const pauseMs = 250;

for (const meter of document.querySelectorAll('[data-password-meter]')) {
  const form = meter.closest('form');
  const input = form.querySelector('input[autocomplete="new-password"]');
  const list = form.querySelector('[data-password-rules]');
  const rules = [...list.querySelectorAll('[data-rule]')];
  const bars = meter.firstElementChild;
  const said = meter.querySelector('[data-words]');
  const { levels, usable, unusable } = meter.dataset;
  let timer = 0;
  let running = null;

  const tick = (rule, state, lack) => {
    if (state) {
      rule.dataset.met = state === 'met';
    } else {
      delete rule.dataset.met;
    }
    rule.querySelector('[data-state]').textContent = state ? list.dataset[state] : '';
    rule.querySelector('[data-lack]').textContent = lack ? list.dataset.lacking.replace('{0}', lack) : '';
  };

  const clear = () => {
    bars.hidden = true;
    delete meter.dataset.score;
    said.replaceChildren();
    for (const rule of rules) {
      tick(rule, null);
    }
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
      // A request cancelled by the next key says nothing about the password.
      if (!request.signal.aborted) {
        clear();
      }
    }
  };

  const show = ({ score, acceptable, warning, suggestions, unmet }) => {
    const needs = name => unmet.filter(item => item.rule === name).map(item => item.need);
    let met = 0;
    for (const rule of rules) {
      const missing = needs(rule.dataset.rule);
      met += missing.length === 0 ? 1 : 0;
      // Which kinds of characters; what the other rules lack is their own text.
      tick(rule, missing.length === 0 ? 'met' : 'unmet', rule.dataset.rule === 'kinds' ? missing.join(', ') : '');
    }

    // A rule that is not met yet outweighs the guess: neither green bars nor “strong” for a password that will be refused.
    const level = acceptable ? score : Math.min(score, 2);
    const verdict = document.createElement('strong');
    verdict.textContent = (acceptable ? usable : unusable)
      .replace('{0}', levels.split('|')[level]).replace('{1}', String(met)).replace('{2}', String(rules.length));
    const listed = new Set(rules.map(rule => rule.dataset.rule));
    const advice = [
      ...unmet.filter(item => !listed.has(item.rule)).map(item => item.need),
      warning,
      // The last is about this password, those before it are general.
      needs('guessable').length > 0 ? suggestions.at(-1) : null,
    ].filter(Boolean);
    const lines = advice.map(line => {
      const paragraph = document.createElement('p');
      paragraph.textContent = line;
      return paragraph;
    });
    if (acceptable) {
      forgive();
    }
    meter.dataset.score = level;
    bars.hidden = false;
    said.replaceChildren(verdict, ...lines);
  };

  input.addEventListener('input', () => {
    clearTimeout(timer);
    running?.abort();
    if (input.value === '') {
      clear();
    } else {
      timer = setTimeout(ask, pauseMs);
    }
  });
}

// A form is sent once: its button shows progress and takes no second click until the answer is there, or has not come for ten seconds.
const patience = 10_000;
const sent = new Set();

function release(form) {
  sent.delete(form);
  for (const button of form.querySelectorAll('[aria-busy]')) button.removeAttribute('aria-busy');
}

addEventListener('submit', (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== 'post') return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  sent.add(form);
  // Marked, not disabled: a disabled button loses the focus, and its value is not sent.
  event.submitter?.setAttribute('aria-busy', 'true');
  setTimeout(() => release(form), patience);
});

// Back shows the page from the browser's memory.
addEventListener('pageshow', () => sent.forEach(release));

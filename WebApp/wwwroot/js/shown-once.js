// Copy and print buttons for what is shown once: recovery codes, an API token. Without JavaScript there is the eye, and selecting it all.

const codes = [...document.querySelectorAll('[data-codes] li, [data-token]')].map((item) => item.textContent.trim());
const copy = document.querySelector('[data-copy]');
const print = document.querySelector('[data-print]');
const told = document.querySelector('[data-copied]');

// Browsers offer the clipboard on secure pages alone.
if (navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(codes.join('\n'));
      told.textContent = 'Copied.';
    } catch {
      told.textContent = 'Your browser does not allow copying here.';
    }
  });
}

if (print) {
  print.hidden = false;
  print.addEventListener('click', () => window.print());
}

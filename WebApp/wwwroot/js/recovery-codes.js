// Copy and print buttons for the page that shows recovery codes. Without JavaScript there is the download, and the eye.

const codes = [...document.querySelectorAll('[data-codes] li')].map((item) => item.textContent.trim());
const copy = document.querySelector('[data-copy-codes]');
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
      told.textContent = 'The browser does not allow copying here.';
    }
  });
}

print.hidden = false;
print.addEventListener('click', () => window.print());

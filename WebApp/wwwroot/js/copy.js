// Copy and print buttons for recovery codes, a token, a secret. Without JavaScript users select the text.

const print = document.querySelector('[data-print]');

// Browsers offer the clipboard on secure pages alone.
for (const button of navigator.clipboard ? document.querySelectorAll('[data-copy]') : []) {
  const status = button.parentElement.querySelector('[data-copied]');
  button.hidden = false;
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      status.textContent = status.dataset.copied;
    } catch {
      status.textContent = status.dataset.refused;
    }
  });
}

if (print) {
  print.hidden = false;
  print.addEventListener('click', () => window.print());
}

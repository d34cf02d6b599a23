// A button that sends another mail waits until the last one can have arrived, or as long as the server said, and says how long.
// Without JavaScript it works at once.

const longestInSeconds = 90;

for (const form of document.querySelectorAll('form[data-resend]')) {
  const button = form.querySelector('button');
  const { resend, seconds, minutes } = form.dataset;
  const readyAt = Date.now() + Number(resend) * 1000;
  const left = document.createElement('span');

  const count = () => {
    const wait = Math.ceil((readyAt - Date.now()) / 1000);
    button.disabled = wait > 0;
    if (wait <= 0) {
      left.remove();
      return;
    }
    left.textContent = ` ${wait > longestInSeconds ? minutes.replace('{0}', String(Math.ceil(wait / 60))) : seconds.replace('{0}', String(wait))}`;
    button.append(left);
    setTimeout(count, 1000);
  };

  count();
}

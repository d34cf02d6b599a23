// A button that sends another mail waits until the last one can have arrived. Without JavaScript it is ready at once.

for (const button of document.querySelectorAll('button[data-wait]')) {
  const label = button.textContent;
  const { remaining } = button.form.dataset;
  const readyAt = Date.now() + Number(button.dataset.wait) * 1000;

  const count = () => {
    const seconds = Math.ceil((readyAt - Date.now()) / 1000);
    button.disabled = seconds > 0;
    button.textContent = seconds > 0 ? `${label} ${remaining.replace('{0}', String(seconds))}` : label;
    if (seconds > 0) {
      setTimeout(count, 1000);
    }
  };

  count();
}

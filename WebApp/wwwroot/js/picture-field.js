// Puts a picture that is chosen as a file into the text field of its form, because forms here send no files. Without JavaScript it is pasted as text.

for (const form of document.querySelectorAll('[data-picture]')) {
  const [chooser, pasted] = [form.querySelector('[data-picture-file]'), form.querySelector('[data-picture-text]')];
  const [file, text, status] = [chooser.querySelector('input'), pasted.querySelector('textarea'), chooser.querySelector('[role=status]')];
  chooser.hidden = false;
  pasted.hidden = true;
  file.addEventListener('change', async () => {
    const [chosen] = file.files;
    status.textContent = '';
    text.value = '';
    if (chosen?.size > Number(form.dataset.max)) {
      status.textContent = form.dataset.sayLarge;
    } else if (chosen) {
      const bytes = new Uint8Array(await chosen.arrayBuffer());
      text.value = btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
    }
  });
}

// Adds a "Show" button to every password field, with the words that its box gives. Without JavaScript the field is an ordinary one.

for (const input of document.querySelectorAll('input[type="password"]')) {
  const words = input.parentElement.dataset;
  const toggle = document.createElement('button');
  toggle.type = 'button';
  toggle.className = 'field-toggle';
  toggle.setAttribute('aria-controls', input.id);

  const show = (visible) => {
    input.type = visible ? 'text' : 'password';
    toggle.textContent = visible ? words.hide : words.show;
    toggle.setAttribute('aria-label', visible ? words.hideLabel : words.showLabel);
  };

  toggle.addEventListener('click', () => show(input.type === 'password'));
  // Browsers remember what was typed into text fields: what is sent is always a password field.
  input.form?.addEventListener('submit', () => show(false));

  show(false);
  input.classList.add('input-with-toggle');
  input.after(toggle);
}

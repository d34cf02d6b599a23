// Adds a "Show" button to every password field. Without JavaScript the field is an ordinary one.

for (const input of document.querySelectorAll('input[type="password"]')) {
  const toggle = document.createElement('button');
  toggle.type = 'button';
  toggle.className = 'field-toggle';
  toggle.setAttribute('aria-controls', input.id);

  const show = (visible) => {
    input.type = visible ? 'text' : 'password';
    toggle.textContent = visible ? 'Hide' : 'Show';
    toggle.setAttribute('aria-label', visible ? 'Hide password' : 'Show password');
  };

  toggle.addEventListener('click', () => show(input.type === 'password'));
  // Browsers remember what was typed into text fields: what is sent is always a password field.
  input.form?.addEventListener('submit', () => show(false));

  show(false);
  input.classList.add('input-with-toggle');
  input.after(toggle);
}

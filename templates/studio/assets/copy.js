/* Buttons that copy a field. Without this script they are not shown, and the field can be selected as ever. */
for (const button of document.querySelectorAll('button[data-copy]')) {
  const field = document.getElementById(button.dataset.copy);
  const label = button.textContent;
  button.hidden = false;
  button.setAttribute('aria-live', 'polite');
  button.addEventListener('click', async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      button.textContent = 'Copied';
    } catch {
      button.textContent = 'Selected: copy with your keyboard';
    }
    setTimeout(() => {
      button.textContent = label;
    }, 3000);
  });
}

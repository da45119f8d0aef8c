// Asks a source without leaving the page, and shows what came where the source stands. Without it the form does the same.
const heard = document.querySelector('[data-heard]');

document.addEventListener('submit', (event) => {
  const form = event.target.closest('form[data-ask]');
  if (!form) return;
  event.preventDefault();
  if (!form.dataset.asking) ask(form);
});

async function ask(form) {
  const card = form.closest('[data-source]');
  const button = form.querySelector('button');
  const words = [...button.childNodes];
  form.dataset.asking = 'yes';
  button.setAttribute('aria-disabled', 'true');
  button.textContent = 'Checking …';
  card.setAttribute('aria-busy', 'true');
  try {
    const answer = await fetch(form.action, {
      method: 'POST',
      headers: { accept: 'application/json' },
      body: new URLSearchParams(new FormData(form)),
    });
    if (!answer.ok) throw new Error(String(answer.status));
    const { html, says, source } = await answer.json();
    card.outerHTML = html;
    heard.textContent = says;
    document.querySelector(`[data-source="${CSS.escape(source)}"] form[data-ask] button`)?.focus();
  } catch {
    // The page that the form leads to says why: stale, not allowed, or no connection.
    button.replaceChildren(...words);
    form.submit();
  }
}

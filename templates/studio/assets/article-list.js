// Keeps what an editor decides without leaving the list, and shows every article that changed as it stands now. Without it the
// forms lead back to the same place.
const list = document.querySelector('[data-list]');
const heard = document.querySelector('[data-heard]');

list?.addEventListener('submit', (event) => {
  const form = event.target.closest('form[data-decide]');
  if (!form) return;
  event.preventDefault();
  if (!form.dataset.sent) decide(form, event.submitter);
});

async function decide(form, submitter) {
  const own = form.closest('[data-article]').dataset.article;
  form.dataset.sent = 'yes';
  submitter?.setAttribute('aria-disabled', 'true');
  try {
    const answer = await fetch(form.action, {
      method: 'POST',
      headers: { accept: 'application/json' },
      body: new URLSearchParams(new FormData(form, submitter)),
    });
    if (!answer.ok) throw new Error(String(answer.status));
    const { says, articles } = await answer.json();
    for (const { id, html } of articles) show(id, html, String(id) === own);
    heard.textContent = says;
  } catch {
    // The page that the form leads to says why.
    if (submitter?.name) form.append(Object.assign(document.createElement('input'), { type: 'hidden', name: submitter.name, value: submitter.value }));
    form.submit();
  }
}

/** The one that was decided about stays open, with the focus where it was. */
function show(id, html, isOwn) {
  const row = list.querySelector(`[data-article="${id}"]`);
  if (!row) return;
  const holder = document.createElement('template');
  holder.innerHTML = html;
  const fresh = holder.content.querySelector('[data-article]');
  row.replaceWith(fresh);
  if (!isOwn) return;
  fresh.classList.add('fresh');
  fresh.querySelector('details').open = true;
  fresh.querySelector('summary').focus();
}

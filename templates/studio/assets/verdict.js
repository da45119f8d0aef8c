/* The checks: made anew after a change, and each finding leads to its place in the mail. */
const VERDICT_AFTER_MS = 700; // a verdict looks at several mails: not at every keystroke
const verdict = document.querySelector('[data-verdict]');
let checking;

document.addEventListener('broadsheet:changed', checkAgain);
verdict.addEventListener('click', ({ target }) => {
  const button = target.closest('[data-find]');
  const frame = document.querySelector('iframe[name="mail"]');
  if (!button || !frame) return;
  frame.scrollIntoView({ block: 'nearest' });
  if (!find(frame.contentDocument, button.dataset)) say('Not in the mail shown here.');
});

/* The verdict comes when nothing has changed for a moment; until then it says that it is out of date. */
function checkAgain() {
  verdict.classList.add('checking');
  verdict.querySelector('[data-checking]').hidden = false;
  clearTimeout(checking);
  checking = setTimeout(async () => {
    const mine = checking;
    const answer = await fetch(verdict.dataset.verdict).catch(() => undefined);
    const html = answer?.ok ? await answer.text() : undefined;
    if (mine !== checking) return;
    if (html !== undefined) {
      verdict.innerHTML = html;
      say(verdict.querySelector('h2').textContent);
    } else verdict.querySelector('[data-checking]').textContent = 'The checks could not run just now.';
    verdict.classList.remove('checking');
  }, VERDICT_AFTER_MS);
}

/* A finding's place in the mail: its story's link, else the words or the address in question. */
function find(page, { link, words }) {
  const place = linkTo(page, link) ?? linkTo(page, words) ?? textWith(page, words);
  if (!place) return false;
  place.scrollIntoView({ block: 'center' });
  place.style.outline = '3px solid #d0366b';
  place.style.outlineOffset = '4px';
  setTimeout(() => { place.style.outline = ''; }, 4000);
  return true;
}

function linkTo(page, address) {
  if (!address) return undefined;
  return [...page.links].find((link) => link.href === address || link.getAttribute('href') === address);
}

function textWith(page, words) {
  const wanted = (words ?? '').replace(/…$/, '').trim();
  if (!wanted) return undefined;
  const texts = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode())
    if (texts.currentNode.data.replace(/\s+/g, ' ').includes(wanted)) return texts.currentNode.parentElement;
  return undefined;
}

function say(words) {
  const status = document.querySelector('[data-status]');
  if (status) status.textContent = words;
}

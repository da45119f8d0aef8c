// Keeps the bar that says what becomes of a draft as true as it was when the page came: after each change of the draft,
// each minute, and when somebody comes back to the tab. Without it the page says so when it is loaded anew.
const MINUTE = 60_000;
// What a browser kept of the page is out of date.
addEventListener('pageshow', (event) => event.persisted && location.reload());

let bar = document.querySelector('[data-letting-go]');
let again;

if (bar) {
  document.addEventListener('broadsheet:changed', () => look());
  document.addEventListener('visibilitychange', () => document.hidden || look());
  document.addEventListener('submit', once);
  wait();
}

/** A slow answer must not make somebody press twice; the second press would be refused, and worry them. */
function once(event) {
  const form = event.target.closest('.letting-go form');
  if (!form) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = 'yes';
  for (const button of form.querySelectorAll('button')) button.setAttribute('aria-disabled', 'true');
}

function wait() {
  clearTimeout(again);
  again = setTimeout(look, MINUTE);
}

async function look() {
  wait();
  // Whoever is writing in it keeps what they write, and learns of the rest when they are done.
  if (bar.contains(document.activeElement) && document.activeElement.matches('input, select')) return;
  try {
    const answer = await fetch(bar.dataset.lettingGo, { headers: { accept: 'text/html' } });
    if (answer.status === 204) return location.reload();
    if (answer.ok && !answer.redirected) show(await answer.text());
  } catch {
    // Offline: it is tried again in a minute, and what is pressed meanwhile says itself that it did not arrive.
  }
}

function show(html) {
  const fresh = new DOMParser().parseFromString(html, 'text/html').querySelector('[data-letting-go]');
  if (!fresh) return;
  const focused = bar.contains(document.activeElement) ? addressOf(document.activeElement) : undefined;
  for (const open of bar.querySelectorAll('details[data-keep]')) {
    const same = fresh.querySelector(`details[data-keep="${open.dataset.keep}"]`);
    if (same) same.open = open.open;
    for (const field of open.querySelectorAll('input:not([type="hidden"]), select')) {
      const its = same?.querySelector(`[name="${field.name}"]`);
      if (its && field.dataset.touched) its.value = field.value;
    }
  }
  const before = bar.querySelector('h2').textContent;
  bar.replaceWith(fresh);
  bar = fresh;
  if (focused) bar.querySelector(focused)?.focus();
  // The minutes that pass are no news to whoever listens; what becomes of it is.
  const now = bar.querySelector('h2').textContent;
  if (withoutTime(now) !== withoutTime(before)) bar.querySelector('[data-said]').textContent = now;
}

document.addEventListener('input', ({ target }) => {
  if (target.closest('.letting-go')) target.dataset.touched = 'yes';
});

function addressOf(element) {
  const form = element.closest('form');
  if (element.matches('summary')) return `details[data-keep="${element.parentElement.dataset.keep}"] > summary`;
  return form ? `form[action="${form.getAttribute('action')}"] button` : undefined;
}

function withoutTime(text) {
  return text.replace(/\b(in|about)? ?\d+ (minutes?|hours?|days?)( ago)?|in a moment|just now/g, '');
}

// Keeps the bar that says what becomes of a draft, and the word beside its title, as true as they were when the page came:
// the board says when something was changed or decided, by whomever; else the bar asks again after a time that it names itself,
// and when somebody comes back to the tab. Without this the page says so when it is loaded anew.
// What a browser kept of the page is out of date.
addEventListener('pageshow', (event) => event.persisted && location.reload());

let bar = document.querySelector('[data-letting-go]');
let again;
let asked = 0;

if (bar) {
  for (const news of ['broadsheet:stands', 'broadsheet:changed']) document.addEventListener(news, () => wait(0));
  document.addEventListener('visibilitychange', () => document.hidden || look());
  document.addEventListener('submit', once);
  document.addEventListener('input', ({ target }) => {
    if (target.closest('.letting-go')) target.dataset.touched = 'yes';
  });
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

function wait(seconds = Number(bar.dataset.again)) {
  clearTimeout(again);
  again = setTimeout(look, seconds * 1000);
}

async function look() {
  wait();
  if (document.hidden) return;
  asked += 1;
  const mine = asked;
  try {
    const answer = await fetch(bar.dataset.lettingGo, { headers: { accept: 'text/html' } });
    const html = answer.status === 200 && !answer.redirected ? await answer.text() : '';
    if (mine !== asked) return;
    if (answer.status === 204) return left();
    const fresh = new DOMParser().parseFromString(html, 'text/html').querySelector('[data-letting-go]');
    if (fresh && isBack(fresh)) return location.reload();
    if (fresh) show(fresh);
  } catch {
    // Offline: it is tried again in a while, and what is pressed meanwhile says itself that it did not arrive.
  }
}

/** It goes, or has gone: the page shows how. A board with unsaved words stays, and says so; then only the decisions go. */
function left() {
  if (!document.querySelector('[data-shaping]')) return location.reload();
  bar.querySelector('h2').textContent = 'No longer a draft';
  for (const decision of bar.querySelectorAll('.why-so, .buttons, .role, .more')) decision.remove();
}

/** A draft again, and the board can be shaped. */
function isBack(fresh) {
  return 'draft' in fresh.dataset && !('draft' in bar.dataset);
}

function show(fresh) {
  const before = bar.querySelector('h2').textContent;
  const active = bar.contains(document.activeElement) ? document.activeElement : undefined;
  const writes = active?.matches('input, select') && fresh.querySelector('.more');
  if (writes) showAround(fresh);
  else showWhole(fresh, active && addressOf(active));
  const pill = document.querySelector('[data-pill]');
  pill.className = `state ${bar.dataset.kind}`;
  pill.textContent = bar.dataset.chip;
  // The minutes that pass are no news to whoever listens; what becomes of it is.
  const now = bar.querySelector('h2').textContent;
  if (withoutTime(now) !== withoutTime(before)) bar.querySelector('[data-said]').textContent = now;
  wait();
}

function showWhole(fresh, focused) {
  for (const open of bar.querySelectorAll('details[data-keep]')) {
    const same = fresh.querySelector(`details[data-keep="${open.dataset.keep}"]`);
    if (same) same.open = open.open;
    for (const field of open.querySelectorAll('[data-touched]')) {
      const its = same?.querySelector(`[name="${field.name}"]`);
      if (its) Object.assign(its, { value: field.value }).dataset.touched = 'yes';
    }
  }
  bar.replaceWith(fresh);
  bar = fresh;
  if (focused) bar.querySelector(focused)?.focus();
}

/** Whoever is writing in an opened part keeps it, with caret and all; what stands around it is as it is now. */
function showAround(fresh) {
  for (const { name, value } of fresh.attributes) bar.setAttribute(name, value);
  const kept = bar.querySelector('.more');
  const its = fresh.querySelector('.more');
  bar.querySelector('#tests-sent')?.replaceWith(its.querySelector('#tests-sent') ?? '');
  for (const old of [...bar.children]) if (old !== kept && !old.matches('[data-said]')) old.remove();
  for (const part of [...fresh.children]) if (part !== its && !part.matches('[data-said]')) kept.before(part);
}

function addressOf(element) {
  const form = element.closest('form');
  if (element.matches('summary')) return `details[data-keep="${element.parentElement.dataset.keep}"] > summary`;
  return form ? `form[action="${form.getAttribute('action')}"] button` : undefined;
}

function withoutTime(text) {
  return text.replace(/\b(in|about)? ?\d+ (minutes?|hours?|days?)( ago)?|in a moment|just now/g, '');
}

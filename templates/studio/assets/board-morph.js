/*
 * Makes one part of a page like another without exchanging what is the same: elements with an id are found again wherever they
 * are, what is being written or has the focus keeps its words, and what says `data-keep` is left as it is.
 */
function morph(from, to, unsaved = new Map()) {
  const byId = (root) => new Map([...root.querySelectorAll('[id]')].map((one) => [one.id, one]));
  become(from, to, { known: byId(from), wanted: byId(to), unsaved });
}

function become(from, to, all) {
  if (from.hasAttribute('data-keep') && from.id) return;
  attributes(from, to);
  if (from.matches('textarea')) return words(from, to, all.unsaved);
  let at = from.firstChild;
  for (const next of [...to.childNodes]) {
    while (at && isKept(at, all)) at = at.nextSibling;
    const same = matching(next, at, all);
    if (!same) from.insertBefore(next, at);
    else {
      if (same === at) at = at.nextSibling;
      else move(from, same, at);
      if (same.nodeType === Node.ELEMENT_NODE) become(same, next, all);
      else if (same.data !== next.data) same.data = next.data;
    }
  }
  while (at) {
    const next = at.nextSibling;
    // What belongs elsewhere is fetched from here when its place comes.
    if (!isKept(at, all) && !all.wanted.has(at.id)) at.remove();
    at = next;
  }
}

/* A note or a question that the script put there, and that no page from the server has. */
function isKept(node, { wanted }) {
  return node.nodeType === Node.ELEMENT_NODE && node.hasAttribute('data-keep') && !wanted.has(node.id);
}

function matching(next, at, { known }) {
  if (next.nodeType === Node.ELEMENT_NODE && next.id) {
    const found = known.get(next.id);
    return found?.nodeName === next.nodeName ? found : undefined;
  }
  return at && !at.id && at.nodeType === next.nodeType && at.nodeName === next.nodeName ? at : undefined;
}

function move(parent, node, before) {
  if (parent.moveBefore && node.isConnected) parent.moveBefore(node, before);
  else parent.insertBefore(node, before);
}

function attributes(from, to) {
  const own = from.matches('details') ? ['open'] : ['style', 'aria-invalid', 'aria-describedby'];
  for (const { name } of [...from.attributes]) if (!to.hasAttribute(name) && !own.includes(name)) from.removeAttribute(name);
  for (const { name, value } of to.attributes) if (from.getAttribute(name) !== value) from.setAttribute(name, value);
  if (from.matches('input')) {
    if (from.type === 'checkbox' || from.type === 'radio') from.checked = to.hasAttribute('checked');
    else if (from !== document.activeElement) from.value = to.getAttribute('value') ?? '';
  }
  if (from.matches('option')) from.selected = to.hasAttribute('selected');
}

/* While somebody is in it, only words that are really others take the place of those that stand there. */
function words(from, to, unsaved) {
  const [before, next] = [from.defaultValue, to.defaultValue];
  if (before !== next) from.defaultValue = next;
  if (unsaved.has(from.form?.id)) return;
  const isMeant = document.activeElement === from && from.value.replace(/\s+/g, ' ').trim() === next;
  if (!isMeant && from.value !== next) from.value = next;
}

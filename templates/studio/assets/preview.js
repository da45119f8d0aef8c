/*
 * The mail beside the board: every change of the tool bar, of the draft or of a file shows it anew, without a flash and at the
 * place where it was. The frame keeps our origin but may run no script, so this page can read how far it is scrolled and
 * nothing in it can do anything. Without this script the tool bar is a form whose answer opens in the frame.
 */
const PATIENCE_MS = 150; // for pictures, once the words are there
const VERDICT_AFTER_MS = 700; // a verdict looks at several mails: not at every keystroke
const DESKTOP = 700;
const PHONE = 390;

for (const part of document.querySelectorAll('[data-preview]')) openPreview(part);
for (const grid of document.querySelectorAll('[data-personas]')) watchGrid(grid);
watchFiles();

function openPreview(part) {
  const address = part.dataset.preview;
  const form = part.querySelector('form');
  const view = part.querySelector('.window');
  const screen = view.querySelector('.screen');
  const status = part.querySelector('[data-status]');
  let shown = screen.querySelector('iframe');
  let coming;
  let newest = 0;

  for (const one of part.querySelectorAll('.scripted')) one.hidden = false;
  for (const one of part.querySelectorAll('.unscripted')) one.hidden = true;
  view.classList.add('drawn');
  remembered(form);

  const asked = () => {
    const fields = new FormData(form);
    for (const name of ['width', 'slide', 'pixels']) fields.delete(name);
    return new URLSearchParams(fields);
  };
  const show = (said) => {
    const query = asked();
    showFrame(`${address}/preview?${query}`, said);
    showFacts(`${address}/preview/facts?${query}`);
    part.querySelector('[data-alone]').href = `${address}/preview?${query}`;
    part.querySelector('[data-message]').href = `${address}/preview.eml?${query}`;
  };

  /* The next mail is loaded behind the one that is seen, and takes its place when it can be read. */
  async function showFrame(url, said) {
    coming?.remove();
    const next = shown.cloneNode();
    coming = next;
    next.classList.add('coming');
    next.inert = true;
    next.removeAttribute('name');
    next.src = url;
    screen.append(next);
    if (!(await readable(next)) || coming !== next) return;
    const page = next.contentDocument;
    // A page of ours, such as a source: as wide as there is room.
    view.classList.toggle('reading', page.documentElement.hasAttribute('data-ours'));
    part.querySelector('[data-copy-shown]').hidden = !page.querySelector('pre');
    draw();
    const before = shown;
    const hadFocus = document.activeElement === before;
    keepPlace(before, next);
    next.classList.remove('coming');
    next.inert = false;
    before.remove();
    next.name = 'mail';
    shown = next;
    coming = undefined;
    if (hadFocus) next.focus();
    if (said) status.textContent = said;
    part.dispatchEvent(new CustomEvent('preview:shown'));
  }

  async function showFacts(url) {
    newest += 1;
    const mine = newest;
    const answer = await fetch(url).catch(() => undefined);
    const html = answer?.ok ? await answer.text() : undefined;
    if (html !== undefined && mine === newest) part.querySelector('[data-facts]').innerHTML = html;
  }

  const { width, slide, pixels } = form.elements;
  function draw() {
    const room = view.clientWidth - 2;
    const wanted = { desktop: Math.max(DESKTOP, room), phone: PHONE, other: Number(slide.value) }[width.value];
    const reading = view.classList.contains('reading');
    const wide = reading ? room : wanted;
    view.style.setProperty('--wide', `${wide}px`);
    view.style.setProperty('--scale', String(Math.min(1, room / wide)));
  }
  function setWidth(number) {
    const [least, most] = [Number(slide.min), Number(slide.max)];
    const value = Math.round(Math.min(most, Math.max(least, Number(number) || least)));
    slide.value = String(value);
    pixels.value = String(value);
    width.value = 'other';
    draw();
  }
  drag(view, (wide) => setWidth(wide), () => Number.parseFloat(getComputedStyle(view).getPropertyValue('--wide')));
  new ResizeObserver(draw).observe(view);

  form.addEventListener('input', ({ target }) => {
    if (target === slide) setWidth(slide.value);
    else if (target.name === 'width') draw();
  });
  form.addEventListener('change', ({ target }) => {
    remember(form);
    if (target === pixels) setWidth(pixels.value);
    else if (target.name === 'as' && target.value === 'reader' && !form.elements.reader.value) form.elements.reader.focus();
    else if (!['width', 'slide'].includes(target.name)) show('');
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    show('');
  });
  part.querySelector('[data-copy-shown]').addEventListener('click', async ({ currentTarget }) => {
    const text = shown.contentDocument?.querySelector('pre')?.textContent ?? '';
    const copied = await navigator.clipboard.writeText(text).then(() => true, () => false);
    currentTarget.textContent = copied ? 'Copied' : 'Select it and copy it with your keyboard';
    setTimeout(() => { currentTarget.textContent = 'Copy the text'; }, 3000);
  });

  document.addEventListener('broadsheet:changed', () => {
    show('The preview shows the change.');
    checkAgain(address);
  });
  document.addEventListener('click', ({ target }) => {
    const button = target.closest('[data-find]');
    if (!button) return;
    part.scrollIntoView({ block: 'nearest' });
    if (!find(shown.contentDocument, button.dataset)) status.textContent = 'It is not in the mail that is shown.';
  });
  show('');
}

/* True once a frame holds its document and had a moment for its pictures; false when it was taken away. */
async function readable(frame) {
  const loaded = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
  while (frame.isConnected) {
    const page = frame.contentDocument;
    if (page && page.URL !== 'about:blank' && page.readyState !== 'loading') break;
    await Promise.race([loaded, pause(16)]);
    if (page?.readyState === 'complete' && page.URL !== 'about:blank') break;
  }
  await Promise.race([loaded, pause(PATIENCE_MS)]);
  return frame.isConnected;
}

/* The link at the top of what was seen is at the same height again, also where stories above it came or went. */
function keepPlace(before, after) {
  const [from, to] = [before.contentWindow, after.contentWindow];
  if (!from || !to || from.scrollY === 0) return;
  const top = [...from.document.links].find((link) => link.getBoundingClientRect().top >= 0);
  const same = top && [...to.document.links].find((link) => link.href === top.href);
  const moved = same ? same.getBoundingClientRect().top - top.getBoundingClientRect().top : from.scrollY;
  to.scrollTo(0, moved);
}

function drag(view, setWidth, width) {
  const edge = view.querySelector('.edge');
  edge.addEventListener('pointerdown', (start) => {
    const from = { x: start.clientX, wide: width() };
    edge.setPointerCapture(start.pointerId);
    view.classList.add('dragging');
    // It stands in the middle, so that what the hand moves on one side is added on both.
    const move = ({ clientX }) => setWidth(from.wide + 2 * (clientX - from.x));
    edge.addEventListener('pointermove', move);
    edge.addEventListener('lostpointercapture', () => {
      edge.removeEventListener('pointermove', move);
      view.classList.remove('dragging');
    }, { once: true });
  });
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

let checking;
/* The verdict comes when nothing has changed for a moment; until then it says that it is out of date. */
function checkAgain(address) {
  const verdict = document.querySelector('[data-verdict]');
  if (!verdict) return;
  verdict.classList.add('checking');
  verdict.querySelector('[data-checking]').hidden = false;
  clearTimeout(checking);
  checking = setTimeout(async () => {
    const mine = checking;
    const answer = await fetch(`${address}/verdict`).catch(() => undefined);
    const html = answer?.ok ? await answer.text() : undefined;
    if (mine !== checking) return;
    if (html !== undefined) {
      verdict.innerHTML = html;
      document.querySelector('[data-status]').textContent = verdict.querySelector('h2').textContent;
    } else verdict.querySelector('[data-checking]').textContent = 'The checks could not be made just now.';
    verdict.classList.remove('checking');
  }, VERDICT_AFTER_MS);
}

/* How it was looked at last, for the next edition: whose eyes it was is asked anew. */
const KEPT = ['show', 'colours', 'width', 'slide'];
function remember({ elements }) {
  const state = KEPT.map((name) => [name, elements[name].value]);
  sessionStorage.setItem('preview', JSON.stringify([...state, ['pictures', elements.pictures.checked]]));
}
function remembered({ elements }) {
  if (location.search) return; // the address says how
  for (const [name, value] of JSON.parse(sessionStorage.getItem('preview') ?? '[]')) {
    if (name === 'pictures') elements.pictures.checked = value;
    else if (elements[name]) elements[name].value = value;
  }
  elements.pixels.value = elements.slide.value;
}

function watchGrid(grid) {
  document.addEventListener('broadsheet:changed', () => {
    for (const frame of grid.querySelectorAll('iframe')) frame.contentWindow.location.reload();
  });
}

/* Template and article files: what changes in them is told by the server, to pages that are looked at. */
function watchFiles() {
  if (!document.querySelector('[data-preview], [data-personas]')) return;
  let stream;
  let known;
  const told = ({ data }) => {
    if (known !== undefined && known !== data) document.dispatchEvent(new CustomEvent('broadsheet:changed'));
    known = data;
  };
  const listen = () => {
    if (document.hidden === (stream === undefined)) return;
    stream?.close();
    stream = document.hidden ? undefined : new EventSource('/studio/live');
    stream?.addEventListener('files', told);
  };
  document.addEventListener('visibilitychange', listen);
  listen();
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

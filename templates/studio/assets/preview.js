/*
 * The mail beside the board: every change of the tool bar, of the draft or of a file shows it anew, without a flash and at the
 * place where it was. The frame keeps our origin but may run no script, so this page can read how far it is scrolled and
 * nothing in it can do anything. Without this script the tool bar is a form whose answer opens in the frame.
 */
const PATIENCE_MS = 150; // for pictures, once the words are there
const DESKTOP = 700;
const PHONE = 390;
const NARROW = '(max-width: 40rem)'; // where the style sheet draws the window for a telephone
const LOOK = ['show', 'colours'];
const SIZE = ['width', 'slide'];

for (const part of document.querySelectorAll('[data-preview]')) openPreview(part);
for (const grid of document.querySelectorAll('[data-personas]')) watchGrid(grid);

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
  let widthChosen = remembered(form);

  const asked = () => {
    const fields = new FormData(form);
    for (const name of ['width', 'slide', 'pixels']) fields.delete(name);
    if (!fields.get('reader')) fields.delete('reader');
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
    settle(next);
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

  /* A page of ours, such as a source, is as wide as there is room. */
  function settle({ contentDocument }) {
    view.classList.toggle('reading', contentDocument.documentElement.hasAttribute('data-ours'));
    part.querySelector('[data-copy-shown]').hidden = !contentDocument.querySelector('pre');
    draw();
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
    widthChosen = true;
    draw();
  }
  drag(view, (wide) => setWidth(wide), () => Number.parseFloat(getComputedStyle(view).getPropertyValue('--wide')));
  new ResizeObserver(draw).observe(view);

  form.addEventListener('input', ({ target }) => {
    if (target === slide) setWidth(slide.value);
    else if (target.name === 'width') draw();
  });
  form.addEventListener('change', ({ target }) => {
    if (target === pixels) setWidth(pixels.value);
    if (target.name === 'width') widthChosen = true;
    remember(form, widthChosen);
    if (target.name === 'as' && target.value === 'reader' && !form.elements.reader.value) form.elements.reader.focus();
    else if (![...SIZE, 'pixels'].includes(target.name)) show('');
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    show('');
  });
  part.querySelector('[data-copy-shown]').addEventListener('click', async ({ currentTarget }) => {
    const text = shown.contentDocument?.querySelector('pre')?.textContent ?? '';
    const copied = await navigator.clipboard.writeText(text).then(() => true, () => false);
    currentTarget.textContent = copied ? 'Copied' : 'Select and copy it with your keyboard';
    setTimeout(() => { currentTarget.textContent = 'Copy text'; }, 3000);
  });

  document.addEventListener('broadsheet:changed', () => show('The preview shows the change.'));
  // The page came with the mail as the address asks for it.
  if (`?${asked()}` === new URL(shown.src).search) readable(shown).then(() => settle(shown));
  else show('');
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

/*
 * How it was looked at last, for the next edition: whose eyes it was is asked anew. A width that nobody chose is not kept, so
 * that a telephone's own does not follow to a wider window.
 */
function remember({ elements }, widthChosen) {
  const state = [...LOOK, ...(widthChosen ? SIZE : [])].map((name) => [name, elements[name].value]);
  sessionStorage.setItem('preview', JSON.stringify([...state, ['pictures', elements.pictures.checked]]));
}
/* Tells whether somebody has chosen a width. Where nobody has, a telephone shows what telephones show: a desk's would be tiny. */
function remembered({ elements }) {
  const kept = new Map(JSON.parse(sessionStorage.getItem('preview') ?? '[]'));
  const address = new URLSearchParams(location.search);
  const says = ['as', ...LOOK, 'pictures'].some((name) => address.has(name)); // how, and never how wide
  for (const name of says ? SIZE : [...LOOK, ...SIZE]) if (kept.has(name)) elements[name].value = kept.get(name);
  if (!says && kept.has('pictures')) elements.pictures.checked = kept.get('pictures');
  elements.pixels.value = elements.slide.value;
  if (!kept.has('width') && matchMedia(NARROW).matches) elements.width.value = 'phone';
  return kept.has('width');
}

function watchGrid(grid) {
  document.addEventListener('broadsheet:changed', () => {
    for (const frame of grid.querySelectorAll('iframe')) frame.contentWindow.location.reload();
  });
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

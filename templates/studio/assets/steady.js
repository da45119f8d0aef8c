/*
 * What an answer slid under a resting pointer is not what was meant: a double click on "Leave out" would leave out the next
 * story, too. So for half a second after that a click at the same place counts only for what stood there before. Whoever moves
 * the pointer, or waits for as long as one needs to see what slid there, meets no delay; nor do keys. To let a button rest after each
 * press would be less, but would stop Up from being pressed again and again, and would not know of what others move.
 */
const SETTLE_MS = 500;
const SAME_PLACE_PX = 16;
const PRESSABLE = 'a, button, input, select, summary';
/* Where it was last, and over what. */
let pointer;
/* Where something else came under it last, when, and what had been there. */
let slid;

for (const kind of ['pointermove', 'pointerdown']) addEventListener(kind, follow, { capture: true, passive: true });
addEventListener('scroll', () => pointer && Object.assign(pointer, { over: below(pointer) }), { capture: true, passive: true });
addEventListener('click', settle, true);
new MutationObserver(compare).observe(document.body, { childList: true, subtree: true });

function follow(event) {
  const { clientX, clientY, target } = event;
  if (!hasSlid(event)) pointer = { clientX, clientY, over: pressable(target) };
}

function compare() {
  const over = pointer && below(pointer);
  if (over === pointer?.over) return;
  const { clientX, clientY } = pointer;
  // Of several changes in a row, what stood there before the first was meant.
  slid = { clientX, clientY, at: performance.now(), meant: hasSlid(pointer) ? slid.meant : pointer.over };
  pointer.over = over;
}

function settle(event) {
  const isKey = event.detail === 0;
  const pressed = pressable(event.target);
  if (isKey || !pressed || !hasSlid(event) || pressed === slid.meant) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

function hasSlid({ clientX, clientY }) {
  if (!slid || performance.now() - slid.at > SETTLE_MS) return false;
  return Math.hypot(clientX - slid.clientX, clientY - slid.clientY) < SAME_PLACE_PX;
}

function below({ clientX, clientY }) {
  return pressable(document.elementFromPoint(clientX, clientY));
}

/* A label is pressed in the place of its field. */
function pressable(element) {
  return element?.closest?.('label') ?? element?.closest?.(PRESSABLE) ?? undefined;
}

/* Stories are dragged by their handle, with a mouse, a pen or a finger. By keyboard there are the buttons Up and Down. */
const stories = document.querySelector('[data-board][data-shaping]');
if (stories) dragging(stories);

function dragging(board) {
  const EDGE = 80;
  let drag;

  board.addEventListener('pointerdown', (event) => {
    const handle = event.target.closest('[data-handle]');
    if (!handle || event.button !== 0) return;
    event.preventDefault();
    const row = handle.closest('[data-story]');
    handle.setPointerCapture(event.pointerId);
    drag = { row, handle, x: event.clientX, y: event.clientY, from: event.clientY + scrollY, line: undefined, timer: undefined };
    row.classList.add('dragged');
    board.classList.add('dragging');
    drag.timer = setInterval(scroll, 16);
  });
  board.addEventListener('pointermove', (event) => {
    if (!drag) return;
    drag.x = event.clientX;
    drag.y = event.clientY;
    drag.moved = true;
    follow();
  });
  board.addEventListener('pointerup', () => drag && drop());
  board.addEventListener('pointercancel', () => drag && end());
  document.addEventListener('keydown', (event) => event.key === 'Escape' && drag && end());

  function follow() {
    drag.row.style.transform = `translateY(${drag.y + scrollY - drag.from}px)`;
    const place = placeAt(drag.y);
    drag.place = place;
    drag.line ??= Object.assign(document.createElement('div'), { className: 'drop-line' });
    if (!place) return drag.line.remove();
    drag.line.setAttribute('aria-hidden', 'true');
    document.body.append(drag.line);
    const box = place.list.getBoundingClientRect();
    Object.assign(drag.line.style, { left: `${box.left + scrollX}px`, width: `${box.width}px`, top: `${place.y + scrollY}px` });
  }

  /* The gap between two stories, or the empty section, that is nearest. */
  function placeAt(y) {
    const gaps = [...board.querySelectorAll('ol[data-section]')].flatMap((list) => {
      const rows = [...list.querySelectorAll('[data-story]')].filter((row) => row !== drag.row);
      const isLead = 'lead' in list.dataset;
      if (isLead) return [{ list, y: list.getBoundingClientRect().top, lead: true }];
      const ends = rows.map((row) => ({ list, y: row.getBoundingClientRect().top, before: row.dataset.story }));
      const last = rows.at(-1)?.getBoundingClientRect().bottom ?? list.parentElement.getBoundingClientRect().bottom - 12;
      return [...ends, { list, y: last }];
    });
    const distance = (gap) => Math.abs(gap.y - y);
    return gaps.sort((a, b) => distance(a) - distance(b))[0];
  }

  function scroll() {
    if (!drag.moved) return;
    const speed = drag.y < EDGE ? drag.y - EDGE : drag.y > innerHeight - EDGE ? drag.y - innerHeight + EDGE : 0;
    if (speed === 0) return;
    scrollBy(0, speed / 6);
    follow();
  }

  function drop() {
    const { row, place } = drag;
    end();
    if (!place) return;
    const story = Number(row.dataset.story);
    const isLead = row.closest('[data-lead]') !== null;
    const section = place.list.dataset.section;
    const next = row.nextElementSibling?.dataset.story;
    const stays = !isLead && row.parentElement === place.list && (place.before ?? '') === (next ?? '');
    if (stays || (place.lead && isLead)) return;
    const edit = place.lead
      ? { kind: 'lead', story }
      : { kind: 'move', story, section, ...(place.before && { before: Number(place.before) }) };
    board.dispatchEvent(new CustomEvent('board:edit', { detail: { edit, focus: `up-${story}` } }));
  }

  function end() {
    clearInterval(drag.timer);
    drag.line?.remove();
    drag.row.style.transform = '';
    drag.row.classList.remove('dragged');
    board.classList.remove('dragging');
    drag = undefined;
  }
}

/*
 * The board saves as you go. Whatever is pressed or written becomes a job; jobs are done one after the other, each answer brings
 * the board as it is now, and only what differs is exchanged, so that focus, caret and what is being written stay. What could
 * not be saved stays as well, and is tried again. Without this script every button and field is a form of its own.
 */
const board = document.querySelector('[data-board][data-shaping]');
if (board) openBoard();

function openBoard() {
  const TYPING_MS = 700;
  const LOOK_MS = 4000;
  const RETRY_MS = [2000, 4000, 8000, 15000];
  const state = document.getElementById('board-state');
  const says = document.getElementById('board-says');
  const jobs = [];
  /* By form: the revision that its words were written over. */
  const unsaved = new Map();
  const timers = new Map();
  let working = false;
  let failures = 0;
  let retry;
  let blocked = false;

  document.documentElement.classList.add('scripted-board');
  ready(document);
  tell('saved');

  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (!isOurs(form)) return;
    event.preventDefault();
    const button = event.submitter;
    if (button?.getAttribute('aria-disabled') === 'true') return;
    if (button?.matches('[data-mine]')) return useMine(form.closest('[data-conflict]'));
    if (form.matches('[data-auto]')) return write(form);
    if (form.action.endsWith('/undo') || form.action.endsWith('/redo'))
      return add({ key: `step ${jobs.length}`, step: form.action.split('/').at(-1), focus: button?.id });
    // Its value is read when its turn comes: pressing Down three times moves three places.
    add({ key: `press ${Math.random()}`, button: button?.id, form: form.id, focus: button?.id });
  });
  document.addEventListener('click', (event) => {
    const more = event.target.closest('a[data-open]');
    if (more && board.contains(more) && isPlain(event)) {
      event.preventDefault();
      board.dataset.open = more.dataset.open;
      refresh(true);
    }
    const theirs = event.target.closest('[data-theirs]');
    if (theirs && board.contains(theirs)) {
      event.preventDefault();
      keepTheirs(theirs.closest('[data-conflict]'));
    }
    if (event.target.closest('[data-again]')) pump();
  });
  board.addEventListener('input', ({ target }) => {
    const form = target.closest('form[data-auto]');
    if (!form) return filter(target);
    grow(target);
    mistake(form, '');
    if (!unsaved.has(form.id)) unsaved.set(form.id, revision());
    settle();
    if (form.dataset.auto === 'choice') return write(form);
    clearTimeout(timers.get(form.id));
    timers.set(
      form.id,
      setTimeout(() => write(form), TYPING_MS),
    );
  });
  board.addEventListener('focusout', ({ target }) => {
    const form = target.closest('form[data-auto="text"]');
    if (!form) return;
    if (unsaved.has(form.id)) write(form);
    else if (target.matches('textarea') && target.value !== target.defaultValue) target.value = target.defaultValue;
  });
  board.addEventListener('keydown', (event) => {
    const field = event.target;
    // A headline is one line.
    if (event.key === 'Enter' && field.matches('form[data-auto="text"] textarea') && isOneLine(field)) {
      event.preventDefault();
      const form = field.closest('form');
      if (unsaved.has(form.id)) write(form);
    }
    // In a text, and on a choice, these keys have a meaning of their own.
    if (event.altKey && /^Arrow(Up|Down)$/.test(event.key) && !field.matches('textarea, select, input')) {
      const row = field.closest('[data-story]');
      const button = row && document.getElementById(`${event.key === 'ArrowUp' ? 'up' : 'down'}-${row.dataset.story}`);
      if (!button) return;
      event.preventDefault();
      button.click();
    }
  });
  document.addEventListener('keydown', (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.target.closest('input, textarea, select, [contenteditable]')) return;
    const key = event.key.toLowerCase();
    const step = key === 'z' ? (event.shiftKey ? 'redo' : 'undo') : key === 'y' ? 'redo' : '';
    if (!step) return;
    event.preventDefault();
    document.getElementById(`do-${step}`)?.click();
  });
  board.addEventListener('board:edit', ({ detail }) => add({ key: `edit ${Math.random()}`, edit: detail.edit, focus: detail.focus }));
  board.addEventListener('toggle', ({ target }) => target.open && target.matches('[data-lazy]') && load(target), true);
  window.addEventListener('online', pump);
  window.addEventListener('beforeunload', (event) => (unsaved.size > 0 || jobs.length > 0) && event.preventDefault());
  setInterval(() => document.visibilityState === 'visible' && !working && jobs.length === 0 && refresh(), LOOK_MS);
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && refresh());

  function isOurs(form) {
    return board.contains(form) && form.method === 'post';
  }

  function write(form) {
    clearTimeout(timers.get(form.id));
    if (document.querySelector(`[data-of="${form.id}"]`)) return; // somebody was first: their words or these, says the editor
    if (!unsaved.has(form.id)) unsaved.set(form.id, revision());
    add({ key: form.id, form: form.id });
  }

  /* What waits to be written is written once, as it is when its turn comes. */
  function add(job) {
    if (!jobs.some((one, at) => one.key === job.key && !(at === 0 && working))) jobs.push(job);
    tell('saving');
    pump();
  }

  async function pump() {
    if (working || jobs.length === 0) return;
    clearTimeout(retry);
    const [job] = jobs;
    const request = requestOf(job);
    if (!request) {
      jobs.shift();
      return settle();
    }
    working = true;
    let answer;
    try {
      answer = await post(request);
    } catch (error) {
      working = false;
      return trouble(error);
    }
    working = false;
    failures = 0;
    blocked = false;
    jobs.shift();
    take(job, request, answer);
    settle();
    pump();
  }

  function requestOf({ step, edit, form: id, button: buttonId }) {
    const open = board.dataset.open;
    if (step) return { url: step, body: { seen: revision(), open } };
    if (edit) return { url: 'edits', body: { ...edit, seen: revision(), open } };
    const form = document.getElementById(id);
    const button = document.getElementById(buttonId);
    if (!form || button?.getAttribute('aria-disabled') === 'true') return undefined;
    const fields = new FormData(form, button?.form === form ? button : undefined);
    const body = Object.fromEntries(fields);
    if (fields.get('kind') === 'tags') body.tags = fields.getAll('tags');
    const seen = unsaved.get(id) ?? revision();
    return { url: 'edits', body: { ...body, seen, open }, written: textOf(form) };
  }

  async function post({ url, body }) {
    const response = await fetch(`${board.dataset.url}/${url}`, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json', 'x-csrf': token() },
      body: JSON.stringify(body),
    });
    const data = await response.json();
    if (data.kind) return data;
    const error = new Error([data.error?.message, data.error?.explanation].filter(Boolean).join('. ').replace('..', '.'));
    error.code = data.error?.code;
    error.lasting = response.status >= 400 && response.status < 500 && response.status !== 429;
    throw error;
  }

  /* Nothing is lost: the job is still the first, and is done when it can be. */
  async function trouble(error) {
    const before = token();
    // Somebody logged in again, in another window: the board brings a new token with it.
    if (error.code === 'STALE_FORM') await refresh(true);
    if (token() !== before) return pump();
    if (error.lasting) {
      blocked = true;
      return tell('failed', error.message, true);
    }
    const wait = RETRY_MS[Math.min(failures, RETRY_MS.length - 1)];
    failures += 1;
    retry = setTimeout(pump, wait);
    tell('failed', 'the server cannot be reached. We keep trying; your text stays here', true);
  }

  function take(job, request, answer) {
    const form = job.form && document.getElementById(job.form);
    const isText = form?.matches('[data-auto]');
    if (isText && answer.kind === 'saved') {
      if (textOf(form) === request.written) unsaved.delete(job.form);
      else unsaved.set(job.form, answer.kept);
    }
    if (isText && form.dataset.auto === 'choice') unsaved.delete(job.form);
    if (answer.board) exchange(answer.board, job.focus);
    if (answer.kind === 'saved') {
      mistake(board, '');
      announce(job.focus, answer.says);
      changed();
    }
    if (answer.kind === 'conflict') clash(job, answer);
    if (answer.kind === 'refused') mistake(isText ? document.getElementById(job.form) : board, answer.says);
    if (answer.kind === 'closed') {
      blocked = true;
      jobs.length = 0;
      tell('failed', answer.says);
    }
  }

  function changed() {
    document.dispatchEvent(new CustomEvent('broadsheet:changed', { detail: { revision: revision() } }));
    const around = board.querySelector('details[open][data-lazy]');
    if (around) load(around);
  }

  function settle() {
    if (blocked) return;
    const waiting = [...unsaved.keys()].filter((id) => document.getElementById(id));
    for (const id of unsaved.keys()) if (!waiting.includes(id)) unsaved.delete(id);
    if (jobs.length > 0 || working) return tell('saving');
    if (board.querySelector('[data-conflict]')) return tell('failed', 'somebody else changed the same thing');
    if (board.querySelector('.wrong')) return tell('failed', 'see the message beside it');
    tell(waiting.length > 0 ? 'saving' : 'saved');
  }

  /* One line that is always true. */
  function tell(kind, why = '', again = false) {
    const words = { saved: 'All changes are saved', saving: 'Saving …', failed: `Not saved: ${why}.`.replace('..', '.') }[kind];
    if (state.dataset.kind === kind && state.firstChild?.data === words) return;
    state.dataset.kind = kind;
    state.textContent = words;
    if (!again) return;
    const button = document.createElement('button');
    Object.assign(button, { type: 'button', className: 'bare', textContent: 'Try now' });
    button.dataset.again = '';
    state.append(' ', button);
  }

  /* Says what is wrong beside the field it is about, or at the top. */
  function mistake(place, words) {
    const id = place === board ? 'board-wrong' : `wrong-${place.id}`;
    document.getElementById(id)?.remove();
    const field = place === board ? undefined : place.querySelector('textarea');
    field?.removeAttribute('aria-invalid');
    if (!words) return;
    const note = document.createElement('p');
    Object.assign(note, { id, className: 'wrong', textContent: words });
    note.setAttribute('role', 'alert');
    note.dataset.keep = '';
    if (place === board) document.getElementById('board-bar').after(note);
    else place.append(note);
    field?.setAttribute('aria-invalid', 'true');
    field?.setAttribute('aria-describedby', id);
  }

  function clash(job, { conflict }) {
    const form = job.form && document.getElementById(job.form);
    const text = form?.matches('[data-auto]') ? form : undefined;
    const holder = document.createElement('template');
    holder.innerHTML = conflict;
    const box = holder.content.firstElementChild;
    box.dataset.of = text?.id ?? '';
    box.id = `conflict-${text?.id ?? 'board'}`;
    document.getElementById(box.id)?.remove();
    (text ?? document.getElementById('board-bar')).after(box);
    if (text) unsaved.set(text.id, Number(box.dataset.conflict));
  }

  function useMine(box) {
    const form = document.getElementById(box.dataset.of);
    const edit = JSON.parse(box.querySelector('[data-mine]').value || 'null');
    const seen = Number(box.dataset.conflict);
    box.remove();
    if (form) {
      unsaved.set(form.id, seen);
      form.querySelector('textarea')?.focus();
      add({ key: form.id, form: form.id });
    } else if (edit) add({ key: `edit ${Math.random()}`, edit });
  }

  function keepTheirs(box) {
    const form = document.getElementById(box.dataset.of);
    box.remove();
    if (form) {
      unsaved.delete(form.id);
      for (const field of form.querySelectorAll('textarea')) field.value = field.defaultValue;
      form.querySelector('textarea')?.focus();
    }
    settle();
    refresh(true);
  }

  /* What another editor did appears by itself. @param anew also where nothing was changed: another panel is open. */
  async function refresh(anew = false) {
    const { url, stamp, open } = board.dataset;
    const query = new URLSearchParams({ open, ...(!anew && { stamp }) });
    const response = await fetch(`${url}/board?${query}`, { headers: { accept: 'text/html' } }).catch(() => undefined);
    if (response?.status !== 200 || !response.url.includes('/board')) return;
    const html = await response.text();
    // An answer that came meanwhile is newer, and what is being dragged stays in its place.
    if (working || board.dataset.stamp !== stamp || board.matches('.dragging')) return;
    const before = revision();
    const focus = document.activeElement?.id;
    exchange(html, focus);
    if (revision() === before) return;
    const [newest] = document.querySelectorAll('#board-history-list > li');
    says.textContent = newest?.textContent.replace(/\s+/g, ' ').trim() ?? '';
    changed();
  }

  function exchange(html, focus) {
    const next = new DOMParser().parseFromString(html, 'text/html').getElementById('board');
    if (!next) return;
    const active = document.activeElement;
    const [from, to] = [active?.selectionStart, active?.selectionEnd];
    const rows = [...board.querySelectorAll('[data-story]')];
    const { stamp } = board.dataset;
    const at = rows.findIndex((row) => row.contains(active));
    if (!('shaping' in next.dataset)) return close();
    morph(board, next, unsaved);
    ready(board);
    // Something was changed or decided, by whomever: the bar of the decision follows.
    if (board.dataset.stamp !== stamp) document.dispatchEvent(new CustomEvent('broadsheet:stands'));
    if (document.activeElement === active && board.contains(active)) return;
    const same = document.getElementById(active?.id) ?? document.getElementById(focus);
    const neighbour = at >= 0 ? board.querySelectorAll('[data-story] .acts [id^="drop-"]')[Math.min(at, rows.length - 2)] : undefined;
    const target = same ?? neighbour;
    target?.focus({ preventScroll: true });
    if (target?.matches('textarea') && from !== undefined) target.setSelectionRange(from, to);
    target?.closest('[data-story]')?.scrollIntoView({ block: 'nearest' });
  }

  /* It has left, or was given up: the page says so, once nothing is lost by it. */
  function close() {
    jobs.length = 0;
    if (unsaved.size === 0) return location.reload();
    document.dispatchEvent(new CustomEvent('broadsheet:stands'));
    blocked = true;
    tell('failed', 'this is no longer a draft, and only drafts can be edited; copy what you have written, and reload the page');
  }

  function announce(focus, words) {
    const row = document.getElementById(focus)?.closest('[data-story]');
    const group = row?.closest('.group')?.querySelector('h3')?.firstChild.data.trim();
    const place = row?.dataset.place && group ? `. Now ${row.dataset.place} in ${group}` : '';
    says.textContent = `${words}${row?.closest('[data-lead]') ? '. It leads' : place}.`;
  }

  async function load(details, query = '') {
    const list = document.getElementById('board-articles-list');
    const fields = new URLSearchParams(query || new FormData(list.querySelector('[data-sieve]') ?? undefined));
    const response = await fetch(`${details.dataset.lazy}&${fields}`).catch(() => undefined);
    if (!response?.ok) return;
    const next = new DOMParser().parseFromString(await response.text(), 'text/html').getElementById('articles');
    const known = document.getElementById('articles');
    if (known) morph(known, next);
    else list.replaceChildren(next);
    const sieve = list.querySelector('[data-sieve]');
    sieve.onsubmit = (event) => event.preventDefault();
  }

  function filter(target) {
    const sieve = target.closest('[data-sieve]');
    if (!sieve) return;
    clearTimeout(timers.get('sieve'));
    timers.set(
      'sieve',
      setTimeout(() => load(sieve.closest('[data-lazy]')), 250),
    );
  }

  function token() {
    return board.querySelector('input[name="csrf"]')?.value ?? '';
  }

  function revision() {
    return Number(board.dataset.revision);
  }
}

function textOf(form) {
  return JSON.stringify([...new FormData(form)].filter(([name]) => !['csrf', 'seen', 'open'].includes(name)));
}

function isOneLine(field) {
  return field.matches('.headline, .standfirst, [data-one-line], [id^="alt-"]');
}

function isPlain({ button, metaKey, ctrlKey, shiftKey }) {
  return button === 0 && !metaKey && !ctrlKey && !shiftKey;
}

function ready(root) {
  for (const field of root.querySelectorAll('#board textarea')) grow(field);
}

/* As high as its words, where the style sheet cannot do it. */
function grow(field) {
  if (CSS.supports('field-sizing', 'content') || !field.matches('textarea')) return;
  field.style.height = 'auto';
  field.style.height = `${field.scrollHeight + 2}px`;
}

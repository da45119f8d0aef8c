import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freezeAudience } from '../../src/delivery/audience/audience.ts';
import { addActive, draft, emails } from '../delivery/fixture.ts';
import { story } from '../mail/sample.ts';
import { type BoardDraft, openDraft } from './board/board-draft.ts';
import { addAccount, HERE, logIn, press } from './open-studio.ts';

const SECRET = 'typed, and never sent back';
const LONG = 'Ninety-nine words about a garden gate. '.repeat(40).trim();
const VERY_LONG = LONG.repeat(7);

const BELOW = { draft: '/studio/editions/:id', sent: '/studio/editions/:id' };
/** Buttons, ticks and choices alone, or the same form under another name. */
const NOTHING_TYPED = [
  ...['/approve', '/send-now', '/hold', '/let-go-on', '/skip', '/unskip', '/discard', '/recompose'],
  ...['/pause', '/resume', '/cancel', '/pull/:article', '/undo', '/redo', '/build-now', '/ask'],
  ...[
    '/compose-now',
    '/split',
    '/lead',
    '/merge',
    '/role',
    '/remove',
    ':id/password',
    '/elsewhere',
    '/logout',
  ],
];

let board: BoardDraft;
let nora: { cookie: string };
let ben: { cookie: string };
let sent: string;

beforeAll(async () => {
  board = await openDraft({ studioPassword: 'the password of the whole studio' });
  const { studio } = board;
  nora = await logIn(studio, await addAccount(studio, 'nora@belle.example', 'approve'));
  ben = await logIn(studio, await addAccount(studio, 'ben@belle.example'));
  await addActive(studio.db, emails(2));
  const edition = await draft(studio.db, { stories: [story(0, { sourceId: 'palace' })] });
  await freezeAudience(studio.db, edition, studio.clock.now());
  await studio.db
    .updateTable('deliveries')
    .set({ state: 'accepted', settled_at: 0 })
    .where('kind', '=', 'edition')
    .execute();
  await studio.db.updateTable('editions').set({ state: 'finished' }).where('id', '=', edition.id).execute();
  sent = `/studio/editions/${edition.id}`;
});
afterAll(() => board[Symbol.asyncDispose]());

interface Refused {
  readonly form: string;
  /** Where it is sent: below the draft, below the edition that was sent, or below the studio. */
  readonly to: readonly ['draft' | 'sent' | 'studio', string];
  readonly fields: Readonly<Record<string, string>>;
  readonly status: number;
  /** The field that the page marks, and what it says of it. */
  readonly wrong: string;
  readonly says: string;
}

const edit = (form: string, fields: Readonly<Record<string, string>>, says: string): Refused => ({
  form: `the board’s ${form}`,
  to: ['draft', '/edits'],
  fields: { seen: '0', ...fields },
  status: 422,
  wrong: 'text',
  says,
});
const correction = (what: string, fields: Readonly<Record<string, string>>, wrong: string, says: string) => ({
  form: `a correction whose ${what}`,
  to: ['sent', '/correct?story=1'] as const,
  fields: {
    text: 'It was the other gate.',
    retell: 'yes',
    headline: 'The other gate',
    standfirst: 'It stands in the south.',
    subject: 'About the gate',
    ...fields,
  },
  status: 422,
  wrong,
  says,
});

const FORMS: readonly Refused[] = [
  edit('headline', { kind: 'headline', story: '4', text: LONG }, 'A headline has at most 150 characters'),
  edit('headline of nothing visible', { kind: 'headline', story: '4', text: '\u2800' }, 'needs a headline'),
  edit('standfirst', { kind: 'standfirst', story: '4', text: LONG }, 'A standfirst has at most 300'),
  edit('words for a picture', { kind: 'alt', story: '4', text: 'A gate' }, 'has no picture to describe'),
  edit('subject', { kind: 'subject', text: LONG }, 'A subject has at most 120 characters'),
  edit('preview text', { kind: 'preheader', text: LONG }, 'The preview text has at most 110'),
  edit('intro', { kind: 'intro', text: VERY_LONG }, 'An intro has at most 1200 characters'),
  edit('sign-off', { kind: 'signoff', text: VERY_LONG }, 'A sign-off has at most 1200 characters'),
  correction('words are none', { text: ' ' }, 'text', 'Say what was wrong'),
  correction('words are too many', { text: VERY_LONG }, 'text', 'at most 2000 characters; this one has'),
  correction('subject is too long', { subject: LONG }, 'subject', 'A subject has at most 120 characters'),
  correction('headline is none', { headline: ' ' }, 'headline', 'Give the story a headline'),
  correction('headline is too long', { headline: LONG }, 'headline', 'A headline has at most 300'),
  correction('standfirst is too long', { standfirst: LONG }, 'standfirst', 'at most 1000 characters'),
  {
    form: 'the recipients of a test',
    to: ['draft', '/test'],
    fields: { to: 'nora@belle.example, nora@', as: 'everything', reader: '' },
    status: 422,
    wrong: 'to',
    says: '“nora@” is not an address',
  },
  {
    form: 'a test as a reader',
    to: ['draft', '/test'],
    fields: { to: 'nora@belle.example', as: 'reader', reader: 'stranger@belle.example' },
    status: 422,
    wrong: 'reader',
    says: 'Nobody with this address subscribes',
  },
  {
    form: 'another moment',
    to: ['draft', '/schedule'],
    fields: { moment: 'tomorrow at nine' },
    status: 409,
    wrong: 'moment',
    says: 'Enter a day and a time',
  },
  {
    form: 'a new editor',
    to: ['studio', '/editors'],
    fields: { name: 'Edith Quist', email: 'edith@', role: 'approve', password: SECRET },
    status: 422,
    wrong: 'email',
    says: 'This cannot be used',
  },
  {
    form: 'one’s own name',
    to: ['studio', '/account/name'],
    fields: { name: LONG },
    status: 422,
    wrong: 'name',
    says: 'between 1 and 80 characters',
  },
];

describe.each(FORMS)('$form, when it is refused,', ({ to, fields, status, wrong, says }) => {
  test('comes back as it was typed, and says beside the field how to mend it', async () => {
    const { statusCode, body } = await press(board.studio, address(to), fields, nora);
    expect(statusCode).toBe(status);
    keeps(body, fields);
    const field = fieldNamed(body, wrong);
    expect(field).toContain('aria-invalid="true"');
    expect(field).toContain('autofocus');
    expect(describedBy(body, field)).toContain(escaped(says));
  });

  test('from a page that went stale keeps what was typed, and can be sent again', async () => {
    const answer = await press(board.studio, address(to), fields, { ...nora, 'x-csrf': 'of yesterday' });
    expect(answer.statusCode).toBe(403);
    expect(answer.body).toContain('This page is out of date');
    keeps(answer.body, fields);
    if ('password' in fields) expect(fieldNamed(answer.body, 'password')).not.toContain('value');
    const again = await press(board.studio, address(to), fieldsIn(answer.body), nora);
    expect(again.statusCode).toBe(status);
    keeps(again.body, fields);
  });

  test('from somebody whose session is over keeps what was typed, until they are in again', async () => {
    const answer = await press(board.studio, address(to), fields);
    expect(answer.statusCode).toBe(401);
    expect(answer.body).toContain('href="/studio/login?next');
    keeps(answer.body, fields);
  });
});

test('there is no other form in the studio into which anything is typed', () => {
  const tried = new Set(
    FORMS.map(({ to: [below, rest] }) => ({ ...BELOW, studio: '/studio' })[below] + rest.split('?')[0]),
  );
  const acts = board.studio.routes
    .filter((route) => route.startsWith('POST '))
    .map((route) => route.slice(5));
  const left = acts.filter((act) => !tried.has(act) && !NOTHING_TYPED.some((end) => act.endsWith(end)));
  expect(left.toSorted()).toEqual([
    '/studio/account/password',
    '/studio/articles/:id/subjects',
    '/studio/login',
  ]);
});

describe('the words of an editor', () => {
  const words = 'A gate, and what stands <b>behind</b> it';

  test('stand beside those of whoever was first', async () => {
    for (const which of [{ kind: 'standfirst', story: '5' }, { kind: 'preheader' }]) {
      const seen = String(await board.revision());
      const url = `${board.url}/edits`;
      expect((await press(board.studio, url, { ...which, text: 'Hers', seen }, nora)).statusCode).toBe(303);
      const late = await press(board.studio, url, { ...which, text: words, seen }, ben);
      expect(late.statusCode).toBe(409);
      expect(late.body).toContain(`<p class="wrote">${escaped(words)}</p>`);
      expect(late.body).toContain('“Hers”');
    }
  });

  test('can be copied from the page that says that the edition has left', async () => {
    const state = (to: 'draft' | 'finished') =>
      board.studio.db.updateTable('editions').set({ state: to }).where('id', '=', board.id).execute();
    await state('finished');
    const fields = { kind: 'intro', text: words, seen: '0' };
    const answer = await press(board.studio, `${board.url}/edits`, fields, nora);
    await state('draft');
    expect(answer.statusCode).toBe(410);
    expect(answer.body).toContain(`<p class="wrote">${escaped(words)}</p>`);
  });

  test('have every fault of a correction beside its own field', async () => {
    const fields = { text: words, retell: 'yes', headline: ' ', standfirst: LONG, subject: LONG };
    const { body } = await press(board.studio, `${sent}/correct?story=1`, fields, nora);
    const says = ['text', 'headline', 'standfirst', 'subject'].map((name) => {
      const field = fieldNamed(body, name);
      return [field.includes('aria-invalid'), describedBy(body, field)];
    });
    expect(says).toEqual([
      [false, expect.anything()],
      [true, expect.stringContaining('Give the story a headline')],
      [true, expect.stringContaining('A standfirst has at most')],
      [true, expect.stringContaining('A subject has at most')],
    ]);
  });

  test('can be copied from the page that says that nobody is to be corrected', async () => {
    await board.studio.db.updateTable('deliveries').set({ state: 'rejected' }).execute();
    const answer = await press(board.studio, `${sent}/correct?story=1`, { text: words }, nora);
    await board.studio.db.updateTable('deliveries').set({ state: 'accepted' }).execute();
    expect(answer.statusCode).toBe(422);
    expect(answer.body).toContain('Nobody got this story');
    expect(answer.body).toContain(escaped(words));
  });
});

test('a wrong password brings back the address and where one was going, and no password', async () => {
  const { body } = await board.studio.app.inject({
    method: 'POST',
    url: '/studio/login',
    headers: { ...HERE, 'sec-fetch-site': 'same-origin' },
    payload: { email: 'nora@belle.example', password: SECRET, next: '/studio/sources' },
  });
  keeps(body, { email: 'nora@belle.example', next: '/studio/sources' });
  expect(describedBy(body, fieldNamed(body, 'password'), 'aria-errormessage')).toContain(
    'Wrong email address or password',
  );
});

test.each([
  ['what one reader got', '/studio/readers?address=nora@', 'address'],
  ['who got an edition', 'sent/deliveries?address=nora@', 'address'],
  ['the articles', '/studio/articles?q=zeppelin', 'q'],
  ['another article for a story', '/studio/articles/1?with=zeppelin', 'with'],
  ['the articles around a draft', 'draft/articles?q=zeppelin', 'q'],
])('a search for %s that finds nothing keeps what was asked', async (_what, path, name) => {
  const url = path.replace(/^sent/, sent).replace(/^draft/, board.url);
  const { body } = await board.studio.app.inject({ url, headers: { ...HERE, ...nora } });
  expect(fieldNamed(body, name)).toContain(`value="${path.split('=')[1]}"`);
});

function address([below, rest]: Refused['to']): string {
  return { draft: board.url, sent, studio: '/studio' }[below] + rest;
}

/** What the form of a page would send. */
function fieldsIn(body: string): Record<string, string> {
  const form = /<main[\s\S]*?<form method="post"[\s\S]*?<\/form>/.exec(body)?.[0] ?? '';
  const found = [
    ...form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g),
    ...form.matchAll(/<textarea[^>]* name="([^"]+)"[^>]*>([^<]*)/g),
  ];
  const pairs = found.map(([, name = '', value = '']) => [name, unescaped(value)]);
  return Object.fromEntries(pairs.filter(([name]) => name !== 'csrf'));
}

/** Everything but a password, whole, in a field or as text. */
function keeps(body: string, fields: Readonly<Record<string, string>>): void {
  expect(body).not.toContain(SECRET);
  for (const [name, value] of Object.entries(fields).filter(([name]) => name !== 'password'))
    expect(body, name).toContain(escaped(value));
}

function fieldNamed(body: string, name: string): string {
  return (
    new RegExp(
      `<(?:input|textarea)(?=[^>]* name="${name}")(?![^>]* hidden)(?![^>]*type="hidden")[^>]*>`,
    ).exec(body)?.[0] ?? ''
  );
}

function describedBy(body: string, field: string, how = 'aria-describedby'): string {
  const ids = new RegExp(`${how}="([^"]+)"`).exec(field)?.[1]?.split(' ') ?? [];
  return ids.map((id) => new RegExp(`<p[^>]* id="${id}"[^>]*>([^<]*)`).exec(body)?.[1] ?? '').join(' ');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '=': '&#x3D;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"=]/g, (sign) => ENTITIES[sign] ?? sign);
}

function unescaped(html: string): string {
  return Object.entries(ENTITIES).reduceRight((text, [sign, entity]) => text.replaceAll(entity, sign), html);
}

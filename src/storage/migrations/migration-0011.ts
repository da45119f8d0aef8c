import { sql } from 'kysely';
import type { Tables } from './migration-tools.ts';

/**
 * Reasons that were sentences become codes with what they are about, as JSON in the same column.
 * The patterns are the sentences that earlier releases kept; what is none of them stays as it is,
 * under the code `text`.
 */
export async function reasonCodes(db: Tables): Promise<void> {
  await recode(db, { table: 'editions', keys: ['id'], column: 'reason' }, editionReason);
  await recode(db, { table: 'edition_acts', keys: ['id'], column: 'what' }, (text) => read(OF_ACTS, text));
  await recode(db, { table: 'sources', keys: ['id'], column: 'last_error' }, sourceFailure);
  await recode(db, { table: 'pictures', keys: ['url'], column: 'reason' }, pictureFault);
  const revisions = { table: 'edition_revisions', keys: ['edition_id', 'revision'], column: 'what' };
  await recode(db, revisions, revisionWhat);
}

type Code = Readonly<Record<string, unknown>> & { readonly code: string };

interface Column {
  readonly table: string;
  readonly keys: readonly string[];
  readonly column: string;
}

/** Rewrites a column, row by row. */
async function recode(
  db: Tables,
  { table, keys, column }: Column,
  toCode: (text: string) => Code | undefined,
): Promise<void> {
  const [rows, cell] = [sql.table(table), sql.ref(column)];
  const columns = sql.join(keys.map((key) => sql.ref(key)));
  const found = await sql<Record<string, string | number>>`
    select ${columns}, ${cell} as text from ${rows} where ${cell} is not null`.execute(db);
  for (const { text: kept = '', ...row } of found.rows) {
    const text = String(kept);
    const code = JSON.stringify(toCode(text) ?? { code: 'text', text });
    const same = sql.join(
      keys.map((key) => sql`${sql.ref(key)} = ${row[key]}`),
      sql` and `,
    );
    await sql`update ${rows} set ${cell} = ${code} where ${same}`.execute(db);
  }
}

type Shape = readonly [pattern: RegExp, code: (...found: string[]) => Code];

/** Reads a sentence by the first shape that fits all of it. */
function read(shapes: readonly Shape[], text: string): Code | undefined {
  for (const [pattern, code] of shapes) {
    const found = pattern.exec(text);
    if (found) return code(...found.slice(1));
  }
  return undefined;
}

const by =
  (code: string) =>
  (who = '') => ({ code, by: who });
const plain = (code: string) => () => ({ code });

const OF_EDITIONS: readonly Shape[] = [
  [/^the sources have nothing from these days$/, plain('nothing-there')],
  [/^none of (\d+) articles is new$/, (number) => ({ code: 'nothing-new', articles: Number(number) })],
  [/^held by (.*)$/s, by('held')],
  [/^waits for approval$/, plain('waits-for-approval')],
  [/^the newsletter is paused by (.*)$/s, by('newsletter-paused')],
  [
    /^not ready: (.*?)(?: \(and (\d+) more\))?$/s,
    (says, more = '0') => ({ code: 'not-ready', check: '', says, more: Number(more) }),
  ],
  [/^a later edition was due before this one could be made$/, plain('later-due')],
  [/^a later edition left first$/, plain('later-left')],
  [/^nothing was running when it was due$/, plain('nothing-ran')],
  [/^nothing was running until it was too late to catch up$/, plain('nothing-ran-for-long')],
  [/^skipped by (.*)$/s, by('skipped')],
  [/^the newsletter was paused by (.*)$/s, by('skipped-in-pause')],
  [/^paused by (.*)$/s, by('paused')],
  [
    /^(.*?) is taking out “(.*)”\. If this still stands here in a minute, .*$/s,
    (who, headline) => ({ code: 'taking-out', by: who, headline }),
  ],
  [/^the database was restored from a backup: since then it may have gone out$/, plain('restored')],
  [/^the relay refuses us: (.*)$/s, (reply) => ({ code: 'relay-refuses', reply })],
  [
    /^the relay refuses reader after reader in the same words: (.*)$/s,
    (reply) => ({ code: 'relay-refuses-alike', reply }),
  ],
  [/^cancelled by (.*)$/s, by('cancelled')],
];

const OF_ACTS: readonly Shape[] = [
  [/^Approved$/, plain('approved')],
  [/^Sent now$/, plain('sent-now')],
  [/^Held$/, plain('held')],
  [/^Let go on$/, plain('let-go-on')],
  [/^Skipped$/, plain('skipped')],
  [/^Brought back$/, plain('brought-back')],
  [/^Brought back, held$/, plain('brought-back-held')],
  [/^Asked for it ahead of its slot$/, plain('asked-for')],
  [/^Discarded the draft: it is built at its time$/, plain('discarded')],
  [/^Paused$/, plain('paused')],
  [/^Resumed$/, plain('resumed')],
  [/^Cancelled$/, plain('cancelled')],
  [/^Gave it back its slot$/, plain('given-its-slot')],
  [/^Gave it another moment: (.*)$/s, (wall) => ({ code: 'given-moment', wall })],
  [/^Took out “(.*)”$/s, (headline) => ({ code: 'took-out', headline })],
  [/^Left out “(.*?)”: (.*)$/s, (headline, because) => ({ code: 'refused', headline, because })],
];

const STATUS = /^the server answered (\d{3})(?: \(.*\))?$/;
const size = (megabytes = '') => Math.round(Number(megabytes) * 1024 * 1024);
const number =
  (code: string, name: string) =>
  (found = '') => ({ code, [name]: Number(found) });
const host =
  (code: string) =>
  (name = '') => ({ code, host: name });

const OF_FETCHES: readonly Shape[] = [
  [STATUS, number('answered', 'status')],
  [/^this is not a web address$/, plain('not-an-address')],
  [/^(\S+:) addresses are not fetched, only http and https$/, (scheme) => ({ code: 'scheme', scheme })],
  [/^addresses with a user name or password are not fetched$/, plain('login-in-address')],
  [/^port (\d+) is not 80 or 443$/, (port) => ({ code: 'port', port })],
  [
    /^(\S+) \((\S+)\) is not on the public internet$/,
    (name, address) => ({ code: 'not-public', host: name, address }),
  ],
  [/^(\S+) is not on the public internet$/, (name) => ({ code: 'not-public', host: name, address: name })],
  [/^there is no host (\S+)$/, host('no-such-host')],
  [/^(\S+) has no address$/, host('host-without-address')],
  [/^(\S+) refuses the connection$/, host('connection-refused')],
  [/^its headers are too long$/, plain('headers-too-long')],
  [/^no answer within ([\d.]+) s$/, number('no-answer', 'seconds')],
  [/^it was not all here after ([\d.]+) s$/, number('not-all-here', 'seconds')],
  [/^it redirects without saying where to$/, plain('redirect-to-nowhere')],
  [/^it redirects from https to plain http \((\S+)\)$/, host('redirect-to-http')],
  [/^it redirects more than (\d+) times$/, number('too-many-redirects', 'most')],
  [/^it is larger than ([\d.]+) MB$/, (megabytes) => ({ code: 'too-large', bytes: size(megabytes) })],
  [
    /^it unpacks to more than ([\d.]+) MB$/,
    (megabytes) => ({ code: 'unpacks-too-large', bytes: size(megabytes) }),
  ],
  [/^it is compressed more than twice$/, plain('compressed-twice')],
  [/^its compressed content is damaged$/, plain('compression-damaged')],
];

/** @returns undefined for what is no sentence of the guarded fetch. */
function fetchFailure(text: string): Code | undefined {
  const [, redirect = '', refusal] = /^it redirects to (\S+), and (.*)$/s.exec(text) ?? [];
  if (refusal === undefined) return read(OF_FETCHES, text);
  const why = read(OF_FETCHES, refusal);
  return why && { code: 'redirect-refused', host: redirect, why };
}

const OF_SOURCES: readonly Shape[] = [
  [/^the folder (.*) cannot be read$/s, (folder) => ({ code: 'folder-unreadable', folder })],
  [/^the answer is empty$/, plain('empty')],
  [
    /^this is a web page, not a feed(?:; it names the feed (.*))?$/s,
    (feed) => ({ code: 'web-page', ...(feed && { feed }) }),
  ],
  [/^this is not a feed$/, plain('not-a-feed')],
  [/^this XML cannot be read as RSS, RDF or Atom$/, plain('not-an-xml-feed')],
  [/^this JSON is not a JSON Feed$/, plain('not-a-json-feed')],
  [/^its XML breaks off before the end$/, plain('breaks-off')],
  [/^its entries cannot be read: its XML is too broken$/, plain('entries-broken')],
  [/^its elements are nested too deeply$/, plain('nested-too-deep')],
  [/^it has too many elements$/, plain('too-many-elements')],
  [/^one of its elements has too many attributes$/, plain('too-many-attributes')],
  [/^no result within ([\d.]+) s$/, number('no-result', 'seconds')],
  [
    /^it could not be read within ([\d.]+) s, so nothing of it was taken$/,
    number('reading-too-slow', 'seconds'),
  ],
  [/^reading it takes more memory than a source may have, /, plain('reading-too-large')],
  [/^reading it came to an unexpected end, /, plain('reading-crashed')],
  [/^Broadsheet is stopping$/, plain('stopping')],
];

function sourceFailure(text: string): Code | undefined {
  return fetchFailure(text) ?? read(OF_SOURCES, text);
}

const PIXELS = String.raw`^it has (\d+) × (\d+) pixels, and`;
const pixels = (width = '', height = '') => ({ width: Number(width), height: Number(height) });

const OF_PICTURES: readonly Shape[] = [
  [/^it is empty$/, plain('empty')],
  [/^it is an SVG drawing, which mail programs do not show$/, plain('svg')],
  [/^it is a web page and not a picture$/, plain('web-page')],
  [/^it is not a JPEG, PNG, GIF, WebP or AVIF picture$/, plain('no-picture')],
  [
    new RegExp(`${PIXELS} more than ([\\d.]+) million are not unpacked$`),
    (width, height, most) => ({
      code: 'too-many-pixels',
      ...pixels(width, height),
      most: Number(most) * 1e6,
    }),
  ],
  [
    new RegExp(`${PIXELS} a picture needs at least (\\d+) × (\\d+)$`),
    (width, height, ...least) => ({ code: 'too-small', ...pixels(width, height), least: pixels(...least) }),
  ],
  [/^it takes longer than ([\d.]+) s to unpack$/, number('too-slow', 'seconds')],
  [/^it is damaged or cut off(?: \((.*)\))?$/s, (says) => ({ code: 'damaged', ...(says && { says }) })],
  [/^the server says "unchanged" to a first look$/, plain('unchanged')],
  [/^its file is not in the media folder; /, plain('not-in-media-folder')],
];

function pictureFault(text: string): Code | undefined {
  return fetchFailure(text) ?? read(OF_PICTURES, text);
}

/**
 * Returns the code of a revision, so that undone and composed revisions are told apart from edits;
 * edits keep the words they were stored with.
 */
function revisionWhat(text: string): Code {
  if (text === 'Composed') return { code: 'composed' };
  const [, step, what = ''] = /^(Undo|Redo): (.*)$/s.exec(text) ?? [];
  const edited = { code: 'text', text: what };
  return step ? { code: step === 'Undo' ? 'undo' : 'redo', what: edited } : { code: 'text', text };
}

/** @returns undefined for a sentence that no release is known to have kept. */
function editionReason(text: string): Code | undefined {
  const [, waitedFor = '', until] =
    /^(.*), until (it was too late|the next edition had left)$/s.exec(text) ?? [];
  if (until === undefined) return read(OF_EDITIONS, text);
  const kept = read(OF_EDITIONS, waitedFor) ?? { code: 'text', text: waitedFor };
  return { code: 'waited', kept, until: until === 'it was too late' ? 'too-late' : 'later-left' };
}

import { sql } from 'kysely';
import type { Tables } from './migration-tools.ts';

/**
 * Reasons that were sentences become codes with what they are about, as JSON in the same column. The patterns are the sentences
 * that earlier releases kept; what is none of them stays as it is, under the code `text`.
 */
export async function reasonCodes(db: Tables): Promise<void> {
  await recode(db, { table: 'editions', keys: ['id'], column: 'reason' }, editionReason);
  await recode(db, { table: 'edition_acts', keys: ['id'], column: 'what' }, (text) => read(OF_ACTS, text));
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

/** What was undone, and what was composed, is told apart from edits; edits stay in the words they were kept in. */
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

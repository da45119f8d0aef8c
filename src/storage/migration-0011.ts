import { sql } from 'kysely';
import type { Tables } from './migration-tools.ts';

/**
 * Reasons that were sentences become codes with what they are about, as JSON in the same column. The patterns are the sentences
 * that earlier releases kept; what is none of them stays as it is, under the code `text`.
 */
export async function reasonCodes(db: Tables): Promise<void> {
  await recode(db, 'editions', 'reason', editionReason);
}

type Code = Readonly<Record<string, unknown>> & { readonly code: string };

/** Rewrites the values of a column, each different one once. */
async function recode(
  db: Tables,
  table: string,
  column: string,
  toCode: (text: string) => Code | undefined,
): Promise<void> {
  const [rows, cell] = [sql.table(table), sql.ref(column)];
  const different = await sql<{ text: string }>`
    select distinct ${cell} as text from ${rows} where ${cell} is not null`.execute(db);
  for (const { text } of different.rows) {
    const code = toCode(text) ?? { code: 'text', text };
    await sql`update ${rows} set ${cell} = ${JSON.stringify(code)} where ${cell} = ${text}`.execute(db);
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

/** @returns undefined for a sentence that no release is known to have kept. */
function editionReason(text: string): Code | undefined {
  const [, waitedFor = '', until] =
    /^(.*), until (it was too late|the next edition had left)$/s.exec(text) ?? [];
  if (until === undefined) return read(OF_EDITIONS, text);
  const kept = read(OF_EDITIONS, waitedFor) ?? { code: 'text', text: waitedFor };
  return { code: 'waited', kept, until: until === 'it was too late' ? 'too-late' : 'later-left' };
}

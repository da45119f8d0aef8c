import type { NewsletterConfig } from '../../config/newsletters.ts';
import type { Database } from '../../storage/schema/schema.ts';

/** Remembers when each newsletter was first known: slots before that were never due. */
export async function registerNewsletters(
  db: Database,
  newsletters: readonly Pick<NewsletterConfig, 'id'>[],
  now: number,
): Promise<void> {
  await db
    .insertInto('newsletters')
    .values(newsletters.map(({ id }) => ({ id, known_since: now })))
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

/** Returns the time a newsletter was first known; undefined while it is not. */
export async function knownSince(db: Database, newsletterId: string): Promise<number | undefined> {
  const row = await db
    .selectFrom('newsletters')
    .select('known_since')
    .where('id', '=', newsletterId)
    .executeTakeFirst();
  return row?.known_since;
}

/** Since when a newsletter makes no editions, and who wanted that. */
export interface Pause {
  readonly at: number;
  readonly by: string;
}

export async function pauseOf(db: Database, newsletterId: string): Promise<Pause | undefined> {
  const row = await db
    .selectFrom('newsletters')
    .select(['paused_at', 'paused_by'])
    .where('id', '=', newsletterId)
    .executeTakeFirst();
  return row && row.paused_at !== null ? { at: row.paused_at, by: row.paused_by ?? '' } : undefined;
}

/** Pauses a newsletter. False when it was paused already. */
export async function beginPause(db: Database, newsletterId: string, { at, by }: Pause): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('newsletters')
    .set({ paused_at: at, paused_by: by })
    .where('id', '=', newsletterId)
    .where('paused_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Ends the pause of a newsletter. False when there was none. */
export async function endPause(db: Database, newsletterId: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('newsletters')
    .set({ paused_at: null, paused_by: null })
    .where('id', '=', newsletterId)
    .where('paused_at', 'is not', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Pauses all newsletters that are not. */
export async function pauseAll(db: Database, { at, by }: Pause): Promise<void> {
  await db
    .updateTable('newsletters')
    .set({ paused_at: at, paused_by: by })
    .where('paused_at', 'is', null)
    .execute();
}

/** Returns the ids of the newsletters that were paused at a moment and still are. */
export async function pausedAt(db: Database, at: number): Promise<string[]> {
  const rows = await db
    .selectFrom('newsletters')
    .select('id')
    .where('paused_at', '=', at)
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => id);
}

/** Reads one row. @throws when the database cannot be read. */
export async function readOnce(db: Database): Promise<void> {
  await db.selectFrom('newsletters').select('id').limit(1).execute();
}

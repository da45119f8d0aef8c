import { type EditionReason, storedReason } from '../editions/reason.ts';
import type { Database } from '../storage/schema/schema.ts';

/**
 * Holds an edition: nothing more of it is claimed, and what is claimed goes back within a second.
 * False when it was not under way.
 */
export async function pauseEdition(db: Database, id: string, reason: EditionReason): Promise<boolean> {
  return change(db, id, 'frozen', { state: 'paused', reason: storedReason(reason) });
}

/** Goes on where it stopped. False when it was not paused. */
export async function resumeEdition(db: Database, id: string): Promise<boolean> {
  return change(db, id, 'paused', { state: 'frozen', reason: null });
}

/**
 * Ends an edition: what has not left will not leave, and what has stays accounted for. Returns how
 * many deliveries were cancelled; undefined when the edition was neither under way nor paused.
 * Those that another process holds at this very moment are given back by it within a second, and
 * cancelled by `cancelLeftovers`.
 */
export async function cancelEdition(
  db: Database,
  id: string,
  reason: EditionReason,
  now: number,
): Promise<number | undefined> {
  return db.transaction().execute(async (trx) => {
    const cancelled = { state: 'cancelled' as const, reason: storedReason(reason), finished_at: now };
    if (!(await change(trx, id, ['frozen', 'paused'], cancelled))) return undefined;
    return cancelWaiting(trx, [id], now);
  });
}

/** Cancels what came back to an edition after it was cancelled. */
export async function cancelLeftovers(db: Database, now: number): Promise<number> {
  const leftovers = await db
    .selectFrom('deliveries')
    .innerJoin('editions', 'editions.id', 'deliveries.edition_id')
    .select('editions.id')
    .distinct()
    .where('editions.state', '=', 'cancelled')
    .where('deliveries.state', 'in', ['waiting', 'deferred'])
    .execute();
  if (leftovers.length === 0) return 0;
  return cancelWaiting(
    db,
    leftovers.map((row) => row.id),
    now,
  );
}

/** Returns the ids among these of editions that may be sent. */
export async function editionsUnderWay(db: Database, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await db
    .selectFrom('editions')
    .select('id')
    .where('id', 'in', ids)
    .where('state', '=', 'frozen')
    .execute();
  return new Set(rows.map((row) => row.id));
}

/** Reports whether any edition is going out now. */
export async function isSending(db: Database): Promise<boolean> {
  const row = await db
    .selectFrom('editions')
    .select('id')
    .where('state', '=', 'frozen')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

type State = 'frozen' | 'paused';

async function change(
  db: Database,
  id: string,
  from: State | readonly State[],
  to: { state: State | 'cancelled'; reason: string | null; finished_at?: number },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('editions')
    .set(to)
    .where('id', '=', id)
    .where('state', 'in', [from].flat())
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

async function cancelWaiting(db: Database, editionIds: readonly string[], now: number): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('deliveries')
    .set({ state: 'cancelled', settled_at: now, detail: 'the edition was cancelled' })
    .where('edition_id', 'in', editionIds)
    .where('state', 'in', ['waiting', 'deferred'])
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

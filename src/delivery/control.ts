import type { EditionReason } from '../editions/reason.ts';
import { moveEdition } from '../editions/store/sending-store.ts';
import type { Database } from '../storage/schema/schema.ts';

/**
 * Holds an edition: nothing more of it is claimed, and what is claimed goes back within a second.
 * False when it was not under way.
 */
export async function pauseEdition(db: Database, id: string, reason: EditionReason): Promise<boolean> {
  return moveEdition(db, id, { from: ['frozen'], to: 'paused', reason });
}

/** Goes on where it stopped. False when it was not paused. */
export async function resumeEdition(db: Database, id: string): Promise<boolean> {
  return moveEdition(db, id, { from: ['paused'], to: 'frozen', reason: null });
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
    const end = { from: ['frozen', 'paused'], to: 'cancelled', reason, at: now } as const;
    if (!(await moveEdition(trx, id, end))) return undefined;
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

async function cancelWaiting(db: Database, editionIds: readonly string[], now: number): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('deliveries')
    .set({ state: 'cancelled', settled_at: now, detail: 'the edition was cancelled' })
    .where('edition_id', 'in', editionIds)
    .where('state', 'in', ['waiting', 'deferred'])
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

import type { Database, EditionTable } from '../../storage/schema/schema.ts';
import { editionId } from '../edition.ts';
import { type EditionReason, storedReason } from '../reason.ts';
import { OF_A_SLOT } from './kept-edition.ts';

/**
 * Returns the newest slot up to a moment that is settled: sent, empty, missed or skipped. A draft
 * is not: it is what a crash may have left half done. Neither is one found empty ahead of its slot:
 * by then there may be news.
 */
export async function lastSettledSlot(
  db: Database,
  newsletterId: string,
  until: number,
): Promise<number | undefined> {
  const last = await db
    .selectFrom('editions')
    .select('slot')
    .where('newsletter_id', '=', newsletterId)
    .where('slot', '<=', until)
    .where('state', '!=', 'draft')
    .where((row) => row.or([row('state', '!=', 'empty'), row('composed_at', '>=', row.ref('slot'))]))
    .where(OF_A_SLOT)
    .orderBy('slot', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last?.slot;
}

/** Returns the slots before another whose draft nobody has on the desk, the oldest first. */
export async function slotsLeftBehind(db: Database, newsletterId: string, before: number): Promise<number[]> {
  const rows = await db
    .selectFrom('editions')
    .select('slot')
    .where('newsletter_id', '=', newsletterId)
    .where('slot', '<', before)
    .where('state', '=', 'draft')
    .where('desk_since', 'is', null)
    .where(OF_A_SLOT)
    .orderBy('slot')
    .execute();
  return rows.map(({ slot }) => slot);
}

/**
 * Notes that a slot passed without an edition, and why; a draft that was left behind keeps its
 * content, for an approval that comes late. False when the slot has an edition.
 */
export async function recordMissed(
  db: Database,
  newsletterId: string,
  slot: number,
  reason: EditionReason,
  now: number,
): Promise<boolean> {
  const missed = { state: 'missed' as const, reason: storedReason(reason) };
  const row = await db
    .insertInto('editions')
    .values({
      id: editionId(newsletterId, slot),
      newsletter_id: newsletterId,
      slot,
      as_of: now,
      composed_at: now,
      ...missed,
    })
    .onConflict((conflict) =>
      conflict.columns(['newsletter_id', 'slot']).doUpdateSet(missed).where('editions.state', '=', 'draft'),
    )
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * Notes that a slot has no edition because somebody wanted none. False when there is one that has
 * left or was missed.
 */
export async function recordSkipped(
  db: Database,
  newsletterId: string,
  slot: number,
  reason: EditionReason,
  now: number,
): Promise<boolean> {
  const skipped = { state: 'skipped' as const, reason: storedReason(reason) };
  const id = editionId(newsletterId, slot);
  const row = await db
    .insertInto('editions')
    .values({ id, newsletter_id: newsletterId, slot, as_of: now, composed_at: now, ...skipped })
    .onConflict((conflict) =>
      conflict
        .columns(['newsletter_id', 'slot'])
        .doUpdateSet(skipped)
        .where('editions.state', 'in', ['draft', 'empty'])
        .where(OF_A_SLOT),
    )
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * Brings the draft of a skipped slot back, held where somebody is to look first. False when it was
 * not skipped, or had no draft.
 */
export async function bringBack(
  db: Database,
  id: string,
  hold?: { readonly at: number; readonly by: string },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('editions')
    .set({ state: 'draft', reason: null, ...(hold ? { held_at: hold.at, held_by: hold.by } : {}) })
    .where('id', '=', id)
    .where('state', '=', 'skipped')
    .where('content', 'is not', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Forgets that a slot was skipped. False when it was not. */
export async function forgetSkip(db: Database, id: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('editions')
    .where('id', '=', id)
    .where('state', '=', 'skipped')
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** An edition that a restore holds: it was going out, or its slot passed since. */
export interface HeldEdition {
  readonly id: string;
  readonly newsletterId: string;
  readonly slot: number;
  readonly state: EditionTable['state'];
}

/** Pauses whatever is going out; returns the ids. */
export async function pauseAllGoingOut(trx: Database, reason: EditionReason): Promise<string[]> {
  const rows = await trx
    .updateTable('editions')
    .set({ state: 'paused', reason: storedReason(reason) })
    .where('state', '=', 'frozen')
    .returning('id')
    .execute();
  return rows.map(({ id }) => id);
}

/** Returns the editions that are paused for a reason, and those skipped for the same since. */
export function heldFor(
  db: Database,
  reason: EditionReason,
  { foundAt, knownUntil }: { readonly foundAt: number; readonly knownUntil: number },
): Promise<HeldEdition[]> {
  return db
    .selectFrom('editions')
    .select(['id', 'newsletter_id as newsletterId', 'slot', 'state'])
    .where((row) =>
      row.or([
        row.and([row('state', '=', 'paused'), row('reason', '=', storedReason(reason))]),
        row.and([
          row('state', '=', 'skipped'),
          // Noted since, or a draft whose moment came after the backup.
          row.or([row('composed_at', '>=', foundAt), row('slot', '>', knownUntil)]),
          row('slot', '<=', foundAt),
        ]),
      ]),
    )
    .orderBy('slot')
    .execute();
}

import type { Database } from '../../storage/schema/schema.ts';
import { type EditionReason, readReason, storedReason } from '../reason.ts';

/** State of an edition whose ledger still has something to send. */
type UnderWay = 'frozen' | 'paused';

/** Move of an edition from one state to another; `at` where that is its end. */
export interface Move {
  readonly from: readonly UnderWay[];
  readonly to: UnderWay | 'cancelled';
  readonly reason: EditionReason | null;
  readonly at?: number;
}

/** Moves an edition. False when it was in none of the states that the move begins with. */
export async function moveEdition(
  db: Database,
  id: string,
  { from, to, reason, at }: Move,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('editions')
    .set({
      state: to,
      reason: storedReason(reason),
      ...(at === undefined ? {} : { finished_at: at }),
    })
    .where('id', '=', id)
    .where('state', 'in', from)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
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

/** Reports whether an edition is paused for such a reason. @throws when there is no such edition. */
export async function isPausedFor(db: Database, id: string, code: EditionReason['code']): Promise<boolean> {
  return (await pauseFor(db, id, code)) !== undefined;
}

/** Lets an edition go on that is paused for such a reason, unless it is paused for another by now. */
export async function resumeFrom(db: Database, id: string, code: EditionReason['code']): Promise<void> {
  const stored = await pauseFor(db, id, code);
  if (stored === undefined) return;
  await db
    .updateTable('editions')
    .set({ state: 'frozen', reason: null })
    .where('id', '=', id)
    .where('state', '=', 'paused')
    .where('reason', '=', stored)
    .execute();
}

/** Returns the reason as it is kept. */
async function pauseFor(db: Database, id: string, code: EditionReason['code']): Promise<string | undefined> {
  const { state, reason } = await db
    .selectFrom('editions')
    .select(['state', 'reason'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return state === 'paused' && readReason(reason)?.code === code ? (reason ?? undefined) : undefined;
}

/** Returns the ids of recent editions, newest slot first. */
export async function recentIds(db: Database, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('editions')
    .select('id')
    .orderBy('slot', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

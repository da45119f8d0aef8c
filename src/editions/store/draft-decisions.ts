import type { Database } from '../../storage/schema/schema.ts';
import type { Draft } from './draft-store.ts';
import { replaceStories } from './edition-store.ts';

/** Approval of a draft as it was found; nothing is written once it has moved on. */
export interface Approval {
  readonly revision: number;
  readonly by: string;
  readonly now: number;
  /** A moment to leave at; absent where that stays as it is. */
  readonly sendAt?: number | undefined;
}

/** Approves a draft, or one that was missed. False when somebody changed or held it meanwhile. */
export async function markApproved(
  db: Database,
  { id, state, deskSince }: Pick<Draft, 'id' | 'state' | 'deskSince'>,
  { revision, by, now, sendAt }: Approval,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('editions')
    .set({
      state: 'draft',
      reason: null,
      held_at: null,
      held_by: null,
      approved_at: now,
      approved_by: by,
      approved_revision: revision,
      desk_since: deskSince ?? now,
      ...(sendAt === undefined ? {} : { send_at: sendAt }),
    })
    .where('id', '=', id)
    .where('state', '=', state)
    .where('revision', '=', revision)
    // A draft that somebody holds is theirs; of one that was missed the hold is over.
    .where((row) => row.or([row('state', '=', 'missed'), row('held_at', 'is', null)]))
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Moves an approval on to another revision of the draft. */
export async function moveApproval(trx: Database, id: string, revision: number): Promise<void> {
  await trx.updateTable('editions').set({ approved_revision: revision }).where('id', '=', id).execute();
}

/** Holds a draft, on the desk. False when it is none, or held already. */
export async function markHeld(db: Database, id: string, by: string, now: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('editions')
    .set((row) => ({
      held_at: now,
      held_by: by,
      desk_since: row.fn.coalesce('desk_since', row.val(now)),
    }))
    .where('id', '=', id)
    .where('state', '=', 'draft')
    .where('held_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Ends the hold of a draft. False when nobody holds it. */
export async function endHold(db: Database, id: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('editions')
    .set({ held_at: null, held_by: null, reason: null })
    .where('id', '=', id)
    .where('state', '=', 'draft')
    .where('held_at', 'is not', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Gives a draft another moment to leave at; null for its slot. False when it is no draft. */
export async function moveDraft(
  db: Database,
  id: string,
  { sendAt, deskSince }: { readonly sendAt: number | null; readonly deskSince: number },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('editions')
    .set({ send_at: sendAt, reminded_at: null, reason: null, desk_since: deskSince })
    .where('id', '=', id)
    .where('state', '=', 'draft')
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Notes that the editors were reminded of a draft. False when they had been, or it is none. */
export async function markReminded(trx: Database, id: string, now: number): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('editions')
    .set({ reminded_at: now })
    .where('id', '=', id)
    .where('state', '=', 'draft')
    .where('reminded_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Empties a draft, and takes it off the desk. False when somebody changed or held it meanwhile. */
export async function emptyDraft(
  trx: Database,
  { id, revision }: Pick<Draft, 'id' | 'revision'>,
  now: number,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('editions')
    .set({
      // Its number goes on: a page that still shows the old draft must not approve the next one.
      ...{ state: 'empty', content: null, reason: null, revision: revision + 1, composed_at: now },
      ...{ desk_since: null, reminded_at: null, send_at: null },
      ...{ approved_at: null, approved_by: null, approved_revision: null },
    })
    .where('id', '=', id)
    .where('state', '=', 'draft')
    .where('revision', '=', revision)
    .where('held_at', 'is', null)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return false;
  await trx.deleteFrom('edition_revisions').where('edition_id', '=', id).execute();
  await replaceStories(trx, id, undefined);
  return true;
}

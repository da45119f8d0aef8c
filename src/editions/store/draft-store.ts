import type { Selectable } from 'kysely';
import { isPostgres } from '../../storage/database.ts';
import type { Database, EditionTable } from '../../storage/schema/schema.ts';
import type { EditionContent } from '../edition.ts';
import { forgetDrafts, replaceStories } from './edition-store.ts';
import { storedContent } from './kept-content.ts';
import { type KeptEdition, OF_A_SLOT, toKept } from './kept-edition.ts';

/**
 * An edition with all that decides whether, and when, it goes to its readers. Moments are UTC
 * milliseconds.
 */
export interface Draft extends KeptEdition {
  readonly revision: number;
  /** Since when it is on the editors' desk, where they alone change it. */
  readonly deskSince: number | null;
  readonly remindedAt: number | null;
  readonly heldAt: number | null;
  readonly heldBy: string | null;
  readonly approvedAt: number | null;
  readonly approvedBy: string | null;
  readonly approvedRevision: number | null;
  readonly sendAt: number | null;
  /** Time of the last composition. */
  readonly composedAt: number;
  /** The edition that this one corrects. */
  readonly corrects: string | null;
}

export async function findDraft(db: Database, id: string): Promise<Draft | undefined> {
  const row = await db.selectFrom('editions').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toDraft(row);
}

/**
 * Returns the edition as it is now, and lets nobody else change it before the transaction ends.
 * Locks the row where the database locks rows; SQLite has taken its one write lock with the
 * transaction.
 */
export async function lockDraft(trx: Database, id: string): Promise<Draft | undefined> {
  const query = trx.selectFrom('editions').selectAll().where('id', '=', id);
  const row = await (isPostgres(trx) ? query.forUpdate() : query).executeTakeFirst();
  return row && toDraft(row);
}

/** Keeps what editors made of a draft, which is on their desk from then on. */
export async function writeRevision(
  trx: Database,
  id: string,
  {
    revision,
    content,
    at,
  }: { readonly revision: number; readonly content: EditionContent; readonly at: number },
): Promise<void> {
  await trx
    .updateTable('editions')
    .set((edition) => ({
      content: storedContent(content),
      revision,
      desk_since: edition.fn.coalesce('desk_since', edition.val(at)),
    }))
    .where('id', '=', id)
    .execute();
  await replaceStories(trx, id, content);
}

/** Marks a draft as frozen: everybody was looked at, and from now on it is sent. */
export async function markFrozen(
  trx: Database,
  id: string,
  { candidates, now }: { readonly candidates: number; readonly now: number },
): Promise<void> {
  await trx
    .updateTable('editions')
    .set({ state: 'frozen', candidates, reason: null, dated_at: now })
    .where('id', '=', id)
    .execute();
  await forgetDrafts(trx, id);
}

/**
 * Drafts on the desk of a newsletter, the one that leaves first before the others; corrections have
 * no such way.
 */
export async function draftsOnDesk(db: Database, newsletterId: string): Promise<Draft[]> {
  const rows = await db
    .selectFrom('editions')
    .selectAll()
    .where('newsletter_id', '=', newsletterId)
    .where('state', '=', 'draft')
    .where('desk_since', 'is not', null)
    .where(OF_A_SLOT)
    .orderBy('slot')
    .execute();
  return rows.map(toDraft);
}

/**
 * Corrections that wait for somebody, the oldest first. They are no editions of a slot: the
 * schedule never asks for them.
 */
export async function correctionsOnDesk(db: Database, newsletterId: string): Promise<Draft[]> {
  const rows = await db
    .selectFrom('editions')
    .selectAll()
    .where('newsletter_id', '=', newsletterId)
    .where('corrects', 'is not', null)
    .where('state', '=', 'draft')
    .orderBy('slot')
    .execute();
  return rows.map(toDraft);
}

/** A row of `editions`, with what decides its way. */
export function toDraft(row: Selectable<EditionTable>): Draft {
  return {
    ...toKept(row),
    revision: row.revision,
    deskSince: row.desk_since,
    remindedAt: row.reminded_at,
    heldAt: row.held_at,
    heldBy: row.held_by,
    approvedAt: row.approved_at,
    approvedBy: row.approved_by,
    approvedRevision: row.approved_revision,
    sendAt: row.send_at,
    composedAt: row.composed_at,
    corrects: row.corrects,
  };
}

import { type Selectable, sql } from 'kysely';
import type { Database, EditionTable } from '../../storage/schema/schema.ts';
import type { Edition, EditionContent } from '../edition.ts';
import { editionId } from '../edition.ts';
import { type EditionReason, readReason, storedReason } from '../reason.ts';

/** An edition as it is kept; without content while there is nothing to send. */
export interface KeptEdition {
  readonly id: string;
  readonly newsletterId: string;
  readonly slot: number;
  /** The moment whose day it bears: when it left, or is to leave as things stand. */
  readonly datedAt: number;
  readonly state: EditionTable['state'];
  readonly reason: EditionReason | null;
  readonly content: EditionContent | undefined;
}

/** States of editions that readers may have received. */
export const SENT_STATES: readonly EditionTable['state'][] = ['frozen', 'paused', 'finished', 'cancelled'];

export interface NewEdition {
  readonly newsletterId: string;
  readonly slot: number;
  readonly asOf: number;
  readonly composedAt: number;
  readonly content: EditionContent | undefined;
  readonly reason: EditionReason | null;
  /**
   * It is a draft also without content: for the reason given nobody can say yet that there is
   * nothing to tell.
   */
  readonly isOpen?: boolean;
  /** Since when it is on the editors' desk; absent while nobody has looked. */
  readonly deskSince?: number;
}

/**
 * Keeps the draft of a slot. The unique `(newsletter, slot)` makes it one whoever composes; a draft
 * is replaced as often as it is composed anew, but not once it is on the editors' desk, and an
 * edition that was frozen is never touched.
 */
export async function saveDraft(db: Database, edition: NewEdition): Promise<KeptEdition> {
  return db.transaction().execute(async (trx) => {
    await writeDraft(trx, edition);
    return keptEdition(trx, editionId(edition.newsletterId, edition.slot));
  });
}

/**
 * The same inside a transaction. False when it is not ours to replace: an editor has it, or it has
 * left.
 */
export async function writeDraft(trx: Database, edition: NewEdition): Promise<boolean> {
  const id = editionId(edition.newsletterId, edition.slot);
  const changing = {
    state: edition.content || edition.isOpen ? ('draft' as const) : ('empty' as const),
    as_of: edition.asOf,
    composed_at: edition.composedAt,
    content: edition.content ? JSON.stringify(edition.content) : null,
    reason: storedReason(edition.reason),
    desk_since: edition.deskSince ?? null,
  };
  const saved = await trx
    .insertInto('editions')
    .values({ id, newsletter_id: edition.newsletterId, slot: edition.slot, ...changing })
    .onConflict((conflict) =>
      conflict
        .columns(['newsletter_id', 'slot'])
        .doUpdateSet({ ...changing, revision: nextRevision })
        .where('editions.state', 'in', ['draft', 'empty', 'missed'])
        .where('editions.desk_since', 'is', null),
    )
    .returning('id')
    .executeTakeFirst();
  if (saved) await replaceStories(trx, id, edition.content);
  return saved !== undefined;
}

/**
 * One more where there was something to look at before and this is not the same: what an editor saw
 * is gone then.
 */
const nextRevision = sql<number>`case when editions.content is null or editions.content = excluded.content
  then editions.revision else editions.revision + 1 end`;

/** Notes why a draft does not leave. */
export async function holdDraft(db: Database, id: string, reason: EditionReason): Promise<void> {
  await db
    .updateTable('editions')
    .set({ reason: storedReason(reason) })
    .where('id', '=', id)
    .where('state', '=', 'draft')
    .execute();
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

export async function findEdition(db: Database, id: string): Promise<KeptEdition | undefined> {
  const row = await db.selectFrom('editions').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toKept(row);
}

/**
 * The newest edition of a newsletter up to a moment, whatever became of it; a correction is none of
 * its own.
 */
export async function latestEdition(
  db: Database,
  newsletterId: string,
  until = Number.MAX_SAFE_INTEGER,
): Promise<KeptEdition | undefined> {
  const row = await db
    .selectFrom('editions')
    .selectAll()
    .where('newsletter_id', '=', newsletterId)
    .where('slot', '<=', until)
    .where('corrects', 'is', null)
    .orderBy('slot', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && toKept(row);
}

/** Editions readers have been sent, newest first. */
export async function sentEditions(db: Database, newsletterId?: string, limit = 100): Promise<KeptEdition[]> {
  let query = db
    .selectFrom('editions')
    .selectAll()
    .where('state', 'in', SENT_STATES)
    .where('corrects', 'is', null);
  if (newsletterId) query = query.where('newsletter_id', '=', newsletterId);
  const rows = await query.orderBy('slot', 'desc').limit(limit).execute();
  return rows.map(toKept);
}

/**
 * Editions of a newsletter that were sent, with slots in `[from, until)`, newest first: all, or the
 * first `limit`.
 */
export async function editionsBetween(
  db: Database,
  newsletterId: string,
  from: number,
  until: number,
  limit?: number,
): Promise<KeptEdition[]> {
  let query = db
    .selectFrom('editions')
    .selectAll()
    .where('newsletter_id', '=', newsletterId)
    .where('slot', '>=', from)
    .where('slot', '<', until)
    .where('state', 'in', SENT_STATES)
    .where('corrects', 'is', null)
    .orderBy('slot', 'desc');
  if (limit !== undefined) query = query.limit(limit);
  return (await query.execute()).map(toKept);
}

/**
 * Returns an edition that has something to say.
 * @param now of one that has not left: whose moment has passed already is dated today.
 * @throws when it has no content.
 */
export function withContent(kept: KeptEdition, now = 0): Edition {
  const { id, newsletterId, slot, state, content } = kept;
  if (!content) throw new Error(`${id} has no content (${state})`);
  const datedAt = SENT_STATES.includes(state) ? kept.datedAt : Math.max(kept.datedAt, now);
  return { id, newsletterId, slot, datedAt, content };
}

async function keptEdition(db: Database, id: string): Promise<KeptEdition> {
  return toKept(await db.selectFrom('editions').selectAll().where('id', '=', id).executeTakeFirstOrThrow());
}

/** Replaces the articles that an edition tells. */
export async function replaceStories(
  db: Database,
  id: string,
  content: EditionContent | undefined,
): Promise<void> {
  await db.deleteFrom('edition_stories').where('edition_id', '=', id).execute();
  const rows = content?.stories.map(({ bit, articleId }) => ({
    edition_id: id,
    bit,
    article_id: articleId,
  }));
  if (rows?.length) await db.insertInto('edition_stories').values(rows).execute();
}

/** A row of `editions` with its content read. */
export function toKept(row: Selectable<EditionTable>): KeptEdition {
  return {
    id: row.id,
    newsletterId: row.newsletter_id,
    slot: row.slot,
    datedAt: row.dated_at ?? (SENT_STATES.includes(row.state) ? row.slot : (row.send_at ?? row.slot)),
    state: row.state,
    reason: readReason(row.reason),
    content: row.content === null ? undefined : JSON.parse(row.content),
  };
}

/**
 * Once an edition has left, nobody can go back: what its draft was is forgotten, and what was done
 * stays.
 */
export async function forgetDrafts(trx: Database, id: string): Promise<void> {
  await trx.updateTable('edition_revisions').set({ content: null }).where('edition_id', '=', id).execute();
}

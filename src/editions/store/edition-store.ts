import { sql } from 'kysely';
import type { Database } from '../../storage/schema/schema.ts';
import { type EditionContent, editionId } from '../edition.ts';
import { type EditionReason, storedReason } from '../reason.ts';
import { readContent, storedContent } from './kept-content.ts';
import { type KeptEdition, OF_A_SLOT, toKept } from './kept-edition.ts';

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
    content: edition.content ? storedContent(edition.content) : null,
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
    .where(OF_A_SLOT)
    .orderBy('slot', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && toKept(row);
}

/** Returns the content of an edition; undefined where it has none, or there is no such edition. */
export async function contentOf(db: Database, id: string): Promise<EditionContent | undefined> {
  const row = await db.selectFrom('editions').select('content').where('id', '=', id).executeTakeFirst();
  return readContent(row?.content);
}

/** Returns the revision of an edition; undefined where there is no such edition. */
export async function findRevision(db: Database, id: string): Promise<number | undefined> {
  const row = await db.selectFrom('editions').select('revision').where('id', '=', id).executeTakeFirst();
  return row && Number(row.revision);
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

/**
 * Once an edition has left, nobody can go back: what its draft was is forgotten, and what was done
 * stays.
 */
export async function forgetDrafts(trx: Database, id: string): Promise<void> {
  await trx.updateTable('edition_revisions').set({ content: null }).where('edition_id', '=', id).execute();
}

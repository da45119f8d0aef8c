import type { Database, EditionTable } from '../storage/schema.ts';
import type { PreviousEdition, Told } from './compose.ts';
import type { Edition, EditionContent } from './edition.ts';
import { editionId } from './edition.ts';

/** An edition as it is kept; without content while there is nothing to send. */
export interface KeptEdition {
  readonly id: string;
  readonly newsletterId: string;
  readonly slot: number;
  readonly state: EditionTable['state'];
  readonly reason: string | null;
  readonly content: EditionContent | undefined;
}

/** Those of which readers may have got something. */
export const SENT_STATES: readonly EditionTable['state'][] = ['frozen', 'paused', 'finished', 'cancelled'];

export interface NewEdition {
  readonly newsletterId: string;
  readonly slot: number;
  readonly asOf: number;
  readonly composedAt: number;
  readonly content: EditionContent | undefined;
  readonly reason: string | null;
}

/**
 * Keeps the draft of a slot. The unique `(newsletter, slot)` makes it one whoever composes; a draft is replaced as
 * often as it is composed anew, and an edition that was frozen is never touched.
 */
export async function saveDraft(db: Database, edition: NewEdition): Promise<KeptEdition> {
  const id = editionId(edition.newsletterId, edition.slot);
  return db.transaction().execute(async (trx) => {
    const changing = {
      state: edition.content ? ('draft' as const) : ('empty' as const),
      as_of: edition.asOf,
      composed_at: edition.composedAt,
      content: edition.content ? JSON.stringify(edition.content) : null,
      reason: edition.reason,
    };
    const saved = await trx
      .insertInto('editions')
      .values({ id, newsletter_id: edition.newsletterId, slot: edition.slot, ...changing })
      .onConflict((conflict) =>
        conflict
          .columns(['newsletter_id', 'slot'])
          .doUpdateSet(changing)
          .where('editions.state', 'in', ['draft', 'empty', 'missed']),
      )
      .returning('id')
      .executeTakeFirst();
    if (saved) await replaceStories(trx, id, edition.content);
    return keptEdition(trx, id);
  });
}

/** Notes why a draft does not leave. */
export async function holdDraft(db: Database, id: string, reason: string): Promise<void> {
  await db
    .updateTable('editions')
    .set({ reason })
    .where('id', '=', id)
    .where('state', '=', 'draft')
    .execute();
}

/** Notes that a slot passed without an edition, and why; also where a draft was left behind. False when it has one. */
export async function recordMissed(
  db: Database,
  newsletterId: string,
  slot: number,
  reason: string,
  now: number,
): Promise<boolean> {
  const missed = { state: 'missed' as const, as_of: now, composed_at: now, content: null, reason };
  const row = await db
    .insertInto('editions')
    .values({ id: editionId(newsletterId, slot), newsletter_id: newsletterId, slot, ...missed })
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

/** The newest edition of a newsletter, whatever became of it. */
export async function latestEdition(db: Database, newsletterId: string): Promise<KeptEdition | undefined> {
  const row = await db
    .selectFrom('editions')
    .selectAll()
    .where('newsletter_id', '=', newsletterId)
    .orderBy('slot', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && toKept(row);
}

/** Editions readers have been sent, newest first. */
export async function sentEditions(db: Database, newsletterId?: string, limit = 100): Promise<KeptEdition[]> {
  let query = db.selectFrom('editions').selectAll().where('state', 'in', SENT_STATES);
  if (newsletterId) query = query.where('newsletter_id', '=', newsletterId);
  const rows = await query.orderBy('slot', 'desc').limit(limit).execute();
  return rows.map(toKept);
}

/** Editions of a newsletter that were sent, with slots in `[from, until)`, newest first: all, or the first `limit`. */
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
    .orderBy('slot', 'desc');
  if (limit !== undefined) query = query.limit(limit);
  return (await query.execute()).map(toKept);
}

/** The newest slot before a moment at which a newsletter was sent. */
export async function sentSlotBefore(
  db: Database,
  newsletterId: string,
  before: number,
): Promise<number | undefined> {
  const row = await db
    .selectFrom('editions')
    .select('slot')
    .where('newsletter_id', '=', newsletterId)
    .where('slot', '<', before)
    .where('state', 'in', SENT_STATES)
    .orderBy('slot', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.slot;
}

/** The last edition before a slot that was sent; empty and missed ones told nobody anything. */
export async function previousEdition(
  db: Database,
  newsletterId: string,
  slot: number,
): Promise<PreviousEdition | undefined> {
  const row = await db
    .selectFrom('editions')
    .select(['id', 'as_of', 'composed_at'])
    .where('newsletter_id', '=', newsletterId)
    .where('slot', '<', slot)
    .where('state', 'in', SENT_STATES)
    .orderBy('slot', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && { id: row.id, asOf: row.as_of, composedAt: row.composed_at };
}

/** How far the other sent editions of a newsletter told a story, by story id, of those whose slot is `since` or later. */
export async function toldStories(
  db: Database,
  newsletterId: string,
  slot: number,
  since: number,
): Promise<Map<number, Told>> {
  const rows = await db
    .selectFrom('edition_stories')
    .innerJoin('editions', 'editions.id', 'edition_stories.edition_id')
    .innerJoin('articles', 'articles.id', 'edition_stories.article_id')
    .select(['articles.id', 'story_id', 'chapter', 'edition_id'])
    .where('newsletter_id', '=', newsletterId)
    .where('slot', '>=', since)
    .where('slot', '!=', slot)
    .where('state', 'in', SENT_STATES)
    .orderBy('chapter')
    .orderBy('slot')
    .execute();
  return new Map(
    rows.map(({ id, story_id, chapter, edition_id }) => [
      story_id ?? id,
      { editionId: edition_id, chapter: Number(chapter) },
    ]),
  );
}

/** An edition that has something to say. @throws when it has not. */
export function withContent(kept: KeptEdition): Edition {
  if (!kept.content) throw new Error(`${kept.id} has no content (${kept.state})`);
  return { id: kept.id, newsletterId: kept.newsletterId, slot: kept.slot, content: kept.content };
}

async function keptEdition(db: Database, id: string): Promise<KeptEdition> {
  return toKept(await db.selectFrom('editions').selectAll().where('id', '=', id).executeTakeFirstOrThrow());
}

async function replaceStories(db: Database, id: string, content: EditionContent | undefined): Promise<void> {
  await db.deleteFrom('edition_stories').where('edition_id', '=', id).execute();
  const rows = content?.stories.map(({ bit, articleId }) => ({
    edition_id: id,
    bit,
    article_id: articleId,
  }));
  if (rows?.length) await db.insertInto('edition_stories').values(rows).execute();
}

function toKept(row: {
  id: string;
  newsletter_id: string;
  slot: number;
  state: EditionTable['state'];
  reason: string | null;
  content: string | null;
}): KeptEdition {
  return {
    id: row.id,
    newsletterId: row.newsletter_id,
    slot: row.slot,
    state: row.state,
    reason: row.reason,
    content: row.content === null ? undefined : JSON.parse(row.content),
  };
}

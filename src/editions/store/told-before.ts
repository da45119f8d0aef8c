import { momentsOf } from '../../articles/article-row.ts';
import type { Moments } from '../../articles/zoned.ts';
import type { Database, EditionTable } from '../../storage/schema/schema.ts';
import { OF_A_SLOT, SENT_STATES } from './kept-edition.ts';

/** Point to which an edition told a story. */
export interface Told {
  readonly editionId: string;
  readonly chapter: number;
  /** Time of the article that it told the story with, UTC milliseconds. */
  readonly publishedAt: number;
  readonly moments?: Moments;
}

/** Earlier edition that an edition may look back on. */
export interface PreviousEdition {
  readonly id: string;
  readonly asOf: number;
  readonly composedAt: number;
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
    .where(OF_A_SLOT)
    .orderBy('slot', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && { id: row.id, asOf: row.as_of, composedAt: row.composed_at };
}

/** Returns the articles among these that an edition of any newsletter has sent to readers. */
export async function sentAmong(db: Database, articleIds: readonly number[]): Promise<ReadonlySet<number>> {
  if (articleIds.length === 0) return new Set();
  const rows = await db
    .selectFrom('edition_stories')
    .innerJoin('editions', 'editions.id', 'edition_stories.edition_id')
    .select('article_id')
    .distinct()
    .where('article_id', 'in', articleIds)
    .where('state', 'in', SENT_STATES)
    .execute();
  return new Set(rows.map(({ article_id }) => article_id));
}

/**
 * Returns the point to which a newsletter's other sent editions told each story, by story id,
 * counting slots from `since` on.
 */
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
    .select(['articles.id', 'story_id', 'chapter', 'published_at', 'moments', 'edition_id'])
    .where('newsletter_id', '=', newsletterId)
    .where('slot', '>=', since)
    .where('slot', '!=', slot)
    .where('state', 'in', SENT_STATES)
    .where(OF_A_SLOT)
    .orderBy('chapter')
    .orderBy('slot')
    .execute();
  return new Map(
    rows.map((row) => [
      row.story_id ?? row.id,
      {
        editionId: row.edition_id,
        chapter: Number(row.chapter),
        publishedAt: Number(row.published_at),
        ...momentsOf(row),
      },
    ]),
  );
}

/** A story as an edition told it. */
export interface EarlierTelling {
  readonly editionId: string;
  readonly slot: number;
  readonly articleId: number;
}

/** Returns the newest earlier editions of the same newsletter that told a story, by whichever article. */
export async function tellingsBefore(
  db: Database,
  { id, newsletterId, slot }: { readonly id: string; readonly newsletterId: string; readonly slot: number },
  articleId: number,
  limit: number,
): Promise<EarlierTelling[]> {
  const tellings = db
    .selectFrom('articles')
    .select('id')
    .where('story_id', '=', (query) =>
      query.selectFrom('articles as asked').select('asked.story_id').where('asked.id', '=', articleId),
    );
  return db
    .selectFrom('edition_stories')
    .innerJoin('editions', 'editions.id', 'edition_id')
    .select(['editions.id as editionId', 'editions.slot', 'article_id as articleId'])
    .where((row) => row.or([row('article_id', '=', articleId), row('article_id', 'in', tellings)]))
    .where('newsletter_id', '=', newsletterId)
    .where('slot', '<', slot)
    .where('editions.id', '!=', id)
    .where('state', 'in', SENT_STATES)
    .where(OF_A_SLOT)
    .orderBy('slot', 'desc')
    .limit(limit)
    .execute();
}

/**
 * Returns where other editions tell the stories of these articles, in the same chapter or a later
 * one: stories as they are today, after any split or merge.
 */
export function repeatsElsewhere(
  db: Database,
  editionId: string,
  articleIds: readonly number[],
): Promise<{ readonly articleId: number; readonly editionId: string; readonly bit: number }[]> {
  return db
    .selectFrom('articles as a')
    .innerJoin('articles as b', 'b.story_id', 'a.story_id')
    .innerJoin('edition_stories as there', 'there.article_id', 'b.id')
    .select(['a.id as articleId', 'there.edition_id as editionId', 'there.bit'])
    .where('a.id', 'in', articleIds)
    .where('there.edition_id', '!=', editionId)
    .whereRef('b.chapter', '>=', 'a.chapter')
    .execute();
}

/** Counts, by source, the articles first seen since a moment that readers were sent. */
export async function toldBySource(db: Database, since: number): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom('articles')
    .innerJoin('edition_stories', 'edition_stories.article_id', 'articles.id')
    .innerJoin('editions', 'editions.id', 'edition_stories.edition_id')
    .select(({ fn }) => ['source_id', fn.count<number>('articles.id').distinct().as('told')])
    .where('first_seen_at', '>=', since)
    .where('editions.state', 'in', SENT_STATES)
    .groupBy('source_id')
    .execute();
  return new Map(rows.map((row) => [row.source_id, Number(row.told)]));
}

/** An edition that has an article. */
export interface Telling {
  readonly editionId: string;
  readonly newsletterId: string;
  readonly slot: number;
  readonly state: EditionTable['state'];
  readonly isPulled: boolean;
}

/** The editions that have each of the articles, of whatever state, newest first. */
export async function tellingsOf(db: Database, ids: readonly number[]): Promise<Map<number, Telling[]>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('edition_stories')
    .innerJoin('editions', 'editions.id', 'edition_stories.edition_id')
    .select(['article_id', 'edition_id', 'newsletter_id', 'slot', 'state', 'pulled_at'])
    .where('article_id', 'in', ids)
    .orderBy('slot', 'desc')
    .orderBy('edition_id')
    .execute();
  const tellings = Map.groupBy(rows, (row) => row.article_id);
  return new Map(
    [...tellings].map(([id, editions]) => [
      id,
      editions.map((row) => ({
        editionId: row.edition_id,
        newsletterId: row.newsletter_id,
        slot: row.slot,
        state: row.state,
        isPulled: row.pulled_at !== null,
      })),
    ]),
  );
}

import { momentsOf } from '../../articles/article-row.ts';
import type { Moments } from '../../articles/zoned.ts';
import type { Database } from '../../storage/schema/schema.ts';
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

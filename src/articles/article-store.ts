import type { Database } from '../storage/schema/schema.ts';
import type { Article } from './article.ts';
import { type ArticleRow, articleOf } from './article-row.ts';
import { allInZone, FURTHEST_APART_MS } from './zoned.ts';

interface ArticleRange {
  readonly from: number;
  readonly until: number;
  /** All sources where it is absent. */
  readonly sourceIds?: readonly string[];
  /**
   * IANA name, of the newsletter that asks: by its clock articles are published. By the easternmost
   * where it is absent.
   */
  readonly timeZone?: string;
}

/** Returns the articles published in `[from, until)`, newest first. */
export async function articlesBetween(
  db: Database,
  { from, until, sourceIds, timeZone }: ArticleRange,
): Promise<Article[]> {
  if (sourceIds?.length === 0) return [];
  const rows = await db
    .selectFrom('articles')
    .selectAll()
    .where('published_at', '>=', timeZone === undefined ? from : from - FURTHEST_APART_MS)
    .where('published_at', '<', until)
    .where('withdrawn_at', 'is', null)
    .$if(sourceIds !== undefined, (query) => query.where('source_id', 'in', sourceIds ?? []))
    .orderBy('published_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  const articles = rows.map(articleOf);
  if (timeZone === undefined) return articles;
  return allInZone(articles, timeZone)
    .filter(({ publishedAt }) => publishedAt >= from && publishedAt < until)
    .sort((a, b) => b.publishedAt - a.publishedAt || b.id - a.id);
}

/**
 * Returns those that still stand, in no order.
 * @param timeZone of the newsletter that asks: by its clock articles are published, and expire.
 */
export async function articlesById(
  db: Database,
  ids: readonly number[],
  timeZone?: string,
): Promise<Article[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('articles')
    .selectAll()
    .where('id', 'in', ids)
    .where('withdrawn_at', 'is', null)
    .execute();
  const articles = rows.map(articleOf);
  return timeZone === undefined ? articles : allInZone(articles, timeZone);
}

/** Returns the ids among these whose source has withdrawn them. */
export async function withdrawnAmong(db: Database, ids: readonly number[]): Promise<ReadonlySet<number>> {
  if (ids.length === 0) return new Set();
  const rows = await db
    .selectFrom('articles')
    .select('id')
    .where('id', 'in', ids)
    .where('withdrawn_at', 'is not', null)
    .execute();
  return new Set(rows.map(({ id }) => id));
}

/**
 * @param link canonical, see `canonicalLink`.
 * @param now UTC milliseconds.
 * @returns undefined also for an article that was withdrawn, or waits for its moment.
 */
export async function articleByLink(db: Database, link: string, now: number): Promise<Article | undefined> {
  const row = await db
    .selectFrom('articles')
    .selectAll()
    .where('link', '=', link)
    .where('published_at', '<=', now)
    .where('withdrawn_at', 'is', null)
    .executeTakeFirst();
  return row && articleOf(row);
}

/** Returns the first headlines that a source brought at one moment, the newest first. */
export function headlinesSeenAt(
  db: Database,
  sourceId: string,
  at: number,
  limit: number,
): Promise<{ readonly id: number; readonly headline: string }[]> {
  return db
    .selectFrom('articles')
    .select(['id', 'headline'])
    .where('source_id', '=', sourceId)
    .where('first_seen_at', '=', at)
    .orderBy('published_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

/** Returns the headline of an article, withdrawn or not; undefined where there is no such article. */
export async function headlineOf(db: Database, id: number): Promise<string | undefined> {
  const row = await db.selectFrom('articles').select('headline').where('id', '=', id).executeTakeFirst();
  return row?.headline;
}

/**
 * Returns those among articles that may not stand at a moment: withdrawn, dated after it, or dated
 * by several clocks.
 */
export function unsettledAmong(
  db: Database,
  ids: readonly number[],
  now: number,
): Promise<Pick<ArticleRow, 'id' | 'withdrawn_at' | 'published_at' | 'moments'>[]> {
  return db
    .selectFrom('articles')
    .select(['id', 'withdrawn_at', 'published_at', 'moments'])
    .where('id', 'in', ids)
    .where(({ or, eb }) =>
      or([eb('withdrawn_at', 'is not', null), eb('published_at', '>', now), eb('moments', 'is not', null)]),
    )
    .execute();
}

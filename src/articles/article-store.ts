import type { Database } from '../storage/schema.ts';
import type { Article } from './article.ts';
import { articleOf } from './article-row.ts';

/** Articles published in `[from, until)`, newest first. No `sourceIds` means all sources. */
export async function articlesBetween(
  db: Database,
  { from, until, sourceIds }: { from: number; until: number; sourceIds?: readonly string[] },
): Promise<Article[]> {
  if (sourceIds?.length === 0) return [];
  const rows = await db
    .selectFrom('articles')
    .selectAll()
    .where('published_at', '>=', from)
    .where('published_at', '<', until)
    .where('withdrawn_at', 'is', null)
    .$if(sourceIds !== undefined, (query) => query.where('source_id', 'in', sourceIds ?? []))
    .orderBy('published_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  return rows.map(articleOf);
}

/** Those that still stand, in no order. */
export async function articlesById(db: Database, ids: readonly number[]): Promise<Article[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('articles')
    .selectAll()
    .where('id', 'in', ids)
    .where('withdrawn_at', 'is', null)
    .execute();
  return rows.map(articleOf);
}

/** Those of them whose source has taken them back. */
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

import { nextTurn } from '../../base/processes/turn.ts';
import type { Database } from '../../storage/schema/schema.ts';
import type { CollectedArticle } from '../article.ts';

/** Below 999, the smallest limit on parameters that an SQLite was ever built with. */
const CHUNK = 500;

/** Selection of a source's articles to keep this time. */
export interface Taken {
  /** Known articles, and the newest of the new ones. */
  readonly kept: readonly CollectedArticle[];
  /** Articles kept that are new. */
  readonly fresh: readonly CollectedArticle[];
  /** Number of new articles left for the next time. */
  readonly later: number;
}

/**
 * All that are known, and of the others as many as may be new at once: the newest; of equals those
 * that the source names first.
 */
export async function newestOfNew(
  db: Database,
  collected: readonly CollectedArticle[],
  most: number,
): Promise<Taken> {
  const known = await knownLinks(
    db,
    collected.map(({ link }) => link),
  );
  const unknown = collected.filter(({ link }) => !known.has(link));
  const fresh = unknown.toSorted((a, b) => b.publishedAt - a.publishedAt).slice(0, most);
  const old = collected.filter(({ link }) => known.has(link));
  return { kept: [...old, ...fresh], fresh, later: unknown.length - fresh.length };
}

async function knownLinks(db: Database, links: readonly string[]): Promise<ReadonlySet<string>> {
  const known = new Set<string>();
  for (let at = 0; at < links.length; at += CHUNK) {
    const rows = await db
      .selectFrom('articles')
      .select('link')
      .where('link', 'in', links.slice(at, at + CHUNK))
      .execute();
    for (const { link } of rows) known.add(link);
    await nextTurn();
  }
  return known;
}

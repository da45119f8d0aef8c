import type { Database } from '../../storage/schema/schema.ts';
import type { CollectedArticle } from '../article.ts';

/**
 * Leaves an article under the link it was first kept by. Fragments and guids became part of links
 * later than some articles were collected, and an entry that had its page to itself may have to
 * share it: without this, readers would be told the same news again. An article is known by its
 * page, source and headline.
 */
export async function underKnownLinks(
  db: Database,
  sourceId: string,
  articles: readonly CollectedArticle[],
): Promise<CollectedArticle[]> {
  const pages = [
    ...new Set(articles.filter(({ link }) => link.includes('#')).map(({ link }) => pageOf(link))),
  ];
  if (pages.length === 0) return [...articles];
  const known = await knownHeadlines(db, sourceId, pages);
  const taken = new Set(articles.map(({ link }) => link));
  return articles.map((article) => {
    const page = pageOf(article.link);
    if (page === article.link || taken.has(page) || known.get(page) !== article.headline) return article;
    taken.add(page);
    return { ...article, address: article.address ?? article.link, link: page };
  });
}

const CHUNK = 500;

async function knownHeadlines(
  db: Database,
  sourceId: string,
  pages: readonly string[],
): Promise<Map<string, string>> {
  const known = new Map<string, string>();
  for (let at = 0; at < pages.length; at += CHUNK) {
    const rows = await db
      .selectFrom('articles')
      .select(['link', 'headline'])
      .where('source_id', '=', sourceId)
      .where('link', 'in', pages.slice(at, at + CHUNK))
      .execute();
    for (const { link, headline } of rows) known.set(link, headline);
  }
  return known;
}

function pageOf(link: string): string {
  return link.split('#')[0] ?? link;
}

import type { Subject } from '../../config/sensitive.ts';
import type { Database } from '../../storage/schema/schema.ts';
import type { Article } from '../article.ts';
import { type Tag, tagsOf } from './sensitivity.ts';

/** An article with its sensitive subjects, and who says so. */
export interface TaggedArticle {
  readonly article: Article;
  /** True where an editor decided: then neither the rules nor the article's own file count. */
  readonly decided: boolean;
  readonly tags: readonly Tag[];
}

/** Stays below 999, the smallest limit on parameters that an SQLite was ever built with. */
const CHUNK = 500;

/**
 * An editor's word: this article has these sensitive subjects and no others, whatever the rules say
 * and however often it is collected again. It counts for every edition composed from now on.
 * @returns false where there is no such article.
 */
export async function decideTags(
  db: Database,
  articleId: number,
  tags: readonly string[],
  now: number,
): Promise<boolean> {
  const article = await db.selectFrom('articles').select('id').where('id', '=', articleId).executeTakeFirst();
  if (!article) return false;
  const decision = { tags: JSON.stringify([...new Set(tags)]), at: now };
  await db
    .insertInto('tag_decisions')
    .values({ article_id: articleId, ...decision })
    .onConflict((conflict) => conflict.column('article_id').doUpdateSet(decision))
    .execute();
  return true;
}

/** Lets the rules decide again. @returns false where nothing was decided. */
export async function clearDecision(db: Database, articleId: number): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('tag_decisions')
    .where('article_id', '=', articleId)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/**
 * The articles with all their sensitive subjects as `tags`: what an editor decided, else those the
 * article names itself among its keywords together with those the rules find. Worked out when it is
 * asked for, so a changed rule counts at once.
 */
export async function taggedArticles(
  db: Database,
  articles: readonly Article[],
  subjects: readonly Subject[],
): Promise<Article[]> {
  const tagged = await tagsWithReasons(db, articles, subjects);
  return tagged.map(({ article, tags }) => ({
    ...article,
    keywords: article.tags,
    tags: tags.map(({ subject }) => subject),
  }));
}

/** Returns the tags as `taggedArticles` does, with the reason for each. */
export async function tagsWithReasons(
  db: Database,
  articles: readonly Article[],
  subjects: readonly Subject[],
): Promise<TaggedArticle[]> {
  const decisions = await decisionsFor(db, articles);
  return articles.map((article) => {
    const decided = decisions.get(article.id);
    if (!decided) return { article, decided: false, tags: ownAndFound(article, subjects) };
    return {
      article,
      decided: true,
      tags: decided.map((subject) => ({ subject, because: 'an editor said so' })),
    };
  });
}

/**
 * In the order of the rules. An article's own tags are keywords, as its editors use them
 * everywhere: only those that name a subject of the rules count, by its id or by what it is called.
 */
function ownAndFound(article: Article, subjects: readonly Subject[]): Tag[] {
  const found = tagsOf(article, subjects);
  const keywords = new Set(article.tags.map(foldName));
  const named = subjects.filter((subject) => namesOf(subject).some((name) => keywords.has(name)));
  const own = new Set(named.flatMap(({ id, also }) => [id, ...also]));
  return subjects.flatMap(({ id }): Tag[] => {
    const tag = found.find(({ subject }) => subject === id);
    if (tag) return [tag];
    return own.has(id) ? [{ subject: id, because: 'the article says so' }] : [];
  });
}

function namesOf({ id, title, translations }: Subject): string[] {
  return [id, title, ...Object.values(translations).map((one) => one.title)].map(foldName);
}

/** "Baby loss", "baby-loss" and "#babyLoss" are one name. */
function foldName(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}

async function decisionsFor(
  db: Database,
  articles: readonly Article[],
): Promise<ReadonlyMap<number, readonly string[]>> {
  const decisions = new Map<number, readonly string[]>();
  for (let at = 0; at < articles.length; at += CHUNK) {
    const ids = articles.slice(at, at + CHUNK).map(({ id }) => id);
    const rows = await db.selectFrom('tag_decisions').selectAll().where('article_id', 'in', ids).execute();
    for (const row of rows) decisions.set(row.article_id, JSON.parse(row.tags) as string[]);
  }
  return decisions;
}

import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import { folded } from '../base/text/folded.ts';
import type { Database, Schema } from '../storage/schema/schema.ts';
import type { Article } from './article.ts';
import { type ArticleRow, articleOf } from './article-row.ts';

/** An article with what became of it since it was first seen. */
export interface StoredArticle extends Article {
  /** Time its text last changed; else the time it was first seen. UTC milliseconds. */
  readonly updatedAt: number;
  readonly withdrawnAt: number | null;
}

/** Filter for articles; fields left out do not narrow the search. */
export interface ArticleSearch {
  /** Words that must all be in the headline or the standfirst, whatever their case and accents. */
  readonly text?: string;
  readonly sourceIds?: readonly string[];
  /** Published then or later: UTC milliseconds. */
  readonly from?: number;
  /** Only these. */
  readonly ids?: readonly number[];
  readonly withdrawn?: true;
  /** Restricts the search to articles whose sensitive subjects an editor decided. */
  readonly decided?: true;
}

/** End of a page of the list; the next page holds older articles. */
export interface Cursor {
  readonly publishedAt: number;
  readonly id: number;
}

export interface SearchPage {
  readonly before: Cursor | undefined;
  /** Number of articles on a page. */
  readonly limit: number;
  /** Filters a batch by a condition that the database cannot evaluate. */
  readonly sift?: (articles: readonly StoredArticle[]) => Promise<readonly StoredArticle[]>;
}

export interface FoundArticles {
  /** Newest first. */
  readonly articles: readonly StoredArticle[];
  /** Undefined where there is nothing older. */
  readonly next: Cursor | undefined;
  /** Set when the page ended before everything was searched: the time of publication it reached. */
  readonly lookedBackTo: number | undefined;
}

/** Articles read for one page of a text search, which takes up to 50 ms. */
const WORDS = { most: 4000, step: 400 };
/** Articles read whole for sensitive subjects: up to a second, in steps nobody notices. */
const SIFTING = { most: 1000, step: 100 };

/**
 * One page of what came, newest first. Accents and case are folded here and not by the database:
 * the two databases do not agree on how, and one of them not at all.
 */
export async function searchArticles(
  db: Database,
  search: ArticleSearch,
  { before, limit, sift }: SearchPage,
): Promise<FoundArticles> {
  const fits = textFilter(search.text ?? '');
  const { most, step } = fits ? WORDS : sift ? SIFTING : { most: limit + 1, step: limit + 1 };
  const articles: StoredArticle[] = [];
  let at = before;
  for (let looked = 0; looked < most; looked += step) {
    const glances = await glance(db, search, at, step);
    const ids = glances.filter((one) => fits?.(one) ?? true).map(({ id }) => id);
    const read = await storedArticles(db, ids);
    for (const article of sift ? await sift(read) : read) {
      if (articles.length === limit)
        return { articles, next: cursorOf(articles.at(-1)), lookedBackTo: undefined };
      articles.push(article);
    }
    if (glances.length < step) return { articles, next: undefined, lookedBackTo: undefined };
    const last = glances.at(-1);
    at = last && { publishedAt: last.published_at, id: last.id };
  }
  return { articles, next: at, lookedBackTo: at?.publishedAt };
}

/** Counts the articles that match, without looking at their text. */
export async function countArticles(db: Database, search: Omit<ArticleSearch, 'text'>): Promise<number> {
  const { number } = await db
    .selectFrom('articles')
    .select(({ fn }) => fn.countAll<number>().as('number'))
    .where((is) => is.and(conditions(is, search)))
    .executeTakeFirstOrThrow();
  return Number(number);
}

/** Selects only what the list filters by: an article's text is stored beyond, and is not read. */
function glance(db: Database, search: ArticleSearch, before: Cursor | undefined, limit: number) {
  return db
    .selectFrom('articles')
    .select(['id', 'published_at', 'headline', 'standfirst'])
    .where((is) => is.and([...conditions(is, search), ...(before ? [olderThan(is, before)] : [])]))
    .orderBy('published_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

type Builder = ExpressionBuilder<Schema, 'articles'>;

function conditions(is: Builder, search: ArticleSearch): Expression<SqlBool>[] {
  const { sourceIds, from, ids, withdrawn, decided } = search;
  return [
    ...(sourceIds ? [oneOf(is, 'source_id', sourceIds)] : []),
    ...(ids ? [oneOf(is, 'id', ids)] : []),
    ...(from === undefined ? [] : [is('published_at', '>=', from)]),
    ...(withdrawn ? [is('withdrawn_at', 'is not', null)] : []),
    ...(decided ? [is('id', 'in', is.selectFrom('tag_decisions').select('article_id'))] : []),
  ];
}

/** An empty list is not SQL. */
function oneOf(is: Builder, column: 'source_id' | 'id', values: readonly (string | number)[]) {
  return values.length === 0 ? is.lit(false) : is(column, 'in', values as string[] & number[]);
}

function olderThan(is: Builder, { publishedAt, id }: Cursor): Expression<SqlBool> {
  return is.or([
    is('published_at', '<', publishedAt),
    is.and([is('published_at', '=', publishedAt), is('id', '<', id)]),
  ]);
}

function cursorOf(article: StoredArticle | undefined): Cursor | undefined {
  return article && { publishedAt: article.publishedAt, id: article.id };
}

function textFilter(text: string) {
  const words = folded(text).split(/\s+/).filter(Boolean);
  if (words.length === 0) return undefined;
  return ({ headline, standfirst }: Pick<ArticleRow, 'headline' | 'standfirst'>) => {
    const told = folded(`${headline} ${standfirst}`);
    return words.every((word) => told.includes(word));
  };
}

/** Also those that were withdrawn, newest first. */
export async function storedArticles(db: Database, ids: readonly number[]): Promise<StoredArticle[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('articles')
    .selectAll()
    .where('id', 'in', ids)
    .orderBy('published_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  return rows.map((row) => ({
    ...articleOf(row),
    updatedAt: row.updated_at,
    withdrawnAt: row.withdrawn_at,
  }));
}

/** An article in a line. */
export interface BriefArticle {
  readonly id: number;
  readonly storyId: number;
  readonly sourceId: string;
  readonly headline: string;
  readonly publishedAt: number;
  readonly isWithdrawn: boolean;
}

/** The articles of each of the stories, in the order they appeared. */
export async function articlesOfStories(
  db: Database,
  storyIds: readonly number[],
): Promise<Map<number, BriefArticle[]>> {
  if (storyIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('articles')
    .select(['id', 'story_id', 'source_id', 'headline', 'published_at', 'withdrawn_at'])
    .where('story_id', 'in', [...new Set(storyIds)])
    .orderBy('published_at')
    .orderBy('id')
    .execute();
  const briefs = rows.map((row) => ({
    id: row.id,
    storyId: row.story_id ?? row.id,
    sourceId: row.source_id,
    headline: row.headline,
    publishedAt: row.published_at,
    isWithdrawn: row.withdrawn_at !== null,
  }));
  return Map.groupBy(briefs, ({ storyId }) => storyId);
}

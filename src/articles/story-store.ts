import { sql } from 'kysely';
import { DAY_MS } from '../base/clock.ts';
import { isPostgres } from '../storage/database.ts';
import type { Database } from '../storage/schema.ts';
import type { Article } from './article.ts';
import { articleOf } from './article-row.ts';
import { STORY_WINDOW_MS } from './story.ts';
import { chapterAt, chapterFor } from './story-development.ts';
import { StoryShelf } from './story-shelf.ts';

const MAX_COMPARED = 2000;
/** 100 ids stay below 999, the smallest limit on parameters that an SQLite was ever built with. */
const CHUNK = 100;
/** A story that runs longer than this goes on as a new one. */
const LONGEST_STORY_MS = 14 * DAY_MS;
/** An arbitrary number that stands for "stories are being told apart" among PostgreSQL's advisory locks. */
const TELLING_APART = 7_201_641;

/** What new articles may share their stories with: the articles near them in time, read when they are first needed. */
export interface Told {
  readonly shelf: StoryShelf;
  /** UTC milliseconds, both included. */
  readonly from: number;
  readonly until: number;
}

/** @param times when the articles that are being saved were published. */
export function toldAround(times: readonly number[]): Told {
  const [first, last] = times.reduce(
    ([low, high], time) => [Math.min(low, time), Math.max(high, time)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  return { shelf: new StoryShelf(), from: first - STORY_WINDOW_MS, until: last + STORY_WINDOW_MS };
}

/**
 * Each new article joins the story of the one that it matches best, else it begins a story of its own. Inside the
 * transaction that inserted them, so that nobody ever sees an article without its story.
 */
export async function assignStories(trx: Database, added: readonly Article[], told: Told): Promise<void> {
  if (added.length === 0) return;
  await oneAtATime(trx);
  await readTold(trx, told);
  // In the order they appeared, or a later chapter would be read before the one it follows.
  for (const article of added.toSorted((a, b) => a.publishedAt - b.publishedAt || a.id - b.id)) {
    const { storyId, chapter } = await placeOf(trx, article, told.shelf);
    await trx
      .updateTable('articles')
      .set({ story_id: storyId, chapter })
      .where('id', '=', article.id)
      .execute();
    told.shelf.add({ ...article, storyId, chapter });
  }
}

/**
 * Two processes that collect at once must see each other's articles, or the same event would become two stories. SQLite has
 * one writer at a time anyway; on PostgreSQL they take turns from here to their commit.
 */
async function oneAtATime(trx: Database): Promise<void> {
  if (isPostgres(trx)) await sql`select pg_advisory_xact_lock(${TELLING_APART})`.execute(trx);
}

/** Puts on the shelf what is not there yet: at first everything, later what other processes have added since. */
async function readTold(trx: Database, { shelf, from, until }: Told): Promise<void> {
  const near = await trx
    .selectFrom('articles')
    .select('id')
    .where('published_at', '>=', from)
    .where('published_at', '<=', until)
    .where('story_id', 'is not', null)
    .orderBy('published_at', 'desc')
    .limit(MAX_COMPARED)
    .execute();
  const missing = near.map(({ id }) => id).filter((id) => !shelf.has(id));
  for (let at = 0; at < missing.length; at += CHUNK) {
    const ids = missing.slice(at, at + CHUNK);
    const rows = await trx.selectFrom('articles').selectAll().where('id', 'in', ids).execute();
    for (const row of rows) shelf.add(articleOf(row));
  }
}

async function placeOf(
  trx: Database,
  article: Article,
  shelf: StoryShelf,
): Promise<Pick<Article, 'storyId' | 'chapter'>> {
  const alone = { storyId: article.id, chapter: 0 };
  const match = shelf.bestMatch(article);
  if (!match) return alone;
  // The match's story is read again: an editor may have split or merged it since it was put on the shelf.
  const members = await storyOf(trx, match.article.id);
  const [first] = members;
  if (!first || Math.abs(article.publishedAt - first.publishedAt) > LONGEST_STORY_MS) return alone;
  return { storyId: first.storyId, chapter: chapterFor(article, members) };
}

/** All articles of the story that this one belongs to, itself included, in the order they appeared. */
export async function storyOf(db: Database, articleId: number): Promise<Article[]> {
  const rows = await db
    .selectFrom('articles')
    .selectAll()
    .where('story_id', '=', (query) =>
      query.selectFrom('articles as one').select('one.story_id').where('one.id', '=', articleId),
    )
    .orderBy('published_at')
    .orderBy('id')
    .execute();
  return rows.map(articleOf);
}

/** What came of an editor's decision; `unknown` names the article that is not there. */
export type StoryChange =
  | { readonly kind: 'changed'; readonly storyId: number; readonly articles: number }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'unknown'; readonly articleId: number };

/**
 * An editor's word that two articles tell one story: all articles of both are one from now on, under the older one's id,
 * and in its chapters. In a transaction of its own, unless it is handed one.
 */
export async function mergeStories(
  db: Database,
  articleId: number,
  otherId: number,
  now: number,
): Promise<StoryChange> {
  if (!db.isTransaction) return db.transaction().execute((trx) => mergeStories(trx, articleId, otherId, now));
  await oneAtATime(db);
  const [story, other] = [await storyOf(db, articleId), await storyOf(db, otherId)];
  if (!story[0]) return { kind: 'unknown', articleId };
  if (!other[0]) return { kind: 'unknown', articleId: otherId };
  if (story[0].storyId === other[0].storyId) return { kind: 'unchanged' };
  const [older, younger] = story[0].storyId < other[0].storyId ? [story, other] : [other, story];
  const storyId = Math.min(story[0].storyId, other[0].storyId);
  for (const article of younger)
    await move(db, article.id, { storyId, chapter: chapterAt(article.publishedAt, older) });
  await decide(db, articleId, [otherId], 'same', now);
  return { kind: 'changed', storyId, articles: older.length + younger.length };
}

/** An editor's word that an article tells a story of its own; `articles` are those it leaves behind. */
export async function splitStory(db: Database, articleId: number, now: number): Promise<StoryChange> {
  if (!db.isTransaction) return db.transaction().execute((trx) => splitStory(trx, articleId, now));
  await oneAtATime(db);
  const story = await storyOf(db, articleId);
  if (story.length === 0) return { kind: 'unknown', articleId };
  const rest = story.filter(({ id }) => id !== articleId);
  if (rest.length === 0) return { kind: 'unchanged' };
  // A story goes by the id of one of its articles: where that one leaves, the others need another.
  const ids = rest.map(({ id }) => id);
  if (story[0]?.storyId === articleId)
    for (const { id, chapter } of rest) await move(db, id, { storyId: Math.min(...ids), chapter });
  await move(db, articleId, { storyId: articleId, chapter: 0 });
  await decide(db, articleId, ids, 'different', now);
  return { kind: 'changed', storyId: articleId, articles: rest.length };
}

/** Where an article stands: in which story, and in which of its chapters. */
export interface StoryPlace {
  readonly article: number;
  readonly storyId: number;
  readonly chapter: number;
}

/**
 * An editor takes a merge or a split back, or makes it again: the articles stand where they are said to, and the last word
 * about each pair of them is that.
 */
export async function placeArticles(
  trx: Database,
  places: readonly StoryPlace[],
  now: number,
): Promise<void> {
  await oneAtATime(trx);
  for (const { article, ...place } of places) await move(trx, article, place);
  for (const [at, { article, storyId }] of places.entries())
    for (const other of places.slice(at + 1))
      await decide(trx, article, [other.article], other.storyId === storyId ? 'same' : 'different', now);
}

async function move(
  trx: Database,
  id: number,
  { storyId, chapter }: Pick<Article, 'storyId' | 'chapter'>,
): Promise<void> {
  await trx.updateTable('articles').set({ story_id: storyId, chapter }).where('id', '=', id).execute();
}

async function decide(
  trx: Database,
  articleId: number,
  others: readonly number[],
  verdict: 'same' | 'different',
  at: number,
): Promise<void> {
  for (const other of others)
    await trx
      .insertInto('story_decisions')
      .values({ article_id: articleId, other_article_id: other, verdict, at })
      .execute();
}

import { sql } from 'kysely';
import { isPostgres } from '../../storage/database.ts';
import type { Database } from '../../storage/schema/schema.ts';
import type { Article } from '../article.ts';
import { articleOf } from '../article-row.ts';
import { chapterAt } from './story-development.ts';

/**
 * An arbitrary number that stands for "stories are being told apart" among PostgreSQL's advisory
 * locks.
 */
const TELLING_APART = 7_201_641;

/**
 * Two processes that collect at once must see each other's articles, or the same event would become
 * two stories. SQLite has one writer at a time anyway; on PostgreSQL they take turns from here to
 * their commit.
 */
export async function oneAtATime(trx: Database): Promise<void> {
  if (isPostgres(trx)) await sql`select pg_advisory_xact_lock(${TELLING_APART})`.execute(trx);
}

/**
 * All articles of the story that this one belongs to, itself included, in the order they appeared.
 */
export async function storyOf(db: Database, articleId: number): Promise<Article[]> {
  const rows = await tellingTheSame(db, articleId).execute();
  return rows.map(articleOf);
}

/** Returns the same without those that their sources have withdrawn. */
export async function standingStoryOf(db: Database, articleId: number): Promise<Article[]> {
  const rows = await tellingTheSame(db, articleId).where('withdrawn_at', 'is', null).execute();
  return rows.map(articleOf);
}

function tellingTheSame(db: Database, articleId: number) {
  return db
    .selectFrom('articles')
    .selectAll()
    .where('story_id', '=', (query) =>
      query.selectFrom('articles as one').select('one.story_id').where('one.id', '=', articleId),
    )
    .orderBy('published_at')
    .orderBy('id');
}

/** Result of an editor's decision; `unknown` names the article that does not exist. */
export type StoryChange =
  | { readonly kind: 'changed'; readonly storyId: number; readonly articles: number }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'unknown'; readonly articleId: number };

/**
 * An editor's word that two articles tell one story: all articles of both are one from now on,
 * under the older one's id, and in its chapters. It is told with the first of the two, which the
 * editor had before them. In a transaction of its own, unless it is handed one.
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
  await leadStory(db, articleId, now);
  return { kind: 'changed', storyId, articles: older.length + younger.length };
}

/**
 * An editor's word that a story is told with this article of it, from now on. False where there is
 * no such article.
 */
export async function leadStory(db: Database, articleId: number, now: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('articles')
    .set({ leads_since: now })
    .where('id', '=', articleId)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/**
 * An editor's word that an article tells a story of its own; `articles` are those it leaves behind.
 */
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

/** Place of an article: its story, and the chapter in it. */
export interface StoryPlace {
  readonly article: number;
  readonly storyId: number;
  readonly chapter: number;
}

/**
 * An editor takes a merge or a split back, or makes it again: the articles stand where they are
 * said to, and the last word about each pair of them is that.
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

import { DAY_MS } from '../../base/clock.ts';
import { nextTurn } from '../../base/processes/turn.ts';
import type { Database } from '../../storage/schema/schema.ts';
import type { Article } from '../article.ts';
import { articleOf } from '../article-row.ts';
import { STORY_WINDOW_MS } from './story.ts';
import { chapterAt, decisiveFor, isDevelopment } from './story-development.ts';
import type { StoryMatcher } from './story-matcher.ts';
import { oneAtATime } from './story-store.ts';

const MAX_COMPARED = 2000;
/** 100 ids stay below 999, the smallest limit on parameters that an SQLite was ever built with. */
const CHUNK = 100;
/** A story that runs longer than this goes on as a new one. */
const LONGEST_STORY_MS = 14 * DAY_MS;
/** Articles compared of a chapter that many tell: the first few and the latest. */
const FIRST_TOLD = 4;
const LATEST_TOLD = 8;

/** UTC milliseconds, both included. */
interface Span {
  readonly from: number;
  readonly until: number;
}

/**
 * Gives the matcher the articles that new ones may share their stories with: those near them in
 * time. Before the transaction, which so has little left to read. Others have their turn in
 * between.
 */
export async function warm(
  db: Database,
  articles: readonly Pick<Article, 'publishedAt'>[],
  matcher: StoryMatcher,
) {
  if (articles.length > 0) await readTold(db, spanOf(articles), matcher);
}

/**
 * Each new article joins the story of the one that it matches best, else it begins a story of its
 * own. Inside the transaction that inserted them, so that nobody ever sees an article without its
 * story.
 * @throws when the matcher loses what it was given again and again.
 */
export async function assignStories(
  trx: Database,
  added: readonly Article[],
  matcher: StoryMatcher,
): Promise<void> {
  if (added.length === 0) return;
  await oneAtATime(trx);
  // In the order they appeared, or a later chapter would be read before the one it follows.
  const inOrder = added.toSorted((a, b) => a.publishedAt - b.publishedAt || a.id - b.id);
  const matches = (await matched(trx, inOrder, matcher)) ?? (await matched(trx, inOrder, matcher));
  if (!matches) throw new Error('the stories that its articles tell could not be found');
  const stories = new StoriesAtHand(trx);
  for (const [at, article] of inOrder.entries()) {
    const place = await placeOf(stories, article, matches[at] ?? null);
    await trx
      .updateTable('articles')
      .set({ story_id: place.storyId, chapter: place.chapter })
      .where('id', '=', article.id)
      .execute();
    stories.add({ ...article, ...place });
  }
}

/**
 * Reads the articles that other processes added since the matcher was warmed, then matches. Returns
 * undefined where the matcher has lost its articles.
 */
async function matched(trx: Database, articles: readonly Article[], matcher: StoryMatcher) {
  const isWarm = await readTold(trx, spanOf(articles), matcher);
  return isWarm ? matcher.match(articles) : undefined;
}

function spanOf(articles: readonly Pick<Article, 'publishedAt'>[]): Span {
  const times = articles.map(({ publishedAt }) => publishedAt);
  const [first, last] = times.reduce(
    ([low, high], time) => [Math.min(low, time), Math.max(high, time)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  return { from: first - STORY_WINDOW_MS, until: last + STORY_WINDOW_MS };
}

async function readTold(db: Database, { from, until }: Span, matcher: StoryMatcher): Promise<boolean> {
  const near = await db
    .selectFrom('articles')
    .select('id')
    .where('published_at', '>=', from)
    .where('published_at', '<=', until)
    .where('story_id', 'is not', null)
    .orderBy('published_at', 'desc')
    .limit(MAX_COMPARED)
    .execute();
  const missing = near.map(({ id }) => id).filter((id) => !matcher.has(id));
  for (let at = 0; at < missing.length; at += CHUNK) {
    const ids = missing.slice(at, at + CHUNK);
    const rows = await db.selectFrom('articles').selectAll().where('id', 'in', ids).execute();
    if (!(await matcher.add(rows.map(articleOf)))) return false;
    await nextTurn();
  }
  return true;
}

type Place = Pick<Article, 'storyId' | 'chapter'>;
type Member = Place & Pick<Article, 'id' | 'publishedAt'>;

async function placeOf(stories: StoriesAtHand, article: Article, match: number | null): Promise<Place> {
  const alone = { storyId: article.id, chapter: 0 };
  const members = match === null ? [] : await stories.membersOf(match);
  const [first] = members;
  if (!first || Math.abs(article.publishedAt - first.publishedAt) > LONGEST_STORY_MS) return alone;
  const chapter = chapterAt(article.publishedAt, members);
  const decisive = await stories.textsOf(decisiveFor(article.publishedAt, members));
  return { storyId: first.storyId, chapter: isDevelopment(decisive, article) ? chapter + 1 : chapter };
}

/**
 * The stories that new articles join, as the transaction sees them: an editor may have split or
 * merged one since its articles were given to the matcher. Each is read once, however many join it.
 */
class StoriesAtHand {
  readonly #trx: Database;
  readonly #members = new Map<number, Member[]>();
  readonly #articles = new Map<number, Article>();

  constructor(trx: Database) {
    this.#trx = trx;
  }

  /** The articles of the story that this one belongs to, in the order they appeared. */
  async membersOf(articleId: number): Promise<readonly Member[]> {
    const article = await this.#trx
      .selectFrom('articles')
      .select('story_id')
      .where('id', '=', articleId)
      .executeTakeFirst();
    const storyId = article?.story_id ?? null;
    if (storyId === null) return [];
    const members = this.#members.get(storyId) ?? (await this.#read(storyId));
    this.#members.set(storyId, members);
    return members;
  }

  /** The articles themselves; of many the first and the latest. */
  async textsOf(members: readonly Member[]): Promise<Article[]> {
    const few =
      members.length > FIRST_TOLD + LATEST_TOLD
        ? [...members.slice(0, FIRST_TOLD), ...members.slice(-LATEST_TOLD)]
        : members;
    const missing = few.map(({ id }) => id).filter((id) => !this.#articles.has(id));
    if (missing.length > 0) {
      const rows = await this.#trx.selectFrom('articles').selectAll().where('id', 'in', missing).execute();
      for (const row of rows) this.#articles.set(row.id, articleOf(row));
    }
    return few.flatMap(({ id }) => this.#articles.get(id) ?? []);
  }

  /** An article has its place now. */
  add(article: Article): void {
    this.#articles.set(article.id, article);
    const members = this.#members.get(article.storyId);
    if (!members) return;
    members.push(article);
    members.sort((a, b) => a.publishedAt - b.publishedAt || a.id - b.id);
  }

  async #read(storyId: number): Promise<Member[]> {
    const rows = await this.#trx
      .selectFrom('articles')
      .select(['id', 'chapter', 'published_at'])
      .where('story_id', '=', storyId)
      .orderBy('published_at')
      .orderBy('id')
      .execute();
    return rows.map(({ id, chapter, published_at: publishedAt }) => ({ id, storyId, chapter, publishedAt }));
  }
}

import type { Insertable } from 'kysely';
import { nextTurn } from '../../base/processes/turn.ts';
import type { Database } from '../../storage/schema/schema.ts';
import type { ArticleTable } from '../../storage/schema/schema-articles.ts';
import type { CollectedArticle } from '../article.ts';
import { articleOf, type ArticleRow as Row } from '../article-row.ts';
import { MatcherHere, type StoryMatcher } from '../stories/story-matcher.ts';
import { assignStories, warm } from '../stories/story-placing.ts';
import { newestOfNew } from './newest-of-new.ts';

export interface Saved {
  readonly added: number;
  readonly updated: number;
  readonly unchanged: number;
  /** New ones that were left for the next time: see `SaveOptions.mostNew`. */
  readonly later: number;
}

export interface SaveOptions {
  /**
   * Ids of the sources in use. An article belongs to the source that brought it first; only when
   * that one is no longer in use does it pass to another, or two feeds with one article would take
   * it from each other for ever.
   */
  readonly configured?: ReadonlySet<string>;
  /** Finds stories; in this process where none is handed in. */
  readonly matcher?: StoryMatcher;
  /** New articles that are kept at once, the newest first; all unless told. */
  readonly mostNew?: number;
  /** Fires when the process stops: what is kept by then stays. */
  readonly stop?: AbortSignal;
}

type Content = Omit<
  Insertable<ArticleTable>,
  'id' | 'link' | 'source_id' | 'story_id' | 'chapter' | 'first_seen_at' | 'updated_at'
>;

/**
 * A transaction holds so many articles: everybody else waits for it. 19 columns of each are below
 * SQLite's 999 parameters.
 */
const CHUNK = 20;
/** And so many characters of their texts. */
const CHUNK_CHARACTERS = 256 * 1024;

/**
 * Keeps what a source offered. The link is the identity: a link that is known is updated where its
 * text changed, its first sighting stays, and so does its date where the source gives none. Two
 * processes may save the same links. Between short transactions everything else has its turn.
 * @throws an `AbortError` when `stop` fires.
 */
export async function saveArticles(
  db: Database,
  sourceId: string,
  collected: readonly CollectedArticle[],
  now: number,
  { configured = new Set(), matcher = new MatcherHere(), mostNew = Infinity, stop }: SaveOptions = {},
): Promise<Saved> {
  const total = { added: 0, updated: 0 };
  const { kept, fresh, later } = await newestOfNew(db, collected, mostNew);
  await warm(db, fresh, matcher);
  for (const chunk of chunksOf(kept)) {
    stop?.throwIfAborted();
    const saving = { sourceId, now, configured, matcher };
    const saved = await db
      .transaction()
      .execute((trx) => saveChunk(trx, saving, chunk))
      .catch((error) => {
        matcher.forget(); // what was taken back is in no story
        throw error;
      });
    total.added += saved.added;
    total.updated += saved.updated;
    await nextTurn();
  }
  return { ...total, unchanged: kept.length - total.added - total.updated, later };
}

/**
 * In one order everywhere: two processes that lock the same rows in different orders would wait for
 * each other.
 */
function chunksOf(articles: readonly CollectedArticle[]): CollectedArticle[][] {
  const chunks: CollectedArticle[][] = [];
  let characters = 0;
  for (const article of articles.toSorted((a, b) => (a.link < b.link ? -1 : 1))) {
    const chunk = chunks.at(-1);
    const size = article.paragraphs.reduce((sum, { length }) => sum + length, 0);
    if (chunk && chunk.length < CHUNK && characters + size <= CHUNK_CHARACTERS) {
      chunk.push(article);
      characters += size;
    } else {
      chunks.push([article]);
      characters = size;
    }
  }
  return chunks;
}

interface Saving {
  readonly sourceId: string;
  readonly now: number;
  readonly configured: ReadonlySet<string>;
  readonly matcher: StoryMatcher;
}

async function saveChunk(
  db: Database,
  saving: Saving,
  chunk: readonly CollectedArticle[],
): Promise<Pick<Saved, 'added' | 'updated'>> {
  const known = await rowsByLink(db, chunk);
  const unknown = chunk.filter((article) => !known.has(article.link));
  const added = await insertNew(db, saving, unknown);
  await assignStories(db, added.map(articleOf), saving.matcher);
  const addedLinks = new Set(added.map((row) => row.link));
  const others = chunk.filter((article) => !addedLinks.has(article.link));
  // Read again only where another process inserted between our look and our insert.
  const rows = others.every((article) => known.has(article.link)) ? known : await rowsByLink(db, others);
  let updated = 0;
  for (const article of others) {
    const row = rows.get(article.link);
    if (row && (await updateChanged(db, saving, row, article))) updated += 1;
  }
  return { added: added.length, updated };
}

async function rowsByLink(db: Database, articles: readonly CollectedArticle[]): Promise<Map<string, Row>> {
  if (articles.length === 0) return new Map();
  const links = articles.map((article) => article.link);
  const rows = await db.selectFrom('articles').selectAll().where('link', 'in', links).execute();
  return new Map(rows.map((row) => [row.link, row]));
}

async function insertNew(
  db: Database,
  { sourceId, now }: Saving,
  articles: readonly CollectedArticle[],
): Promise<Row[]> {
  if (articles.length === 0) return [];
  const rows = articles.map((article) => ({
    link: article.link,
    source_id: sourceId,
    story_id: null,
    first_seen_at: now,
    updated_at: now,
    ...contentOf(article),
  }));
  return db
    .insertInto('articles')
    .values(rows)
    .onConflict((conflict) => conflict.column('link').doNothing())
    .returningAll()
    .execute();
}

async function updateChanged(
  db: Database,
  { sourceId, now, configured }: Saving,
  row: Row,
  article: CollectedArticle,
): Promise<boolean> {
  const isOurs = row.source_id === sourceId;
  const isOrphan = configured.size > 0 && !configured.has(row.source_id);
  if (!isOurs && !isOrphan) return false;
  const content = contentOf(article);
  const next = article.dated ? content : { ...content, published_at: row.published_at, moments: row.moments };
  const before = contentOf({ ...articleOf(row), dated: true });
  if (isOurs && JSON.stringify(next) === JSON.stringify(before)) return false;
  const result = await db
    .updateTable('articles')
    .set({ ...next, source_id: sourceId, updated_at: now })
    .where('id', '=', row.id)
    .where('source_id', '=', row.source_id)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

function contentOf(article: CollectedArticle): Content {
  return {
    address: article.address === undefined || article.address === article.link ? '' : article.address,
    headline: article.headline,
    standfirst: article.standfirst,
    paragraphs: JSON.stringify(article.paragraphs),
    author: article.author,
    categories: JSON.stringify(article.categories),
    tags: JSON.stringify(article.tags),
    picture_url: article.picture?.url ?? null,
    picture_alt: article.picture?.alt ?? '',
    picture_caption: article.picture?.caption ?? '',
    other_pictures: JSON.stringify(article.otherPictures ?? []),
    language: article.language,
    published_at: article.publishedAt,
    moments: article.moments ? JSON.stringify(article.moments) : null,
  };
}

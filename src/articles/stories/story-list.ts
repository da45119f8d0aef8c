import type { Database } from '../../storage/schema/schema.ts';
import type { Article } from '../article.ts';
import { articleOf } from '../article-row.ts';
import { articlesBetween } from '../article-store.ts';
import { compareStories, explainSameStory, STORY_WINDOW_MS } from './story.ts';
import { StoryCorpus } from './story-corpus.ts';
import { storyOf } from './story-store.ts';

/** An article of a story, and why it is one. */
export interface ToldArticle {
  readonly article: Article;
  readonly why: string;
}

export interface ToldStory {
  readonly storyId: number;
  /** In the order they appeared; at least two. */
  readonly articles: readonly ToldArticle[];
}

/**
 * Stories told by several articles, at least one of them published in `[from, until)`; the newest
 * story first.
 */
export async function storiesToldBySeveral(
  db: Database,
  { from, until }: { from: number; until: number },
): Promise<ToldStory[]> {
  const rows = await db
    .selectFrom('articles')
    .selectAll()
    .where('story_id', 'in', (query) =>
      query
        .selectFrom('articles as recent')
        .select('recent.story_id')
        .where('recent.published_at', '>=', from)
        .where('recent.published_at', '<', until)
        .where('recent.withdrawn_at', 'is', null),
    )
    .where('withdrawn_at', 'is', null)
    .orderBy('published_at')
    .orderBy('id')
    .execute();
  const articles = rows.map(articleOf);
  const corpus = new StoryCorpus(articles);
  const merged = await mergedPairs(db);
  return [...Map.groupBy(articles, ({ storyId }) => storyId)]
    .filter(([, told]) => told.length > 1)
    .map(([storyId, told]) => ({ storyId, articles: withReasons(told, merged, corpus) }))
    .reverse();
}

/** Articles that might tell the same as one, with what speaks for it. */
export interface StoryNeighbours {
  /** All of its story, in the order they appeared; at least itself. */
  readonly told: readonly ToldArticle[];
  /** Others of these days that come near, the nearest first. */
  readonly near: readonly ToldArticle[];
}

const MOST_COMPARED = 300;
const MOST_NEAR = 5;
/** Less is chance. */
const NEAR_SCORE = 0.5;

/**
 * The story of one article, why each of its articles is in it, and what else an editor may have
 * meant to be.
 */
export async function storyNeighbours(db: Database, article: Article): Promise<StoryNeighbours> {
  const around = await articlesBetween(db, {
    from: article.publishedAt - STORY_WINDOW_MS,
    until: article.publishedAt + STORY_WINDOW_MS,
  });
  const distance = (one: Article) => Math.abs(one.publishedAt - article.publishedAt);
  const compared = around.toSorted((a, b) => distance(a) - distance(b)).slice(0, MOST_COMPARED);
  const corpus = new StoryCorpus(compared);
  const near = compared
    .filter(({ storyId }) => storyId !== article.storyId)
    .map((other) => ({ article: other, score: compareStories(article, other, corpus).score }))
    .filter(({ score }) => score >= NEAR_SCORE)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, MOST_NEAR);
  return {
    told: withReasons(await storyOf(db, article.id), await mergedPairs(db), corpus),
    near: near.map(({ article: other }) => ({
      article: other,
      why: explainSameStory(article, other, corpus),
    })),
  };
}

/** `12 7` for a pair whose last word from an editor is that they tell the same. */
async function mergedPairs(db: Database): Promise<Set<string>> {
  const decisions = await db.selectFrom('story_decisions').selectAll().orderBy('id').execute();
  const merged = new Set<string>();
  for (const { article_id: one, other_article_id: other, verdict } of decisions)
    for (const pair of [`${one} ${other}`, `${other} ${one}`])
      if (verdict === 'same') merged.add(pair);
      else merged.delete(pair);
  return merged;
}

function withReasons(
  told: readonly Article[],
  merged: ReadonlySet<string>,
  corpus: StoryCorpus,
): ToldArticle[] {
  return told.map((article, at) => {
    const earlier = told.slice(0, at);
    if (earlier.length === 0) return { article, why: 'the first' };
    if (earlier.some(({ id }) => merged.has(`${article.id} ${id}`)))
      return { article, why: 'an editor said so' };
    return { article, why: whyWith(article, earlier, corpus) };
  });
}

/** With the words there are now: they may have changed since the two were joined. */
function whyWith(article: Article, others: readonly Article[], corpus: StoryCorpus): string {
  const scored = others.map((other) => ({ other, score: compareStories(article, other, corpus).score }));
  const best = scored.reduce((one, two) => (two.score > one.score ? two : one));
  return explainSameStory(article, best.other, corpus);
}

import { HOUR_MS } from '../../base/clock.ts';
import { StoryCorpus } from './story-corpus.ts';
import { eventPoints, otherDetails, type Point, wordPoints } from './story-evidence.ts';
import { namePoints, otherNames, sharedNames } from './story-names.ts';
import { type StoryText, type Traits, traitsOf } from './story-traits.ts';

/**
 * Two articles further apart than this are never taken for one story: news that comes back is news
 * again.
 */
export const STORY_WINDOW_MS = 72 * HOUR_MS;

/** Similarity of two articles, point by point. */
export interface Comparison {
  readonly same: boolean;
  readonly score: number;
  /** `name Anton Vray 1.3`, `event wedding 1.0`, `other names -0.5`: they add up to the score. */
  readonly reasons: readonly string[];
}

const ENOUGH = 1.4;
const MIN_REPEATED_WORDS = 5;
const NO_CORPUS = new StoryCorpus();

/** True when two articles tell the same event, see `compareStories`. */
export function sameStory(a: StoryText, b: StoryText, corpus?: StoryCorpus): boolean {
  return compareStories(a, b, corpus).same;
}

/** The comparison in one line, for an editor. */
export function explainSameStory(a: StoryText, b: StoryText, corpus?: StoryCorpus): string {
  const { same, score, reasons } = compareStories(a, b, corpus);
  const sum = `${score.toFixed(2)} of ${ENOUGH}`;
  return `${same ? 'one story' : 'two stories'} (${sum}): ${reasons.join(', ') || 'nothing in common'}`;
}

/**
 * Weighs what two articles share: names, what happened to whom, rare words. Careful on purpose: a
 * story shown twice is a blemish, but a story taken for another is never shown at all. So one name
 * alone is not enough, nor is one event.
 * @param corpus the articles at hand: they say which words are rare.
 */
export function compareStories(a: StoryText, b: StoryText, corpus = NO_CORPUS): Comparison {
  if (Math.abs(a.publishedAt - b.publishedAt) > STORY_WINDOW_MS)
    return different('more than three days apart');
  const [one, other] = [traitsOf(a), traitsOf(b)];
  if (one.isColumn || other.isColumn) return different('a column that recurs');
  // Short headlines recur; a long one that is repeated to the word is the same news.
  if (one.headline === other.headline && one.headline.split(' ').length >= MIN_REPEATED_WORDS)
    return { same: true, score: ENOUGH, reasons: ['the same headline'] };
  const points = weigh(one, other, corpus);
  const score = points.reduce((sum, { value }) => sum + value, 0);
  return {
    same: score >= ENOUGH,
    score,
    reasons: points.map(({ what, value }) => `${what} ${value.toFixed(2)}`),
  };
}

function different(reason: string): Comparison {
  return { same: false, score: 0, reasons: [reason] };
}

function weigh(a: Traits, b: Traits, corpus: StoryCorpus): Point[] {
  const shared = sharedNames(a, b, corpus);
  return [
    ...namePoints([...a.runs, ...b.runs], shared),
    ...eventPoints(a, b, shared),
    ...wordPoints(a, b, shared, corpus),
    ...otherNames(a, b, shared, corpus),
    ...otherDetails(a, b),
  ];
}

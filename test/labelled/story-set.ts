import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { compareStories, explainSameStory, STORY_WINDOW_MS } from '../../src/articles/stories/story.ts';
import type { StoryCorpus } from '../../src/articles/stories/story-corpus.ts';
import type { StoryText } from '../../src/articles/stories/story-traits.ts';
import { HOUR_MS } from '../../src/base/clock.ts';

/** An article of ours, and the event that it tells. */
export interface LabelledArticle {
  readonly text: StoryText;
  readonly event: string;
  /** Only reported on: the rules are not written with this one in view. */
  readonly isHoldout: boolean;
}

/** Over the pairs of articles within the window. */
export interface PairScore {
  readonly pairs: number;
  /** Of the pairs taken for one story, how many are. */
  readonly precision: number;
  /** Of the pairs that are one story, how many were found. */
  readonly recall: number;
  /** What is wrong, a line for each pair. */
  readonly wrong: readonly string[];
}

const setSchema = z.array(
  z.strictObject({
    event: z.string(),
    holdout: z.boolean().default(false),
    language: z.string().default(''),
    articles: z.array(
      z.union([
        z.tuple([z.number(), z.string(), z.string()]),
        z.tuple([z.number(), z.string(), z.string(), z.string()]),
      ]),
    ),
  }),
);

const caseSchema = z.array(
  z.strictObject({
    told: z.array(z.string()),
    hours: z.number(),
    headline: z.string(),
    language: z.string().default('en'),
    development: z.boolean(),
  }),
);

export function readStorySet(): LabelledArticle[] {
  return setSchema.parse(read('stories.yaml')).flatMap(({ event, holdout, language, articles }) =>
    articles.map(([hours, , headline, standfirst = '']) => ({
      text: { headline, standfirst, paragraphs: [], language, publishedAt: hours * HOUR_MS },
      event,
      isHoldout: holdout,
    })),
  );
}

/** What was told, what came later, and whether that is a real development. */
export function readDevelopments() {
  return caseSchema
    .parse(read('developments.yaml'))
    .map(({ told, hours, headline, language, development }) => {
      const text = (words: string, publishedAt: number): StoryText => ({
        headline: words,
        standfirst: '',
        paragraphs: [],
        language,
        publishedAt,
      });
      const later = text(headline, hours * HOUR_MS);
      return { told: told.map((words) => text(words, 0)), later, isDevelopment: development };
    });
}

/** @param corpus what the set as a whole says about its words, as all articles at hand do when one is collected. */
export function scorePairs(articles: readonly LabelledArticle[], corpus: StoryCorpus): PairScore {
  const counts = { pairs: 0, right: 0, missed: 0, mistaken: 0 };
  const wrong: string[] = [];
  articles.forEach((one, at) => {
    for (const other of articles.slice(at + 1)) {
      if (Math.abs(one.text.publishedAt - other.text.publishedAt) > STORY_WINDOW_MS) continue;
      counts.pairs += 1;
      const isSame = one.event === other.event;
      const found = compareStories(one.text, other.text, corpus).same;
      if (isSame && found) counts.right += 1;
      if (isSame === found) continue;
      counts[isSame ? 'missed' : 'mistaken'] += 1;
      wrong.push(
        `${isSame ? 'missed' : 'mistaken'}: ${one.text.headline} | ${other.text.headline}\n  ${explainSameStory(one.text, other.text, corpus)}`,
      );
    }
  });
  const { pairs, right, missed, mistaken } = counts;
  return { pairs, precision: right / (right + mistaken), recall: right / (right + missed), wrong };
}

function read(name: string): unknown {
  return parse(readFileSync(join(import.meta.dirname, name), 'utf8'));
}

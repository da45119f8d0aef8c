import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readFolderSource } from '../../../src/articles/sources/files/folder-source.ts';
import { explainSameStory, sameStory } from '../../../src/articles/stories/story.ts';
import { StoryCorpus } from '../../../src/articles/stories/story-corpus.ts';
import { isDevelopment } from '../../../src/articles/stories/story-development.ts';
import { readDevelopments, readStorySet, scorePairs } from '../../labelled/story-set.ts';
import { NOW } from '../fetching/loopback.ts';

const set = readStorySet();
const corpus = new StoryCorpus(set.map(({ text }) => text));

test('there are enough labelled headlines, a third of them held out, many with nothing but the headline', () => {
  expect(set.length).toBeGreaterThanOrEqual(150);
  const holdout = set.filter(({ isHoldout }) => isHoldout).length;
  expect(holdout / set.length).toBeGreaterThan(0.3);
  expect(set.filter(({ text }) => text.standfirst === '').length / set.length).toBeGreaterThan(0.33);
});

test('of all pairs taken for one story 98 in a hundred are, and 85 in a hundred that are one are found', () => {
  const { precision, recall, wrong } = scorePairs(set, corpus);
  expect(precision, wrong.join('\n')).toBeGreaterThanOrEqual(0.98);
  expect(recall, wrong.join('\n')).toBeGreaterThanOrEqual(0.85);
});

test('the order of two articles makes no difference', () => {
  const differing = set.flatMap(({ text }, at) =>
    set
      .slice(at + 1, at + 40)
      .filter((other) => sameStory(text, other.text, corpus) !== sameStory(other.text, text, corpus)),
  );
  expect(differing).toEqual([]);
});

test.each(readDevelopments())(
  'after “$told.0.headline”, “$later.headline” is a development: $isDevelopment',
  ({ told, later, isDevelopment: expected }) => {
    expect(isDevelopment(told, later)).toBe(expected);
  },
);

describe('of the sample articles', async () => {
  const mediaDir = mkdtempSync(join(tmpdir(), 'broadsheet-stories-'));
  afterAll(() => rmSync(mediaDir, { recursive: true }));
  const articlesDir = resolve(import.meta.dirname, '../../../articles');
  const read = await readFolderSource(
    { sourceId: 'house', folder: articlesDir, mediaDir, language: 'en' },
    NOW,
  );
  const articles = read.kind === 'collected' ? read.articles : [];
  const named = (part: string) => articles.find(({ link }) => link.includes(part)) ?? expect.fail(part);
  const samples = new StoryCorpus(articles);

  test.each([
    ['princess-ottilie-engagement', 'sapphire-dinghy-and-a-yes'],
    ['princess-ottilie-engagement', 'ottilie-and-tobias-name-the-day'],
    ['sapphire-dinghy-and-a-yes', 'ottilie-and-tobias-name-the-day'],
  ])('the princess and the boatbuilder are one story: %s, %s', (a, b) => {
    const [one, other] = [named(a), named(b)];
    expect(sameStory(one, other, samples), explainSameStory(one, other, samples)).toBe(true);
  });

  test('a missed opening night and the return after it are two, and no others are one', () => {
    const joined = articles.filter((one) =>
      articles.some((other) => other !== one && sameStory(one, other, samples)),
    );
    expect(articles.length).toBeGreaterThan(15);
    expect(joined.map(({ link }) => link.split('/').at(-1)).sort()).toEqual([
      'ottilie-and-tobias-name-the-day',
      'princess-ottilie-engagement',
      'sapphire-dinghy-and-a-yes',
    ]);
  });
});

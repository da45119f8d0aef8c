import { expect, test } from 'vitest';
import { countStories, editionId, readEditionId, storiesInWords } from '../../src/editions/edition.ts';
import { edition, story } from '../mail/sample.ts';

const TOLD_BEFORE = { earlier: true };

test.each([
  [[], ''],
  [[story(0)], '1 story'],
  [[story(0), story(1)], '2 stories'],
  [[story(0), story(1), story(2, TOLD_BEFORE)], '2 stories, and 1 of the week'],
  [[story(0, TOLD_BEFORE)], '1 story of the week'],
  [[story(0, TOLD_BEFORE), story(1, TOLD_BEFORE)], '2 stories of the week'],
])('what an edition tells is counted apart from what the week has told before, case %#', (stories, words) => {
  expect(storiesInWords(countStories(edition(stories).content))).toBe(words);
});

test('an edition that has nothing to say tells no story', () => {
  expect(countStories(undefined)).toEqual({ stories: 0, earlier: 0 });
});

test('an id says which newsletter it is of, and when it was due', () => {
  const slot = Date.UTC(2026, 10, 22, 7);
  expect(editionId('the-daily', slot)).toBe('the-daily-20261122T0700Z');
  expect(readEditionId('the-daily-20261122T0700Z')).toEqual({ newsletterId: 'the-daily', slot });
  for (const none of ['the-daily', 'the-daily-20261322T0700Z', 'The Daily-20261122T0700Z'])
    expect(readEditionId(none)).toBeUndefined();
});

import { expect, test } from 'vitest';
import { readContent, storedContent } from '../../src/editions/store/kept-content.ts';
import { edition, story } from '../mail/sample.ts';

const { content } = edition([story(0), story(1)]);

test('the content of an edition comes back as it was kept, and none where none was', () => {
  expect(readContent(storedContent(content))).toEqual(content);
  expect(readContent(null)).toBeUndefined();
  expect(readContent(undefined)).toBeUndefined();
});

test('what a later release has added to an edition is not lost', () => {
  const later = JSON.stringify({ ...content, mood: 'calm' });
  expect(readContent(later)).toEqual({ ...content, mood: 'calm' });
});

test('content that is none of an edition is refused, with the place that is wrong', () => {
  const headless = content.stories.map(({ headline: _, ...rest }) => rest);
  expect(() => readContent(JSON.stringify({ ...content, stories: headless }))).toThrow(
    /stories\[0\]\.headline/,
  );
  expect(() => readContent('{}')).toThrow(/content of an edition cannot be read/);
});

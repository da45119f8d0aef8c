import { describe, expect, test } from 'vitest';
import { leadOf, speaksTo } from '../../src/editions/editorial.ts';
import { EVERYTHING, select } from '../../src/editions/selection.ts';
import { edition, story } from '../mail/sample.ts';

const line = (about: readonly number[], tags: readonly string[] = []) => ({ text: 'Words', about, tags });
const [calm, grave, both] = [
  story(0),
  story(1, { tags: ['death'] }),
  story(2, { tags: ['death', 'illness'] }),
] as const;

describe('an editor’s words are for', () => {
  test.each([
    ['everybody where they name and touch nothing', line([]), [], true],
    ['who gets every story they name', line([1, 2]), [calm, grave], true],
    ['nobody who lacks one of them', line([1, 2]), [calm], false],
    ['who gets a story of the subject they touch, whichever', line([], ['death']), [both], true],
    ['nobody without one', line([], ['death']), [calm], false],
    ['nobody who lacks one of two subjects', line([], ['death', 'illness']), [calm, grave], false],
    ['nobody who has the subject but not the story', line([1], ['death']), [grave], false],
    ['nobody at all where the story they name is gone', line([99]), [calm, grave, both], false],
  ] as const)('%s', (_says, words, stories, expected) => {
    expect(speaksTo(words, stories)).toBe(expected);
  });
});

describe('the story that leads', () => {
  test('is the pinned one for whoever gets it, whatever its subjects; for others the first calm one', () => {
    const pinned = { pinned: both.articleId };
    expect(leadOf(pinned, [calm, grave, both])).toBe(both);
    expect(leadOf(pinned, [grave, calm])).toBe(calm);
    expect(leadOf({}, [grave, both])).toBe(grave);
    expect(leadOf(pinned, [])).toBeUndefined();
  });

  test('lets nothing light stand below it where it is grave and there is nothing between', () => {
    const sections = [
      { id: 'news', title: 'News' },
      { id: 'shop', title: 'Shop', light: true },
    ];
    const stories = [
      story(0, { sectionId: 'news' }),
      story(1, { sectionId: 'news', tags: ['death'] }),
      story(2, { sectionId: 'shop' }),
    ];
    const content = edition(stories, { sections }).content;
    expect(select(content, EVERYTHING)).toBe(0b011n);
    const pinned = { ...content, pinned: 2 };
    expect(select(pinned, EVERYTHING)).toBe(0b111n);
    expect(select(pinned, EVERYTHING, 0b001n)).toBe(0b010n);
  });
});

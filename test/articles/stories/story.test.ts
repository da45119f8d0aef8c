import { describe, expect, test } from 'vitest';
import { sameStory } from '../../../src/articles/stories/story.ts';
import type { StoryText } from '../../../src/articles/stories/story-traits.ts';

const HOUR_MS = 3_600_000;

function story(headline: string, standfirst: string, paragraphs: string[] = [], hours = 0): StoryText {
  return { headline, standfirst, paragraphs, publishedAt: Date.UTC(2020, 10, 10) + hours * HOUR_MS };
}

const BRIDGE = story(
  'Mayor Ada Brook opens the Silver Bridge after four years',
  'Hundreds walked across the river when the ribbon was cut',
  [
    'The Silver Bridge in Linton was opened by Ada Brook on Monday.',
    'Its ribbon was cut at noon, and hundreds walked over the river.',
  ],
);

describe('two articles tell the same story', () => {
  test('when names and events agree, whatever the wording', () => {
    const other = story(
      'Ribbon cut as Linton opens its Silver Bridge',
      'Mayor Ada Brook was first to walk across the river',
      [
        'After four years of work, the Silver Bridge in Linton opened on Monday, and hundreds followed Ada Brook over the river.',
      ],
      20,
    );
    expect(sameStory(BRIDGE, other)).toBe(true);
    expect(sameStory(other, BRIDGE)).toBe(true);
  });

  test('when a long headline is repeated, with other accents and marks', () => {
    const one = story('Café owner wins the lottery twice in a week', '');
    const other = story('Cafe owner wins the lottery twice in a week!', 'Somebody is lucky', [], 5);
    expect(sameStory(one, other)).toBe(true);
  });
});

describe('two articles tell different stories', () => {
  test('when they are more than three days apart', () => {
    expect(sameStory(BRIDGE, { ...BRIDGE, publishedAt: BRIDGE.publishedAt + 73 * HOUR_MS })).toBe(false);
  });

  test('when only a short headline that recurs is the same', () => {
    expect(sameStory(story('News in brief', 'A'), story('News in brief', 'B'))).toBe(false);
  });

  test.each([
    story('Mayor Ada Brook bakes bread for the Linton fair', 'Her loaves were sold in an hour', [
      'Ada Brook, the mayor of Linton who opened the Silver Bridge, sold forty loaves at the fair.',
    ]),
    story(
      'Mayor Ada Brook opens the Green School after two years',
      'Hundreds of parents walked through the rooms',
      ['The Green School in Linton was opened by Ada Brook on Tuesday.', 'Parents walked through its rooms.'],
    ),
    story(
      'Ada Brook breaks silence after fall on the Silver Bridge in Linton',
      'The mayor is at home again',
      ['Ada Brook fell on the Silver Bridge on Wednesday and was taken to the hospital in Linton.'],
    ),
  ])('when the same person does something else: $headline', (other) => {
    expect(sameStory(BRIDGE, other)).toBe(false);
    expect(sameStory(other, BRIDGE)).toBe(false);
  });

  test('when the same thing happens to other people', () => {
    const other = story(
      'Mayor Tom Field opens the Golden Bridge after six years',
      'Hundreds walked across the river when the ribbon was cut',
      ['The Golden Bridge in Harwick was opened by Tom Field on Monday.'],
    );
    expect(sameStory(BRIDGE, other)).toBe(false);
  });

  test('when both wear a dress to a visit, on two occasions', () => {
    const one = story(
      'Princess Ann wears red dress to visit school in Leeds',
      'The royal met pupils at Roe Green School',
      ['Princess Ann chose a red dress by Erdem as she visited pupils in Leeds with Prince John.'],
    );
    const other = story(
      'Princess Ann wears blue dress to visit hospital in Leeds',
      'The royal met nurses on the ward',
      ['Princess Ann chose a blue dress by Erdem as she visited nurses in Leeds with Prince John.'],
      24,
    );
    expect(sameStory(one, other)).toBe(false);
  });

  test('when neither says anything', () => {
    expect(sameStory(story('A', ''), story('B', ''))).toBe(false);
    expect(sameStory(story('', ''), story('', ''))).toBe(false);
  });
});

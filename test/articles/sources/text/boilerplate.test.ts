import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readTextFile, splitOpening } from '../../../../src/articles/sources/formats/text-file.ts';
import { stripBoilerplate, stripPromotions } from '../../../../src/articles/sources/text/boilerplate.ts';

const PROSE = 'The mayor opened the new bridge on Monday, after four years of work.';
const MORE_PROSE = 'It is the longest in the county.';
const around = (line: string) => [PROSE, line, MORE_PROSE];

describe('boilerplate', () => {
  test.each([
    'READ: Bridge that nobody wanted opens at last',
    'MORE: All our pictures of the bridge',
    'RELATED: famous bridges - the ones that fell down',
    'WATCH: The ribbon is cut!',
    'SEE MORE: Ten bridges to visit this summer',
    'SHOP: The best walking boots of the year',
    'Related: Fact check: how long is the bridge?',
    'Loading the player...',
    'Your browser does not support the video tag.',
    'Continue reading...',
    'Make sure you never miss a story! Sign up to our newsletter to get all of our news in your inbox.',
    'Sign up for our weekly newsletter here.',
    'Like this story? Subscribe to our newsletter for more.',
    'Get the latest local news delivered straight to your inbox.',
    'The post Bridge opens appeared first on The Valley Post.',
    'The mayor also brought a pair of golden scissors to the bridge',
  ])('goes: %s', (line) => {
    expect(stripBoilerplate(around(line))).toEqual([PROSE, MORE_PROSE]);
  });

  test.each([
    'It rained.',
    '"I never thought I would see it finished"',
    '“We walked it twice,” said Ann',
    'She urged people to sign up to the newsletter of the bridge society, which has six members.',
    'What happens to the ferry',
    'How the bridge was built in four years of rain',
    'READ the inscription and you will find two mistakes.',
    'More than 2,000 people came to see it.',
    '1. Walk across before nine in the morning to have it alone',
    'Who Paid For The Bridge And What Did It Really Cost',
    'The band played:',
  ])('stays, for it may be prose: %s', (line) => {
    expect(stripBoilerplate(around(line))).toEqual(around(line));
  });

  test('is not a list of short lines, which are content', () => {
    const list = [
      'Two cups of strong white flour from the mill',
      'One spoon of honey from the hill behind it',
    ];
    expect(stripBoilerplate([PROSE, ...list, MORE_PROSE])).toEqual([PROSE, ...list, MORE_PROSE]);
  });

  test('behind the last sentence of an excerpt is cut off', () => {
    expect(stripPromotions([`${MORE_PROSE} [Continue reading...]`, 'It is very long […]'])).toEqual([
      MORE_PROSE,
      'It is very long…',
    ]);
  });
});

describe('headline and standfirst on one line', () => {
  test('are parted where a sentence begins', () => {
    expect(
      splitOpening(
        'Mayor opens bridge after four years of rain The longest in the county had its first walkers',
      ),
    ).toEqual({
      headline: 'Mayor opens bridge after four years of rain',
      standfirst: 'The longest in the county had its first walkers',
    });
    expect(splitOpening('Mayor is pleased with bridge It has been four years in the making')).toEqual({
      headline: 'Mayor is pleased with bridge',
      standfirst: 'It has been four years in the making',
    });
  });

  test.each([
    'Queen watches first episode of The Crown with her family at home',
    'Duchess lives in The Hague with her two small dogs and a cat',
    'Prince William Visits The New Hospital In London With His Wife Kate',
    'Mayor opens bridge',
    'Mayor said The bridge is open',
    'Stars love new series The Crown and say it is the best',
  ])('stay together where that is not certain: %s', (line) => {
    const { headline, standfirst } = splitOpening(line);
    expect([headline, standfirst]).toEqual([line, '']);
  });
});

const SEED = new URL('../../../../../shared/articles/2020-11-10-article.txt', import.meta.url);

describe.runIf(existsSync(SEED))('the sample article', () => {
  test('keeps its prose and loses what its page put in between', () => {
    const text = readFileSync(SEED, 'utf8');
    const read = readTextFile(text);
    if (!read.ok) throw new Error(read.reason);
    const file = read.content;
    expect(file.headline).toBe(
      "Chrissy Teigen fights back tears as she receives baby Jack's ashes in emotional video",
    );
    expect(file.standfirst).toBe('The model and husband John Legend have been open about their loss');
    expect(file.dates).toEqual(['2020-11-10']);
    const lines = text
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean)
      .slice(1);
    const gone = lines.filter((line) => !file.paragraphs.includes(line));
    expect(gone.map((line) => line.slice(0, 20))).toEqual([
      'READ: Heartbroken Ch',
      'Loading the player..',
      'WATCH: Chrissy Teige',
      'MORE: Chrissy Teigen',
      'RELATED: celebrity g',
      'The doting mum also ',
      'READ: John Legend pe',
      'Chrissy and John sha',
      'Make sure you never ',
    ]);
    expect(file.paragraphs).toHaveLength(10);
  });
});

import { expect, test } from 'vitest';
import { saysSomething } from '../../../src/base/text/visible.ts';

const NOTHING: readonly [string, string][] = [
  ['no characters', ''],
  ['spaces of several widths', ' \u00a0\u2003\u3000'],
  ['a zero-width joiner', '\u200d\u200d'],
  ['a Hangul filler', '\u3164'],
  ['Hangul fillers of the other kinds', '\u115f\u1160\uffa0'],
  ['a braille pattern without dots', '\u2800\u2800'],
  ['a grapheme joiner', '\u034f'],
  ['a byte order mark', '\ufeff'],
  ['a soft hyphen', '\u00ad'],
  ['tags and variation selectors', '\u{e0041}\ufe0f'],
  ['combining marks alone', '\u0301\u0308'],
  ['punctuation alone', '… — “?!”'],
  ['mathematical signs alone', '+ = <'],
  ['blank hieroglyphs', '\u{13441}'],
  ['replacement characters', '\ufffd\ufffd'],
];

test.each(NOTHING)('a reader sees nothing in %s', (_, words) => {
  expect(saysSomething(words)).toBe(false);
});

test.each(['Palace', '王宮', 'قصر', '4', '١٢', '👑', '👩‍👩‍👧', '\u3164a', 'é', 'ᄀ', '½'])(
  'a reader sees something in “%s”',
  (words) => {
    expect(saysSomething(words)).toBe(true);
  },
);

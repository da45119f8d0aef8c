import { describe, expect, test } from 'vitest';
import { editionId } from '../../src/editions/edition.ts';
import {
  EVERYTHING,
  NOTHING,
  narrow,
  select,
  selectAll,
  selectionKey,
  selectionOf,
  storiesIn,
} from '../../src/editions/selection.ts';
import { edition, story } from '../mail/sample.ts';

const full = edition(
  Array.from({ length: 64 }, (_, bit) => story(bit, { sectionId: bit % 2 ? 'style' : 'royals' })),
).content;

test('a selection holds 64 stories, the last of them too', () => {
  expect(selectionKey(selectAll(full))).toBe('ffffffffffffffff');
  const last = selectionOf('8000000000000000');
  expect(storiesIn(full, last).map(({ bit }) => bit)).toEqual([63]);
  expect(selectionKey(last)).toBe('8000000000000000');
});

test('a reader gets the sections they chose; without a choice all, and of unknown ones nothing', () => {
  expect(selectionKey(select(full, { ...EVERYTHING, sections: ['royals'] }))).toBe('5555555555555555');
  expect(selectionKey(select(full, { ...EVERYTHING, sections: ['style'] }))).toBe('aaaaaaaaaaaaaaaa');
  expect(select(full, { ...EVERYTHING, sections: ['style', 'royals'] })).toBe(selectAll(full));
  expect(select(full, { ...EVERYTHING, sections: null })).toBe(selectAll(full));
  expect(select(full, { ...EVERYTHING, sections: ['gardening'] })).toBe(NOTHING);
  expect(select(full, { ...EVERYTHING, sections: [] })).toBe(NOTHING);
});

test('a key is 16 digits, reads back as it was, and sorts as its number does', () => {
  for (const selection of [0n, 1n, 2n ** 63n, 2n ** 64n - 1n]) {
    expect(selectionKey(selection)).toMatch(/^[0-9a-f]{16}$/);
    expect(selectionOf(selectionKey(selection))).toBe(selection);
  }
  expect([2n ** 63n, 9n, 16n].map(selectionKey).sort().map(selectionOf)).toEqual([9n, 16n, 2n ** 63n]);
});

test('stories come in the order of the edition, those that are selected and no others', () => {
  expect(storiesIn(full, 0b1010_0001n).map(({ bit }) => bit)).toEqual([0, 5, 7]);
  expect(storiesIn(full, NOTHING)).toEqual([]);
});

test('the repeated autumn hour gives two editions two names', () => {
  const first = Date.parse('2026-10-25T02:30+02:00');
  const second = Date.parse('2026-10-25T02:30+01:00');
  expect([editionId('daily', first), editionId('daily', second)]).toEqual([
    'daily-20261025T0030Z',
    'daily-20261025T0130Z',
  ]);
});

describe('a reader', () => {
  const content = edition([
    story(0),
    story(1, { tags: ['baby-loss', 'pregnancy'] }),
    story(2, { tags: ['illness'] }),
    story(3),
  ]).content;
  const told = (selection: bigint, of = content) => storiesIn(of, selection).map(({ bit }) => bit);

  test('who mutes a subject gets no story about it, whatever else it is about', () => {
    expect(told(select(content, { ...EVERYTHING, mutes: ['baby-loss'] }))).toEqual([0, 2, 3]);
    expect(told(select(content, { ...EVERYTHING, mutes: ['pregnancy', 'illness'] }))).toEqual([0, 3]);
  });

  test('never gets what they had', () => {
    expect(told(select(content, EVERYTHING, 0b1001n))).toEqual([1, 2]);
    expect(select(content, EVERYTHING, 0b1111n)).toBe(NOTHING);
  });

  test('who changes their mind while it is going out loses what they no longer want, and gains nothing', () => {
    const choices = { ...EVERYTHING, sections: ['royals'], mutes: ['illness'] };
    expect(told(narrow(content, 0b0110n, choices))).toEqual([1]);
    expect(narrow(content, 0b0110n, { ...choices, sections: ['style'] })).toBe(NOTHING);
  });
});

describe('one a week', () => {
  const stories = [story(0), story(1, { earlier: true }), story(2, { earlier: true }), story(3)];
  const daily = edition(stories.slice(0, 1)).content;
  const last = { ...edition(stories).content, weekly: { best: [2, 0, 1, 3], most: 3 } };
  const weekly = { ...EVERYTHING, frequency: 'weekly' as const };

  test('is nothing on other days; on its day the best of the week, as many as fit', () => {
    expect(select(daily, weekly)).toBe(NOTHING);
    expect(select(last, weekly)).toBe(0b0111n);
  });

  test('makes room for the next best when the reader had some', () => {
    expect(select(last, weekly, 0b0100n)).toBe(0b1011n);
  });

  test('does not concern those who get every edition, nor the public', () => {
    expect(select(last, EVERYTHING)).toBe(0b1001n);
    expect(selectAll(last)).toBe(0b1001n);
  });

  test('is what the public sees only where the week ended without anything new', () => {
    const nothingNew = {
      ...edition([story(0, { earlier: true })]).content,
      weekly: { best: [0], most: 3 },
    };
    expect(selectAll(nothingNew)).toBe(1n);
  });
});

describe('shopping and fun', () => {
  const content = {
    ...edition([
      story(0, { sectionId: 'news' }),
      story(1, { sectionId: 'court', tags: ['death'] }),
      story(2, { sectionId: 'news' }),
      story(3, { sectionId: 'shop' }),
    ]).content,
    sections: [
      { id: 'court', title: 'Court' },
      { id: 'news', title: 'News' },
      { id: 'shop', title: 'Shop', light: true },
    ],
  };

  test('follow only what is calm', () => {
    expect(select(content, EVERYTHING)).toBe(0b1111n);
  });

  test('go when a reader’s own choice takes away what stood between', () => {
    expect(select(content, EVERYTHING, 0b0100n)).toBe(0b0011n);
    expect(select(content, { ...EVERYTHING, sections: ['court', 'shop'] })).toBe(0b0010n);
  });

  test('stay where nothing sensitive is left', () => {
    expect(select(content, { ...EVERYTHING, mutes: ['death'] })).toBe(0b1101n);
    expect(select(content, { ...EVERYTHING, sections: ['shop'] })).toBe(0b1000n);
  });
});

import { expect, test } from 'vitest';
import { editionId } from '../../src/editions/edition.ts';
import {
  NOTHING,
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
  expect(selectionKey(select(full, ['royals']))).toBe('5555555555555555');
  expect(selectionKey(select(full, ['style']))).toBe('aaaaaaaaaaaaaaaa');
  expect(select(full, ['style', 'royals'])).toBe(selectAll(full));
  expect(select(full, null)).toBe(selectAll(full));
  expect(select(full, ['gardening'])).toBe(NOTHING);
  expect(select(full, [])).toBe(NOTHING);
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

import { expect, test } from 'vitest';
import { fakeTimeOf } from '../../soak/fake-time.ts';

test.each([
  ['+45d', '+45d'],
  ['-30d', '-30d'],
  ['2028-02-29', '@2028-02-29 09:30:00'],
  ['2027-12-31 23:59:30', '@2027-12-31 23:59:30'],
])('%s is %s for faketime', (moment, expected) => {
  expect(fakeTimeOf(moment)).toBe(expected);
});

test.each(['45d', '+45', 'tomorrow', '29.2.2028', '2028-02-29T09:30', ''])('%j is no moment', (moment) => {
  expect(fakeTimeOf(moment)).toBeUndefined();
});

import { expect, test } from 'vitest';
import { fakeTimeOf } from '../../soak/fake-time.ts';

const NOW = Date.parse('2026-11-22T07:00:00Z');

test.each([
  ['+45d', '+45d'],
  ['-30d', '-30d'],
  ['2026-11-23', '+95400s'],
  ['2026-11-22 07:00:01', '+1s'],
  ['2026-11-21 07:00:00', '-86400s'],
])('%s is %s for faketime', (moment, expected) => {
  expect(fakeTimeOf(moment, NOW)).toBe(expected);
});

test.each(['45d', '+45', 'tomorrow', '29.2.2028', '2028-02-29T09:30', '2028-02-32', ''])(
  '%j is no moment',
  (moment) => {
    expect(fakeTimeOf(moment, NOW)).toBeUndefined();
  },
);

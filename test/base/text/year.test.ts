import { describe, expect, test } from 'vitest';
import { inSameYear } from '../../../src/base/text/year.ts';
import { dayAndMonth, dayOfMonth } from '../../../src/mail/views/mail-dates.ts';
import { comingDay } from '../../../src/site/page-dates.ts';
import { nearbyWords } from '../../../src/studio/board/nearby-words.ts';
import { day, moment } from '../../../src/studio/studio-words.ts';

const at = (text: string) => Date.parse(text);
const NOW = at('2026-12-31T12:00Z');
const NEXT = at('2027-01-03T07:00Z');

test('two moments are in one year by the calendar of a place, not by their distance', () => {
  const [before, after] = [at('2026-12-31T23:30Z'), at('2027-01-01T00:30Z')];
  expect(inSameYear(before, after, 'UTC')).toBe(false);
  expect(inSameYear(before, after, 'Europe/Berlin')).toBe(true);
  expect(inSameYear(before, after, 'America/New_York')).toBe(true);
  expect(inSameYear(at('2026-01-01T12:00Z'), at('2026-12-31T12:00Z'), 'UTC')).toBe(true);
});

describe('a date has its year when it is not the reader’s year, and only then', () => {
  const said: [where: string, say: (time: number, now: number) => string, near: string, far: string][] = [
    ['in the studio', (time, now) => moment(time, 'UTC', now), 'Sun 3 Jan, 07:00', 'Sun 3 Jan 2027, 07:00'],
    ['in the studio, as a day', (time, now) => day(time, 'UTC', now), 'Sun 3 Jan', 'Sun 3 Jan 2027'],
    [
      'in a reason with an edition',
      (_time, now) => nearbyWords({ code: 'told', edition: 'daily-20270103T0700Z' }, 'UTC', now),
      'its story was sent in the edition of Sun 3 Jan, 07:00',
      'its story was sent in the edition of Sun 3 Jan 2027, 07:00',
    ],
    [
      'in a subject',
      (time, now) => dayAndMonth(time, 'de', 'UTC', now),
      'Sonntag, 3. Januar',
      'Sonntag, 3. Januar 2027',
    ],
    ['in a correction', (time, now) => dayOfMonth(time, 'fr', 'UTC', now), '3 janvier', '3 janvier 2027'],
    [
      'on a page for readers',
      (time, now) => comingDay(time, 'UTC', now, 'en'),
      'Sunday 3 January',
      'Sunday 3 January 2027',
    ],
  ];
  test.each(said)('%s', (_where, say, near, far) => {
    expect(say(NEXT, NEXT)).toBe(near);
    expect(say(NEXT, NOW)).toBe(far);
  });
});

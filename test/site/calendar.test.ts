import { describe, expect, test } from 'vitest';
import { DAY_MS } from '../../src/base/clock.ts';
import { endsWeek, nextSlot } from '../../src/composing/schedule.ts';
import { WEEKDAYS } from '../../src/config/newsletters.ts';
import { dayAt, daysAfter, monthsAfter, readDay, startOf } from '../../src/site/calendar.ts';
import { comingDay, longDate, weekdayName } from '../../src/site/page-dates.ts';
import { weeklyDay } from '../../src/site/preferences/weekly.ts';

describe('a reader’s calendar', () => {
  test('has the day it is there, not the day it is in London', () => {
    const evening = Date.parse('2026-11-22T23:30Z');
    expect(
      ['Europe/London', 'Europe/Berlin', 'America/New_York'].map((zone) => dayAt(evening, zone)),
    ).toEqual(['2026-11-22', '2026-11-23', '2026-11-22']);
  });

  test.each([
    ['2026-12-03', 'Europe/London', '2026-12-03T00:00Z'],
    ['2026-07-01', 'Europe/London', '2026-06-30T23:00Z'],
    ['2026-11-30', 'Asia/Kathmandu', '2026-11-29T18:15Z'],
    ['2026-03-08', 'America/Havana', '2026-03-08T05:00Z'], // midnight is skipped: the day begins at one
    ['2026-11-01', 'America/Havana', '2026-11-01T04:00Z'], // and here it comes twice: the first one
  ])('begins %s in %s at %s', (day, zone, moment) => {
    expect(startOf(day, zone)).toBe(Date.parse(moment));
    expect(dayAt(startOf(day, zone), zone)).toBe(day);
  });

  test('counts days and months over their ends', () => {
    expect(daysAfter('2026-12-25', 14)).toBe('2027-01-08');
    expect(daysAfter('2028-02-28', 1)).toBe('2028-02-29');
    expect(monthsAfter('2027-01-31', 1)).toBe('2027-02-28');
    expect(monthsAfter('2026-12-22', 1)).toBe('2027-01-22');
    expect(monthsAfter('2028-02-29', 12)).toBe('2029-02-28');
  });

  test('knows which days there are', () => {
    expect(['2026-12-03', '2028-02-29'].map(readDay)).toEqual(['2026-12-03', '2028-02-29']);
    for (const text of [
      '',
      '2026-02-30',
      '2027-02-29',
      '2026-13-01',
      '2026-1-1',
      '03.12.2026',
      '+012026-01-01',
    ])
      expect(readDay(text), text).toBeUndefined();
  });

  test('names the year of a day where it is not this one', () => {
    const now = Date.parse('2026-11-22T08:00Z');
    expect(comingDay(Date.parse('2026-12-03'), 'UTC', now, 'en')).toBe('Thursday 3 December');
    expect(comingDay(Date.parse('2027-01-03'), 'UTC', now, 'en')).toBe('Sunday 3 January 2027');
    expect(comingDay(Date.parse('2026-12-03'), 'UTC', now, 'de')).toBe('Donnerstag, 3. Dezember');
    expect(comingDay(Date.parse('2027-01-03'), 'UTC', now, 'fr')).toBe('dimanche 3 janvier 2027');
  });
});

describe('one a week', () => {
  const now = Date.parse('2026-11-22T08:00Z');
  test.each([
    ['0 7 * * *', 'sunday', 0],
    ['0 7 * * *', 'friday', 5],
    ['0 7 * * 1-5', 'sunday', 5],
    ['0 7,17 * * 3', 'sunday', 3],
    ['0 7 * * 2,5', 'wednesday', 2],
    ['*/5 * * * *', 'sunday', 0],
    ['0 7 1,2 * *', 'sunday', 'varies'],
  ] as const)(
    'of a newsletter that comes at %s, with a week to %s, comes on %j',
    (schedule, weekly_on, day) => {
      expect(weeklyDay({ schedule, time_zone: 'Europe/London', weekly_on }, now)).toBe(day);
    },
  );

  test.each(['0 7 * * *', '0 7 * * 1-5', '0 7,17 * * 3', '0 7 * * 2,5', '0 */6 * * *'])(
    'of a newsletter that comes at %s is promised for the day on which it is sent',
    (schedule) => {
      for (const weekly_on of WEEKDAYS) {
        const newsletter = { schedule, time_zone: 'America/New_York', weekly_on };
        const promised = weeklyDay(newsletter, now);
        let slot = nextSlot(newsletter, now) ?? 0;
        for (; slot < now + 30 * DAY_MS; slot = nextSlot(newsletter, slot) ?? Number.POSITIVE_INFINITY)
          if (endsWeek(newsletter, slot))
            expect(longDate(slot, newsletter.time_zone, 'en'), weekly_on).toContain(
              weekdayName(Number(promised), 'en'),
            );
      }
    },
  );

  test.each(['0 7 * * 0', '30 17 * * 5', '0 7 1 * *', '0 7 29 2 *', '0 7 30 2 *'])(
    'is nothing to offer for one that comes at %s',
    (schedule) => {
      expect(weeklyDay({ schedule, time_zone: 'Europe/London', weekly_on: 'sunday' }, now)).toBeUndefined();
    },
  );
});

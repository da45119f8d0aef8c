import { describe, expect, test } from 'vitest';
import { dueSlots, endsWeek, lastSlot, nextSlot } from '../../src/composing/schedule.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** As many slots as asked for after a moment, such as `03-29T01:00`, in UTC. */
function slotsAfter(schedule: string, time_zone: string, after: string, count: number): string[] {
  const slots: string[] = [];
  for (let at = Date.parse(after); slots.length < count; ) {
    const slot = nextSlot({ schedule, time_zone }, at);
    if (slot === undefined) break;
    slots.push(new Date(slot).toISOString().slice(5, 16));
    at = slot;
  }
  return slots;
}

describe('on the days the clocks change', () => {
  test.each([
    ['30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00Z', ['03-29T01:00', '03-30T00:30', '03-31T00:30']],
    ['30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00Z', ['10-25T00:30', '10-26T01:30', '10-27T01:30']],
    ['30 2 * * *', 'America/New_York', '2026-03-07T18:00Z', ['03-08T07:00', '03-09T06:30', '03-10T06:30']],
    ['30 2 * * *', 'America/New_York', '2026-10-31T18:00Z', ['11-01T07:30', '11-02T07:30', '11-03T07:30']],
    ['30 1 * * *', 'America/New_York', '2026-10-31T18:00Z', ['11-01T05:30', '11-02T06:30', '11-03T06:30']],
    ['0 7 * * *', 'Europe/Berlin', '2026-03-28T12:00Z', ['03-29T05:00', '03-30T05:00', '03-31T05:00']],
    ['0 7 * * *', 'Europe/Berlin', '2026-10-24T12:00Z', ['10-25T06:00', '10-26T06:00', '10-27T06:00']],
    ['0 7 * * *', 'America/New_York', '2026-03-07T18:00Z', ['03-08T11:00', '03-09T11:00', '03-10T11:00']],
    ['0 7 * * *', 'America/New_York', '2026-10-31T18:00Z', ['11-01T12:00', '11-02T12:00', '11-03T12:00']],
  ])('%s in %s after %s has one slot a day', (schedule, zone, after, expected) => {
    expect(slotsAfter(schedule, zone, after, 3)).toEqual(expected);
  });

  test.each([
    ['Europe/Berlin', '2026-03-29T00:00Z', 'in spring'],
    ['Europe/Berlin', '2026-10-24T23:30Z', 'in autumn, the repeated hour twice'],
    ['America/New_York', '2026-03-08T06:00Z', 'in spring'],
    ['America/New_York', '2026-11-01T04:30Z', 'in autumn, the repeated hour twice'],
  ])('a slot every half hour in %s comes every half hour of real time: after %s, %s', (zone, after) => {
    const start = Date.parse(after);
    const expected = Array.from({ length: 8 }, (_, n) =>
      new Date(start + (n + 1) * HOUR * 0.5).toISOString().slice(5, 16),
    );
    expect(slotsAfter('*/30 * * * *', zone, after, 8)).toEqual(expected);
  });

  test.each([
    ['30 2 * * *', 'Europe/Berlin', '2026-10-25T00:00Z'],
    ['*/30 * * * *', 'Europe/Berlin', '2026-10-25T00:00Z'],
    ['30 2 * * *', 'Europe/Berlin', '2026-03-29T00:00Z'],
    ['30 1 * * *', 'America/New_York', '2026-11-01T05:00Z'],
    ['0 7 * * *', 'America/New_York', '2026-03-08T05:00Z'],
  ])('%s in %s is the same from wherever one looks: every minute after %s', (schedule, zone, from) => {
    const start = Date.parse(from);
    const newsletter = { schedule, time_zone: zone };
    const known = slotsAfter(schedule, zone, from, 12).map((slot) => Date.parse(`2026-${slot}Z`));
    for (let at = start; at < start + 3 * HOUR; at += 60_000) {
      expect(nextSlot(newsletter, at)).toBe(known.find((slot) => slot > at));
      const last = known.findLast((slot) => slot <= at);
      if (last) expect(lastSlot(newsletter, at)).toBe(last);
    }
  });
});

test('the 31st comes in the months that have one; 30 February never does, and nobody waits for it', () => {
  expect(slotsAfter('0 8 31 * *', 'UTC', '2026-01-01T00:00Z', 4)).toEqual([
    '01-31T08:00',
    '03-31T08:00',
    '05-31T08:00',
    '07-31T08:00',
  ]);
  const never = {
    schedule: '0 8 30 2 *',
    time_zone: 'UTC',
    missed: 'catch_up',
    catch_up_within: DAY,
  } as const;
  expect(nextSlot(never, Date.UTC(2026, 0))).toBeUndefined();
  expect(lastSlot(never, Date.UTC(2026, 5))).toBeUndefined();
  expect(dueSlots(never, Date.UTC(2024, 0), Date.UTC(2026, 5))).toEqual({ publish: undefined, missed: [] });
});

test('29 February is found from four years away', () => {
  const leap = { schedule: '0 8 29 2 *', time_zone: 'UTC' };
  expect(lastSlot(leap, Date.UTC(2028, 1, 29, 7, 59))).toBe(Date.UTC(2024, 1, 29, 8));
});

test('the last slot is the one of this very moment, and a millisecond earlier the one before', () => {
  const daily = { schedule: '0 7 * * *', time_zone: 'Europe/London' };
  const slot = Date.UTC(2026, 10, 22, 7);
  expect(lastSlot(daily, slot)).toBe(slot);
  expect(lastSlot(daily, slot + 1)).toBe(slot);
  expect(lastSlot(daily, slot - 1)).toBe(slot - DAY);
});

describe('what is due', () => {
  const slot = Date.UTC(2026, 10, 22, 7);
  const daily = (missed: 'catch_up' | 'report') => ({
    schedule: '0 7 * * *',
    time_zone: 'UTC',
    missed,
    catch_up_within: 12 * HOUR,
  });
  const nothing = { publish: undefined, missed: [] };

  test.each(['catch_up', 'report'] as const)(
    'at its slot an edition is due, and not before (%s)',
    (missed) => {
      expect(dueSlots(daily(missed), slot - DAY, slot - 1)).toEqual(nothing);
      expect(dueSlots(daily(missed), slot - DAY, slot)).toEqual({ publish: slot, missed: [] });
      expect(dueSlots(daily(missed), slot - DAY, slot + 10 * 60_000)).toEqual({ publish: slot, missed: [] });
    },
  );

  test('what is done is not due again', () => {
    expect(dueSlots(daily('catch_up'), slot, slot + HOUR)).toEqual(nothing);
  });

  test('a late start catches up within its hours, and after them says that it was too late', () => {
    expect(dueSlots(daily('catch_up'), slot - DAY, slot + 12 * HOUR)).toEqual({ publish: slot, missed: [] });
    expect(dueSlots(daily('catch_up'), slot - DAY, slot + 12 * HOUR + 1)).toEqual({
      publish: undefined,
      missed: [{ slot, reason: { code: 'nothing-ran-for-long' } }],
    });
  });

  test('where missed editions are only reported, a late one is reported', () => {
    expect(dueSlots(daily('report'), slot - DAY, slot + 10 * 60_000 + 1)).toEqual({
      publish: undefined,
      missed: [{ slot, reason: { code: 'nothing-ran' } }],
    });
  });

  test('after three days without us the latest edition is made, and the others are named, oldest first', () => {
    expect(dueSlots(daily('catch_up'), slot - 3 * DAY, slot + HOUR)).toEqual({
      publish: slot,
      missed: [slot - 2 * DAY, slot - DAY].map((missed) => ({
        slot: missed,
        reason: { code: 'later-due' },
      })),
    });
  });

  test('a clock that steps back owes nothing until it is where it was', () => {
    expect(dueSlots(daily('catch_up'), slot, slot - HOUR)).toEqual(nothing);
    expect(dueSlots(daily('catch_up'), slot, slot - 400 * DAY)).toEqual(nothing);
    expect(dueSlots(daily('catch_up'), slot, slot + DAY)).toEqual({ publish: slot + DAY, missed: [] });
  });

  test.each(['* * * * *', '*/5 * * * *', '*/30 * * * *', '0 7 * * *'])(
    'a machine that slept for a year knows in a moment what it owes: %s',
    (schedule) => {
      const newsletter = { ...daily('catch_up'), schedule };
      const began = performance.now();
      const due = dueSlots(newsletter, slot - 365 * DAY, slot);
      expect(performance.now() - began).toBeLessThan(20_000);
      expect(due.publish).toBe(slot);
      expect(due.missed.length).toBe(schedule === '0 7 * * *' ? 364 : 499);
      expect(due.missed.at(-1)?.slot).toBe(lastSlot(newsletter, slot - 1));
    },
  );
});

describe('a week ends with', () => {
  const ends = (schedule: string, weekly_on: 'sunday' | 'friday', time_zone = 'UTC') =>
    slotsAfter(schedule, time_zone, '2026-11-16T00:00Z', 30)
      .map((slot) => Date.parse(`2026-${slot}Z`))
      .filter((slot) => slot < Date.parse('2026-11-30T12:00Z'))
      .filter((slot) => endsWeek({ schedule, time_zone, weekly_on }, slot))
      .map((slot) => new Date(slot).toISOString().slice(5, 16));

  test.each([
    ['the edition of that day', '0 7 * * *', ['11-22T07:00', '11-29T07:00']],
    ['the last one of that day', '0 7,18 * * *', ['11-22T18:00', '11-29T18:00']],
    ['the last one before it, where that day has none', '0 7 * * 1-5', ['11-20T07:00', '11-27T07:00']],
    ['each one, where they come once a week', '0 7 * * 3', ['11-18T07:00', '11-25T07:00']],
  ])('%s', (_, schedule, expected) => {
    expect(ends(schedule, 'sunday')).toEqual(expected);
  });

  test('the day on the wall of the newsletter’s own zone', () => {
    // 18:00 UTC on Saturday is Sunday in Auckland.
    expect(ends('0 7 * * *', 'sunday', 'Pacific/Auckland')).toEqual(['11-21T18:00', '11-28T18:00']);
    expect(ends('0 7 * * *', 'friday', 'Pacific/Auckland')).toEqual(['11-19T18:00', '11-26T18:00']);
  });

  test('every edition of a newsletter that has no other to come', () => {
    const slot = Date.parse('2028-02-29T07:00Z');
    expect(endsWeek({ schedule: '0 7 29 2 *', time_zone: 'UTC', weekly_on: 'sunday' }, slot)).toBe(true);
  });
});

import { Cron } from 'croner';
import { DAY_MS } from '../base/clock.ts';

/** A day on a reader's calendar, as `2026-12-03`; whose calendar it is, a time zone says. */
export type Day = string;

/** The day it is there at a moment (UTC milliseconds). */
export function dayAt(time: number, timeZone: string): Day {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(time);
}

/**
 * Returns the beginning of a day in a time zone, in UTC milliseconds: midnight, or the first moment
 * after it where a clock change skips that.
 */
export function startOf(day: Day, timeZone: string): number {
  const midnight = new Cron(`${day}T00:00:00`, { timezone: timeZone, paused: true }).nextRun(new Date(0));
  if (!midnight) throw new Error(`${day} has no beginning in ${timeZone}`);
  return midnight.getTime();
}

export function daysAfter(day: Day, days: number): Day {
  return isoDay(Date.parse(day) + days * DAY_MS);
}

/** The same day of a later month, or that month's last: a month after 31 January is 28 February. */
export function monthsAfter(day: Day, months: number): Day {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return isoDay(Date.UTC(year, month - 1 + months, Math.min(date, last)));
}

/** Parses a typed day; undefined if no such day exists. */
export function readDay(text: string): Day | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) || isoDay(time) !== text ? undefined : text;
}

function isoDay(time: number): Day {
  return new Date(time).toISOString().slice(0, 10);
}

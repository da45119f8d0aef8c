import { DAY_MS } from '../base/clock.ts';
import { localeOf } from '../base/text/language.ts';
import { inSameYear } from '../base/text/year.ts';

/** "Sunday 22 November 2026", in a language, where the reader of that time zone is. */
export function longDate(time: number, timeZone: string, language: string): string {
  return inWords(time, { ...DAY, year: 'numeric', timeZone }, language);
}

/** "Sunday 6 December", with the year where it is not this one. */
export function comingDay(time: number, timeZone: string, now: number, language: string): string {
  if (!inSameYear(time, now, timeZone)) return longDate(time, timeZone, language);
  return inWords(time, { ...DAY, timeZone }, language);
}

/** "07:00", where the reader of that time zone is. */
export function timeOfDay(time: number, timeZone: string, language: string): string {
  return inWords(time, { hour: '2-digit', minute: '2-digit', timeZone }, language);
}

/** For `<time datetime>`. */
export function isoDate(time: number): string {
  return new Date(time).toISOString();
}

/** `2026-11`, where the reader of that time zone is. */
export function monthAt(time: number, timeZone: string): string {
  return format({ year: 'numeric', month: '2-digit', timeZone }, 'sv-SE').format(time);
}

/** "November 2026", of `2026-11`. */
export function monthInWords(month: string, language: string): string {
  return inWords(Date.parse(`${month}-01`), { month: 'long', year: 'numeric', timeZone: 'UTC' }, language);
}

/** "November", of `2026-11`. */
export function monthName(month: string, language: string): string {
  return inWords(Date.parse(`${month}-01`), { month: 'long', timeZone: 'UTC' }, language);
}

/** "Sunday" of 0, "Monday" of 1 and so on. */
export function weekdayName(day: number, language: string): string {
  return inWords(A_SUNDAY + day * DAY_MS, { weekday: 'long', timeZone: 'UTC' }, language);
}

const DAY = { weekday: 'long', day: 'numeric', month: 'long' } as const;
const A_SUNDAY = Date.parse('2026-11-22');

function inWords(time: number, options: Intl.DateTimeFormatOptions, language: string): string {
  const words = format(options, localeOf(language)).format(time);
  // Some versions of the locale's data put a comma after an English weekday, others do not.
  return localeOf(language) === 'en-GB' ? words.replace(',', '') : words;
}

/**
 * Kept: making one takes as long as asking the database, and the archive needs one for every month.
 */
const formats = new Map<string, Intl.DateTimeFormat>();

function format(options: Intl.DateTimeFormatOptions, locale: string): Intl.DateTimeFormat {
  const key = JSON.stringify([options, locale]);
  const known = formats.get(key) ?? new Intl.DateTimeFormat(locale, options);
  formats.set(key, known);
  return known;
}

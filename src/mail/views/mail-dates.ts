import { localeOf } from '../../base/text/language.ts';
import { inSameYear } from '../../base/text/year.ts';

/** "Sunday 22 November 2026": a day where the newsletter is at home. */
export function longDate(moment: number, language: string, timeZone: string): string {
  return formatter('long', language, timeZone).format(moment);
}

/**
 * "Sunday 22 November", for a subject; with the year where it is not that of `now`, which is when
 * it is read.
 */
export function dayAndMonth(moment: number, language: string, timeZone: string, now: number): string {
  const kind = inSameYear(moment, now, timeZone) ? 'short' : 'shortOfYear';
  return formatter(kind, language, timeZone).format(moment);
}

/**
 * "22 November": where there is little room, and the day of the week says nothing; with the year as
 * above.
 */
export function dayOfMonth(moment: number, language: string, timeZone: string, now: number): string {
  return formatter(inSameYear(moment, now, timeZone) ? 'day' : 'dayOfYear', language, timeZone).format(
    moment,
  );
}

/** "07:00 GMT": with the zone, for whoever reads it may be elsewhere. */
export function clockTime(moment: number, language: string, timeZone: string): string {
  return formatter('clock', language, timeZone).format(moment);
}

const KINDS = {
  long: { dateStyle: 'full' },
  short: { weekday: 'long', day: 'numeric', month: 'long' },
  shortOfYear: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  day: { day: 'numeric', month: 'long' },
  dayOfYear: { day: 'numeric', month: 'long', year: 'numeric' },
  clock: { hour: '2-digit', minute: '2-digit', timeZoneName: 'short' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

const made = new Map<string, Intl.DateTimeFormat>();

/** Kept: making one takes as long as filling a whole mail. */
function formatter(kind: keyof typeof KINDS, language: string, timeZone: string): Intl.DateTimeFormat {
  const key = `${kind} ${language} ${timeZone}`;
  const known = made.get(key);
  if (known) return known;
  const found = new Intl.DateTimeFormat(localeOf(language), { ...KINDS[kind], timeZone });
  made.set(key, found);
  return found;
}

/** "Sunday 22 November 2026", where the reader of that time zone is. */
export function longDate(time: number, timeZone: string): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone,
  });
  // Some versions of the locale's data put a comma after the weekday, others do not.
  return format.format(time).replace(',', '');
}

/** "Sunday 6 December", with the year where it is not this one. */
export function comingDay(time: number, timeZone: string, now: number): string {
  const words = longDate(time, timeZone);
  const year = words.slice(-5);
  return longDate(now, timeZone).endsWith(year) ? words.slice(0, -5) : words;
}

/** For `<time datetime>`. */
export function isoDate(time: number): string {
  return new Date(time).toISOString();
}

const MONTH = { year: 'numeric', month: '2-digit' } as const;
/** Kept: making one takes as long as asking the database, and the archive needs one for every month. */
const monthFormats = new Map<string, Intl.DateTimeFormat>();

/** `2026-11`, where the reader of that time zone is. */
export function monthAt(time: number, timeZone: string): string {
  const format = monthFormats.get(timeZone) ?? new Intl.DateTimeFormat('sv-SE', { ...MONTH, timeZone });
  monthFormats.set(timeZone, format);
  return format.format(time);
}

/** "November 2026", of `2026-11`. */
export function monthInWords(month: string): string {
  const format = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });
  return format.format(Date.parse(`${month}-01`));
}

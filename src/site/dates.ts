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

/** For `<time datetime>`. */
export function isoDate(time: number): string {
  return new Date(time).toISOString();
}

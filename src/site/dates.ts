/** "Sunday 22 November 2026", where the reader of that time zone is. */
export function longDate(time: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone,
  }).format(time);
}

/** For `<time datetime>`. */
export function isoDate(time: number): string {
  return new Date(time).toISOString();
}

/**
 * Returns a moment as faketime takes it with -f: as an offset, so that every process that a test starts lives on the same
 * time. Undefined for anything that is neither an offset nor a date.
 * @param now UTC milliseconds.
 */
export function fakeTimeOf(moment: string, now: number): string | undefined {
  if (/^[+-]\d{1,5}[smhdy]$/.test(moment)) return moment;
  const [, date, time = '09:30:00'] = /^(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d:\d\d))?$/.exec(moment) ?? [];
  const then = Date.parse(`${date}T${time}Z`);
  if (date === undefined || Number.isNaN(then)) return undefined;
  const seconds = Math.round((then - now) / 1000);
  return `${seconds < 0 ? '-' : '+'}${Math.abs(seconds)}s`;
}

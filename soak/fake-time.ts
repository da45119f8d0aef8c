/**
 * Returns a moment as faketime takes it with -f: an offset stays as it is, and a date begins there and runs on. Undefined
 * for anything else.
 */
export function fakeTimeOf(moment: string): string | undefined {
  if (/^[+-]\d{1,5}[smhdy]$/.test(moment)) return moment;
  const [, date, time = '09:30:00'] = /^(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d:\d\d))?$/.exec(moment) ?? [];
  return date === undefined ? undefined : `@${date} ${time}`;
}

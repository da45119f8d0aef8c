const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const DAY_NAMES = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const FALLBACK = 'At set times';

/**
 * A cron text as a reader would say it: "Every weekday at 07:00, London time". Only what is sure to be right is put
 * into words; anything cleverer is "At set times", since a wrong promise is worse than none.
 */
export function scheduleInWords(schedule: string, timeZone: string): string {
  const [minute = '', hour = '', date = '', month = '', day = ''] = schedule.trim().split(/\s+/);
  if (month !== '*') return FALLBACK;
  const often = everySoOften(minute, hour, date, day);
  if (often) return often;
  const days = daysInWords(date, day);
  const times = timesInWords(minute, hour);
  return days && times ? `${days} at ${times}, ${zoneInWords(timeZone)}` : FALLBACK;
}

function everySoOften(minute: string, hour: string, date: string, day: string): string | undefined {
  if (date !== '*' || day !== '*') return undefined;
  if (hour === '*' && /^\d+$/.test(minute)) return 'Every hour';
  const minutes = /^\*\/(\d+)$/.exec(minute)?.[1];
  // Only steps that divide the hour are even: */25 is at 0, 25, 50 and then 0 again.
  if (hour === '*' && minutes && 60 % Number(minutes) === 0) return `Every ${minutes} minutes`;
  const hours = /^\*\/(\d+)$/.exec(hour)?.[1];
  return hours && 24 % Number(hours) === 0 && /^\d+$/.test(minute) ? `Every ${hours} hours` : undefined;
}

function daysInWords(date: string, day: string): string | undefined {
  if (date !== '*')
    return day === '*' && /^\d+$/.test(date) ? `On the ${ordinal(Number(date))} of every month` : undefined;
  const days = day === '*' ? new Set(DAYS.keys()) : dayNumbers(day);
  if (!days) return undefined;
  if (days.size === DAYS.length) return 'Every day';
  // The week begins on Monday, as readers count it.
  const names = [1, 2, 3, 4, 5, 6, 0].filter((number) => days.has(number));
  if (names.join() === '1,2,3,4,5') return 'Every weekday';
  return `Every ${list(names.map((number) => DAYS[number] ?? ''))}`;
}

function dayNumbers(day: string): Set<number> | undefined {
  const numbers = new Set<number>();
  for (const part of day.toUpperCase().split(',')) {
    const [from, to = from, ...rest] = part.split('-').map(dayNumber);
    if (from === undefined || to === undefined || rest.length > 0 || from > to) return undefined;
    for (let number = from; number <= to; number += 1) numbers.add(number % DAYS.length);
  }
  return numbers;
}

function dayNumber(text: string): number | undefined {
  if (/^[0-7]$/.test(text)) return Number(text);
  const named = DAY_NAMES.indexOf(text);
  return named < 0 ? undefined : named;
}

function timesInWords(minute: string, hour: string): string | undefined {
  if (!/^\d{1,2}$/.test(minute) || !/^\d{1,2}(,\d{1,2})*$/.test(hour)) return undefined;
  return list(hour.split(',').map((one) => `${one.padStart(2, '0')}:${minute.padStart(2, '0')}`));
}

function zoneInWords(timeZone: string): string {
  const place = timeZone.split('/').at(-1) ?? timeZone;
  return timeZone.includes('/') && !timeZone.startsWith('Etc/')
    ? `${place.replaceAll('_', ' ')} time`
    : place;
}

/** "Royals, Stars and Style". */
export function list(words: readonly string[]): string {
  if (words.length < 2) return words.join();
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

function ordinal(number: number): string {
  const suffix = { one: 'st', two: 'nd', few: 'rd', other: 'th', zero: 'th', many: 'th' };
  return `${number}${suffix[new Intl.PluralRules('en', { type: 'ordinal' }).select(number)]}`;
}

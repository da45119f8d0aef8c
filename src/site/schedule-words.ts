import type { Words } from '../config/vocabulary.ts';
import { weekdayName } from './page-dates.ts';

const DAYS_A_WEEK = 7;
const DAY_NAMES = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/**
 * A cron text as a reader would say it: "Every weekday at 07:00, London time". Only what is sure to
 * be right is put into words; anything cleverer is "At set times", since a wrong promise is worse
 * than none.
 */
export function scheduleInWords(
  { schedule, time_zone }: { readonly schedule: string; readonly time_zone: string },
  words: Words,
): string {
  const [minute = '', hour = '', date = '', month = '', day = ''] = schedule.trim().split(/\s+/);
  if (month !== '*') return words.say('schedule.set_times');
  const often = everySoOften({ minute, hour, date, day }, words);
  if (often) return often;
  const times = timesInWords(minute, hour, words);
  const on = times && daysInWords(date, day, { times, zone: zoneInWords(time_zone, words) }, words);
  return on || words.say('schedule.set_times');
}

function everySoOften(
  { minute, hour, date, day }: Readonly<Record<'minute' | 'hour' | 'date' | 'day', string>>,
  words: Words,
): string | undefined {
  if (date !== '*' || day !== '*') return undefined;
  if (hour === '*' && /^\d+$/.test(minute)) return words.say('schedule.hourly');
  const minutes = Number(/^\*\/(\d+)$/.exec(minute)?.[1]);
  // Only steps that divide the hour are even: */25 is at 0, 25, 50 and then 0 again.
  if (hour === '*' && minutes && 60 % minutes === 0) return words.say('schedule.minutes', { count: minutes });
  const hours = Number(/^\*\/(\d+)$/.exec(hour)?.[1]);
  return hours && 24 % hours === 0 && /^\d+$/.test(minute)
    ? words.say('schedule.hours', { count: hours })
    : undefined;
}

function daysInWords(
  date: string,
  day: string,
  at: { readonly times: string; readonly zone: string },
  words: Words,
): string | undefined {
  if (date !== '*')
    return day === '*' && /^\d+$/.test(date)
      ? words.say('schedule.monthly', { ...at, nth: Number(date) })
      : undefined;
  const days = day === '*' ? new Set(DAY_NAMES.keys()) : dayNumbers(day);
  if (!days) return undefined;
  if (days.size === DAYS_A_WEEK) return words.say('schedule.daily', at);
  // The week begins on Monday, as readers count it.
  const numbers = [1, 2, 3, 4, 5, 6, 0].filter((number) => days.has(number));
  if (numbers.join() === '1,2,3,4,5') return words.say('schedule.weekdays', at);
  const names = numbers.map((number) => weekdayName(number, words.language));
  return words.say('schedule.on_days', { ...at, days: words.series(names) });
}

function dayNumbers(day: string): Set<number> | undefined {
  const numbers = new Set<number>();
  for (const part of day.toUpperCase().split(',')) {
    const [from, to = from, ...rest] = part.split('-').map(dayNumber);
    if (from === undefined || to === undefined || rest.length > 0 || from > to) return undefined;
    for (let number = from; number <= to; number += 1) numbers.add(number % DAYS_A_WEEK);
  }
  return numbers;
}

function dayNumber(text: string): number | undefined {
  if (/^[0-7]$/.test(text)) return Number(text);
  const named = DAY_NAMES.indexOf(text);
  return named < 0 ? undefined : named;
}

function timesInWords(minute: string, hour: string, words: Words): string | undefined {
  if (!/^\d{1,2}$/.test(minute) || !/^\d{1,2}(,\d{1,2})*$/.test(hour)) return undefined;
  return words.series(hour.split(',').map((one) => `${one.padStart(2, '0')}:${minute.padStart(2, '0')}`));
}

function zoneInWords(timeZone: string, words: Words): string {
  const place = (timeZone.split('/').at(-1) ?? timeZone).replaceAll('_', ' ');
  const isPlace = timeZone.includes('/') && !timeZone.startsWith('Etc/');
  return isPlace ? words.say('schedule.zone', { place: words.name('cities', place) }) : place;
}

import { DAY_MS, HOUR_MS, MINUTE_MS } from '../base/clock.ts';
import { inSameYear } from '../base/text/year.ts';
import type { Config } from '../config/config.ts';

/** "Sun 22 Nov, 07:00" in the newsletter's own time zone; "Sun 22 Nov 2026, 07:00" in another year than `now`. */
export function moment(time: number, timeZone: string, now: number): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
  }).formatToParts(time);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? '';
  // Put together here: where the locale's data has its commas differs from version to version.
  const year = inSameYear(time, now, timeZone) ? '' : ` ${part('year')}`;
  return `${part('weekday')} ${part('day')} ${part('month')}${year}, ${part('hour')}:${part('minute')}`;
}

/** "Sun 22 Nov" in the newsletter's own time zone, with the year where it is not that of `now`. */
export function day(time: number, timeZone: string, now: number): string {
  return moment(time, timeZone, now).replace(/,.*/, '');
}

/** Returns the distance of a time from now: "in 3 hours", "5 minutes ago", "just now". */
export function distance(time: number, now: number): string {
  const gap = time - now;
  const size = Math.abs(gap);
  if (size < MINUTE_MS) return gap > 0 ? 'in a moment' : 'just now';
  const words = new Intl.RelativeTimeFormat('en', { numeric: 'always' });
  if (size < HOUR_MS) return words.format(Math.round(gap / MINUTE_MS), 'minute');
  if (size < 2 * DAY_MS) return words.format(Math.round(gap / HOUR_MS), 'hour');
  return words.format(Math.round(gap / DAY_MS), 'day');
}

/** "royal, celebrity and lifestyle" */
export function inOneList(items: readonly string[]): string {
  return new Intl.ListFormat('en-GB', { type: 'conjunction' }).format(items);
}

/** 12,345 */
export function count(number: number): string {
  return new Intl.NumberFormat('en-GB').format(number);
}

/** "25 KB" */
export function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  const kilobytes = bytes / 1024;
  return kilobytes < 1024 ? `${Math.round(kilobytes)} KB` : `${(kilobytes / 1024).toFixed(1)} MB`;
}

/** A sensitive subject as `sensitive.yaml` titles it; by its id where it is in there no more. */
export function subjectInWords({ subjects }: Pick<Config, 'subjects'>, id: string): string {
  return subjects.find((one) => one.id === id)?.title ?? id;
}

/** States of deliveries and editions whose names in the ledger are no words of editors. */
const STATE_WORDS: ReadonlyMap<string, string> = new Map([
  ['claimed', 'on its way'],
  ['transmitting', 'being handed over'],
  ['frozen', 'on its way'],
]);

/** Returns an editor's word for the state of one mail or one edition. */
export function stateInWords(state: string): string {
  return STATE_WORDS.get(state) ?? state;
}

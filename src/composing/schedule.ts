import { Cron } from 'croner';
import { DAY_MS, MINUTE_MS, weekdayOf } from '../base/clock.ts';
import { type NewsletterConfig, WEEKDAYS } from '../config/newsletters.ts';
import type { EditionReason } from '../editions/reason.ts';

type Scheduled = Pick<NewsletterConfig, 'schedule' | 'time_zone'>;

/** A slot this recent is on time, not late: composing and a restart take a moment. */
const ON_TIME_MS = 10 * MINUTE_MS;
/** After a long sleep, older slots are counted, not listed one by one. */
const MOST_MISSED = 500;
/** Far enough for 29 February. */
const FURTHEST_BACK_MS = 1500 * DAY_MS;

/**
 * The first slot after a moment. A local time that the spring change skips falls on the first
 * moment after the gap; of one that the autumn change repeats, a job at a fixed hour takes the
 * first, and a job of every hour takes both.
 */
export function nextSlot(newsletter: Scheduled, after: number): number | undefined {
  return cron(newsletter).nextRun(new Date(after))?.getTime();
}

/**
 * The last slot at or before a moment; undefined when the schedule has none (as for 30 February).
 */
export function lastSlot(newsletter: Scheduled, at: number): number | undefined {
  return slotsBetween(newsletter, at - FURTHEST_BACK_MS, at, 1).at(-1);
}

/**
 * True for the last slot of a week that ends with `weekly_on`, in the newsletter's own zone: the
 * one that also goes to those who want one a week. A newsletter that comes less than weekly ends a
 * week each time.
 */
export function endsWeek(newsletter: Scheduled & Pick<NewsletterConfig, 'weekly_on'>, slot: number): boolean {
  const next = nextSlot(newsletter, slot);
  if (next === undefined) return true;
  const lastDay = WEEKDAYS.indexOf(newsletter.weekly_on);
  const [now, then] = [dayNumber(slot, newsletter.time_zone), dayNumber(next, newsletter.time_zone)];
  const daysLeft = (lastDay - weekdayOf(now * DAY_MS) + 7) % 7;
  return then > now + daysLeft;
}

/** Days since 1 January 1970, as the calendar on the wall there counts them. */
function dayNumber(moment: number, timeZone: string): number {
  const local = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(moment);
  return Date.parse(`${local}T00:00Z`) / DAY_MS;
}

export interface DueSlots {
  /** The slot to publish now. */
  readonly publish: number | undefined;
  /** Slots that passed and are not made up for, oldest first. */
  readonly missed: readonly { readonly slot: number; readonly reason: EditionReason }[];
}

/**
 * Returns the slots that a newsletter owes at a given time: pure, so that a clock that jumps or a
 * machine that slept cannot lose or double an edition.
 * @param since the newest slot that has an edition, or when the newsletter was first known.
 */
export function dueSlots(
  newsletter: Scheduled & Pick<NewsletterConfig, 'missed' | 'catch_up_within'>,
  since: number,
  now: number,
): DueSlots {
  const slots = slotsBetween(newsletter, since, now, MOST_MISSED);
  const latest = slots.at(-1);
  const passed = slots.slice(0, -1).map((slot) => ({ slot, reason: { code: 'later-due' as const } }));
  if (latest === undefined) return { publish: undefined, missed: [] };
  const { patience, reason } = lateness(newsletter);
  if (now - latest <= patience) return { publish: latest, missed: passed };
  return { publish: undefined, missed: [...passed, { slot: latest, reason }] };
}

/**
 * Returns the time after its slot at which a missed edition may still go, and the words for one
 * that is later.
 */
export function lateness(newsletter: Pick<NewsletterConfig, 'missed' | 'catch_up_within'>): {
  readonly patience: number;
  readonly reason: EditionReason;
} {
  if (newsletter.missed === 'report') return { patience: ON_TIME_MS, reason: { code: 'nothing-ran' } };
  const patience = Math.max(ON_TIME_MS, newsletter.catch_up_within);
  return { patience, reason: { code: 'nothing-ran-for-long' } };
}

/**
 * The slots after `from` up to and including `to`, oldest first; at most `most`, the latest ones.
 * Looked for forward from ever further back: looking backward across a clock change is where
 * schedulers disagree with themselves, and of a slot every five minutes a year holds a hundred
 * thousand.
 */
function slotsBetween(newsletter: Scheduled, from: number, to: number, most: number): number[] {
  for (const days of [1, 8, 40, 400]) {
    const start = to - days * DAY_MS;
    if (start <= from) break;
    const slots = slotsFrom(newsletter, start, to);
    if (slots.length >= most) return slots.slice(-most);
  }
  return slotsFrom(newsletter, from, to).slice(-most);
}

function slotsFrom(newsletter: Scheduled, from: number, to: number): number[] {
  const job = cron(newsletter);
  const slots: number[] = [];
  for (let slot = job.nextRun(new Date(from)); slot && slot.getTime() <= to; slot = job.nextRun(slot))
    slots.push(slot.getTime());
  return slots;
}

function cron(newsletter: Scheduled): Cron {
  return new Cron(newsletter.schedule, { timezone: newsletter.time_zone, paused: true });
}

/** Formats a time by a zone's clock in the form of HTML inputs: `2026-11-23T07:00`. */
export function wallTime(time: number, timeZone: string): string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  return format.format(time).replace(' ', 'T');
}

/**
 * The moment when the clocks of a zone show that; the first, where autumn shows it twice, and right
 * after the gap, where spring leaves it out. Undefined for what no clock shows.
 */
export function momentIn(wall: string, timeZone: string): number | undefined {
  const read = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(wall) ? Date.parse(`${wall}Z`) : Number.NaN;
  // 31 November is read as 1 December; nobody meant that.
  if (Number.isNaN(read) || !new Date(read).toISOString().startsWith(wall)) return undefined;
  return new Cron(`${wall}:00`, { timezone: timeZone, paused: true }).nextRun(new Date(0))?.getTime();
}

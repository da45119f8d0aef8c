import { weekdayOf } from '../../base/clock.ts';
import { nextSlot } from '../../composing/schedule.ts';
import { type NewsletterConfig, WEEKDAYS } from '../../config/newsletters.ts';
import { type Day, dayAt, daysAfter, startOf } from '../calendar.ts';

/** Five weeks hold every rhythm of a month. */
const WEEKS = 5;

type Scheduled = Pick<NewsletterConfig, 'schedule' | 'time_zone' | 'weekly_on'>;

/**
 * Returns the meaning of "one a week" for a newsletter: the day of the week (Sunday is 0) where the
 * week's last edition always comes on one; undefined for one that comes no more often than that
 * anyway. Looks at days rather than at slots, of which a month can hold thousands.
 */
export function weeklyDay(newsletter: Scheduled, now: number): number | 'varies' | undefined {
  const today = dayAt(now, newsletter.time_zone);
  const lastDay = WEEKDAYS.indexOf(newsletter.weekly_on);
  const thisWeekEnds = daysAfter(today, (lastDay - weekdayOf(Date.parse(today)) + 7) % 7);
  const lastDays = new Set<number | undefined>();
  let isMoreOften = false;
  for (let week = 0; week < WEEKS; week += 1) {
    const days = Array.from({ length: 7 }, (_, n) => daysAfter(thisWeekEnds, 1 + 7 * week + n));
    const counts = days.map((day) => ({ day, slots: slotsOn(newsletter, day) }));
    const last = counts.findLast(({ slots }) => slots > 0);
    lastDays.add(last && weekdayOf(Date.parse(last.day)));
    isMoreOften ||= counts.reduce((sum, { slots }) => sum + slots, 0) > 1;
  }
  if (!isMoreOften) return undefined;
  const [only] = lastDays;
  return lastDays.size === 1 && only !== undefined ? only : 'varies';
}

/** None, one, or "more than one" as two. */
function slotsOn(newsletter: Scheduled, day: Day): 0 | 1 | 2 {
  const end = startOf(daysAfter(day, 1), newsletter.time_zone);
  const first = nextSlot(newsletter, startOf(day, newsletter.time_zone) - 1);
  if (first === undefined || first >= end) return 0;
  const second = nextSlot(newsletter, first);
  return second !== undefined && second < end ? 2 : 1;
}

import type { NewsletterConfig } from '../../config/newsletters.ts';
import { startOf } from '../calendar.ts';
import { monthAt } from '../page-dates.ts';
import type { Site } from '../site-deps.ts';

/** A month on a newsletter's own calendar, as `2026-11`. */
export type Month = string;

export function readMonth(text: string): Month | undefined {
  return /^2\d{3}-(0[1-9]|1[0-2])$/.test(text) ? text : undefined;
}

/**
 * Returns the beginnings of a month and of the next, in the newsletter's time zone; UTC
 * milliseconds.
 */
export function monthRange(month: Month, timeZone: string): { from: number; until: number } {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const next = number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
  return { from: beginningOf(month, timeZone), until: beginningOf(next, timeZone) };
}

function beginningOf(month: Month, timeZone: string): number {
  return startOf(`${month}-01`, timeZone);
}

/**
 * The months in which there was something to read, newest first: one question each, not one for
 * every edition.
 */
export async function monthsOf(site: Site, newsletters: readonly NewsletterConfig[]): Promise<Month[]> {
  const months = new Set<Month>();
  for (const { id, time_zone } of newsletters) {
    let newest = await site.newestDated(id, Number.MAX_SAFE_INTEGER);
    while (newest !== undefined) {
      const month = monthAt(newest, time_zone);
      months.add(month);
      newest = await site.newestDated(id, beginningOf(month, time_zone));
    }
  }
  return [...months].sort().reverse();
}

import { type DateHabits, parseDate, readDate } from '../dates/read-date.ts';

/** A moment in UTC milliseconds; `dated` is false where it is counted from now. */
export interface FileMoment {
  readonly at: number;
  readonly dated: boolean;
}

/**
 * A moment as a file writes it. One ahead is that moment and not now: its article waits for it.
 * @returns undefined where it cannot be read with certainty.
 */
export function momentOf(text: string, now: number, habits: DateHabits): FileMoment | undefined {
  const at = parseDate(text, habits);
  if (at !== undefined) return { at, dated: true };
  const reading = readDate(text, now, habits);
  return reading.ok ? reading : undefined;
}

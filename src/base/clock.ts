import { setTimeout as delay } from 'node:timers/promises';

/**
 * The only reader of time. Everything that depends on the hour takes a clock, so that tests can
 * turn it.
 */
export interface Clock {
  /** UTC milliseconds. */
  now(): number;
  /** Resolves after `ms`, or early (without an error) when the signal fires. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/**
 * Node's timers hold 31 bits: a longer one would fire at once, and a negative one warns on stderr.
 */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    // At least one turn of the event loop, also for what is due already: a caller that loops must not keep others waiting.
    let left = ms > 0 ? ms : 0;
    do {
      await delay(Math.min(left, LONGEST_TIMER_MS), undefined, signal ? { signal } : {}).catch(
        () => undefined,
      );
      left -= LONGEST_TIMER_MS;
    } while (left > 0 && !signal?.aborted);
  },
};

/** A clock that stands at `now`; it still sleeps in real time. */
export function clockAt(now: number): Clock {
  return { now: () => now, sleep: systemClock.sleep };
}

/** Returns the day of the week of a moment in UTC: 0 is Sunday. */
export function weekdayOf(time: number): number {
  return new Date(time).getUTCDay();
}

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

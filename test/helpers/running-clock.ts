import { type Clock, systemClock } from '../../src/base/clock.ts';

const SHARED = 'TEST_CLOCK_AHEAD_MS';

/** A clock that runs with real time from a chosen moment, so that no test depends on the day it is run. */
export class RunningClock implements Clock {
  #aheadMs: number;
  readonly sleep = systemClock.sleep;

  constructor(start: number) {
    this.#aheadMs = start - systemClock.now();
  }

  /**
   * Returns the clock of a whole test file: it stands at `start` when the file is loaded. Processes that the file starts
   * inherit it through the environment and read the same time.
   */
  static shared(start: number): RunningClock {
    const clock = new RunningClock(start);
    process.env[SHARED] ??= String(clock.#aheadMs);
    clock.#aheadMs = Number(process.env[SHARED]);
    return clock;
  }

  now(): number {
    return systemClock.now() + this.#aheadMs;
  }

  /** Moves the clock as somebody who sets it does: the time of day leaps, and a second still takes a second. */
  leap(ms: number): void {
    this.#aheadMs += ms;
  }
}

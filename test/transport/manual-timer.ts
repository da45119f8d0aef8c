import type { Timer } from '../../src/transport/patience.ts';

/** Deadlines that pass when a test says so, however long the machine takes. */
export class ManualTimer {
  #now = 0;
  readonly #waiting = new Set<{ readonly until: number; readonly late: () => void }>();

  readonly start: Timer = (late, ms) => {
    const one = { until: this.#now + ms, late };
    this.#waiting.add(one);
    return () => this.#waiting.delete(one);
  };

  /** Lets so many milliseconds pass. */
  pass(ms: number): void {
    this.#now += ms;
    for (const one of [...this.#waiting]) if (one.until <= this.#now && this.#waiting.delete(one)) one.late();
  }
}

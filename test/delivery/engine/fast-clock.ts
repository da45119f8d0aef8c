import { ManualClock } from '../../helpers/manual-clock.ts';

const LONGEST_STEP_MS = 20;

/** A clock that runs `factor` times as fast as the real one, from `start`, until it is disposed of. */
export class FastClock extends ManualClock implements Disposable {
  readonly #timer: NodeJS.Timeout;

  constructor(start: number, factor: number) {
    super(start);
    let last = performance.now();
    this.#timer = setInterval(() => {
      const now = performance.now();
      // A busy machine slows this clock down: in one leap a lease would be over before anybody could renew it.
      this.advance(Math.round(Math.min(now - last, LONGEST_STEP_MS) * factor));
      last = now;
    }, 5);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

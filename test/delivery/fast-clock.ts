import { ManualClock } from '../helpers/manual-clock.ts';

/** A clock that runs `factor` times as fast as the real one, from `start`, until it is disposed of. */
export class FastClock extends ManualClock implements Disposable {
  readonly #timer: NodeJS.Timeout;

  constructor(start: number, factor: number) {
    super(start);
    let last = performance.now();
    this.#timer = setInterval(() => {
      const now = performance.now();
      this.advance(Math.round((now - last) * factor));
      last = now;
    }, 5);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

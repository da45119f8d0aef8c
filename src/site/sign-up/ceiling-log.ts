import { HOUR_MS } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Taken } from '../../subscribers/sign-up/sign-up-desk.ts';

const FATES = {
  dropped: 'Sign-ups are over a ceiling; until the hour ends they are dropped',
  asked: 'Sign-ups are over a ceiling; until the hour ends they are asked for proof of work or a wait',
} as const;

/**
 * Says of each kind of ceiling, once an hour, which was met first: a flood from ten thousand
 * networks is one story.
 */
export class CeilingLog {
  readonly #log: Log;
  /** The last hour each kind was spoken of in. */
  readonly #spoken = new Map<string, number>();

  constructor(log: Log) {
    this.#log = log;
  }

  note({ fate, first, over }: Taken, now: number): void {
    if (!first || over === undefined || !(fate === 'dropped' || fate === 'asked')) return;
    const [kind = ''] = over.split(':');
    const hour = Math.floor(now / HOUR_MS);
    if (this.#spoken.get(kind) === hour) return;
    this.#spoken.set(kind, hour);
    this.#log.warn({ ceiling: over }, FATES[fate]);
  }
}

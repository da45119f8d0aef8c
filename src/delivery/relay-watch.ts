import { type Clock, SECOND_MS } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Connect, RelayConnection } from '../transport/smtp.ts';

const RECONNECT_FIRST_MS = SECOND_MS;
const RECONNECT_LONGEST_MS = 60 * SECOND_MS;

/** Opens connections to the relay, and knows whether it can be reached: all lines of an engine share one. */
export class RelayWatch {
  readonly #deps: { readonly connect: Connect; readonly clock: Clock; readonly log: Log };
  #trouble: { readonly reason: string; readonly failures: number } | undefined;

  constructor(deps: { readonly connect: Connect; readonly clock: Clock; readonly log: Log }) {
    this.#deps = deps;
  }

  /** Why the relay cannot be used, as of the last try; undefined while it can. */
  get trouble(): string | undefined {
    return this.#trouble?.reason;
  }

  /** A connection, or undefined: then `wait` before the next try. One warning for each new reason, not for each try. */
  async open(): Promise<RelayConnection | undefined> {
    const opened = await this.#deps.connect();
    if (opened.ok) {
      if (this.#trouble) this.#deps.log.info('The relay is back');
      this.#trouble = undefined;
      return opened.connection;
    }
    const failures = (this.#trouble?.failures ?? 0) + 1;
    if (opened.reason !== this.#trouble?.reason)
      this.#deps.log.warn({ reason: opened.reason }, 'The relay cannot be used');
    this.#trouble = { reason: opened.reason, failures };
    return undefined;
  }

  /** 1, 2, 4 … 60 seconds, by how often it failed. */
  async wait(signal: AbortSignal): Promise<void> {
    const wait = RECONNECT_FIRST_MS * 2 ** Math.min((this.#trouble?.failures ?? 1) - 1, 10);
    await this.#deps.clock.sleep(Math.min(wait, RECONNECT_LONGEST_MS), signal);
  }
}

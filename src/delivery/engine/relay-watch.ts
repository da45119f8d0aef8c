import { type Clock, SECOND_MS } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Database } from '../../storage/schema/schema.ts';
import type { Connect, RelayConnection } from '../../transport/smtp.ts';
import { noteRelayDown, noteRelayUp } from './relay-trouble.ts';

const RECONNECT_FIRST_MS = SECOND_MS;
const RECONNECT_LONGEST_MS = 60 * SECOND_MS;
/** All lines fail alike: one of them in so long writes it down. */
const NOTE_EVERY_MS = 5 * SECOND_MS;

interface RelayWatchDeps {
  readonly db: Database;
  readonly connect: Connect;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Opens connections to the relay, and knows whether it can be reached: all lines of an engine share
 * one. What it knows is written down for other processes, such as `broadsheet status`.
 */
export class RelayWatch {
  readonly #deps: RelayWatchDeps;
  #trouble: { readonly reason: string; readonly failures: number } | undefined;
  #noted: { readonly reason: string | undefined; readonly at: number } | undefined;

  constructor(deps: RelayWatchDeps) {
    this.#deps = deps;
  }

  /** Reason that the relay could not be used on the last try; undefined while it can. */
  get trouble(): string | undefined {
    return this.#trouble?.reason;
  }

  /**
   * A connection, or undefined: then `wait` before the next try. One warning for each new reason,
   * not for each try.
   */
  async open(): Promise<RelayConnection | undefined> {
    const opened = await this.#deps.connect();
    if (opened.ok) {
      if (this.#trouble) this.#deps.log.info('The relay is back');
      this.#trouble = undefined;
      await this.#note(undefined);
      return opened.connection;
    }
    const failures = (this.#trouble?.failures ?? 0) + 1;
    if (opened.reason !== this.#trouble?.reason)
      this.#deps.log.warn({ reason: opened.reason }, 'The relay cannot be used');
    this.#trouble = { reason: opened.reason, failures };
    await this.#note(opened.reason);
    return undefined;
  }

  /** 1, 2, 4 … 60 seconds, by how often it failed. */
  async wait(signal: AbortSignal): Promise<void> {
    const wait = RECONNECT_FIRST_MS * 2 ** Math.min((this.#trouble?.failures ?? 1) - 1, 10);
    await this.#deps.clock.sleep(Math.min(wait, RECONNECT_LONGEST_MS), signal);
  }

  /** A note that cannot be written keeps no mail from leaving; the next one tells the same. */
  async #note(reason: string | undefined): Promise<void> {
    const { db, clock, log } = this.#deps;
    const now = clock.now();
    const isKnown = this.#noted?.reason === reason && this.#noted !== undefined;
    if (isKnown && (reason === undefined || now - (this.#noted?.at ?? 0) < NOTE_EVERY_MS)) return;
    this.#noted = { reason, at: now };
    const noting = reason === undefined ? noteRelayUp(db) : noteRelayDown(db, reason, now);
    await noting.catch((error) => {
      this.#noted = undefined;
      log.debug({ error }, 'What became of the relay could not be written down');
    });
  }
}

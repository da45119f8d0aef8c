import { type Clock, SECOND_MS } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import { abridge, type Log } from '../base/log.ts';
import { oneLine, shorten } from '../base/one-line.ts';
import type { Database } from '../storage/schema.ts';
import type { Verdict } from '../transport/reply.ts';
import type { Connect, Mail, RelayConnection } from '../transport/smtp.ts';
import { Batcher } from './batcher.ts';
import { type Claim, claim, release, renewLeases, type Worker } from './claim.ts';
import { finishEditions } from './ledger.ts';
import { adoptOrphans, findOrphans, mark, type Settlement, settle, type UncertainPolicy } from './settle.ts';
import { isGone } from './worker.ts';

export interface EngineDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly worker: Worker;
  readonly connect: Connect;
  /** How many messages may be under way at once. */
  readonly connections: number;
  /** The whole message for a delivery. The engine knows neither templates nor editions. */
  readonly compose: (claim: Claim) => Promise<Mail>;
  readonly uncertainPolicy: (claim: Claim) => UncertainPolicy;
}

const POLL_MS = SECOND_MS;
const KEEP_HOUSE_MS = 15 * SECOND_MS;
const RECONNECT_FIRST_MS = SECOND_MS;
const RECONNECT_LONGEST_MS = 60 * SECOND_MS;
/** While stopping; before that there is no end to them. */
const WRITE_TRIES = 6;
const WRITE_WAIT_LONGEST_MS = 10 * SECOND_MS;

/**
 * Carries deliveries from claim to outcome: each line of `connections` takes one claimed delivery at a time, composes
 * it, sends it, and writes the verdict down before it takes the next.
 */
export class Engine {
  readonly #deps: EngineDeps;
  readonly #stopped = new AbortController();
  readonly #marks: Batcher<number, boolean>;
  readonly #settlements: Batcher<Settlement, boolean>;
  #ready: Claim[] = [];
  #refilling: Promise<void> | undefined;
  #nap = new AbortController();
  #running: Promise<unknown> | undefined;
  #relayTrouble: { readonly reason: string; readonly failures: number } | undefined;

  constructor(deps: EngineDeps) {
    const { db, worker, clock } = deps;
    this.#deps = deps;
    this.#marks = new Batcher(async (ids) => {
      const ours = await mark(db, worker, ids, clock.now());
      return ids.map((id) => ours.has(id));
    });
    this.#settlements = new Batcher((batch) => this.#persist(() => settle(db, worker, batch, clock.now())));
  }

  /** Why the relay cannot be reached, as of the last try; undefined while it can. */
  get relayTrouble(): string | undefined {
    return this.#relayTrouble?.reason;
  }

  start(): void {
    if (this.#running) return;
    const lines = Array.from({ length: this.#deps.connections }, () => this.#line());
    const ended = [...lines, this.#keepHouse()].map((work) =>
      work.catch((error) => {
        // Without a ledger no further message may leave; what was under way is uncertain when the next process looks.
        this.#deps.log.error({ error }, 'Outcomes cannot be written: delivery stops');
        this.#stopped.abort();
      }),
    );
    this.#running = Promise.all(ended);
  }

  /** Something new is due: look now, not at the next poll. */
  wake(): void {
    this.#nap.abort();
  }

  /** Claims nothing more, lets what is under way come to its outcome, gives back the rest. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    this.wake();
    await this.#running;
    await this.#giveBack(this.#ready.splice(0));
  }

  async #line(): Promise<void> {
    let connection: RelayConnection | undefined;
    while (!this.#stopped.signal.aborted) {
      const next = await this.#next();
      if (!next) continue;
      if (!connection?.usable) connection = await this.#open();
      if (connection) await this.#deliver(next, connection);
      else await this.#waitForRelay(next);
    }
    connection?.close();
  }

  async #deliver(claimed: Claim, connection: RelayConnection): Promise<void> {
    const verdict = await this.#attempt(claimed, connection);
    const settlement = { claim: claimed, verdict, policy: this.#deps.uncertainPolicy(claimed) };
    await this.#settlements.add(settlement);
    const { outcome, fault, reply } = verdict;
    const line = { delivery: claimed.id, to: abridge(claimed.email), reply };
    if (outcome === 'accepted') this.#deps.log.debug(line, 'Accepted');
    else this.#deps.log[fault === 'recipient' ? 'info' : 'warn'](line, `Delivery ${outcome}`);
  }

  async #attempt(claimed: Claim, connection: RelayConnection): Promise<Verdict> {
    try {
      const mail = await this.#deps.compose(claimed);
      return await connection.send(mail, () => this.#marks.add(claimed.id));
    } catch (error) {
      // One mail that cannot be composed is one delivery's trouble, never the edition's.
      this.#deps.log.error({ delivery: claimed.id, error }, 'A mail could not be composed');
      return {
        outcome: 'deferred',
        fault: 'ours',
        phase: 'connect',
        reply: shorten(oneLine(`could not be composed: ${messageOf(error)}`), 500),
      };
    }
  }

  async #next(): Promise<Claim | undefined> {
    const ready = this.#ready.shift();
    if (ready) return ready;
    this.#refilling ??= this.#refill().finally(() => {
      this.#refilling = undefined;
    });
    await this.#refilling;
    return this.#ready.shift();
  }

  async #refill(): Promise<void> {
    const { db, worker, connections, clock, log } = this.#deps;
    try {
      this.#ready = this.#stopped.signal.aborted ? [] : await claim(db, worker, connections * 4, clock.now());
    } catch (error) {
      log.error({ error }, 'Deliveries could not be claimed');
    }
    if (this.#ready.length === 0) await this.#rest(POLL_MS);
  }

  async #open(): Promise<RelayConnection | undefined> {
    const opened = await this.#deps.connect();
    if (opened.ok) {
      if (this.#relayTrouble) this.#deps.log.info('The relay is back');
      this.#relayTrouble = undefined;
      return opened.connection;
    }
    const failures = (this.#relayTrouble?.failures ?? 0) + 1;
    if (opened.reason !== this.#relayTrouble?.reason)
      this.#deps.log.warn({ reason: opened.reason }, 'The relay cannot be used');
    this.#relayTrouble = { reason: opened.reason, failures };
    return undefined;
  }

  /** A relay that is away is no delivery's fault: everything goes back untouched until it returns. */
  async #waitForRelay(claimed: Claim): Promise<void> {
    await this.#giveBack([claimed, ...this.#ready.splice(0)]);
    const wait = RECONNECT_FIRST_MS * 2 ** Math.min((this.#relayTrouble?.failures ?? 1) - 1, 10);
    await this.#deps.clock.sleep(Math.min(wait, RECONNECT_LONGEST_MS), this.#stopped.signal);
  }

  /** Tried until it succeeds: this worker would renew for ever the lease of what it could not give back. */
  #giveBack(claims: readonly Claim[]): Promise<void> {
    const ids = claims.map(({ id }) => id);
    return this.#persist(() => release(this.#deps.db, this.#deps.worker, ids));
  }

  async #rest(ms: number): Promise<void> {
    this.#nap = new AbortController();
    await this.#deps.clock.sleep(ms, AbortSignal.any([this.#nap.signal, this.#stopped.signal]));
  }

  /** Renews leases, adopts what dead workers left, closes finished editions. */
  async #keepHouse(): Promise<void> {
    const { db, worker, clock, log } = this.#deps;
    while (!this.#stopped.signal.aborted) {
      try {
        await renewLeases(db, worker, clock.now());
        const orphans = await findOrphans(db, (id) => isGone(worker, id), clock.now());
        if (orphans.length > 0) {
          const adopted = await adoptOrphans(db, orphans, this.#deps.uncertainPolicy, clock.now());
          log.warn(adopted, 'Took over deliveries of a process that ended');
          this.wake();
        }
        await finishEditions(db, clock.now());
      } catch (error) {
        log.error({ error }, 'Housekeeping failed; it is tried again');
      }
      await clock.sleep(KEEP_HOUSE_MS, this.#stopped.signal);
    }
  }

  /**
   * After the server's answer it is the writing that is tried again, never the sending. An outcome that is forgotten
   * turns an accepted mail into an uncertain one, so only a stop ends the trying.
   */
  async #persist<T>(write: () => Promise<T>): Promise<T> {
    const { log, clock } = this.#deps;
    for (let failures = 1; ; failures += 1) {
      try {
        return await write();
      } catch (error) {
        if (this.#stopped.signal.aborted && failures >= WRITE_TRIES) throw error;
        log.error({ error, failures }, 'The ledger could not be written; trying again');
        await clock.sleep(Math.min(100 * 3 ** failures, WRITE_WAIT_LONGEST_MS));
      }
    }
  }
}

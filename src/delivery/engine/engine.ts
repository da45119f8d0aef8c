import { type Clock, SECOND_MS } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import { abridge, type Log } from '../../base/log.ts';
import type { EditionReason } from '../../editions/reason.ts';
import { editionsUnderWay } from '../../editions/store/sending-store.ts';
import { reasonForLog } from '../../editions/words/reason-words.ts';
import { Batcher } from '../../storage/batcher.ts';
import type { Database } from '../../storage/schema/schema.ts';
import { type Verdict, verdictOfOurFault, wantsAnotherLine } from '../../transport/reply.ts';
import type { Connect, RelayConnection } from '../../transport/smtp.ts';
import type { Mail } from '../../transport/transaction.ts';
import { cancelLeftovers, pauseEdition } from '../control.ts';
import { Breaker } from './breaker.ts';
import { type Claim, claim, release, type Worker } from './claim.ts';
import { ClaimQueue, type Departure } from './claim-queue.ts';
import { keepHouse, watchEditions } from './housekeeping.ts';
import { Pace, type PaceLimits } from './pace.ts';
import { ReceivingGroups } from './receiving-group.ts';
import { RelayWatch } from './relay-watch.ts';
import type { Entry, UncertainPolicy } from './settle.ts';
import { answered, commitEntries, writeUntilDone } from './write-until-done.ts';

export interface EngineDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly worker: Worker;
  readonly connect: Connect;
  /** Most messages under way at once. */
  readonly connections: number;
  /** The whole message for a delivery. The engine knows neither templates nor editions. */
  readonly compose: (claim: Claim) => Promise<Mail>;
  readonly uncertainPolicy: (claim: Claim) => UncertainPolicy;
  /** Rate limits of relay and receivers; without them, as fast as they take it. */
  readonly limits?: PaceLimits;
  readonly groups?: ReceivingGroups;
}

const POLL_MS = SECOND_MS;
const CLAIMED_PER_LINE = 4;
/** Most claims that the pace holds back: enough to find others behind a slow group. */
const MOST_WAITING_PER_LINE = 20;
const NOT_TRIED: Verdict = { outcome: 'deferred', fault: 'relay', phase: 'connect', reply: '' };

/**
 * Carries deliveries from claim to outcome: each line of `connections` takes one claimed delivery
 * at a time, composes it, sends it, and writes the verdict down before it takes the next.
 */
export class Engine {
  readonly #deps: EngineDeps;
  readonly #stopped = new AbortController();
  /** Marks and verdicts of all lines: whatever comes together is one commit. */
  readonly #ledger: Batcher<Entry, boolean | undefined>;
  readonly #queue: ClaimQueue;
  readonly #pace: Pace;
  readonly #breaker = new Breaker();
  readonly #relay: RelayWatch;
  #refilling: Promise<void> | undefined;
  /** While an edition is being paused nothing starts: the pause is for whoever would be next. */
  #pausing: Promise<void> = Promise.resolve();
  #nap = new AbortController();
  #running: Promise<unknown> | undefined;

  constructor(deps: EngineDeps) {
    this.#deps = deps;
    this.#relay = new RelayWatch(deps);
    this.#pace = new Pace(deps.limits ?? { relay: {}, groups: {} });
    this.#queue = new ClaimQueue(this.#pace, deps.groups ?? new ReceivingGroups(undefined));
    this.#ledger = new Batcher((entries) => commitEntries(entries, deps, this.#stopped.signal));
  }

  /** Reason that the relay could not be reached on the last try; undefined while it can. */
  get relayTrouble(): string | undefined {
    return this.#relay.trouble;
  }

  start(): void {
    if (this.#running) return;
    const lines = Array.from({ length: this.#deps.connections }, () => this.#line());
    const ended = [
      ...lines,
      this.#keepHouse(),
      watchEditions(this.#deps, () => this.#dropStopped(), this.#stopped.signal),
    ].map((work) =>
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
    await this.#giveBack(this.#queue.drain());
  }

  /**
   * While one verdict waits to be written the next conversation begins; but a mark is written after
   * the verdicts before it, so that a line never has more than one message whose outcome the ledger
   * does not hold.
   */
  async #line(): Promise<void> {
    let connection: RelayConnection | undefined;
    let settled: Promise<void> = Promise.resolve();
    while (!this.#stopped.signal.aborted) {
      const next = await this.#next();
      if (!next) {
        await settled;
        continue;
      }
      const kept = connection?.usable ? connection : undefined;
      let verdict = kept && (await this.#attempt(next.claim, kept));
      if (!verdict || wantsAnotherLine(verdict)) {
        // A relay may close a kept line just as MAIL goes out. Nothing was handed over, so a new line may try at once.
        connection?.close();
        connection = await this.#relay.open();
        verdict = connection && (await this.#attempt(next.claim, connection));
      }
      await settled;
      if (verdict) settled = this.#settle(next, verdict);
      else await this.#waitForRelay(next);
      settled.catch(() => undefined); // thrown where it is awaited
    }
    await settled;
    connection?.close();
  }

  async #settle({ claim: claimed, group }: Departure, verdict: Verdict): Promise<void> {
    const { passesSoon = false } = this.#pace.end(group, verdict, this.#deps.clock.now()) ?? {};
    const policy = this.#deps.uncertainPolicy(claimed);
    const settlement = { claim: claimed, verdict, policy, passesSoon };
    await Promise.all([this.#pauseIfOurs(claimed, verdict), this.#ledger.addPatiently({ settlement })]);
    const { outcome, fault, reply } = verdict;
    const line = { delivery: claimed.id, to: abridge(claimed.email), reply };
    if (outcome === 'accepted') this.#deps.log.debug(line, 'Accepted');
    else this.#deps.log[fault === 'recipient' ? 'info' : 'warn'](line, `Delivery ${outcome}`);
  }

  /** Decides at the verdict, so that no line takes another reader while the pause is written. */
  async #pauseIfOurs({ editionId, email }: Claim, verdict: Verdict): Promise<void> {
    if (editionId === null) return;
    const reason = this.#breaker.note(editionId, verdict, this.#deps.clock.now(), email);
    if (reason === undefined) return;
    this.#pausing = this.#pausing.then(() => this.#pause(editionId, reason));
    await this.#pausing;
  }

  /** One clear alert, and nobody further pays for what is our fault. */
  async #pause(editionId: string, reason: EditionReason): Promise<void> {
    const { db, log } = this.#deps;
    const paused = { edition: editionId, ...reasonForLog(reason) };
    if (await this.#write(() => pauseEdition(db, editionId, reason)))
      log.error(paused, 'The edition is paused: mend it, then `broadsheet resume`');
    await this.#refilling; // which may bring claims from before the pause
    await this.#write(() => this.#dropStopped());
  }

  async #attempt(claimed: Claim, connection: RelayConnection): Promise<Verdict> {
    try {
      const mail = await this.#deps.compose(claimed);
      return await connection.send(mail, async () => answered(await this.#ledger.add({ mark: claimed.id })));
    } catch (error) {
      // One mail that cannot be composed is one delivery's trouble, never the edition's.
      this.#deps.log.error({ delivery: claimed.id, error }, 'A mail could not be composed');
      return verdictOfOurFault(`could not be composed: ${messageOf(error)}`);
    }
  }

  /** Returns the next delivery that may start; undefined after a wait, to check for stopping. */
  async #next(): Promise<Departure | undefined> {
    const { clock, connections } = this.#deps;
    await this.#pausing;
    const next = this.#queue.take(clock.now());
    if ('claim' in next) return next;
    // Groups that have to wait must not keep the others from being claimed; what waits is bounded all the same.
    if (this.#queue.size < connections * MOST_WAITING_PER_LINE) {
      this.#refilling ??= this.#refill(next.until).finally(() => {
        this.#refilling = undefined;
      });
      await this.#refilling;
    } else await this.#rest(next.until - clock.now());
    return undefined;
  }

  async #refill(until: number): Promise<void> {
    const { db, worker, connections, clock, log } = this.#deps;
    try {
      const claims = this.#stopped.signal.aborted
        ? []
        : await claim(db, worker, connections * CLAIMED_PER_LINE, clock.now());
      this.#queue.add(claims, clock.now());
      if (claims.length > 0) return;
    } catch (error) {
      log.error({ error }, 'Deliveries could not be claimed');
    }
    await this.#rest(Math.min(POLL_MS, until - clock.now()));
  }

  /** Gives everything back untouched until the relay returns: no delivery is at fault. */
  async #waitForRelay({ claim: claimed, group }: Departure): Promise<void> {
    this.#pace.end(group, NOT_TRIED, this.#deps.clock.now());
    await this.#giveBack([claimed, ...this.#queue.drain()]);
    await this.#relay.wait(this.#stopped.signal);
  }

  /** Retries until it succeeds: else this worker would renew the lease for ever. */
  #giveBack(claims: readonly Claim[]): Promise<void> {
    const ids = claims.map(({ id }) => id);
    return this.#write(() => release(this.#deps.db, this.#deps.worker, ids));
  }

  async #rest(ms: number): Promise<void> {
    if (this.#nap.signal.aborted) this.#nap = new AbortController();
    await this.#deps.clock.sleep(ms, AbortSignal.any([this.#nap.signal, this.#stopped.signal]));
  }

  /** Lets go of paused and cancelled deliveries; every process may write these rows. */
  async #dropStopped(): Promise<void> {
    const held = this.#queue.editions();
    const underWay = await editionsUnderWay(this.#deps.db, held);
    if (held.every((id) => underWay.has(id))) return;
    const stopped = this.#queue.drain(({ editionId }) => editionId !== null && !underWay.has(editionId));
    await this.#giveBack(stopped);
    await cancelLeftovers(this.#deps.db, this.#deps.clock.now());
  }

  #keepHouse(): Promise<void> {
    const { db, worker, clock, log, uncertainPolicy, limits } = this.#deps;
    const countDay =
      limits?.perDay === undefined ? undefined : (n: number) => this.#pace.countDay(n, clock.now());
    const house = { db, worker, clock, log, uncertainPolicy, countDay, adopted: () => this.wake() };
    return keepHouse(house, this.#stopped.signal);
  }

  #write<T>(write: () => Promise<T>): Promise<T> {
    return writeUntilDone(write, this.#deps, this.#stopped.signal);
  }
}

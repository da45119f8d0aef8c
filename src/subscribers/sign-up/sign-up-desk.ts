import { DAY_MS } from '../../base/clock.ts';
import { addressKey } from '../../base/text/address.ts';
import type { SignUpConfig } from '../../config/sign-up-config.ts';
import { Batcher } from '../../storage/batcher.ts';
import type { Database } from '../../storage/schema/schema.ts';
import type { Enqueue } from '../subscriber.ts';
import { noteFull } from './asking.ts';
import type { Knock } from './ceiling-scopes.ts';
import { countSignUps, type Verdict } from './ceilings.ts';
import { mailboxOf } from './mailbox.ts';
import { forgetStamps, keepStamps, type Stamped, type StampUse, spendStamps } from './spent-stamps.ts';
import { type SignUpMail, type SignUpRequest, signUp } from './take-sign-up.ts';

/** A page may lie open overnight: a stamp is good for this long. */
export const STAMP_GOOD_FOR_MS = DAY_MS;

/** One form: its stamp, how the ceilings see it, and what it asks for. */
export interface Arrival {
  /** Undefined for a form without a stamp that can be believed. */
  readonly stamped: Pick<Stamped, 'stamp' | 'form'> | undefined;
  readonly knock: Knock;
  readonly request: SignUpRequest;
}

/** Result of a form. `again`: its stamp was used by another form, and nothing was looked at. */
export type Taken = Verdict | { readonly fate: 'again'; readonly over: undefined; readonly first: false };

const IN: Taken = { fate: 'in', over: undefined, first: false };
const AGAIN: Taken = { fate: 'again', over: undefined, first: false };
/** Time between sweeps of stamps that are too old to be taken. */
const SWEEP_MS = DAY_MS / 4;

/**
 * Takes the sign-ups that arrive at once in one commit. A commit is what a sign-up costs: one for
 * each would leave no room for the edition that is being sent.
 */
export class SignUpDesk {
  readonly #db: Database;
  readonly #policy: SignUpConfig;
  readonly #enqueue: Enqueue<SignUpMail>;
  readonly #batcher = new Batcher<Arrival, Taken>((arrivals) => this.#takeAll(arrivals));
  #sweptAt = 0;

  constructor(db: Database, policy: SignUpConfig, enqueue: Enqueue<SignUpMail>) {
    this.#db = db;
    this.#policy = policy;
    this.#enqueue = enqueue;
  }

  /** Resolves once it is written down, or has been counted and turned away. */
  async take(arrival: Arrival): Promise<Taken> {
    return this.#batcher.add(arrival);
  }

  async #takeAll(arrivals: readonly Arrival[]): Promise<readonly Taken[]> {
    return this.#db.transaction().execute(async (trx) => {
      await this.#sweep(trx, arrivals);
      const uses = await spendStamps(
        trx,
        arrivals.map(({ stamped, knock: { now } }) => stamped && { ...stamped, now }),
      );
      const fresh = arrivals.filter((_, at) => uses[at] === 'first');
      const counted = await countSignUps(
        trx,
        fresh.map(({ knock }) => knock),
        this.#policy,
      );
      const verdicts = new Map(fresh.map((arrival, at) => [arrival, counted[at] ?? IN]));
      const withFate = (fate: Verdict['fate']) => fresh.filter((one) => verdicts.get(one)?.fate === fate);
      await keepStamps(
        trx,
        withFate('asked').flatMap(({ stamped }) => (stamped ? [stamped.stamp] : [])),
      );
      await this.#signUpAll(
        trx,
        withFate('in').map(({ request }) => request),
      );
      return arrivals.map((arrival, at) => verdicts.get(arrival) ?? answerTo(uses[at]));
    });
  }

  /**
   * In order of their mailboxes: two processes that take the same people never wait for each other
   * in a circle.
   */
  async #signUpAll(trx: Database, requests: readonly SignUpRequest[]): Promise<void> {
    const inOrder = requests
      .map((request) => ({ request, key: `${mailboxOf(request.email)} ${addressKey(request.email)}` }))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
    let [full, last] = [0, 0];
    for (const { request } of inOrder) {
      if ((await signUp(trx, request, this.#enqueue, this.#policy)) === 'full') full += 1;
      last = Math.max(last, request.now);
    }
    if (full > 0) await noteFull(trx, last, full);
  }

  async #sweep(trx: Database, arrivals: readonly Arrival[]): Promise<void> {
    const now = arrivals[0]?.knock.now ?? 0;
    if (now - this.#sweptAt < SWEEP_MS) return;
    this.#sweptAt = now;
    await forgetStamps(trx, now - STAMP_GOOD_FOR_MS);
  }
}

/** The same form twice is answered as it was the first time, and nothing comes of it. */
function answerTo(use: StampUse | undefined): Taken {
  return use === 'spent' ? AGAIN : IN;
}

import { addressKey } from '../base/address.ts';
import type { SignUpConfig } from '../config/sign-up.ts';
import { Batcher } from '../storage/batcher.ts';
import type { Database } from '../storage/schema.ts';
import { countSignUps, type Knock, type Verdict } from './ceilings.ts';
import { type SignUpMail, type SignUpRequest, signUpWithin } from './sign-up.ts';
import type { Enqueue } from './subscriber.ts';

/** One form: how the ceilings see it, and a request for each newsletter that was ticked. */
export interface Arrival {
  readonly knock: Knock;
  readonly requests: readonly SignUpRequest[];
}

/**
 * Takes the sign-ups that arrive at once in one commit. A commit is what a sign-up costs: one for each would leave no
 * room for the edition that is being sent.
 */
export class SignUpDesk {
  readonly #db: Database;
  readonly #policy: SignUpConfig;
  readonly #enqueue: Enqueue<SignUpMail>;
  readonly #batcher = new Batcher<Arrival, Verdict>((arrivals) => this.#takeAll(arrivals));

  constructor(db: Database, policy: SignUpConfig, enqueue: Enqueue<SignUpMail>) {
    this.#db = db;
    this.#policy = policy;
    this.#enqueue = enqueue;
  }

  /** Resolves once it is written down, or has been counted and dropped. */
  async take(arrival: Arrival): Promise<Verdict> {
    return this.#batcher.add(arrival);
  }

  async #takeAll(arrivals: readonly Arrival[]): Promise<readonly Verdict[]> {
    return this.#db.transaction().execute(async (trx) => {
      const knocks = arrivals.map(({ knock }) => knock);
      const verdicts = await countSignUps(trx, knocks, this.#policy);
      // In order of their addresses: two processes that take the same people never wait for each other in a circle.
      const requests = arrivals
        .filter((_, at) => verdicts[at]?.over === undefined)
        .flatMap((arrival) => arrival.requests)
        .sort((a, b) => compare(addressKey(a.email), addressKey(b.email)));
      for (const request of requests) await signUpWithin(trx, request, this.#enqueue);
      return verdicts;
    });
  }
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

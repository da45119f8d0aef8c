import { type EmailAddress, tagIn } from '../base/address.ts';
import type { Clock } from '../base/clock.ts';
import { fromCaseless, type TokenClaim, type TokenSigner } from '../base/token.ts';
import type { Database } from '../storage/schema.ts';
import type { Enqueue } from './subscriber.ts';
import { subscriptionById, unsubscribe } from './subscriber-store.ts';

/** `left` also for who had left before; `unknown` for an address that is none of ours, or forged. */
export type LeaveOutcome = 'left' | 'unknown';

export interface LeavingDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly signer: TokenSigner;
  /** Where such mail goes, without the tag that says who; undefined where none is taken. */
  readonly address: EmailAddress | undefined;
  /** What it takes to say goodbye; undefined for a newsletter that does not. */
  goodbye(newsletterId: string): Enqueue<'goodbye'> | undefined;
}

/** Kept as evidence: what the reader's mail program was offered. */
const WORDING = 'List-Unsubscribe: mailto';

/**
 * Unsubscribing by mail (RFC 2369): the token in the address a mail went to says whose subscription ends. The sender is
 * not asked: anybody can write anything there, and people write from other mailboxes than they are written to.
 */
export class LeaveByMail {
  readonly #deps: LeavingDeps;

  constructor(deps: LeavingDeps) {
    this.#deps = deps;
  }

  /** Whether a mail to this address would end a subscription, or would have while there was one. */
  accepts(recipient: string): boolean {
    return this.#claimIn(recipient) !== undefined;
  }

  /** Ends the subscription, as the page does; repeating it is harmless. @throws when the database cannot be reached. */
  async take(recipient: string): Promise<LeaveOutcome> {
    const { db, clock, goodbye } = this.#deps;
    const claim = this.#claimIn(recipient);
    if (!claim) return 'unknown';
    const subscription = await subscriptionById(db, claim.id);
    if (!subscription) return 'left';
    const evidence = { origin: 'mailto', wording: WORDING, now: clock.now() };
    await unsubscribe(db, claim.id, evidence, goodbye(subscription.newsletterId));
    return 'left';
  }

  #claimIn(recipient: string): TokenClaim | undefined {
    const { address, signer } = this.#deps;
    const token = fromCaseless((address && tagIn(recipient, address)) ?? '');
    return token === undefined ? undefined : signer.verify('unsubscribe', token);
  }
}

import { type EmailAddress, tagIn } from '../base/address.ts';
import type { Clock } from '../base/clock.ts';
import { fromCaseless, type TokenClaim, type TokenSigner } from '../base/token.ts';
import type { NewsletterConfig } from '../config/newsletters.ts';
import type { Database } from '../storage/schema.ts';
import type { Enqueue } from './subscriber.ts';
import { subscriptionById, unsubscribe } from './subscriber-store.ts';

/** `left` also for who had left before, or was erased; `unknown` for an address that is none of ours, or forged. */
export type LeaveOutcome = 'left' | 'unknown';

export interface LeavingDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly signer: TokenSigner;
  /** Where such mail goes, without the tag that says who; undefined where none is taken. */
  readonly address: EmailAddress | undefined;
  readonly newsletters: readonly Pick<NewsletterConfig, 'id' | 'goodbye'>[];
  readonly enqueue: Enqueue<'goodbye'>;
}

/** Kept as evidence: what the reader's mail program was offered. */
const WORDING = 'List-Unsubscribe: mailto';

/**
 * Unsubscribing by mail (RFC 2369): the token in the address a mail went to says whose subscription ends. The sender is
 * not asked: anybody can write anything there, and people write from other mailboxes than they are written to.
 */
export interface LeaveByMail {
  /** Whether a mail to this address would end a subscription, or would have while there was one. */
  accepts(recipient: string): boolean;
  /** Ends the subscription, as the page does; repeating it is harmless. @throws when the database cannot be reached. */
  take(recipient: string): Promise<LeaveOutcome>;
}

export function leaveByMail(deps: LeavingDeps): LeaveByMail {
  return {
    accepts: (recipient) => claimIn(recipient, deps) !== undefined,
    take: async (recipient) => {
      const claim = claimIn(recipient, deps);
      if (!claim) return 'unknown';
      const subscription = await subscriptionById(deps.db, claim.id);
      const newsletter = deps.newsletters.find(({ id }) => id === subscription?.newsletterId);
      const evidence = { origin: 'mailto', wording: WORDING, now: deps.clock.now() };
      await unsubscribe(deps.db, claim.id, evidence, newsletter?.goodbye ? deps.enqueue : undefined);
      return 'left';
    },
  };
}

function claimIn(recipient: string, { address, signer }: LeavingDeps): TokenClaim | undefined {
  const token = fromCaseless((address && tagIn(recipient, address)) ?? '');
  return token === undefined ? undefined : signer.verify('unsubscribe', token);
}

import type { Clock } from '../base/clock.ts';
import { type EmailAddress, tagIn } from '../base/text/address.ts';
import { fromCaseless, type TokenSigner } from '../base/token.ts';
import type { NewsletterConfig } from '../config/newsletters.ts';
import type { Database } from '../storage/schema/schema.ts';
import type { Enqueue } from './subscriber.ts';
import { unsubscribe } from './subscriber-store.ts';
import { isLost, subscriptionBehind } from './subscription-links.ts';

/**
 * `left` also for who had left before; `unknown` for an address that is none of ours, or forged;
 * `lost` where the link's subscription is not here, or could be another by now: then nobody was
 * unsubscribed, and whoever wrote should hear of it.
 */
export type LeaveOutcome = 'left' | 'unknown' | 'lost';

export interface LeavingDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly signer: TokenSigner;
  /**
   * Address that takes such mail, without the tag that identifies the reader; undefined where none
   * is taken.
   */
  readonly address: EmailAddress | undefined;
  readonly newsletters: readonly Pick<NewsletterConfig, 'id' | 'goodbye'>[];
  readonly enqueue: Enqueue<'goodbye'>;
}

/** Kept as evidence: what the reader's mail program was offered. */
const WORDING = 'List-Unsubscribe: mailto';

/**
 * Unsubscribing by mail (RFC 2369): the token in the address a mail went to says whose subscription
 * ends. The sender is not asked: anybody can write anything there, and people write from other
 * mailboxes than they are written to.
 */
export interface LeaveByMail {
  /**
   * Reports whether a mail to this address would end a subscription, or would have while there was
   * one.
   */
  accepts(recipient: string): boolean;
  /**
   * Ends the subscription, as the page does; repeating it is harmless. @throws when the database
   * cannot be reached.
   */
  take(recipient: string): Promise<LeaveOutcome>;
}

export function leaveByMail(deps: LeavingDeps): LeaveByMail {
  return {
    accepts: (recipient) => isOurs(tokenIn(recipient, deps), deps.signer),
    take: async (recipient) => {
      const token = tokenIn(recipient, deps) ?? '';
      const linked = await subscriptionBehind(deps.db, deps.signer, 'unsubscribe', token);
      if (linked === 'broken') return 'unknown';
      if (isLost(linked)) return 'lost';
      const { id: subscriptionId, newsletterId } = linked.subscription;
      const newsletter = deps.newsletters.find(({ id }) => id === newsletterId);
      const evidence = { origin: 'mailto', wording: WORDING, now: deps.clock.now() };
      await unsubscribe(deps.db, subscriptionId, evidence, newsletter?.goodbye ? deps.enqueue : undefined);
      return 'left';
    },
  };
}

function tokenIn(recipient: string, { address }: LeavingDeps): string | undefined {
  return fromCaseless((address && tagIn(recipient, address)) ?? '');
}

/** Without asking the database, since strangers can ask as often as they like. */
function isOurs(token: string | undefined, signer: TokenSigner): boolean {
  if (token === undefined) return false;
  return (signer.verify('unsubscribe', token) ?? signer.verifyOld('unsubscribe', token)) !== undefined;
}

import { NOBODY } from '../base/public-id.ts';
import type { SubscriptionPurpose, TokenSigner } from '../base/token.ts';
import { installationOf } from '../storage/installation.ts';
import type { Database } from '../storage/schema/schema.ts';
import type { Subscription } from './subscriber.ts';
import { subscriptionById, subscriptionByPublicId } from './subscriber-store.ts';

/**
 * Reason that a link does nothing. `broken`: it is not ours, or cut in two. `outdated`: an earlier
 * release made it, and it could be meant for another row by now. `gone`: its target no longer
 * exists, perhaps erased. `sample`: it was made for nobody.
 */
export type LostLink = 'broken' | 'outdated' | 'gone' | 'sample';

/** Tells a link that leads to nobody from what another one led to. */
export function isLost<Found>(found: Found | LostLink): found is LostLink {
  return typeof found === 'string';
}

export interface LinkedSubscription {
  readonly subscription: Subscription;
  /** UTC milliseconds, to the second; 0 for links that never expire. */
  readonly issuedAt: number;
}

/** Finds the subscription that a token was made for: that very one, or none. */
export async function subscriptionBehind(
  db: Database,
  signer: TokenSigner,
  purpose: SubscriptionPurpose,
  token: string,
): Promise<LinkedSubscription | LostLink> {
  const claim = signer.verify(purpose, token);
  if (!claim) return behindOldToken(db, signer, purpose, token);
  if (claim.publicId === NOBODY) return 'sample';
  const subscription = await subscriptionByPublicId(db, claim.publicId);
  return subscription ? { subscription, issuedAt: claim.issuedAt } : 'gone';
}

/**
 * Up to these row numbers a token of an earlier release can only mean the row that has its number
 * today.
 */
export async function oldLimits(db: Database): Promise<{ subscriptions: number; deliveries: number }> {
  const { old_subscriptions, old_deliveries } = await installationOf(db);
  return { subscriptions: old_subscriptions, deliveries: old_deliveries };
}

async function behindOldToken(
  db: Database,
  signer: TokenSigner,
  purpose: SubscriptionPurpose,
  token: string,
): Promise<LinkedSubscription | LostLink> {
  const claim = signer.verifyOld(purpose, token);
  if (!claim) return 'broken';
  if (claim.row === 0) return 'sample';
  if (claim.row > (await oldLimits(db)).subscriptions) return 'outdated';
  const subscription = await subscriptionById(db, claim.row);
  if (!subscription) return 'gone';
  // A number that was given again after a restore: the mail is older than the row.
  const isOlder = claim.issuedAt > 0 && claim.issuedAt + 999 < subscription.createdAt;
  return isOlder ? 'outdated' : { subscription, issuedAt: claim.issuedAt };
}

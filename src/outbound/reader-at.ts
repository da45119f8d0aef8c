import type { EmailAddress } from '../base/text/address.ts';
import { type Placed, placementOf } from '../delivery/audience/placement.ts';
import { selectionOfVariant } from '../delivery/audience/variants.ts';
import type { Edition } from '../editions/edition.ts';
import { selectionOf } from '../editions/selection.ts';
import type { Database } from '../storage/schema/schema.ts';
import type { Subscription } from '../subscribers/subscriber.ts';
import { streamSubscriptions } from '../subscribers/subscriber-store.ts';
import type { Addressed } from './addressed.ts';
import { deliveryTo } from './sent-mail.ts';

/** A subscriber before an edition. */
export interface ReaderAt {
  readonly subscription: Subscription;
  /** Delivery of the edition, once it was prepared for them. */
  readonly delivery: Addressed | undefined;
  /**
   * Selection they were sent; in an edition that was not prepared for them, the one they would be
   * sent, or the reason for none.
   */
  readonly placed: Placed;
}

/**
 * The reader at an address, with what they chose and were told before; undefined when nobody there
 * subscribes.
 */
export async function readerAt(
  db: Database,
  edition: Edition,
  email: EmailAddress,
  now: number,
): Promise<ReaderAt | undefined> {
  for await (const subscription of streamSubscriptions(db, { newsletterId: edition.newsletterId, email })) {
    const delivery = await deliveryTo(db, edition.id, subscription.id);
    const sent = await selectionOfVariant(db, delivery?.variantId ?? 0);
    const placed = sent
      ? { selection: selectionOf(sent) }
      : await placementOf(db, edition, subscription, now);
    return { subscription, delivery, placed };
  }
  return undefined;
}

import type { Database } from '../storage/schema/schema.ts';
import type { Subscription } from './subscriber.ts';

/** A subscription as a letter names it. */
export type Named = Pick<Subscription, 'id' | 'newsletterId' | 'state' | 'sections'>;

/** Returns the subscription that a letter is sent for, and those it was written together with. */
export async function namedIn(db: Database, deliveryId: number, subscriptionId: number): Promise<Named[]> {
  const rows = await db
    .selectFrom('subscriptions')
    .select(['id', 'newsletter_id', 'state', 'sections'])
    .where(({ or, eb, selectFrom }) =>
      or([
        eb('id', '=', subscriptionId),
        eb(
          'id',
          'in',
          selectFrom('letter_subscriptions').select('subscription_id').where('delivery_id', '=', deliveryId),
        ),
      ]),
    )
    .execute();
  return rows.map(({ id, newsletter_id, state, sections }) => ({
    id,
    newsletterId: newsletter_id,
    state,
    sections: sections === null ? null : JSON.parse(sections),
  }));
}

/** Writes down which subscriptions a letter speaks of beside its own. */
export async function nameBeside(
  trx: Database,
  deliveryId: number,
  subscriptionIds: readonly number[],
): Promise<void> {
  if (subscriptionIds.length === 0) return;
  await trx
    .insertInto('letter_subscriptions')
    .values(subscriptionIds.map((id) => ({ delivery_id: deliveryId, subscription_id: id })))
    .execute();
}

import { addressKey } from '../base/text/address.ts';
import { idCorrectedBy } from '../editions/store/corrections.ts';
import type { Database, DeliveryState } from '../storage/schema/schema.ts';
import { emailHash } from '../subscribers/subscriber.ts';

/** One try to hand a mail over. */
export interface Tried {
  readonly at: number;
  readonly outcome: string;
  readonly phase: string;
  readonly reply: string;
}

/** Answer to whether somebody got an edition, as far as it is known. */
export type Asked =
  | {
      readonly kind: 'prepared';
      readonly state: DeliveryState;
      /** Address that it was sent to. */
      readonly email: string;
      /** The reader's present address, if it differs. */
      readonly movedTo: string | undefined;
      readonly detail: string | null;
      readonly settledAt: number | null;
      readonly nextAttemptAt: number;
      readonly attempts: readonly Tried[];
    }
  | { readonly kind: 'excluded'; readonly reason: string }
  /** Subscribed to the newsletter after the audience was fixed. */
  | { readonly kind: 'later'; readonly since: number }
  /** The edition corrects what they never got. */
  | { readonly kind: 'not owed' }
  /** Known, and not subscribed to this newsletter. */
  | { readonly kind: 'elsewhere' }
  | { readonly kind: 'erased'; readonly at: number }
  | { readonly kind: 'unknown' };

/**
 * Did this address get that edition? By the address as it is, or as it was when the mail was
 * prepared.
 */
export async function askedFor(
  db: Database,
  edition: { readonly id: string; readonly newsletterId: string },
  address: string,
): Promise<Asked> {
  const person = await db
    .selectFrom('subscribers')
    .select('id')
    .where('email_key', '=', addressKey(address))
    .executeTakeFirst();
  const subscription = person && (await subscriptionTo(db, person.id, edition.newsletterId));
  const delivery =
    (subscription && (await deliveryTo(db, edition.id, subscription.id))) ??
    (await deliveryAt(db, edition.id, addressKey(address)));
  if (delivery) return prepared(db, delivery);
  if (subscription) return leftOut(db, edition.id, subscription);
  return person ? { kind: 'elsewhere' } : forgotten(db, address);
}

function subscriptionTo(db: Database, subscriberId: number, newsletterId: string) {
  return db
    .selectFrom('subscriptions')
    .select(['id', 'created_at'])
    .where('subscriber_id', '=', subscriberId)
    .where('newsletter_id', '=', newsletterId)
    .executeTakeFirst();
}

function deliveryTo(db: Database, editionId: string, subscriptionId: number) {
  return db
    .selectFrom('deliveries')
    .selectAll()
    .where('edition_id', '=', editionId)
    .where('subscription_id', '=', subscriptionId)
    .executeTakeFirst();
}

/**
 * Somebody who has another address by now. No index leads there: it is looked for where nothing
 * else was found.
 */
function deliveryAt(db: Database, editionId: string, key: string) {
  return db
    .selectFrom('deliveries')
    .selectAll()
    .where('edition_id', '=', editionId)
    .where(({ eb, fn }) => eb(fn<string>('lower', ['email']), '=', key))
    .executeTakeFirst();
}

async function prepared(
  db: Database,
  delivery: NonNullable<Awaited<ReturnType<typeof deliveryAt>>>,
): Promise<Asked> {
  const attempts = await db
    .selectFrom('attempts')
    .select(['at', 'outcome', 'phase', 'reply'])
    .where('delivery_id', '=', delivery.id)
    .orderBy('number')
    .execute();
  const reader = await db
    .selectFrom('subscriptions')
    .innerJoin('subscribers', 'subscribers.id', 'subscriber_id')
    .select('email')
    .where('subscriptions.id', '=', delivery.subscription_id)
    .executeTakeFirst();
  const moved = reader !== undefined && addressKey(reader.email) !== addressKey(delivery.email);
  return {
    kind: 'prepared',
    state: delivery.state,
    email: delivery.email,
    movedTo: moved ? reader.email : undefined,
    detail: delivery.detail,
    settledAt: delivery.settled_at,
    nextAttemptAt: delivery.next_attempt_at,
    attempts,
  };
}

async function leftOut(
  db: Database,
  editionId: string,
  subscription: { readonly id: number; readonly created_at: number },
): Promise<Asked> {
  const row = await db
    .selectFrom('exclusions')
    .select('reason')
    .where('edition_id', '=', editionId)
    .where('subscription_id', '=', subscription.id)
    .executeTakeFirst();
  if (row) return { kind: 'excluded', reason: row.reason };
  return (await idCorrectedBy(db, editionId)) === null
    ? { kind: 'later', since: subscription.created_at }
    : { kind: 'not owed' };
}

async function forgotten(db: Database, address: string): Promise<Asked> {
  const row = await db
    .selectFrom('suppressions')
    .select('at')
    .where('email_hash', '=', emailHash(address))
    .where('reason', '=', 'erased')
    .executeTakeFirst();
  return row ? { kind: 'erased', at: row.at } : { kind: 'unknown' };
}

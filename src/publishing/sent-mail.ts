import type { EmailAddress } from '../base/address.ts';
import type { Database } from '../storage/schema.ts';
import type { Addressed } from './mail-composer.ts';

/** An edition's delivery as the ledger holds it, for showing its reader the mail again; undefined once erased. */
export async function deliveryById(db: Database, id: number): Promise<Addressed | undefined> {
  return one(db, (query) => query.where('deliveries.id', '=', id));
}

/** The delivery of an edition to a subscription, when it was prepared. */
export async function deliveryTo(
  db: Database,
  editionId: string,
  subscriptionId: number,
): Promise<Addressed | undefined> {
  return one(db, (query) =>
    query.where('edition_id', '=', editionId).where('subscription_id', '=', subscriptionId),
  );
}

type Query = ReturnType<typeof editionDeliveries>;

async function one(db: Database, narrow: (query: Query) => Query): Promise<Addressed | undefined> {
  const row = await narrow(editionDeliveries(db)).executeTakeFirst();
  if (!row) return undefined;
  return {
    id: row.id,
    kind: 'edition',
    editionId: row.edition_id,
    variantId: row.variant_id,
    subscriptionId: row.subscription_id ?? 0,
    newsletterId: row.newsletter_id,
    email: row.email as EmailAddress,
    name: row.name,
    language: row.language,
    createdAt: row.created_at,
  };
}

function editionDeliveries(db: Database) {
  return db
    .selectFrom('deliveries')
    .innerJoin('subscriptions', 'subscriptions.id', 'deliveries.subscription_id')
    .innerJoin('subscribers', 'subscribers.id', 'subscriptions.subscriber_id')
    .selectAll('deliveries')
    .select(['newsletter_id', 'name', 'language'])
    .where('kind', '=', 'edition');
}

import { claimRows, toClaim } from '../delivery/engine/claim.ts';
import { narrowed } from '../delivery/narrowing.ts';
import type { Database } from '../storage/schema/schema.ts';
import { ERASED } from '../subscribers/subscriber-store.ts';
import type { Addressed } from './addressed.ts';

/**
 * An edition's delivery, or a test's, as the ledger holds it, for showing the mail again; undefined
 * once erased.
 */
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

/**
 * A mail as its reader may be shown it once more: as it was sent, but for what was taken out of the
 * edition since. That is on nobody's screen again. Undefined where nothing else was in it.
 */
export async function asShownAgain(db: Database, delivery: Addressed): Promise<Addressed | undefined> {
  const [move] = await narrowed(db, delivery.variantId === null ? [] : [delivery.variantId]);
  if (!move) return delivery;
  return move.to === null ? undefined : { ...delivery, variantId: move.to };
}

type Query = ReturnType<typeof claimRows>;

async function one(db: Database, narrow: (query: Query) => Query): Promise<Addressed | undefined> {
  const query = claimRows(db)
    .where('kind', 'in', ['edition', 'test'])
    .where('deliveries.email', '!=', ERASED);
  const row = await narrow(query).executeTakeFirst();
  const claim = row && toClaim(row);
  return claim?.newsletterId ? claim : undefined; // neither a subscription nor an edition any more
}

import { newPublicId } from '../base/public-id.ts';
import type { Database, SystemMail } from '../storage/schema/schema.ts';
import { nameBeside } from '../subscribers/letter-subscriptions.ts';
import type { LetterOptions } from '../subscribers/subscriber.ts';

/** A person waits for these; an edition can let them pass. */
const SYSTEM_PRIORITY = 0;
export const EDITION_PRIORITY = 10;

/** Writes a confirmation or the like into the ledger, from where it goes out as every mail does. */
export async function enqueue(
  db: Database,
  subscriptionId: number,
  kind: SystemMail,
  now: number,
  { to, with: others = [] }: LetterOptions = {},
): Promise<void> {
  const email = to ?? (await addressOf(db, subscriptionId));
  const { id } = await db
    .insertInto('deliveries')
    .values({ kind, subscription_id: subscriptionId, email, ...fresh(now) })
    .returning('id')
    .executeTakeFirstOrThrow();
  await nameBeside(db, id, others);
}

/** A row that goes out at once. */
export function fresh(now: number) {
  return {
    public_id: newPublicId(),
    state: 'waiting' as const,
    priority: SYSTEM_PRIORITY,
    attempt_count: 0,
    next_attempt_at: now,
    created_at: now,
  };
}

async function addressOf(db: Database, subscriptionId: number): Promise<string> {
  const { email } = await db
    .selectFrom('subscriptions')
    .innerJoin('subscribers', 'subscribers.id', 'subscriber_id')
    .select('email')
    .where('subscriptions.id', '=', subscriptionId)
    .executeTakeFirstOrThrow();
  return email;
}

/**
 * Returns the time the next delivery falls due, of one edition or of all; undefined when none is
 * waiting.
 */
export async function nextDueAt(db: Database, editionId?: string): Promise<number | undefined> {
  let query = db
    .selectFrom('deliveries')
    .select(db.fn.min('next_attempt_at').as('at'))
    .where('state', 'in', ['waiting', 'deferred']);
  if (editionId) query = query.where('edition_id', '=', editionId);
  const row = await query.executeTakeFirst();
  return row?.at ?? undefined;
}

/** Closes the editions that have nothing left to deliver; returns their ids. */
export async function finishEditions(db: Database, now: number): Promise<string[]> {
  const rows = await db
    .updateTable('editions')
    .set({ state: 'finished', finished_at: now })
    .where('state', '=', 'frozen')
    .where((row) =>
      row.not(
        row.exists(
          row
            .selectFrom('deliveries')
            .select('deliveries.id')
            .whereRef('deliveries.edition_id', '=', 'editions.id')
            .where('deliveries.state', 'in', ['waiting', 'deferred', 'claimed', 'transmitting']),
        ),
      ),
    )
    .returning('id')
    .execute();
  return rows.map((row) => row.id);
}

import { sql } from 'kysely';
import { DAY_MS } from '../base/clock.ts';
import { newPublicId } from '../base/public-id.ts';
import { addressKey, type EmailAddress } from '../base/text/address.ts';
import type { Database } from '../storage/schema/schema.ts';
import { type Enqueue, type Evidence, emailHash, type Subscription } from './subscriber.ts';

/** The person behind an address; made when there is none. Safe when two forms arrive at once. */
export async function findOrAddSubscriber(
  db: Database,
  email: EmailAddress,
  name: string,
  now: number,
): Promise<number> {
  await db
    .insertInto('subscribers')
    .values({ public_id: newPublicId(), email, email_key: addressKey(email), name, created_at: now })
    .onConflict((conflict) => conflict.column('email_key').doNothing())
    .execute();
  const row = await db
    .selectFrom('subscribers')
    .select('id')
    .where('email_key', '=', addressKey(email))
    .executeTakeFirstOrThrow();
  return row.id;
}

export async function subscriptionById(db: Database, id: number): Promise<Subscription | undefined> {
  const row = await subscriptions(db).where('subscriptions.id', '=', id).executeTakeFirst();
  return row && toSubscription(row);
}

/** Finds a subscription by the id that its links hold. */
export async function subscriptionByPublicId(
  db: Database,
  publicId: string,
): Promise<Subscription | undefined> {
  const row = await subscriptions(db).where('subscriptions.public_id', '=', publicId).executeTakeFirst();
  return row && toSubscription(row);
}

/**
 * Everyone, or one newsletter's subscribers, in the order they came; one at a time, however many
 * there are.
 */
export async function* streamSubscriptions(
  db: Database,
  filter: { newsletterId?: string; email?: string; after?: number } = {},
  pageSize = 1000,
): AsyncGenerator<Subscription> {
  for (let after = filter.after ?? 0; ; ) {
    let query = subscriptions(db)
      .where('subscriptions.id', '>', after)
      .orderBy('subscriptions.id')
      .limit(pageSize);
    if (filter.newsletterId) query = query.where('newsletter_id', '=', filter.newsletterId);
    if (filter.email) query = query.where('email_key', '=', addressKey(filter.email));
    const rows = await query.execute();
    yield* rows.map(toSubscription);
    const last = rows.at(-1);
    if (!last || rows.length < pageSize) return;
    after = last.id;
  }
}

/** At most one goodbye in this time, however often somebody comes and goes. */
const GOODBYE_AGAIN_AFTER_MS = DAY_MS;

/**
 * Ends a subscription. True when it was this call that ended it; repeating it is harmless. With
 * `enqueue` a goodbye is written to the ledger in the same transaction, for those who had
 * confirmed: nobody else is told goodbye.
 */
export async function unsubscribe(
  db: Database,
  id: number,
  evidence: Evidence & { now: number },
  enqueue?: Enqueue<'goodbye'>,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const before = await trx
      .selectFrom('subscriptions')
      .select('state')
      .where('id', '=', id)
      .executeTakeFirst();
    const { numUpdatedRows } = await trx
      .updateTable('subscriptions')
      .set({ state: 'unsubscribed', unsubscribed_at: evidence.now, confirmation_asked_at: null })
      .where('id', '=', id)
      .where('state', '!=', 'unsubscribed')
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return false;
    await recordConsent(trx, id, 'unsubscribed', evidence);
    if (before?.state === 'active' && !(await saidGoodbye(trx, id, evidence.now)))
      await enqueue?.(trx, id, 'goodbye');
    return true;
  });
}

async function saidGoodbye(db: Database, id: number, now: number): Promise<boolean> {
  const row = await db
    .selectFrom('deliveries')
    .select('id')
    .where('subscription_id', '=', id)
    .where('kind', '=', 'goodbye')
    .where('created_at', '>', now - GOODBYE_AGAIN_AFTER_MS)
    .executeTakeFirst();
  return row !== undefined;
}

/** Replacement for an erased address in the ledger. */
export const ERASED = 'erased';

/**
 * Forgets a person: their rows go, their address in the ledger becomes `erased`, the servers'
 * replies about them keep only their codes, and a hash stays so that no import brings them back.
 * True when there was somebody to forget.
 */
export async function erase(db: Database, email: EmailAddress, now: number): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const person = await trx
      .selectFrom('subscribers')
      .select('id')
      .where('email_key', '=', addressKey(email))
      .executeTakeFirst();
    const theirs = trx
      .selectFrom('subscriptions')
      .select('id')
      .where('subscriber_id', '=', person?.id ?? 0);
    const deliveries = await trx
      .selectFrom('deliveries')
      .select(['id', 'detail'])
      .where(({ or, eb, fn }) =>
        or([eb('subscription_id', 'in', theirs), eb(fn<string>('lower', ['email']), '=', addressKey(email))]),
      )
      .execute();
    await eraseFromLedger(trx, deliveries);
    // Somebody may have wished to move here.
    await trx
      .deleteFrom('address_changes')
      .where(({ eb, fn }) => eb(fn<string>('lower', ['new_email']), '=', addressKey(email)))
      .execute();
    await trx
      .deleteFrom('subscribers')
      .where('id', '=', person?.id ?? 0)
      .execute();
    await trx
      .insertInto('suppressions')
      .values({ email_hash: emailHash(email), reason: 'erased', at: now })
      // An address that could not be reached is from now on one whose owner was forgotten; a complaint stays one.
      .onConflict((conflict) =>
        conflict
          .column('email_hash')
          .doUpdateSet({ reason: 'erased', at: now })
          .where('suppressions.reason', '=', 'undeliverable'),
      )
      .execute();
    return person !== undefined;
  });
}

/** Replies quote addresses ("550 5.1.1 <anna@example.org>: no such user"); the verdict stays. */
async function eraseFromLedger(
  db: Database,
  deliveries: readonly { id: number; detail: string | null }[],
): Promise<void> {
  for (const { id, detail } of deliveries) {
    await db
      .updateTable('deliveries')
      .set({ email: ERASED, public_id: null, detail: detail && bareReply(detail) })
      .where('id', '=', id)
      .execute();
    const attempts = db.selectFrom('attempts').select(['id', 'reply']).where('delivery_id', '=', id);
    // In SQL, since the tables' types let nobody rewrite an attempt: this is the one time it has to be.
    for (const attempt of await attempts.execute())
      await sql`update attempts set reply = ${bareReply(attempt.reply)} where id = ${attempt.id}`.execute(db);
  }
}

/**
 * Returns the part of a server's reply that may stay after a reader was erased: `550 5.1.1`; our
 * own words unchanged.
 */
export function bareReply(text: string): string {
  const code = /^\d{3}\b(?:[ -]\d\.\d{1,3}\.\d{1,3})?/.exec(text)?.[0];
  return code ?? (text.includes('@') ? 'erased' : text);
}

export async function recordConsent(
  db: Database,
  subscriptionId: number,
  act: 'asked' | 'confirmed' | 'imported' | 'unsubscribed',
  evidence: Evidence & { now: number },
): Promise<void> {
  await db
    .insertInto('consents')
    .values({
      subscription_id: subscriptionId,
      act,
      at: evidence.now,
      origin: evidence.origin,
      wording: evidence.wording,
    })
    .execute();
}

function subscriptions(db: Database) {
  return db
    .selectFrom('subscriptions')
    .innerJoin('subscribers', 'subscribers.id', 'subscriptions.subscriber_id')
    .select([
      'subscriptions.id',
      'subscriptions.public_id',
      'subscriptions.created_at',
      'subscriber_id',
      'newsletter_id',
      'email',
      'name',
      'state',
      'sections',
      'confirmed_at',
      'paused_until',
      'frequency',
      'mutes',
      'language',
      'time_zone',
    ]);
}

type SubscriptionRow = Awaited<ReturnType<ReturnType<typeof subscriptions>['executeTakeFirstOrThrow']>>;

function toSubscription(row: SubscriptionRow): Subscription {
  return {
    id: row.id,
    publicId: row.public_id,
    subscriberId: row.subscriber_id,
    newsletterId: row.newsletter_id,
    email: row.email as EmailAddress,
    name: row.name,
    state: row.state,
    sections: row.sections === null ? null : JSON.parse(row.sections),
    createdAt: row.created_at,
    confirmedAt: row.confirmed_at,
    pausedUntil: row.paused_until,
    frequency: row.frequency,
    mutes: JSON.parse(row.mutes),
    language: row.language,
    timeZone: row.time_zone,
  };
}

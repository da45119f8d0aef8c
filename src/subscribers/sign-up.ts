import type { EmailAddress } from '../base/address.ts';
import type { Database } from '../storage/schema.ts';
import { isPestered, isUnreachable, noteAsked } from './asking.ts';
import type { Enqueue, Evidence, SubscriptionState } from './subscriber.ts';
import { findOrAddSubscriber, recordConsent } from './subscriber-store.ts';
import { suppressedAmong } from './suppression.ts';

export interface SignUpRequest extends Evidence {
  readonly email: EmailAddress;
  readonly newsletterId: string;
  readonly sections: readonly string[] | null;
  /** As they call themselves; it is in no mail before the address is confirmed. */
  readonly name?: string;
  /** In which they signed up, BCP 47; null for the newsletter's own. Absent where the form does not say. */
  readonly language?: string | null;
  readonly now: number;
}

/** The mail that a sign-up calls for; written to the ledger in the sign-up's own transaction. */
export type SignUpMail = 'confirmation' | 'already-subscribed';

/**
 * Somebody asked to subscribe an address. The caller answers the same whatever happens here: what an address already
 * is to us is told by mail to its owner alone. Nothing is active until its owner confirms.
 */
export async function signUp(
  db: Database,
  request: SignUpRequest,
  enqueue: Enqueue<SignUpMail>,
): Promise<void> {
  await db.transaction().execute((trx) => signUpWithin(trx, request, enqueue));
}

/** The same in a transaction that holds more. */
export async function signUpWithin(
  trx: Database,
  request: SignUpRequest,
  enqueue: Enqueue<SignUpMail>,
): Promise<void> {
  if (await isUnreachable(trx, request.email)) return;
  const subscriberId = await findOrAddSubscriber(trx, request.email, '', request.now);
  await introduceUnproven(trx, subscriberId, request);
  const { id, state } = await findOrAddSubscription(trx, subscriberId, request);
  const mayMail = !(await isPestered(trx, id, request.now)) && (await noteRequest(trx, id, state, request));
  if (!mayMail) return chooseAnew(trx, id, request);
  await recordConsent(trx, id, 'asked', request);
  await enqueue(trx, id, state === 'active' ? 'already-subscribed' : 'confirmation');
}

export type ReturnOutcome = 'back' | 'unconfirmed' | 'unreachable' | 'unknown';

/**
 * Somebody who left takes it back by a link from their own mail. The address proved itself when they first confirmed, so
 * this needs no second mail; who never did has to sign up. Repeating it is harmless.
 */
export async function comeBack(
  db: Database,
  id: number,
  evidence: Evidence & { now: number },
): Promise<ReturnOutcome> {
  return db.transaction().execute(async (trx) => {
    const row = await trx
      .selectFrom('subscriptions')
      .innerJoin('subscribers', 'subscribers.id', 'subscriber_id')
      .select(['email', 'state', 'confirmed_at'])
      .where('subscriptions.id', '=', id)
      .executeTakeFirst();
    if (!row) return 'unknown';
    if (row.state === 'active') return 'back';
    if (row.state === 'pending' || row.confirmed_at === null) return 'unconfirmed';
    const isSuppressed = await suppressedAmong(trx, [row.email]);
    if (isSuppressed(row.email)) return 'unreachable';
    const { numUpdatedRows } = await trx
      .updateTable('subscriptions')
      .set({ state: 'active', unsubscribed_at: null })
      .where('id', '=', id)
      .where('state', '=', 'unsubscribed')
      .executeTakeFirst();
    if (numUpdatedRows > 0n) await recordConsent(trx, id, 'confirmed', evidence);
    return 'back';
  });
}

async function findOrAddSubscription(
  db: Database,
  subscriberId: number,
  request: SignUpRequest,
): Promise<{ id: number; state: SubscriptionState }> {
  await db
    .insertInto('subscriptions')
    .values({
      subscriber_id: subscriberId,
      newsletter_id: request.newsletterId,
      state: 'pending',
      sections: request.sections && JSON.stringify(request.sections),
      created_at: request.now,
    })
    .onConflict((conflict) => conflict.columns(['subscriber_id', 'newsletter_id']).doNothing())
    .execute();
  return db
    .selectFrom('subscriptions')
    .select(['id', 'state'])
    .where('subscriber_id', '=', subscriberId)
    .where('newsletter_id', '=', request.newsletterId)
    .executeTakeFirstOrThrow();
}

/**
 * False when a mail was asked for a short while ago. The row decides, not what was read before: of two forms that arrive
 * at once one is noted, and a confirmation in between stays.
 * A stranger who types a subscriber's address must not be able to change that subscriber's sections.
 */
async function noteRequest(
  db: Database,
  id: number,
  state: SubscriptionState,
  request: SignUpRequest,
): Promise<boolean> {
  const again = {
    state: 'pending' as const,
    sections: request.sections && JSON.stringify(request.sections),
    // Who left and signs up anew gets what the form says, and it says every edition.
    ...(state === 'unsubscribed' ? { frequency: 'every' as const } : {}),
  };
  return noteAsked(db, id, state, request.now, state === 'active' ? {} : again);
}

/**
 * A name and a language are taken from whoever sends the form only while the address has confirmed nothing: later they
 * are its owner's.
 */
async function introduceUnproven(
  db: Database,
  subscriberId: number,
  { name, language }: SignUpRequest,
): Promise<void> {
  const said = { ...(name ? { name } : {}), ...(language === undefined ? {} : { language }) };
  if (Object.keys(said).length === 0) return;
  const confirmed = db
    .selectFrom('subscriptions')
    .select('id')
    .where('subscriber_id', '=', subscriberId)
    .where('confirmed_at', 'is not', null);
  await db
    .updateTable('subscribers')
    .set(said)
    .where('id', '=', subscriberId)
    .where(({ not, exists }) => not(exists(confirmed)))
    .execute();
}

/**
 * The form was sent again while its confirmation waits: no second mail, but what was chosen last is what the mail that is
 * there confirms. Keeping the first choice would give a reader what they had just taken back. Pending only: see above.
 */
async function chooseAnew(db: Database, id: number, request: SignUpRequest): Promise<void> {
  await db
    .updateTable('subscriptions')
    .set({ sections: request.sections && JSON.stringify(request.sections) })
    .where('id', '=', id)
    .where('state', '=', 'pending')
    .execute();
}

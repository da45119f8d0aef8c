import { addressKey, type EmailAddress } from '../base/address.ts';
import { DAY_MS, SECOND_MS } from '../base/clock.ts';
import type { Database } from '../storage/schema.ts';
import { type Enqueue, type Evidence, emailHash, type SubscriptionState } from './subscriber.ts';
import { findOrAddSubscriber, recordConsent } from './subscriber-store.ts';
import { suppressedAmong } from './suppression.ts';

export interface SignUpRequest extends Evidence {
  readonly email: EmailAddress;
  readonly newsletterId: string;
  readonly sections: readonly string[] | null;
  readonly now: number;
}

/** The mail that a sign-up calls for; written to the ledger in the sign-up's own transaction. */
export type SignUpMail = 'confirmation' | 'already-subscribed';

/** At most one mail per address and newsletter in this time, however often a form is sent. */
const ASK_AGAIN_AFTER_MS = DAY_MS;
/** A confirmation link is good for this long. */
export const CONFIRM_WITHIN_MS = 7 * DAY_MS;

/**
 * Somebody asked to subscribe an address. The caller answers the same whatever happens here: what an address already
 * is to us is told by mail to its owner alone. Nothing is active until its owner confirms.
 */
export async function signUp(
  db: Database,
  request: SignUpRequest,
  enqueue: Enqueue<SignUpMail>,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    if (await isUnreachable(trx, request.email)) return;
    const subscriberId = await findOrAddSubscriber(trx, request.email, '', request.now);
    const { id, state } = await findOrAddSubscription(trx, subscriberId, request);
    if (!(await noteRequest(trx, id, state, request))) return chooseAnew(trx, id, request);
    await recordConsent(trx, id, 'asked', request);
    await enqueue(trx, id, state === 'active' ? 'already-subscribed' : 'confirmation');
  });
}

export type ConfirmOutcome = 'confirmed' | 'already' | 'expired' | 'unknown';

/** The owner of the address confirmed. A link that was used says so; one from before an unsubscribe has no power. */
export async function confirm(
  db: Database,
  claim: { id: number; issuedAt: number },
  evidence: Evidence & { now: number },
  enqueue: Enqueue<'welcome'>,
): Promise<ConfirmOutcome> {
  return db.transaction().execute(async (trx) => {
    const { outcome, email } = await lookUp(trx, claim, evidence.now);
    if (outcome !== 'ready') return outcome;
    if (!(await activate(trx, claim.id, evidence.now))) return 'already';
    await trx
      .deleteFrom('suppressions')
      .where('email_hash', '=', emailHash(email))
      .where('reason', '=', 'erased')
      .execute();
    await recordConsent(trx, claim.id, 'confirmed', evidence);
    await enqueue(trx, claim.id, 'welcome');
    return 'confirmed';
  });
}

/** Whether a confirmation link would still work; changes nothing, so that scanners may look. */
export async function confirmable(
  db: Database,
  claim: { id: number; issuedAt: number },
  now: number,
): Promise<ConfirmOutcome | 'ready'> {
  return (await lookUp(db, claim, now)).outcome;
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

async function lookUp(
  db: Database,
  claim: { id: number; issuedAt: number },
  now: number,
): Promise<{ outcome: ConfirmOutcome | 'ready'; email: string }> {
  const row = await db
    .selectFrom('subscriptions')
    .innerJoin('subscribers', 'subscribers.id', 'subscriber_id')
    .select(['email', 'state', 'unsubscribed_at'])
    .where('subscriptions.id', '=', claim.id)
    .executeTakeFirst();
  if (!row) return { outcome: 'unknown', email: '' };
  if (row.state === 'active') return { outcome: 'already', email: row.email };
  const isFresh = now - claim.issuedAt <= CONFIRM_WITHIN_MS;
  // Tokens carry whole seconds; one made in the second of the unsubscribe answers a sign-up that came after it.
  const isFromBefore = claim.issuedAt + SECOND_MS <= (row.unsubscribed_at ?? 0);
  const isGood = row.state === 'pending' && isFresh && !isFromBefore;
  return { outcome: isGood ? 'ready' : 'expired', email: row.email };
}

async function isUnreachable(db: Database, email: EmailAddress): Promise<boolean> {
  const row = await db
    .selectFrom('suppressions')
    .select('reason')
    .where('email_hash', '=', emailHash(addressKey(email)))
    .where('reason', '!=', 'erased') // who was erased and now asks anew is a new reader
    .executeTakeFirst();
  return row !== undefined;
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
  const asked = { confirmation_asked_at: request.now };
  const again = {
    ...asked,
    state: 'pending' as const,
    sections: request.sections && JSON.stringify(request.sections),
    // Who left and signs up anew gets what the form says, and it says every edition.
    ...(state === 'unsubscribed' ? { frequency: 'every' as const } : {}),
  };
  const { numUpdatedRows } = await db
    .updateTable('subscriptions')
    .set(state === 'active' ? asked : again)
    .where('id', '=', id)
    .where('state', '=', state)
    .where((row) =>
      row.or([
        row('confirmation_asked_at', 'is', null),
        row('confirmation_asked_at', '<=', request.now - ASK_AGAIN_AFTER_MS),
      ]),
    )
    .executeTakeFirst();
  return numUpdatedRows > 0n;
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

async function activate(db: Database, id: number, now: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('subscriptions')
    .set({ state: 'active', confirmed_at: now, unsubscribed_at: null })
    .where('id', '=', id)
    .where('state', '=', 'pending')
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

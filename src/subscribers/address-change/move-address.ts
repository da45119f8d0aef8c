import { DAY_MS } from '../../base/clock.ts';
import { addressKey, type EmailAddress } from '../../base/text/address.ts';
import type { Database } from '../../storage/schema/schema.ts';
import { hasRoom, isUnreachable, type MailboxCeiling, noteFull, noteMail } from '../sign-up/asking.ts';
import type { Enqueue } from '../subscriber.ts';
import { recordConsent } from '../subscriber-store.ts';
import { letInAgain } from '../suppression.ts';
import {
  type AddressQuestion,
  addressQuestion,
  type FoundQuestion,
  isAnotherReader,
} from './address-question.ts';

/** The two questions of a change of address, each to its own mailbox. */
export type AddressMail = 'address-old' | 'address-new';

/** However often somebody asks, with however many addresses. */
export const MAX_MOVES_A_DAY = 3;

export type AskOutcome = 'asked' | 'same' | 'too-often' | 'not-active';

/**
 * A reader would like their mail to come to another address. A later wish replaces an earlier one.
 * What the new address is to us already makes no difference to the answer: its owner alone is told,
 * behind the link in the mail.
 */
export async function askToMove(
  db: Database,
  wish: { subscriptionId: number; newEmail: EmailAddress; now: number },
  enqueue: Enqueue<AddressMail>,
  ceiling: MailboxCeiling,
): Promise<AskOutcome> {
  const { subscriptionId, newEmail, now } = wish;
  return db.transaction().execute(async (trx) => {
    // First, as at the sign-up: whatever holds a mailbox's count holds its reader after it.
    const mayMail = await hasRoom(trx, newEmail, now, ceiling);
    const person = await holdOwner(trx, subscriptionId);
    if (person?.state !== 'active') return 'not-active';
    if (person.email === newEmail) return 'same';
    if (await isAskedAlready(trx, person.id, wish)) return 'asked';
    if ((await askedSince(trx, person.id, now - DAY_MS)) >= MAX_MOVES_A_DAY) return 'too-often';
    await trx
      .deleteFrom('address_changes')
      .where('subscriber_id', '=', person.id)
      .where('done_at', 'is', null)
      .execute();
    await trx
      .insertInto('address_changes')
      .values({
        subscriber_id: person.id,
        subscription_id: subscriptionId,
        new_email: newEmail,
        asked_at: now,
      })
      .execute();
    await enqueue(trx, subscriptionId, 'address-old');
    if (await isUnreachable(trx, newEmail, now)) return 'asked';
    if (mayMail) {
      await enqueue(trx, subscriptionId, 'address-new', { to: newEmail });
      await noteMail(trx, newEmail, now);
    } else await noteFull(trx, now);
    return 'asked';
  });
}

/** The mailbox says yes. With the second yes everything moves; repeating it is harmless. */
export async function agreeToMove(
  db: Database,
  deliveryId: number,
  evidence: { origin: string; wording: string; now: number },
): Promise<AddressQuestion> {
  return db.transaction().execute(async (trx) => {
    const found = await addressQuestion(trx, deliveryId, evidence.now);
    if (found.state !== 'open') return found;
    const said = found.side === 'old' ? 'old_confirmed_at' : 'new_confirmed_at';
    const change = await trx
      .updateTable('address_changes')
      .set({ [said]: evidence.now })
      .where('id', '=', found.changeId)
      .where(said, 'is', null)
      .returning(['old_confirmed_at', 'new_confirmed_at'])
      .executeTakeFirst();
    if (!change) return addressQuestion(trx, deliveryId, evidence.now); // pressed twice: the other press was first
    if (change.old_confirmed_at === null || change.new_confirmed_at === null)
      return { ...found, state: 'waiting' };
    if (await isAnotherReader(trx, found.newEmail, found.subscriberId)) return { ...found, state: 'taken' };
    await move(trx, found, evidence);
    return { ...found, state: 'done' };
  });
}

/** The mailbox says no: there is no question any more. */
export async function refuseToMove(db: Database, deliveryId: number, now: number): Promise<AddressQuestion> {
  return db.transaction().execute(async (trx) => {
    const found = await addressQuestion(trx, deliveryId, now);
    if (!['open', 'waiting', 'taken'].includes(found.state)) return found;
    await trx.deleteFrom('address_changes').where('id', '=', found.changeId).execute();
    return { ...found, state: 'settled' };
  });
}

async function move(
  db: Database,
  { subscriberId, changeId, oldEmail, newEmail }: FoundQuestion,
  evidence: { origin: string; wording: string; now: number },
): Promise<void> {
  await db
    .updateTable('subscribers')
    .set({ email: newEmail, email_key: addressKey(newEmail) })
    .where('id', '=', subscriberId)
    .execute();
  await db.updateTable('address_changes').set({ done_at: evidence.now }).where('id', '=', changeId).execute();
  // Who was erased and asks anew is a new reader, here as at the sign-up.
  await letInAgain(db, newEmail);
  const subscriptions = await db
    .selectFrom('subscriptions')
    .select(['id', 'state'])
    .where('subscriber_id', '=', subscriberId)
    .execute();
  for (const { id, state } of subscriptions) {
    if (state === 'active') await recordConsent(db, id, 'confirmed', evidence);
    await redirect(db, id, oldEmail, newEmail);
  }
}

/** Redirects waiting mail to the reader's new address. */
async function redirect(db: Database, subscriptionId: number, from: string, to: string): Promise<void> {
  await db
    .updateTable('deliveries')
    .set({ email: to })
    .where('subscription_id', '=', subscriptionId)
    .where('email', '=', from)
    .where('state', 'in', ['waiting', 'deferred'])
    .execute();
}

/** The form was sent twice: the mails that are on their way ask just that. */
async function isAskedAlready(
  db: Database,
  subscriberId: number,
  { newEmail, now }: { newEmail: string; now: number },
): Promise<boolean> {
  const row = await db
    .selectFrom('address_changes')
    .select('id')
    .where('subscriber_id', '=', subscriberId)
    .where('new_email', '=', newEmail)
    .where('done_at', 'is', null)
    .where('asked_at', '>', now - DAY_MS)
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * Returns the subscription's reader, locked by a write that changes nothing: of two forms that
 * arrive at once, one waits for the other.
 */
async function holdOwner(db: Database, subscriptionId: number) {
  const subscription = await db
    .selectFrom('subscriptions')
    .select(['subscriber_id', 'state'])
    .where('id', '=', subscriptionId)
    .executeTakeFirst();
  const person = await db
    .updateTable('subscribers')
    .set((row) => ({ email: row.ref('email') }))
    .where('id', '=', subscription?.subscriber_id ?? 0)
    .returning(['id', 'email'])
    .executeTakeFirst();
  return person && subscription && { ...person, state: subscription.state };
}

async function askedSince(db: Database, subscriberId: number, since: number): Promise<number> {
  const { count } = await db
    .selectFrom('deliveries')
    .innerJoin('subscriptions', 'subscriptions.id', 'subscription_id')
    .select((row) => row.fn.countAll<number>().as('count'))
    .where('subscriber_id', '=', subscriberId)
    .where('kind', '=', 'address-old')
    .where('deliveries.created_at', '>', since)
    .executeTakeFirstOrThrow();
  return Number(count);
}

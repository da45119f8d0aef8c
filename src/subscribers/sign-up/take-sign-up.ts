import { newPublicId } from '../../base/public-id.ts';
import { addressKey, type EmailAddress } from '../../base/text/address.ts';
import type { Database } from '../../storage/schema/schema.ts';
import type { Enqueue, Evidence, SubscriptionState } from '../subscriber.ts';
import { findOrAddSubscriber, recordConsent } from '../subscriber-store.ts';
import { suppressedAmong } from '../suppression.ts';
import { hasRoom, isPestered, isUnreachable, type MailboxCeiling, noteAsked, noteMail } from './asking.ts';

/** A newsletter that was ticked. */
export interface Choice {
  readonly newsletterId: string;
  /** Null for all of them, those added later too. */
  readonly sections: readonly string[] | null;
}

/** Request of one form. */
export interface SignUpRequest extends Evidence {
  readonly email: EmailAddress;
  readonly choices: readonly Choice[];
  /** Name that they give; no mail shows it before the address is confirmed. */
  readonly name?: string;
  /**
   * In which they signed up, BCP 47; null for the newsletter's own. Absent where the form does not
   * say.
   */
  readonly language?: string | null;
  readonly now: number;
}

/** The mail that a sign-up calls for; written to the ledger in the sign-up's own transaction. */
export type SignUpMail = 'confirmation' | 'already-subscribed';

/** `full`: its mailbox has had so much mail lately that it gets none for this. */
export type SignUpOutcome = 'taken' | 'full';

/** A subscription that a form asks for, as it is. */
interface Asked {
  readonly id: number;
  readonly state: SubscriptionState;
  /**
   * Active, but not written to since a server called the address unknown: only a confirmation tells
   * that it works again.
   */
  readonly proveAnew: boolean;
}

/**
 * Somebody asked to subscribe an address. The caller answers the same whatever happens here: what
 * an address already is to us is told by mail to its owner alone. Nothing is active until its owner
 * confirms. However many newsletters are asked for, one mail is written: a confirmation of those
 * that wait for one, else word that they all come already.
 * @param trx a transaction; it may hold more.
 */
export async function signUp(
  trx: Database,
  request: SignUpRequest,
  enqueue: Enqueue<SignUpMail>,
  ceiling: MailboxCeiling,
): Promise<SignUpOutcome> {
  const { email, now } = request;
  if (await isUnreachable(trx, email, now)) return 'taken';
  const mayMail = await hasRoom(trx, email, now, ceiling);
  // Whom nothing can be mailed to cannot confirm: a row for each spelling of a bombed address would be of no use.
  if (!mayMail && !(await isKnown(trx, email))) return 'full';
  const subscriberId = await findOrAddSubscriber(trx, email, '', now);
  await introduceUnproven(trx, subscriberId, request);
  const isSilent = (await suppressedAmong(trx, [email]))(email);
  const toMail: Asked[] = [];
  for (const choice of request.choices) {
    const found = await findOrAddSubscription(trx, subscriberId, choice, now);
    const asked = { ...found, proveAnew: isSilent && found.state === 'active' };
    if (mayMail && (await noteRequest(trx, asked, choice, now))) toMail.push(asked);
    else await chooseAnew(trx, asked.id, choice);
  }
  for (const { id } of toMail) await recordConsent(trx, id, 'asked', request);
  await mail(trx, toMail, enqueue);
  if (toMail.length > 0) await noteMail(trx, email, now);
  return mayMail ? 'taken' : 'full';
}

/** One mail about all of them, sent for one that waits for its confirmation if any does. */
async function mail(trx: Database, asked: readonly Asked[], enqueue: Enqueue<SignUpMail>): Promise<void> {
  const waiting = asked.filter(({ state, proveAnew }) => state !== 'active' || proveAnew);
  const lead = waiting[0] ?? asked[0];
  if (!lead) return;
  const others = asked.filter(({ id }) => id !== lead.id).map(({ id }) => id);
  await enqueue(trx, lead.id, waiting.length > 0 ? 'confirmation' : 'already-subscribed', { with: others });
}

async function isKnown(db: Database, email: EmailAddress): Promise<boolean> {
  const row = await db
    .selectFrom('subscribers')
    .select('id')
    .where('email_key', '=', addressKey(email))
    .executeTakeFirst();
  return row !== undefined;
}

export type ReturnOutcome = 'back' | 'unconfirmed' | 'unreachable' | 'unknown';

/**
 * Somebody who left takes it back by a link from their own mail. The address proved itself when
 * they first confirmed, so this needs no second mail; who never did has to sign up. Repeating it is
 * harmless.
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
  { newsletterId, sections }: Choice,
  now: number,
): Promise<Omit<Asked, 'proveAnew'>> {
  await db
    .insertInto('subscriptions')
    .values({
      public_id: newPublicId(),
      subscriber_id: subscriberId,
      newsletter_id: newsletterId,
      state: 'pending',
      sections: sections && JSON.stringify(sections),
      created_at: now,
    })
    .onConflict((conflict) => conflict.columns(['subscriber_id', 'newsletter_id']).doNothing())
    .execute();
  return db
    .selectFrom('subscriptions')
    .select(['id', 'state'])
    .where('subscriber_id', '=', subscriberId)
    .where('newsletter_id', '=', newsletterId)
    .executeTakeFirstOrThrow();
}

/**
 * False when a mail was asked for a short while ago, or too often. The row decides, not what was
 * read before: of two forms that arrive at once one is noted, and a confirmation in between stays.
 * A stranger who types a subscriber's address must not be able to change that subscriber's
 * sections.
 */
async function noteRequest(
  db: Database,
  { id, state, proveAnew }: Asked,
  { sections }: Choice,
  now: number,
): Promise<boolean> {
  if (await isPestered(db, id, now)) return false;
  const again = {
    state: 'pending' as const,
    sections: sections && JSON.stringify(sections),
    // Who left and signs up anew gets what the form says, and it says every edition.
    ...(state === 'unsubscribed' ? { frequency: 'every' as const } : {}),
  };
  if (state === 'active') return noteAsked(db, id, state, now, proveAnew ? { state: 'pending' } : {});
  return noteAsked(db, id, state, now, again);
}

/**
 * A name and a language are taken from whoever sends the form only while the address has confirmed
 * nothing: later they are its owner's.
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
 * The form was sent again while its confirmation waits: no second mail, but what was chosen last is
 * what the mail that is there confirms. Keeping the first choice would give a reader what they had
 * just taken back. Pending only: see above.
 */
async function chooseAnew(db: Database, id: number, { sections }: Choice): Promise<void> {
  await db
    .updateTable('subscriptions')
    .set({ sections: sections && JSON.stringify(sections) })
    .where('id', '=', id)
    .where('state', '=', 'pending')
    .execute();
}

import { DAY_MS, SECOND_MS } from '../../base/clock.ts';
import type { Database } from '../../storage/schema/schema.ts';
import type { Enqueue, Evidence } from '../subscriber.ts';
import { recordConsent } from '../subscriber-store.ts';
import { letInAgain } from '../suppression.ts';
import {
  ASK_AGAIN_AFTER_MS,
  hasRoom,
  isPestered,
  isUnreachable,
  type MailboxCeiling,
  noteAsked,
  noteFull,
  noteMail,
} from './asking.ts';

/** A confirmation link is good for this long. */
export const CONFIRM_WITHIN_MS = 7 * DAY_MS;

export type ConfirmOutcome = 'confirmed' | 'already' | 'expired' | 'unknown';

/**
 * Content of a confirmation link: the subscription its mail was sent for, and the time that mail
 * was written.
 */
export interface ConfirmClaim {
  readonly id: number;
  readonly issuedAt: number;
}

/** Result that a confirmation link would have. */
export interface Confirmable {
  readonly outcome: Exclude<ConfirmOutcome, 'confirmed'> | 'ready';
  /**
   * The subscriptions it would confirm; where it would confirm none, all that its mail was about.
   */
  readonly ids: readonly number[];
}

/**
 * The owner of the address confirmed what the mail was about: everything one form asked for, with
 * one welcome. A link that was used says so; one from before an unsubscribe has no power over what
 * was unsubscribed.
 */
export async function confirm(
  db: Database,
  claim: ConfirmClaim,
  evidence: Evidence & { now: number },
  enqueue: Enqueue<'welcome'>,
): Promise<ConfirmOutcome> {
  return db.transaction().execute(async (trx) => {
    const found = await confirmable(trx, claim, evidence.now);
    if (found.outcome !== 'ready') return found.outcome;
    const confirmed: number[] = [];
    for (const id of found.ids) if (await activate(trx, id, evidence.now)) confirmed.push(id);
    const [lead, ...others] = confirmed;
    if (lead === undefined) return 'already';
    await letOwnerInAgain(trx, lead);
    for (const id of confirmed) await recordConsent(trx, id, 'confirmed', evidence);
    await enqueue(trx, lead, 'welcome', { with: others });
    return 'confirmed';
  });
}

/**
 * Reports whether a confirmation link would still work, and for what; changes nothing, so that
 * scanners may look.
 */
export async function confirmable(db: Database, claim: ConfirmClaim, now: number): Promise<Confirmable> {
  const ids = await askedWith(db, claim);
  const outcomes: Confirmable['outcome'][] = [];
  for (const id of ids) outcomes.push(await lookUp(db, { ...claim, id }, now));
  const ready = ids.filter((_, at) => outcomes[at] === 'ready');
  return ready.length > 0 ? { outcome: 'ready', ids: ready } : { outcome: outcomes[0] ?? 'unknown', ids };
}

/**
 * The owner of pending subscriptions, known by a link from their mail that is too old, asks for a
 * new one. The same ceilings as for a sign-up. True when a mail is on its way, or was sent within
 * the day.
 */
export async function confirmAnew(
  db: Database,
  claim: ConfirmClaim,
  evidence: Evidence & { now: number },
  enqueue: Enqueue<'confirmation'>,
  ceiling: MailboxCeiling,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const { now } = evidence;
    const rows = await pendingAmong(trx, await askedWith(trx, claim));
    const email = rows[0]?.email;
    if (email === undefined || (await isUnreachable(trx, email, now))) return false;
    if (rows.some((row) => (row.confirmation_asked_at ?? 0) > now - ASK_AGAIN_AFTER_MS)) return true;
    if (!(await hasRoom(trx, email, now, ceiling))) {
      await noteFull(trx, now);
      return false;
    }
    const asked: number[] = [];
    for (const { id } of rows)
      if (!(await isPestered(trx, id, now)) && (await noteAsked(trx, id, 'pending', now, {}))) asked.push(id);
    const [lead, ...others] = asked;
    if (lead === undefined) return false;
    for (const id of asked) await recordConsent(trx, id, 'asked', evidence);
    await enqueue(trx, lead, 'confirmation', { with: others });
    await noteMail(trx, email, now);
    return true;
  });
}

/**
 * The subscription a link was sent for, and the others its mail spoke of. Tokens carry whole
 * seconds.
 */
async function askedWith(db: Database, { id, issuedAt }: ConfirmClaim): Promise<number[]> {
  const others = await db
    .selectFrom('letter_subscriptions')
    .innerJoin('deliveries', 'deliveries.id', 'delivery_id')
    .select('letter_subscriptions.subscription_id as id')
    .where('deliveries.subscription_id', '=', id)
    .where('kind', '=', 'confirmation')
    .where('deliveries.created_at', '>=', issuedAt)
    .where('deliveries.created_at', '<', issuedAt + SECOND_MS)
    .orderBy('letter_subscriptions.subscription_id')
    .execute();
  return [...new Set([id, ...others.map((other) => other.id)])];
}

async function pendingAmong(db: Database, ids: readonly number[]) {
  return db
    .selectFrom('subscriptions')
    .innerJoin('subscribers', 'subscribers.id', 'subscriber_id')
    .select(['subscriptions.id', 'email', 'confirmation_asked_at'])
    .where('subscriptions.id', 'in', ids)
    .where('state', '=', 'pending')
    .orderBy('subscriptions.id')
    .execute();
}

async function lookUp(db: Database, claim: ConfirmClaim, now: number): Promise<Confirmable['outcome']> {
  const row = await db
    .selectFrom('subscriptions')
    .select(['state', 'unsubscribed_at'])
    .where('id', '=', claim.id)
    .executeTakeFirst();
  if (!row) return 'unknown';
  if (row.state === 'active') return 'already';
  const isFresh = now - claim.issuedAt <= CONFIRM_WITHIN_MS;
  // One made in the second of the unsubscribe answers a sign-up that came after it.
  const isFromBefore = claim.issuedAt + SECOND_MS <= (row.unsubscribed_at ?? 0);
  return row.state === 'pending' && isFresh && !isFromBefore ? 'ready' : 'expired';
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

/**
 * Lifts the suppression of an owner who was erased, or whose address bounced, and who confirms
 * again.
 */
async function letOwnerInAgain(db: Database, id: number): Promise<void> {
  const { email } = await db
    .selectFrom('subscriptions')
    .innerJoin('subscribers', 'subscribers.id', 'subscriber_id')
    .select('email')
    .where('subscriptions.id', '=', id)
    .executeTakeFirstOrThrow();
  await letInAgain(db, email);
}

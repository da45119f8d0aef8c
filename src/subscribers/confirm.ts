import { DAY_MS, SECOND_MS } from '../base/clock.ts';
import type { Database } from '../storage/schema.ts';
import { ASK_AGAIN_AFTER_MS, isPestered, isUnreachable, noteAsked } from './asking.ts';
import { type Enqueue, type Evidence, emailHash } from './subscriber.ts';
import { recordConsent } from './subscriber-store.ts';

/** A confirmation link is good for this long. */
export const CONFIRM_WITHIN_MS = 7 * DAY_MS;

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

/**
 * The owner of a pending subscription, known by a link from their mail that is too old, asks for a new one. The same
 * ceilings as for a sign-up. True when a mail is on its way, or was sent within the day.
 */
export async function confirmAnew(
  db: Database,
  id: number,
  evidence: Evidence & { now: number },
  enqueue: Enqueue<'confirmation'>,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const { now } = evidence;
    const row = await trx
      .selectFrom('subscriptions')
      .innerJoin('subscribers', 'subscribers.id', 'subscriber_id')
      .select(['email', 'state', 'confirmation_asked_at'])
      .where('subscriptions.id', '=', id)
      .executeTakeFirst();
    if (row?.state !== 'pending' || (await isUnreachable(trx, row.email))) return false;
    if ((row.confirmation_asked_at ?? 0) > now - ASK_AGAIN_AFTER_MS) return true;
    if ((await isPestered(trx, id, now)) || !(await noteAsked(trx, id, 'pending', now, {}))) return false;
    await recordConsent(trx, id, 'asked', evidence);
    await enqueue(trx, id, 'confirmation');
    return true;
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

async function activate(db: Database, id: number, now: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('subscriptions')
    .set({ state: 'active', confirmed_at: now, unsubscribed_at: null })
    .where('id', '=', id)
    .where('state', '=', 'pending')
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

import { addressKey } from '../base/address.ts';
import { DAY_MS } from '../base/clock.ts';
import type { Database } from '../storage/schema.ts';
import { emailHash, type SubscriptionState } from './subscriber.ts';

/** What an address may be mailed because somebody typed it, who need not be its owner. */

/** At most one mail per address and newsletter in this time, however often a form is sent. */
export const ASK_AGAIN_AFTER_MS = DAY_MS;
/** And at most so many in this time: whoever wants to pester somebody with our mail comes back every day. */
const MOST_MAILS = { count: 5, withinMs: 90 * DAY_MS };

/** Whether an address must not be written to. Who was erased and now asks anew is a new reader. */
export async function isUnreachable(db: Database, email: string): Promise<boolean> {
  const row = await db
    .selectFrom('suppressions')
    .select('reason')
    .where('email_hash', '=', emailHash(addressKey(email)))
    .where('reason', '!=', 'erased')
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * Notes that a mail was asked for, with what was chosen; false when one was a short while ago. The row decides, not what
 * was read before: of two forms that arrive at once one is noted, and a confirmation in between stays.
 */
export async function noteAsked(
  db: Database,
  id: number,
  state: SubscriptionState,
  now: number,
  changes: { state?: 'pending'; sections?: string | null; frequency?: 'every' },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('subscriptions')
    .set({ ...changes, confirmation_asked_at: now })
    .where('id', '=', id)
    .where('state', '=', state)
    .where((row) =>
      row.or([
        row('confirmation_asked_at', 'is', null),
        row('confirmation_asked_at', '<=', now - ASK_AGAIN_AFTER_MS),
      ]),
    )
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Whether so many mails were asked for lately that one more would be a nuisance. */
export async function isPestered(db: Database, id: number, now: number): Promise<boolean> {
  const { mails } = await db
    .selectFrom('consents')
    .select(db.fn.countAll<number>().as('mails'))
    .where('subscription_id', '=', id)
    .where('act', '=', 'asked')
    .where('at', '>', now - MOST_MAILS.withinMs)
    .executeTakeFirstOrThrow();
  return Number(mails) >= MOST_MAILS.count;
}

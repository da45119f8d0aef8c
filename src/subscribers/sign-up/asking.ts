import { DAY_MS, HOUR_MS } from '../../base/clock.ts';
import { addressKey } from '../../base/text/address.ts';
import type { SignUpConfig } from '../../config/sign-up-config.ts';
import type { Database } from '../../storage/schema/schema.ts';
import { emailHash, type SubscriptionState } from '../subscriber.ts';
import { FULL_MAILBOXES } from './ceiling-scopes.ts';
import { mailboxScope, plainnessOf } from './mailbox.ts';
import { increase, MAILBOX_KEPT_HOURS } from './sign-up-counts.ts';

/** Limits on mail to an address that somebody typed, who need not be its owner. */

/** At most one mail per address and newsletter in this time, however often a form is sent. */
export const ASK_AGAIN_AFTER_MS = DAY_MS;
/**
 * And at most so many in this time: whoever wants to pester somebody with our mail comes back every
 * day.
 */
const MOST_MAILS = { count: 5, withinMs: 90 * DAY_MS };
const DAY_HOURS = 24;

/** The ceiling of one mailbox. */
export type MailboxCeiling = Pick<SignUpConfig, 'per_mailbox'>;

/**
 * So long after a server called an address unknown its owner may try again: mailboxes come back.
 */
const TRY_AGAIN_AFTER_MS = 7 * DAY_MS;

/**
 * Reports whether an address must not be mailed although somebody asks. A person who was erased and
 * asks again is a new reader; an address that bounced is asked once more after a week, and its
 * confirmation releases it.
 */
export async function isUnreachable(db: Database, email: string, now: number): Promise<boolean> {
  const row = await db
    .selectFrom('suppressions')
    .select(['reason', 'at'])
    .where('email_hash', '=', emailHash(addressKey(email)))
    .executeTakeFirst();
  if (row?.reason === 'undeliverable') return row.at > now - TRY_AGAIN_AFTER_MS;
  return row?.reason === 'complained';
}

/**
 * Reports whether a mailbox may get one more mail that somebody typed its address for. Plainer
 * spellings of it may have one or two more: a bomber with a thousand spellings leaves room for its
 * owner. The mailbox is locked until the transaction ends: of two requests at once, one waits for
 * the other.
 */
export async function hasRoom(
  db: Database,
  email: string,
  now: number,
  { per_mailbox: most }: MailboxCeiling,
): Promise<boolean> {
  const [scope, hour] = [mailboxScope(email), hourOf(now)];
  await increase(db, [{ scope, period: hour, count: 0 }]);
  const rows = await db
    .selectFrom('sign_up_counts')
    .select(['period', 'count'])
    .where('scope', '=', scope)
    .where('period', '>', hour - MAILBOX_KEPT_HOURS)
    .execute();
  const since = (start: number) =>
    rows.filter(({ period }) => period > start).reduce((sum, { count }) => sum + Number(count), 0);
  const more = plainnessOf(email);
  return since(hour - DAY_HOURS) < most + more && since(hour - MAILBOX_KEPT_HOURS) < 2 * most + more;
}

/** Notes that a mail goes to a mailbox because somebody typed its address. */
export async function noteMail(db: Database, email: string, now: number): Promise<void> {
  await increase(db, [{ scope: mailboxScope(email), period: hourOf(now), count: 1 }]);
}

/**
 * Notes that none went, since the mailbox had enough: without saying which, so that somebody learns
 * of it at all. The last thing in a transaction: everybody shares this count.
 */
export async function noteFull(db: Database, now: number, times = 1): Promise<void> {
  await increase(db, [{ scope: FULL_MAILBOXES, period: hourOf(now), count: times }]);
}

/**
 * Notes that a mail was asked for, with what was chosen; false when one was a short while ago. The
 * row decides, not what was read before: of two forms that arrive at once one is noted, and a
 * confirmation in between stays.
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

/** Reports whether so many mails were requested lately that one more would be a nuisance. */
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

function hourOf(now: number): number {
  return Math.floor(now / HOUR_MS);
}

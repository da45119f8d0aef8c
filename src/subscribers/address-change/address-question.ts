import { DAY_MS, MINUTE_MS } from '../../base/clock.ts';
import { addressKey } from '../../base/text/address.ts';
import type { Database } from '../../storage/schema/schema.ts';

/** Both mailboxes have to say yes within this time. */
export const MOVE_WITHIN_MS = 7 * DAY_MS;

/** One of the two questions, as its mailbox sees it. */
export interface AddressQuestion {
  readonly state: 'open' | 'waiting' | 'done' | 'taken' | 'expired' | 'settled' | 'unknown';
  readonly side: 'old' | 'new';
  readonly newsletterId: string;
  /** In which they like to be spoken to; null for the newsletter's. */
  readonly language: string | null;
  /** Address that the mail is to go to; empty where the question is closed. */
  readonly newEmail: string;
}

/** The same with what is behind it. */
export interface FoundQuestion extends AddressQuestion {
  readonly changeId: number;
  readonly subscriberId: number;
  readonly oldEmail: string;
}

const NOTHING: FoundQuestion = {
  state: 'unknown',
  side: 'old',
  newsletterId: '',
  language: null,
  newEmail: '',
  changeId: 0,
  subscriberId: 0,
  oldEmail: '',
};

/**
 * Looks up the question behind a link of one of the two mails. Changes nothing, so that scanners
 * may look.
 * @param deliveryId of the mail the link is in.
 */
export async function addressQuestion(db: Database, deliveryId: number, now: number): Promise<FoundQuestion> {
  const mail = await db
    .selectFrom('deliveries')
    .innerJoin('subscriptions', 'subscriptions.id', 'subscription_id')
    .innerJoin('subscribers', 'subscribers.id', 'subscriber_id')
    .select([
      'kind',
      'deliveries.email as sentTo',
      'deliveries.created_at as sentAt',
      'subscriber_id',
      'subscribers.email',
      'subscribers.language',
      'newsletter_id',
    ])
    .where('deliveries.id', '=', deliveryId)
    .where('kind', 'in', ['address-old', 'address-new'])
    .executeTakeFirst();
  if (!mail) return NOTHING;
  const side = mail.kind === 'address-old' ? 'old' : 'new';
  const known = {
    ...NOTHING,
    side,
    newsletterId: mail.newsletter_id,
    language: mail.language,
    subscriberId: mail.subscriber_id,
  } as const;
  const change = await changeBehind(db, mail.subscriber_id, mail.sentAt);
  const isTheirs = side === 'old' || change?.new_email === mail.sentTo;
  if (!change || !isTheirs) return { ...known, state: 'settled' };
  const found = { ...known, changeId: change.id, newEmail: change.new_email, oldEmail: mail.email };
  if (change.done_at !== null) return { ...found, state: 'done' };
  if (now - change.asked_at > MOVE_WITHIN_MS) return { ...found, state: 'expired' };
  if (side === 'new' && (await isAnotherReader(db, change.new_email, mail.subscriber_id)))
    return { ...found, state: 'taken' };
  const said = side === 'old' ? change.old_confirmed_at : change.new_confirmed_at;
  return { ...found, state: said === null ? 'open' : 'waiting' };
}

/**
 * The wish a mail was written for: it was noted in the same moment, and one that was replaced is
 * gone.
 */
function changeBehind(db: Database, subscriberId: number, sentAt: number) {
  return db
    .selectFrom('address_changes')
    .selectAll()
    .where('subscriber_id', '=', subscriberId)
    .where('asked_at', '<=', sentAt)
    .where('asked_at', '>', sentAt - MINUTE_MS)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** Reports whether an address belongs to another reader. */
export async function isAnotherReader(db: Database, email: string, subscriberId: number): Promise<boolean> {
  const row = await db
    .selectFrom('subscribers')
    .select('id')
    .where('email_key', '=', addressKey(email))
    .where('id', '!=', subscriberId)
    .executeTakeFirst();
  return row !== undefined;
}

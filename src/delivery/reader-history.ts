import type { ExpressionBuilder } from 'kysely';
import { addressKey, type EmailAddress } from '../base/text/address.ts';
import type { Database, Schema } from '../storage/schema/schema.ts';
import { emailHash } from '../subscribers/subscriber.ts';

/**
 * Everything that is kept about one person, lists with the oldest first. Times are UTC
 * milliseconds.
 */
export interface ReaderHistory {
  /** Token that identifies them to the outside. */
  readonly publicId: string;
  readonly email: string;
  readonly name: string;
  readonly createdAt: number;
  /** May be past. */
  readonly pausedUntil: number | null;
  /**
   * Sensitive subjects they are never sent: for the person themselves, and to be shown to nobody
   * else.
   */
  readonly mutes: readonly string[];
  /** Language and time zone they chose; null for the newsletter's. */
  readonly language: string | null;
  readonly timeZone: string | null;
  readonly subscriptions: readonly {
    /** Token in the links of its mails. */
    readonly publicId: string;
    readonly newsletterId: string;
    readonly state: string;
    readonly sections: readonly string[] | null;
    readonly frequency: string;
    readonly createdAt: number;
    readonly confirmedAt: number | null;
    readonly unsubscribedAt: number | null;
    /** In their own words, if they gave any. */
    readonly leftBecause: string | null;
  }[];
  readonly consents: readonly {
    readonly at: number;
    readonly act: string;
    readonly origin: string;
    readonly wording: string;
  }[];
  readonly addressChanges: readonly {
    readonly newEmail: string;
    readonly askedAt: number;
    readonly oldConfirmedAt: number | null;
    readonly newConfirmedAt: number | null;
    readonly doneAt: number | null;
  }[];
  readonly deliveries: readonly {
    /** Token in its links; row numbers would tell everybody the number of mails. */
    readonly publicId: string | null;
    readonly kind: string;
    readonly editionId: string | null;
    readonly email: string;
    readonly createdAt: number;
    readonly state: string;
    readonly detail: string | null;
    readonly attempts: readonly { readonly at: number; readonly outcome: string; readonly reply: string }[];
  }[];
  /** Editions whose audience they were left out of, and why. */
  readonly exclusions: readonly { readonly editionId: string; readonly reason: string }[];
  /** Reason that the address is suppressed, if it is; stored beside a hash of it. */
  readonly suppression: { readonly reason: string; readonly at: number } | null;
}

/** Undefined for somebody who was never here, or was erased. */
export async function readerHistory(db: Database, email: EmailAddress): Promise<ReaderHistory | undefined> {
  const person = await db
    .selectFrom('subscribers')
    .selectAll()
    .where('email_key', '=', addressKey(email))
    .executeTakeFirst();
  if (!person) return undefined;
  const subscriptions = await db
    .selectFrom('subscriptions')
    .selectAll()
    .where('subscriber_id', '=', person.id)
    .orderBy('id')
    .execute();
  const ids = [0, ...subscriptions.map((row) => row.id)]; // never empty: PostgreSQL knows no empty list
  return {
    publicId: person.public_id,
    email: person.email,
    name: person.name,
    createdAt: person.created_at,
    pausedUntil: person.paused_until,
    mutes: JSON.parse(person.mutes),
    language: person.language,
    timeZone: person.time_zone,
    subscriptions: subscriptions.map((row) => ({
      publicId: row.public_id,
      newsletterId: row.newsletter_id,
      state: row.state,
      sections: row.sections === null ? null : JSON.parse(row.sections),
      frequency: row.frequency,
      createdAt: row.created_at,
      confirmedAt: row.confirmed_at,
      unsubscribedAt: row.unsubscribed_at,
      leftBecause: row.left_because,
    })),
    consents: await consentsOf(db, ids),
    addressChanges: await addressChangesOf(db, person.id),
    deliveries: await deliveriesOf(db, ids, email),
    exclusions: await exclusionsOf(db, ids),
    suppression: await suppressionOf(db, person.email),
  };
}

/**
 * Returns what is known of an address that no reader has: that one had it and moved, or that it was
 * erased.
 */
export async function addressesOf(
  db: Database,
  email: EmailAddress,
): Promise<{ readonly movedTo: string | undefined; readonly erasedAt: number | undefined }> {
  const moved = (await wroteUnder(db, email)) ?? (await cameThrough(db, email));
  const suppression = await suppressionOf(db, email);
  return {
    movedTo: moved?.email,
    erasedAt: suppression?.reason === 'erased' ? suppression.at : undefined,
  };
}

/** Finds the reader we wrote to under that address, who has another now. */
function wroteUnder(db: Database, email: EmailAddress) {
  return db
    .selectFrom('deliveries')
    .innerJoin('subscriptions', 'subscriptions.id', 'subscription_id')
    .innerJoin('subscribers', 'subscribers.id', 'subscriber_id')
    .select('subscribers.email')
    .where(({ eb, fn }) => eb(fn<string>('lower', ['deliveries.email']), '=', addressKey(email)))
    .where('kind', '!=', 'address-new') // asked there, and perhaps by a stranger
    .limit(1)
    .executeTakeFirst();
}

/** Finds the reader who moved to that address, and on to another. */
function cameThrough(db: Database, email: EmailAddress) {
  return db
    .selectFrom('address_changes')
    .innerJoin('subscribers', 'subscribers.id', 'subscriber_id')
    .select('subscribers.email')
    .where(({ eb, fn }) => eb(fn<string>('lower', ['new_email']), '=', addressKey(email)))
    .where('done_at', 'is not', null)
    .orderBy('address_changes.id', 'desc')
    .limit(1)
    .executeTakeFirst();
}

function consentsOf(db: Database, ids: readonly number[]) {
  return db
    .selectFrom('consents')
    .select(['at', 'act', 'origin', 'wording'])
    .where('subscription_id', 'in', ids)
    .orderBy('id')
    .execute();
}

async function addressChangesOf(
  db: Database,
  subscriberId: number,
): Promise<ReaderHistory['addressChanges']> {
  const rows = await db
    .selectFrom('address_changes')
    .selectAll()
    .where('subscriber_id', '=', subscriberId)
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    newEmail: row.new_email,
    askedAt: row.asked_at,
    oldConfirmedAt: row.old_confirmed_at,
    newConfirmedAt: row.new_confirmed_at,
    doneAt: row.done_at,
  }));
}

/** Also what went to the same address as an editor's, which belongs to no subscription. */
async function deliveriesOf(
  db: Database,
  ids: readonly number[],
  email: EmailAddress,
): Promise<ReaderHistory['deliveries']> {
  const theirs = ({ or, and, eb, fn }: ExpressionBuilder<Schema, 'deliveries'>) =>
    or([
      eb('subscription_id', 'in', ids),
      and([eb('regards', 'is not', null), eb(fn<string>('lower', ['email']), '=', addressKey(email))]),
    ]);
  const deliveries = await db
    .selectFrom('deliveries')
    .select(['id', 'public_id', 'kind', 'edition_id', 'email', 'created_at', 'state', 'detail'])
    .where(theirs)
    .orderBy('id')
    .execute();
  const attempts = await db
    .selectFrom('attempts')
    .innerJoin('deliveries', 'deliveries.id', 'delivery_id')
    .select(['delivery_id', 'at', 'outcome', 'reply'])
    .where(theirs)
    .orderBy('attempts.id')
    .execute();
  const byDelivery = Map.groupBy(attempts, (row) => row.delivery_id);
  return deliveries.map(({ id, public_id, kind, edition_id, email, created_at, state, detail }) => ({
    publicId: public_id,
    kind,
    editionId: edition_id,
    email,
    createdAt: created_at,
    state,
    detail,
    attempts: (byDelivery.get(id) ?? []).map(({ at, outcome, reply }) => ({ at, outcome, reply })),
  }));
}

async function exclusionsOf(db: Database, ids: readonly number[]): Promise<ReaderHistory['exclusions']> {
  const rows = await db
    .selectFrom('exclusions')
    .select(['edition_id', 'reason'])
    .where('subscription_id', 'in', ids)
    .orderBy('edition_id')
    .execute();
  return rows.map((row) => ({ editionId: row.edition_id, reason: row.reason }));
}

async function suppressionOf(db: Database, email: string): Promise<ReaderHistory['suppression']> {
  const row = await db
    .selectFrom('suppressions')
    .select(['reason', 'at'])
    .where('email_hash', '=', emailHash(email))
    .executeTakeFirst();
  return row ?? null;
}

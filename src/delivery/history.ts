import type { EmailAddress } from '../base/address.ts';
import { addressKey } from '../base/address.ts';
import type { Database } from '../storage/schema.ts';

/** Everything that happened between one person and their newsletters, oldest first. */
export interface ReaderHistory {
  readonly subscriptions: readonly {
    readonly newsletterId: string;
    readonly state: string;
    readonly sections: readonly string[] | null;
    readonly frequency: string;
  }[];
  /** UTC milliseconds; may be past. */
  readonly pausedUntil: number | null;
  /** Sensitive subjects they are never sent: for the person themselves, and to be shown to nobody else. */
  readonly mutes: readonly string[];
  readonly consents: readonly {
    readonly at: number;
    readonly act: string;
    readonly origin: string;
    readonly wording: string;
  }[];
  readonly deliveries: readonly {
    readonly id: number;
    readonly kind: string;
    readonly editionId: string | null;
    readonly state: string;
    readonly detail: string | null;
    readonly attempts: readonly { readonly at: number; readonly outcome: string; readonly reply: string }[];
  }[];
  /** Editions whose audience they were left out of, and why. */
  readonly exclusions: readonly { readonly editionId: string; readonly reason: string }[];
}

/** Undefined for somebody who was never here, or was erased. */
export async function readerHistory(db: Database, email: EmailAddress): Promise<ReaderHistory | undefined> {
  const subscriptions = await db
    .selectFrom('subscriptions')
    .innerJoin('subscribers', 'subscribers.id', 'subscriber_id')
    .select(['subscriptions.id', 'newsletter_id', 'state', 'sections', 'frequency', 'paused_until', 'mutes'])
    .where('email_key', '=', addressKey(email))
    .orderBy('subscriptions.id')
    .execute();
  const ids = subscriptions.map((row) => row.id);
  const [first] = subscriptions;
  if (!first) return undefined;
  return {
    subscriptions: subscriptions.map((row) => ({
      newsletterId: row.newsletter_id,
      state: row.state,
      sections: row.sections === null ? null : JSON.parse(row.sections),
      frequency: row.frequency,
    })),
    pausedUntil: first.paused_until,
    mutes: JSON.parse(first.mutes),
    consents: await consentsOf(db, ids),
    deliveries: await deliveriesOf(db, ids),
    exclusions: await exclusionsOf(db, ids),
  };
}

function consentsOf(db: Database, ids: readonly number[]) {
  return db
    .selectFrom('consents')
    .select(['at', 'act', 'origin', 'wording'])
    .where('subscription_id', 'in', ids)
    .orderBy('id')
    .execute();
}

async function deliveriesOf(db: Database, ids: readonly number[]): Promise<ReaderHistory['deliveries']> {
  const deliveries = await db
    .selectFrom('deliveries')
    .select(['id', 'kind', 'edition_id', 'state', 'detail'])
    .where('subscription_id', 'in', ids)
    .orderBy('id')
    .execute();
  const attempts = await db
    .selectFrom('attempts')
    .innerJoin('deliveries', 'deliveries.id', 'delivery_id')
    .select(['delivery_id', 'at', 'outcome', 'reply'])
    .where('subscription_id', 'in', ids)
    .orderBy('attempts.id')
    .execute();
  return deliveries.map(({ id, kind, edition_id, state, detail }) => ({
    id,
    kind,
    editionId: edition_id,
    state,
    detail,
    attempts: attempts
      .filter((row) => row.delivery_id === id)
      .map(({ at, outcome, reply }) => ({ at, outcome, reply })),
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

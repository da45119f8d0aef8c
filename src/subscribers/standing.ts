import { sql } from 'kysely';
import { addressKey, type EmailAddress } from '../base/address.ts';
import { rowsOf } from '../storage/json-rows.ts';
import type { Database } from '../storage/schema.ts';
import type { Subscription } from './subscriber.ts';

/** Where somebody stands with a newsletter; `left` until they confirm anew: typing their address into the form is nobody's consent. */
export type Standing = 'active' | 'pending' | 'left';

export interface KnownReader {
  readonly standing: Standing;
  readonly subscriptionId: number;
  /** UTC milliseconds: when they last confirmed on our own site, by themselves. */
  readonly confirmedHereAt: number | null;
}

interface KnownRow {
  readonly email_key: string;
  readonly id: number;
  readonly state: Subscription['state'];
  readonly unsubscribed_at: number | null;
  readonly confirmed_here_at: number | null;
}

/** Those of these people whom the newsletter knows, by the key of their address. */
export async function readersAmong(
  db: Database,
  people: readonly { readonly email: EmailAddress }[],
  newsletterId: string,
): Promise<Map<string, KnownReader>> {
  const given = rowsOf(
    db,
    people.map(({ email }) => [addressKey(email)]),
  );
  // From the given addresses to their subscriptions: left to itself, SQLite may read all of a newsletter's instead.
  const { rows } = await sql<KnownRow>`
    select email_key, subscriptions.id, state, unsubscribed_at,
      (select max(at) from consents where subscription_id = subscriptions.id and act = 'confirmed') as confirmed_here_at
    from ${given}
      cross join subscribers
      cross join subscriptions
    where email_key = given.value ->> 0 and subscriber_id = subscribers.id and newsletter_id = ${newsletterId}`.execute(
    db,
  );
  return new Map(
    rows.map((row) => {
      const left = row.state === 'unsubscribed' || (row.state === 'pending' && row.unsubscribed_at !== null);
      const standing: Standing = row.state === 'active' ? 'active' : left ? 'left' : 'pending';
      return [
        row.email_key,
        { standing, subscriptionId: row.id, confirmedHereAt: row.confirmed_here_at },
      ] as const;
    }),
  );
}

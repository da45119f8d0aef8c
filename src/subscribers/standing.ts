import { sql } from 'kysely';
import { addressKey, type EmailAddress } from '../base/text/address.ts';
import { rowsOf } from '../storage/json-rows.ts';
import type { Database } from '../storage/schema/schema.ts';
import type { Subscription } from './subscriber.ts';

/**
 * Standing of a person in a newsletter; `left` until they confirm again: typing their address into
 * the form is nobody's consent. `none` when they read only others.
 */
export type Standing = 'active' | 'pending' | 'left' | 'none';

export interface KnownPerson {
  readonly personId: number;
  readonly standing: Standing;
  /** UTC milliseconds: when they last confirmed on our own site, by themselves. */
  readonly confirmedHereAt: number | null;
}

interface PersonRow {
  readonly email_key: string;
  readonly id: number;
  readonly state: Subscription['state'] | null;
  readonly unsubscribed_at: number | null;
  readonly confirmed_here_at: number | null;
}

/** Returns the people among these that any newsletter knows, by the key of their address. */
export async function peopleAmong(
  db: Database,
  people: readonly { readonly email: EmailAddress }[],
  newsletterId: string,
): Promise<Map<string, KnownPerson>> {
  if (people.length === 0) return new Map();
  const given = rowsOf(
    db,
    people.map(({ email }) => [addressKey(email)]),
  );
  // In this order, from the given addresses on: left to itself, SQLite may read all of a newsletter instead.
  const { rows } = await sql<PersonRow>`
    select email_key, subscribers.id, state, unsubscribed_at,
      (select max(at) from consents where subscription_id = subscriptions.id and act = 'confirmed') as confirmed_here_at
    from ${given}
      cross join subscribers
      left join subscriptions on subscriber_id = subscribers.id and newsletter_id = ${newsletterId}
    where email_key = given.value ->> 0`.execute(db);
  return new Map(
    rows.map((row) => {
      const known = { personId: row.id, standing: standingOf(row), confirmedHereAt: row.confirmed_here_at };
      return [row.email_key, known] as const;
    }),
  );
}

function standingOf({ state, unsubscribed_at }: PersonRow): Standing {
  if (state === null || state === 'active') return state ?? 'none';
  return state === 'unsubscribed' || unsubscribed_at !== null ? 'left' : 'pending';
}

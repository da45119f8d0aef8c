import { sql } from 'kysely';
import { addressKey, type EmailAddress } from '../../base/text/address.ts';
import { rowsOf } from '../../storage/json-rows.ts';
import type { Database } from '../../storage/schema/schema.ts';
import { type AddOptions, insertPeople, onePerPerson, recordConsents } from '../add-readers.ts';
import { type ExportedIds, givenIds } from '../given-ids.ts';
import { peopleAmong } from '../standing.ts';
import { suppress, suppressedAmong } from '../suppression.ts';

/** Somebody whom another system no longer writes to. */
export interface Departed {
  readonly email: EmailAddress;
  readonly name: string;
  readonly why: 'unsubscribed' | 'undeliverable' | 'complained';
  /** UTC milliseconds. */
  readonly at: number;
  readonly origin: string;
  readonly publicIds?: ExportedIds;
}

export interface DepartureCounts {
  /** Unsubscribed here from now on. */
  readonly unsubscribed: number;
  /** Suppressed here from now on: the address cannot be reached, or its owner complained. */
  readonly suppressed: number;
  /** Active here, by their own confirmation after they had left there. */
  readonly known: number;
  /** Gone from here already. */
  readonly leftAlone: number;
}

const WORDING = 'Had left already, by the list the operator brought';

/**
 * Takes over, in the transaction it is handed, who left or cannot be reached elsewhere: an active
 * subscription ends, and nobody who is new becomes active. Who confirmed on our own site after they
 * had left there stays.
 */
export async function recordDepartures(
  db: Database,
  people: readonly Departed[],
  options: AddOptions,
): Promise<DepartureCounts> {
  if (people.length === 0) return { unsubscribed: 0, suppressed: 0, known: 0, leftAlone: 0 };
  const isSuppressed = await suppressedAmong(
    db,
    people.map(({ email }) => email),
  );
  // An erased person is among the suppressed, and no row may name them again.
  const others = onePerPerson(people.filter(({ email }) => !isSuppressed(email)));
  const known = await peopleAmong(db, others, options.newsletterId);
  const leaving = others.filter(({ why }) => why === 'unsubscribed');
  const person = ({ email }: Departed) => known.get(addressKey(email));
  const returned = leaving.filter((one) => (person(one)?.confirmedHereAt ?? 0) > one.at);
  const fresh = leaving.filter((one) => person(one)?.standing !== 'left' && !returned.includes(one));
  const unreachable = others.flatMap(({ email, why, at }) =>
    why === 'unsubscribed' ? [] : [{ email, why, at }],
  );
  if (!options.dryRun) {
    await suppress(db, unreachable);
    await endSubscriptions(db, fresh, options);
  }
  const counts = { unsubscribed: fresh.length, suppressed: unreachable.length, known: returned.length };
  return { ...counts, leftAlone: people.length - fresh.length - unreachable.length - returned.length };
}

/**
 * Ends subscriptions. A reader who asked to come back and has not confirmed stays asked, but counts
 * as one who left until they do.
 */
async function endSubscriptions(
  db: Database,
  people: readonly Departed[],
  { newsletterId, now }: AddOptions,
): Promise<void> {
  await insertPeople(db, people, now);
  const ids = await givenIds(
    db,
    'subscriptions',
    people.map(({ publicIds }) => publicIds?.subscription),
  );
  const given = rowsOf(
    db,
    people.map(({ email, at }, place) => [addressKey(email), at, ids[place] ?? null]),
  );
  const { rows } = await sql<{ id: number; key: string }>`
    insert into subscriptions (subscriber_id, newsletter_id, state, created_at, unsubscribed_at, public_id)
    select subscribers.id, cast(${newsletterId} as text), 'unsubscribed', cast(${now} as bigint),
      cast(given.value ->> 1 as bigint), given.value ->> 2
    from ${given} cross join subscribers where subscribers.email_key = given.value ->> 0
    order by subscribers.email_key
    on conflict (subscriber_id, newsletter_id) do update set
      state = case subscriptions.state when 'active' then 'unsubscribed' else subscriptions.state end,
      unsubscribed_at = excluded.unsubscribed_at
      where subscriptions.unsubscribed_at is null or subscriptions.state = 'active'
    returning id, (select email_key from subscribers where subscribers.id = subscriber_id) as key`.execute(
    db,
  );
  const byKey = new Map(people.map((person) => [addressKey(person.email), person]));
  const evidence = rows.flatMap(({ id, key }) => {
    const person = byKey.get(key);
    return person ? [{ id, at: person.at, origin: person.origin }] : [];
  });
  await recordConsents(db, evidence, 'unsubscribed', WORDING);
}

import { sql } from 'kysely';
import { addressKey, type EmailAddress } from '../base/address.ts';
import { rowsOf } from '../storage/json-rows.ts';
import type { Database } from '../storage/schema.ts';
import type { Choice } from './choices.ts';
import { readersAmong } from './standing.ts';
import { suppressedAmong } from './suppression.ts';

export interface NewReader extends Pick<Choice, 'sections'>, Partial<Pick<Choice, 'frequency'>> {
  readonly email: EmailAddress;
  readonly name: string;
  /** UTC milliseconds; like what follows it only for a person who is new here. */
  readonly pausedUntil?: number | null;
  readonly language?: string | null;
  readonly timeZone?: string | null;
  /** When and where they agreed, if that is known; otherwise the import itself is the evidence. */
  readonly proof?: Proof;
}

export interface Proof {
  /** UTC milliseconds. */
  readonly at: number;
  readonly origin: string;
}

export interface AddOptions {
  readonly newsletterId: string;
  readonly origin: string;
  readonly now: number;
  readonly dryRun?: boolean;
}

export interface AddCounts {
  readonly added: number;
  readonly known: number;
  readonly leftAlone: number;
}

const WORDING = 'Added by the operator, who holds the proof of consent';

/** `admitReaders` in a transaction of its own: all of them or none. */
export function addReaders(
  db: Database,
  readers: readonly NewReader[],
  options: AddOptions,
): Promise<AddCounts> {
  return db.transaction().execute((trx) => admitReaders(trx, readers, options));
}

/**
 * Subscribes people on the operator's word, active at once, in the transaction it is handed. Who unsubscribed, or is
 * suppressed, is left alone: an import must never bring back somebody who left. A pending sign-up becomes active.
 */
export async function admitReaders(
  db: Database,
  readers: readonly NewReader[],
  options: AddOptions,
): Promise<AddCounts> {
  if (readers.length === 0) return { added: 0, known: 0, leftAlone: 0 };
  const isSuppressed = await suppressedAmong(
    db,
    readers.map(({ email }) => email),
  );
  const known = await readersAmong(db, readers, options.newsletterId);
  const standing = ({ email }: NewReader) => known.get(addressKey(email))?.standing;
  const left = (reader: NewReader) => standing(reader) === 'left' || isSuppressed(reader.email);
  const fresh = onePerPerson(readers.filter((reader) => standing(reader) !== 'active' && !left(reader)));
  const added = options.dryRun ? fresh.length : await insertReaders(db, fresh, options);
  const leftAlone = readers.filter(left).length;
  return { added, known: readers.length - added - leftAlone, leftAlone };
}

/**
 * The first of each address, in the order of the addresses: two imports that share readers then take their rows in the
 * same order and wait for each other instead of holding what the other wants.
 */
export function onePerPerson<Person extends { readonly email: EmailAddress }>(
  readers: readonly Person[],
): Person[] {
  const people = new Map<string, Person>();
  for (const reader of readers) {
    const key = addressKey(reader.email);
    if (!people.has(key)) people.set(key, reader);
  }
  return [...people].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, reader]) => reader);
}

/** Writes the person behind each address where there is none yet; safe when two do it at once. */
export async function insertPeople(
  db: Database,
  people: readonly Omit<NewReader, 'sections' | 'frequency' | 'proof'>[],
  now: number,
): Promise<void> {
  const given = rowsOf(
    db,
    people.map(({ email, name, pausedUntil = null, language = null, timeZone = null }) => [
      ...[email, addressKey(email), name],
      ...[pausedUntil, language, timeZone],
    ]),
  );
  // `where true`: without it SQLite reads `on conflict` as the condition of a join.
  await sql`
    insert into subscribers (email, email_key, name, created_at, paused_until, language, time_zone)
    select given.value ->> 0, given.value ->> 1, given.value ->> 2, cast(${now} as bigint),
      cast(given.value ->> 3 as bigint), given.value ->> 4, given.value ->> 5
    from ${given} where true
    on conflict (email_key) do nothing`.execute(db);
}

/** Returns how many it was that became active: another import may have been quicker, and a person have left meanwhile. */
async function insertReaders(
  db: Database,
  readers: readonly NewReader[],
  options: AddOptions,
): Promise<number> {
  if (readers.length === 0) return 0;
  await insertPeople(db, readers, options.now);
  const given = rowsOf(
    db,
    readers.map(({ email, sections, frequency = 'every', proof }) => [
      ...[addressKey(email), sections ? JSON.stringify(sections) : null, frequency],
      proof?.at ?? options.now,
    ]),
  );
  const { rows } = await sql<{ id: number; key: string }>`
    insert into subscriptions
      (subscriber_id, newsletter_id, state, sections, frequency, created_at, confirmed_at)
    select subscribers.id, cast(${options.newsletterId} as text), 'active', given.value ->> 1, given.value ->> 2,
      cast(${options.now} as bigint), cast(given.value ->> 3 as bigint)
    from ${given} cross join subscribers where subscribers.email_key = given.value ->> 0
    order by subscribers.email_key
    on conflict (subscriber_id, newsletter_id) do update set state = 'active', confirmed_at = excluded.confirmed_at
      where subscriptions.state = 'pending' and subscriptions.unsubscribed_at is null
    returning id, (select email_key from subscribers where subscribers.id = subscriber_id) as key`.execute(
    db,
  );
  const proofs = new Map(readers.map(({ email, proof }) => [addressKey(email), proof]));
  const evidence = rows.map(({ id, key }) => ({
    ...{ at: options.now, origin: options.origin },
    ...proofs.get(key),
    id,
  }));
  await recordConsents(db, evidence, 'imported', WORDING);
  return rows.length;
}

/** Evidence of the same act for many subscriptions. */
export async function recordConsents(
  db: Database,
  evidence: readonly (Proof & { readonly id: number })[],
  act: 'imported' | 'unsubscribed',
  wording: string,
): Promise<void> {
  const given = rowsOf(
    db,
    evidence.map(({ id, at, origin }) => [id, at, origin]),
  );
  await sql`
    insert into consents (subscription_id, act, at, origin, wording)
    select cast(given.value ->> 0 as bigint), cast(${act} as text), cast(given.value ->> 1 as bigint),
      given.value ->> 2, cast(${wording} as text)
    from ${given}`.execute(db);
}

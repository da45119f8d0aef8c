import { sql } from 'kysely';
import { addressKey, type EmailAddress } from '../base/text/address.ts';
import { rowsOf } from '../storage/json-rows.ts';
import type { Database } from '../storage/schema/schema.ts';
import type { Choice } from './choices.ts';
import { type ExportedIds, givenIds } from './given-ids.ts';
import { peopleAmong } from './standing.ts';
import { suppressedAmong } from './suppression.ts';

export interface NewReader extends Pick<Choice, 'sections'>, Partial<Pick<Choice, 'frequency'>> {
  readonly email: EmailAddress;
  readonly name: string;
  /** UTC milliseconds; like what follows it only for a person who is new here. */
  readonly pausedUntil?: number | null;
  readonly language?: string | null;
  readonly timeZone?: string | null;
  /**
   * Ids from another Broadsheet's export, so that links in mails sent before still lead to this
   * person.
   */
  readonly publicIds?: ExportedIds;
  /** Time and place of their consent, if known; otherwise the import itself is the evidence. */
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
 * Subscribes people on the operator's word, active at once, in the transaction it is handed. Who
 * unsubscribed, or is suppressed, is left alone: an import must never bring back somebody who left.
 * A pending sign-up becomes active.
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
  const people = onePerPerson(readers.filter(({ email }) => !isSuppressed(email)));
  const newIds = options.dryRun ? new Map<string, number>() : await insertPeople(db, people, options.now);
  // Who has only now become a person here has no past here: in a first import that is everybody.
  const others = people.filter(({ email }) => !newIds.has(addressKey(email)));
  const known = await peopleAmong(db, others, options.newsletterId);
  const standing = ({ email }: NewReader) => known.get(addressKey(email))?.standing;
  const fresh = people.filter((person) => !['active', 'left'].includes(standing(person) ?? 'none'));
  const idOf = (key: string) => newIds.get(key) ?? known.get(key)?.personId ?? 0;
  const added = options.dryRun ? fresh.length : await subscribe(db, fresh, idOf, options);
  const left = readers.filter((reader) => standing(reader) === 'left' || isSuppressed(reader.email)).length;
  return { added, known: readers.length - added - left, leftAlone: left };
}

/**
 * The first of each address, in the order of the addresses: two imports that share readers then
 * take their rows in the same order and wait for each other instead of holding what the other
 * wants.
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

/**
 * Writes the person behind each address where there is none yet; safe when two do it at once.
 * Returns the ids of those who are new, by the key of their address.
 */
export async function insertPeople(
  db: Database,
  people: readonly Omit<NewReader, 'sections' | 'frequency' | 'proof'>[],
  now: number,
): Promise<Map<string, number>> {
  const ids = await givenIds(
    db,
    'subscribers',
    people.map(({ publicIds }) => publicIds?.person),
  );
  const given = rowsOf(
    db,
    people.map(({ email, name, pausedUntil = null, language = null, timeZone = null }, at) => [
      ...[email, addressKey(email), name],
      ...[pausedUntil, language, timeZone, ids[at] ?? null],
    ]),
  );
  // `where true`: without it SQLite reads `on conflict` as the condition of a join.
  const { rows } = await sql<{ id: number; email_key: string }>`
    insert into subscribers (email, email_key, name, created_at, paused_until, language, time_zone, public_id)
    select given.value ->> 0, given.value ->> 1, given.value ->> 2, cast(${now} as bigint),
      cast(given.value ->> 3 as bigint), given.value ->> 4, given.value ->> 5, given.value ->> 6
    from ${given} where true
    on conflict (email_key) do nothing
    returning id, email_key`.execute(db);
  return new Map(rows.map(({ id, email_key }) => [email_key, id]));
}

/**
 * Returns how many it was that became active: another import may have been quicker, and a person
 * have left meanwhile.
 */
async function subscribe(
  db: Database,
  readers: readonly NewReader[],
  idOf: (key: string) => number,
  options: AddOptions,
): Promise<number> {
  if (readers.length === 0) return 0;
  const byId = new Map(readers.map((reader) => [idOf(addressKey(reader.email)), reader]));
  const ids = await givenIds(
    db,
    'subscriptions',
    [...byId.values()].map(({ publicIds }) => publicIds?.subscription),
  );
  const given = rowsOf(
    db,
    [...byId].map(([id, { sections, frequency = 'every', proof }], at) => [
      ...[id, sections ? JSON.stringify(sections) : null],
      ...[frequency, proof?.at ?? options.now, ids[at] ?? null],
    ]),
  );
  const { rows } = await sql<{ id: number; subscriber_id: number }>`
    insert into subscriptions
      (subscriber_id, newsletter_id, state, sections, frequency, created_at, confirmed_at, public_id)
    select cast(given.value ->> 0 as bigint), cast(${options.newsletterId} as text), 'active', given.value ->> 1,
      given.value ->> 2, cast(${options.now} as bigint), cast(given.value ->> 3 as bigint), given.value ->> 4
    from ${given} where true
    on conflict (subscriber_id, newsletter_id) do update set state = 'active', confirmed_at = excluded.confirmed_at
      where subscriptions.state = 'pending' and subscriptions.unsubscribed_at is null
    returning id, subscriber_id`.execute(db);
  const evidence = rows.map(({ id, subscriber_id }) => ({
    ...(byId.get(subscriber_id)?.proof ?? { at: options.now, origin: options.origin }),
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

import { addressKey, type EmailAddress } from '../base/address.ts';
import type { Database } from '../storage/schema.ts';
import { emailHash } from './subscriber.ts';

export interface NewReader {
  readonly email: EmailAddress;
  readonly name: string;
  readonly sections: readonly string[] | null;
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

/**
 * Subscribes people on the operator's word, active at once; all of them or none. Who unsubscribed, or is suppressed,
 * is left alone: an import must never bring back somebody who left. A pending sign-up becomes active.
 */
export async function addReaders(
  db: Database,
  readers: readonly NewReader[],
  options: AddOptions,
): Promise<AddCounts> {
  if (readers.length === 0) return { added: 0, known: 0, leftAlone: 0 };
  return db.transaction().execute(async (trx) => {
    const suppressed = await suppressedAmong(trx, readers);
    const standing = await statesAmong(trx, readers, options.newsletterId);
    const left = (reader: NewReader) =>
      suppressed.has(emailHash(reader.email)) || standing.get(addressKey(reader.email)) === 'unsubscribed';
    const known = (reader: NewReader) => standing.get(addressKey(reader.email)) === 'active';
    const fresh = readers.filter((reader) => !left(reader) && !known(reader));
    if (!options.dryRun) await insertReaders(trx, fresh, options);
    const leftAlone = readers.filter(left).length;
    return { added: fresh.length, known: readers.length - fresh.length - leftAlone, leftAlone };
  });
}

async function suppressedAmong(db: Database, readers: readonly NewReader[]): Promise<Set<string>> {
  const hashes = readers.map((reader) => emailHash(reader.email));
  const rows = await db
    .selectFrom('suppressions')
    .select('email_hash')
    .where('email_hash', 'in', hashes)
    .execute();
  return new Set(rows.map((row) => row.email_hash));
}

async function statesAmong(
  db: Database,
  readers: readonly NewReader[],
  newsletterId: string,
): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('subscriptions')
    .innerJoin('subscribers', 'subscribers.id', 'subscriptions.subscriber_id')
    .select(['email_key', 'state'])
    .where('newsletter_id', '=', newsletterId)
    .where(
      'email_key',
      'in',
      readers.map((reader) => addressKey(reader.email)),
    )
    .execute();
  return new Map(rows.map((row) => [row.email_key, row.state]));
}

async function insertReaders(
  db: Database,
  readers: readonly NewReader[],
  options: AddOptions,
): Promise<void> {
  if (readers.length === 0) return;
  const keys = readers.map((reader) => addressKey(reader.email));
  await db
    .insertInto('subscribers')
    .values(
      readers.map(({ email, name }) => ({
        email,
        email_key: addressKey(email),
        name,
        created_at: options.now,
      })),
    )
    .onConflict((conflict) => conflict.column('email_key').doNothing())
    .execute();
  const people = await db
    .selectFrom('subscribers')
    .select(['id', 'email_key'])
    .where('email_key', 'in', keys)
    .execute();
  const sections = new Map(readers.map((reader) => [addressKey(reader.email), reader.sections]));
  const rows = await db
    .insertInto('subscriptions')
    .values(
      people.map((person) => activeSubscription(person.id, sections.get(person.email_key) ?? null, options)),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['subscriber_id', 'newsletter_id'])
        .doUpdateSet({ state: 'active', confirmed_at: options.now }),
    )
    .returning('id')
    .execute();
  await db
    .insertInto('consents')
    .values(
      rows.map((row) => ({
        subscription_id: row.id,
        act: 'imported' as const,
        at: options.now,
        origin: options.origin,
        wording: WORDING,
      })),
    )
    .execute();
}

function activeSubscription(subscriberId: number, sections: readonly string[] | null, options: AddOptions) {
  return {
    subscriber_id: subscriberId,
    newsletter_id: options.newsletterId,
    state: 'active' as const,
    sections: sections && JSON.stringify(sections),
    created_at: options.now,
    confirmed_at: options.now,
  };
}

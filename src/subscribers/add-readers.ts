import { addressKey, type EmailAddress } from '../base/address.ts';
import type { Database } from '../storage/schema.ts';
import type { Choice } from './choices.ts';
import { suppressedAmong } from './suppression.ts';

export interface NewReader extends Pick<Choice, 'sections'>, Partial<Pick<Choice, 'frequency'>> {
  readonly email: EmailAddress;
  readonly name: string;
  /** UTC milliseconds; only for a person who is new here. */
  readonly pausedUntil?: number | null;
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
    const isSuppressed = await suppressedAmong(
      trx,
      readers.map(({ email }) => email),
    );
    const standing = await standingAmong(trx, readers, options.newsletterId);
    const left = (reader: NewReader) =>
      isSuppressed(reader.email) || standing.get(addressKey(reader.email)) === 'left';
    const known = (reader: NewReader) => standing.get(addressKey(reader.email)) === 'active';
    const fresh = onePerPerson(readers.filter((reader) => !left(reader) && !known(reader)));
    const added = options.dryRun ? fresh.length : await insertReaders(trx, fresh, options);
    const leftAlone = readers.filter(left).length;
    return { added, known: readers.length - added - leftAlone, leftAlone };
  });
}

/**
 * The first of each address, in the order of the addresses: two imports that share readers then take their rows in the
 * same order and wait for each other instead of holding what the other wants.
 */
function onePerPerson(readers: readonly NewReader[]): NewReader[] {
  const people = new Map<string, NewReader>();
  for (const reader of readers) {
    const key = addressKey(reader.email);
    if (!people.has(key)) people.set(key, reader);
  }
  return [...people].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, reader]) => reader);
}

type Standing = 'active' | 'pending' | 'left';

/** Who once left counts as gone until they confirm anew: typing their address into the form is nobody's consent. */
async function standingAmong(
  db: Database,
  readers: readonly NewReader[],
  newsletterId: string,
): Promise<Map<string, Standing>> {
  const rows = await db
    .selectFrom('subscriptions')
    .innerJoin('subscribers', 'subscribers.id', 'subscriptions.subscriber_id')
    .select(['email_key', 'state', 'unsubscribed_at'])
    .where('newsletter_id', '=', newsletterId)
    .where(
      'email_key',
      'in',
      readers.map((reader) => addressKey(reader.email)),
    )
    .execute();
  return new Map(
    rows.map(({ email_key, state, unsubscribed_at }) => {
      const left = state === 'unsubscribed' || (state === 'pending' && unsubscribed_at !== null);
      return [email_key, left ? 'left' : state];
    }),
  );
}

/** Returns how many it was that became active: another import may have been quicker, and a person have left meanwhile. */
async function insertReaders(
  db: Database,
  readers: readonly NewReader[],
  options: AddOptions,
): Promise<number> {
  if (readers.length === 0) return 0;
  const keys = readers.map((reader) => addressKey(reader.email));
  await db
    .insertInto('subscribers')
    .values(
      readers.map(({ email, name, pausedUntil = null }) => ({
        email,
        email_key: addressKey(email),
        name,
        created_at: options.now,
        paused_until: pausedUntil,
      })),
    )
    .onConflict((conflict) => conflict.column('email_key').doNothing())
    .execute();
  const people = await db
    .selectFrom('subscribers')
    .select(['id', 'email_key'])
    .where('email_key', 'in', keys)
    .orderBy('email_key')
    .execute();
  const choices = new Map(readers.map((reader) => [addressKey(reader.email), reader]));
  const rows = await db
    .insertInto('subscriptions')
    .values(people.map((person) => activeSubscription(person.id, choices.get(person.email_key), options)))
    .onConflict((conflict) =>
      conflict
        .columns(['subscriber_id', 'newsletter_id'])
        .doUpdateSet({ state: 'active', confirmed_at: options.now })
        .where('subscriptions.state', '=', 'pending')
        .where('subscriptions.unsubscribed_at', 'is', null),
    )
    .returning('id')
    .execute();
  await recordImport(
    db,
    rows.map((row) => row.id),
    options,
  );
  return rows.length;
}

async function recordImport(
  db: Database,
  subscriptionIds: readonly number[],
  { now, origin }: AddOptions,
): Promise<void> {
  if (subscriptionIds.length === 0) return;
  const evidence = { act: 'imported' as const, at: now, origin, wording: WORDING };
  await db
    .insertInto('consents')
    .values(subscriptionIds.map((id) => ({ subscription_id: id, ...evidence })))
    .execute();
}

function activeSubscription(subscriberId: number, choice: NewReader | undefined, options: AddOptions) {
  return {
    subscriber_id: subscriberId,
    newsletter_id: options.newsletterId,
    state: 'active' as const,
    sections: choice?.sections ? JSON.stringify(choice.sections) : null,
    frequency: choice?.frequency ?? ('every' as const),
    created_at: options.now,
    confirmed_at: options.now,
  };
}

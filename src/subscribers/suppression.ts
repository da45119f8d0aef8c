import { type Selectable, sql } from 'kysely';
import { listOf, rowsOf } from '../storage/json-rows.ts';
import type { Database, SuppressionTable } from '../storage/schema/schema.ts';
import { emailHash } from './subscriber.ts';

/** Reason that an address gets no mail. */
export type SuppressionReason = Selectable<SuppressionTable>['reason'];

/**
 * Keeps addresses from being written to, in the caller's transaction. What is written already
 * stays: the first reason counts.
 * @param people each with when it came to be known, UTC milliseconds.
 */
export async function suppress(
  db: Database,
  people: readonly { readonly email: string; readonly why: SuppressionReason; readonly at: number }[],
): Promise<void> {
  if (people.length === 0) return;
  const given = rowsOf(
    db,
    people.map(({ email, why, at }) => [emailHash(email), why, at]),
  );
  // In one order, so that two transactions that suppress the same addresses do not wait for each other in a circle.
  await sql`
    insert into suppressions (email_hash, reason, at)
    select given.value ->> 0, given.value ->> 1, cast(given.value ->> 2 as bigint)
    from ${given} where true order by 1
    on conflict (email_hash) do nothing`.execute(db);
}

/** Writes to an address again whose owner just proved that it works; a complaint stays. */
export async function letInAgain(db: Database, email: string): Promise<void> {
  await db
    .deleteFrom('suppressions')
    .where('email_hash', '=', emailHash(email))
    .where('reason', 'in', ['erased', 'undeliverable'])
    .execute();
}

/**
 * Tells of each address whether it must not be written to. One question to the database for all of
 * them.
 */
export async function suppressedAmong(
  db: Database,
  emails: readonly string[],
): Promise<(email: string) => boolean> {
  const reasons = await suppressionsAmong(db, emails);
  return (email) => reasons(email) !== undefined;
}

/** Tells of each address why it must not be written to; undefined when it may be. */
export async function suppressionsAmong(
  db: Database,
  emails: readonly string[],
): Promise<(email: string) => SuppressionReason | undefined> {
  // Mostly nobody is suppressed at all, and then no address has to be hashed.
  const somebody = await db.selectFrom('suppressions').select('email_hash').limit(1).executeTakeFirst();
  if (somebody === undefined || emails.length === 0) return () => undefined;
  const rows = await db
    .selectFrom('suppressions')
    .select(['email_hash', 'reason'])
    .where('email_hash', 'in', listOf(db, emails.map(emailHash)))
    .execute();
  const reasons = new Map(rows.map((row) => [row.email_hash, row.reason]));
  return (email) => (reasons.size === 0 ? undefined : reasons.get(emailHash(email)));
}

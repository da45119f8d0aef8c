import { listOf } from '../storage/json-rows.ts';
import type { Database } from '../storage/schema.ts';
import { emailHash } from './subscriber.ts';

/** Tells of each address whether it must not be written to. One question to the database for all of them. */
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
): Promise<(email: string) => 'erased' | 'undeliverable' | 'complained' | undefined> {
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

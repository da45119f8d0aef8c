import type { Database } from '../storage/schema.ts';
import { emailHash } from './subscriber.ts';

/** Tells of each address whether it must not be written to. One question to the database for all of them. */
export async function suppressedAmong(
  db: Database,
  emails: readonly string[],
): Promise<(email: string) => boolean> {
  if (emails.length === 0) return () => false;
  const rows = await db
    .selectFrom('suppressions')
    .select('email_hash')
    .where('email_hash', 'in', emails.map(emailHash))
    .execute();
  const hashes = new Set(rows.map((row) => row.email_hash));
  // Nearly always empty: then no address has to be hashed again.
  return (email) => hashes.size > 0 && hashes.has(emailHash(email));
}

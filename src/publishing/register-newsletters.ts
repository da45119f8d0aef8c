import type { NewsletterConfig } from '../config/newsletters.ts';
import type { Database } from '../storage/schema/schema.ts';

/** Remembers when each newsletter was first known: slots before that were never due. */
export async function registerNewsletters(
  db: Database,
  newsletters: readonly NewsletterConfig[],
  now: number,
): Promise<void> {
  await db
    .insertInto('newsletters')
    .values(newsletters.map(({ id }) => ({ id, known_since: now })))
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

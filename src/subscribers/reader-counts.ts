import type { Database } from '../storage/schema/schema.ts';

/** Counts the readers of a newsletter: those who have confirmed, and not left. */
export async function countReaders(db: Database, newsletterId: string): Promise<number> {
  const { n } = await db
    .selectFrom('subscriptions')
    .select(db.fn.countAll<number>().as('n'))
    .where('newsletter_id', '=', newsletterId)
    .where('state', '=', 'active')
    .executeTakeFirstOrThrow();
  return Number(n);
}

/** Counts the people that any newsletter knows. */
export async function countSubscribers(db: Database): Promise<number> {
  const { n } = await db
    .selectFrom('subscribers')
    .select(db.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow();
  return Number(n);
}

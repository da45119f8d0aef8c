import type { Database } from '../../storage/schema/schema.ts';

/**
 * Returns words that stay the same as long as a draft and what was decided about it do; undefined
 * where there is no such edition. Reads small columns alone, for every open board asks.
 */
export async function stampOf(db: Database, id: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('editions')
    .leftJoin('newsletters', 'newsletters.id', 'editions.newsletter_id')
    .select(['revision', 'state', 'approved_revision', 'held_at', 'send_at', 'paused_at'])
    .where('editions.id', '=', id)
    .executeTakeFirst();
  if (!row) return undefined;
  const { revision, state, approved_revision, held_at, send_at, paused_at } = row;
  const decided = [approved_revision, held_at, send_at, paused_at].map((one) => one ?? '').join('.');
  return `${revision}.${state}.${decided}`;
}

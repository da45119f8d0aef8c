import { sql } from 'kysely';
import type { Tables } from './migration-tools.ts';

/**
 * Keeps which article an editor chose for its story to be told with. Makes it cheap to ask whether
 * anything was taken out of an edition since a page of the archive was made, and adds the moment
 * whose day an edition bears. Without one that is its slot: so it was until now, and mails that
 * have gone out say so.
 */
export async function datedEditions(db: Tables): Promise<void> {
  await db.schema.alterTable('editions').addColumn('dated_at', 'bigint').execute();
  await db.schema.alterTable('articles').addColumn('leads_since', 'bigint').execute();
  await sql`create index editions_by_day on editions (newsletter_id, coalesce(dated_at, slot))`.execute(db);
  await sql`create index edition_stories_pulled on edition_stories (pulled_at) where pulled_at is not null`.execute(
    db,
  );
}

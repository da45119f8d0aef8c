import { sql } from 'kysely';
import type { Tables } from './migration-tools.ts';

/**
 * Adds the moment whose day an edition bears. Without one that is its slot: so it was until now, and mails that have gone
 * out say so.
 */
export async function datedEditions(db: Tables): Promise<void> {
  await db.schema.alterTable('editions').addColumn('dated_at', 'bigint').execute();
  await sql`create index editions_by_day on editions (newsletter_id, coalesce(dated_at, slot))`.execute(db);
}

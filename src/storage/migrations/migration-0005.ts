import { sql } from 'kysely';
import { isSqlite, type Tables } from './migration-tools.ts';

/**
 * Random ids by which the world outside knows people, subscriptions and deliveries, in place of row
 * numbers; and what this database knows of itself: up to which row numbers links of earlier
 * releases may be believed, and where it is kept.
 */
export async function publicIds(db: Tables): Promise<void> {
  for (const table of ['subscribers', 'subscriptions', 'deliveries']) await addPublicId(db, table);
  // Deliveries are found by their row's number, so that freezing a million of them fills no index with random values.
  for (const table of ['subscribers', 'subscriptions'])
    await db.schema.createIndex(`${table}_by_public_id`).unique().on(table).column('public_id').execute();
  await db.schema
    .createTable('installation')
    .addColumn('lineage', 'text', (c) => c.primaryKey())
    .addColumn('former_lineages', 'text', (c) => c.notNull())
    .addColumn('old_subscriptions', 'bigint', (c) => c.notNull())
    .addColumn('old_deliveries', 'bigint', (c) => c.notNull())
    .addColumn('counted', 'bigint', (c) => c.notNull().defaultTo(0))
    .addColumn('place', 'text')
    .addColumn('noted_at', 'bigint')
    .addColumn('restored_at', 'bigint')
    .addColumn('known_until', 'bigint')
    .execute();
  await sql`insert into installation (lineage, former_lineages, old_subscriptions, old_deliveries)
    select ${random(db)}, '[]', coalesce((select max(id) from subscriptions), 0), coalesce((select max(id) from deliveries), 0)`.execute(
    db,
  );
}

/**
 * Nobody is known by it yet, so rows that are there get theirs now, made by the database itself.
 */
async function addPublicId(db: Tables, table: string): Promise<void> {
  await db.schema.alterTable(table).addColumn('public_id', 'text').execute();
  await sql`update ${sql.table(table)} set public_id = ${random(db)}`.execute(db);
}

/**
 * 64 random bits as 16 hexadecimal digits. In a UUID of version 4 those at its two ends are all
 * random.
 */
function random(db: Tables) {
  return isSqlite(db)
    ? sql<string>`lower(hex(randomblob(8)))`
    : sql<string>`left(replace(gen_random_uuid()::text, '-', ''), 12) || right(gen_random_uuid()::text, 4)`;
}

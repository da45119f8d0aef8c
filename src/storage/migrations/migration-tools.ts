import { type CreateTableBuilder, type Kysely, SqliteAdapter } from 'kysely';

/** A database whose tables are just being made: their shape is not known yet. */
export type Tables = Kysely<unknown>;

export function isSqlite(db: Tables): boolean {
  return db.getExecutor().adapter instanceof SqliteAdapter;
}

/** An id that counts up, in each database's own way. */
export function withId(db: Tables, table: CreateTableBuilder<string>): CreateTableBuilder<string, 'id'> {
  return isSqlite(db)
    ? table.addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    : table.addColumn('id', 'bigint', (c) => c.primaryKey().generatedAlwaysAsIdentity());
}

/** Named after its table and columns: `articles_by_published_at`. */
export async function index(db: Tables, table: string, columns: string[]): Promise<void> {
  await db.schema
    .createIndex(`${table}_by_${columns.join('_')}`)
    .on(table)
    .columns(columns)
    .execute();
}

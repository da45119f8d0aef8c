import { existsSync } from 'node:fs';
import { sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { AppError } from '../base/errors.ts';
import { migrate, openDatabase, sqliteFile } from './database.ts';
import { migrations } from './migrations/migrations.ts';
import type { Database } from './schema/schema.ts';

/**
 * State in which a database was found. Only a `ready` one was opened; for the others an empty one
 * in memory stands in.
 */
export type Found =
  | { readonly state: 'ready' }
  /** There is no file yet, or a server's database without tables: the first start makes them. */
  | { readonly state: 'absent' }
  /** Steps that the next start or `broadsheet migrate` will take. */
  | { readonly state: 'behind'; readonly steps: readonly string[] }
  /** A newer release wrote it. */
  | { readonly state: 'ahead'; readonly steps: readonly string[] }
  | { readonly state: 'unavailable'; readonly error: AppError };

/** Opens a database to look at it: makes no file, no table and no row. */
export async function examineDatabase(url: string): Promise<{ db: Database; found: Found }> {
  const file = sqliteFile(url);
  if (file !== undefined && !existsSync(file)) return standIn({ state: 'absent' });
  try {
    const db = await openDatabase(url, { readOnly: true });
    const found = await foundIn(db);
    if (found.state === 'ready') return { db, found };
    await db.destroy();
    return standIn(found);
  } catch (error) {
    if (error instanceof AppError) return standIn({ state: 'unavailable', error });
    throw error;
  }
}

async function standIn(found: Found): Promise<{ db: Database; found: Found }> {
  const db = await openDatabase('sqlite::memory:');
  await migrate(db);
  return { db, found };
}

async function foundIn(db: Database): Promise<Found> {
  const known = await new Migrator({
    db,
    provider: { getMigrations: async () => migrations },
  }).getMigrations();
  const behind = known.filter((step) => step.executedAt === undefined).map(({ name }) => name);
  if (behind.length === known.length) return { state: 'absent' };
  const taken = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  const ahead = taken.rows.map(({ name }) => name).filter((name) => !(name in migrations));
  if (ahead.length > 0) return { state: 'ahead', steps: ahead };
  return behind.length > 0 ? { state: 'behind', steps: behind } : { state: 'ready' };
}

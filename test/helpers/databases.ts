import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Migrator } from 'kysely/migration';
import { describe, inject } from 'vitest';
import { openDatabase } from '../../src/storage/database.ts';
import { migrations } from '../../src/storage/migrations/migrations.ts';
import type { Database } from '../../src/storage/schema/schema.ts';
import { borrow, makeEmpty } from './postgres-pool.ts';

export interface TestDatabase extends AsyncDisposable {
  readonly db: Database;
  /** For a second process or connection. */
  readonly url: string;
}

/** @param upTo the last migration to run, for a database as an older release left it; without it, all of them. */
type Open = (upTo?: string) => Promise<TestDatabase>;

/** Registers the same tests for both databases: `eachDatabase((open) => { test('…', async () => { await using store = await open(); … }) })`. */
export function eachDatabase(define: (open: Open) => void): void {
  describe('on SQLite', () => define(openSqlite));
  describe('on PostgreSQL', () => define(openPostgres));
}

/** An empty, migrated SQLite database in a file of its own. */
export async function openSqlite(upTo?: string): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'broadsheet-test-'));
  const file = join(folder, 'test.db');
  if (upTo === undefined) copyFileSync(inject('sqliteTemplate'), file);
  const remove = async () => rmSync(folder, { recursive: true, force: true });
  return opened(`sqlite:${file}`, remove, upTo);
}

/** An empty, migrated database on the run's PostgreSQL. */
export async function openPostgres(upTo?: string): Promise<TestDatabase> {
  const server = inject('postgresUrl');
  const { url, giveBack } = await (upTo === undefined ? borrow(server) : makeEmpty(server));
  return opened(url, giveBack, upTo);
}

async function opened(
  url: string,
  remove: () => Promise<void>,
  upTo: string | undefined,
): Promise<TestDatabase> {
  const db = await openDatabase(url);
  if (upTo !== undefined)
    await new Migrator({ db, provider: { getMigrations: async () => migrations } }).migrateTo(upTo);
  return {
    db,
    url,
    [Symbol.asyncDispose]: async () => {
      await db.destroy();
      await remove();
    },
  };
}

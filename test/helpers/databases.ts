import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Migrator } from 'kysely/migration';
import pg from 'pg';
import { describe, inject } from 'vitest';
import { migrate, openDatabase } from '../../src/storage/database.ts';
import { migrations } from '../../src/storage/migrations.ts';
import type { Database } from '../../src/storage/schema.ts';

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
  const remove = async () => rmSync(folder, { recursive: true, force: true });
  return opened(`sqlite:${join(folder, 'test.db')}`, remove, upTo);
}

/** An empty, migrated database on the run's PostgreSQL. */
export async function openPostgres(upTo?: string): Promise<TestDatabase> {
  const server = inject('postgresUrl');
  const name = `t_${randomBytes(8).toString('hex')}`;
  await run(server, `create database ${name}`);
  const remove = () => run(server, `drop database ${name} with (force)`);
  return opened(server.replace(/\/postgres$/, `/${name}`), remove, upTo);
}

async function opened(
  url: string,
  remove: () => Promise<void>,
  upTo: string | undefined,
): Promise<TestDatabase> {
  const db = await openDatabase(url);
  if (upTo === undefined) await migrate(db);
  else await new Migrator({ db, provider: { getMigrations: async () => migrations } }).migrateTo(upTo);
  return {
    db,
    url,
    [Symbol.asyncDispose]: async () => {
      await db.destroy();
      await remove();
    },
  };
}

async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}

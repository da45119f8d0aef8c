import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { describe, inject } from 'vitest';
import { migrate, openDatabase } from '../../src/storage/database.ts';
import type { Database } from '../../src/storage/schema.ts';

export interface TestDatabase extends AsyncDisposable {
  readonly db: Database;
  /** For a second process or connection. */
  readonly url: string;
}

/** Registers the same tests for both databases: `eachDatabase((open) => { test('…', async () => { await using store = await open(); … }) })`. */
export function eachDatabase(define: (open: () => Promise<TestDatabase>) => void): void {
  describe('on SQLite', () => define(openSqlite));
  describe('on PostgreSQL', () => define(openPostgres));
}

/** An empty, migrated SQLite database in a file of its own. */
export async function openSqlite(): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'broadsheet-test-'));
  return opened(`sqlite:${join(folder, 'test.db')}`, async () =>
    rmSync(folder, { recursive: true, force: true }),
  );
}

/** An empty, migrated database on the run's PostgreSQL. */
export async function openPostgres(): Promise<TestDatabase> {
  const server = inject('postgresUrl');
  const name = `t_${randomBytes(8).toString('hex')}`;
  await run(server, `create database ${name}`);
  return opened(server.replace(/\/postgres$/, `/${name}`), () =>
    run(server, `drop database ${name} with (force)`),
  );
}

async function opened(url: string, remove: () => Promise<void>): Promise<TestDatabase> {
  const db = await openDatabase(url);
  await migrate(db);
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

import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Kysely, PostgresAdapter, PostgresDialect, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { AppError, messageOf } from '../base/errors.ts';
import { migrations } from './migrations/migrations.ts';
import { openNodeSqlite } from './node-sqlite.ts';
import { PatientSqliteDialect } from './patient-sqlite.ts';
import type { Database, Schema } from './schema/schema.ts';
import { storageProblem } from './storage-problem.ts';

export type DatabaseKind = 'sqlite' | 'postgres';

/**
 * A process that is stopped between two statements would keep its locks, and everybody else, until
 * it is woken.
 */
const ABANDONED_AFTER_MS = 20_000;
const POSTGRES_INT8 = 20;

/**
 * Opens `sqlite:path/to/file.db` (made when it is not there) or `postgres://…`; with `readOnly`
 * nothing can be made or written.
 * @throws AppError STORAGE_UNAVAILABLE with a hint that tells a wrong address from an absent
 * server.
 */
export async function openDatabase(
  url: string,
  { readOnly = false }: { readonly readOnly?: boolean } = {},
): Promise<Database> {
  const database = kindOf(url) === 'postgres' ? await openPostgres(url, readOnly) : openSqlite(url, readOnly);
  try {
    await sql`select 1`.execute(database);
    return database;
  } catch (cause) {
    await database.destroy().catch(() => undefined);
    throw unavailable(url, cause);
  }
}

/** Brings the tables up to date; does nothing when they are. Two processes may call it at once. */
export async function migrate(database: Database): Promise<string[]> {
  const named: Record<string, Migration> = migrations;
  const migrator = new Migrator({ db: database, provider: { getMigrations: async () => named } });
  const { error, results } = await migrator.migrateToLatest();
  if (error) {
    throw (
      storageProblem(error) ??
      new AppError(
        'STORAGE_UNAVAILABLE',
        `The database could not be brought up to date: ${messageOf(error)}`,
        {
          hint: 'Nothing was half done: a step that fails is taken back. If a newer release wrote this database, use that release.',
          cause: error,
        },
      )
    );
  }
  return (results ?? []).filter((step) => step.status === 'Success').map((step) => step.migrationName);
}

/** For the few places where the two databases need different words. */
export function isPostgres(database: Database): boolean {
  return database.getExecutor().adapter instanceof PostgresAdapter;
}

/**
 * Readies a process for writing very many rows. Addresses come in no order, so each falls on
 * another page of their index: SQLite's 2 MB of cache would be read anew for every batch, and every
 * batch be copied from the log into the database.
 */
export async function readyForManyRows(database: Database): Promise<void> {
  if (isPostgres(database)) return;
  await sql`pragma cache_size = -16384`.execute(database);
  await sql`pragma wal_autocheckpoint = 16384`.execute(database);
}

export function kindOf(url: string): DatabaseKind {
  return /^postgres(ql)?:/.test(url) ? 'postgres' : 'sqlite';
}

/** Returns the path of a SQLite database, `:memory:` included; undefined for a server's address. */
export function sqliteFile(url: string): string | undefined {
  if (kindOf(url) === 'postgres') return undefined;
  return url.startsWith('file:') ? fileURLToPath(url) : url.replace(/^sqlite:/, '');
}

function openSqlite(url: string, readOnly: boolean): Database {
  const file = sqliteFile(url) ?? '';
  // Handed over as a function, so that a file that cannot be opened fails inside the query that says why.
  const database = async () => {
    if (file !== ':memory:' && !readOnly) mkdirSync(dirname(file), { recursive: true });
    return openNodeSqlite(file, { readOnly });
  };
  return new Kysely<Schema>({ dialect: new PatientSqliteDialect({ database }) });
}

async function openPostgres(url: string, readOnly: boolean): Promise<Database> {
  const { default: pg } = await import('pg');
  const types = new pg.TypeOverrides();
  // Milliseconds and ids fit a double exactly until the year 287396; as strings they would read unlike SQLite's.
  types.setTypeParser(POSTGRES_INT8, Number);
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    types,
    idle_in_transaction_session_timeout: ABANDONED_AFTER_MS,
    ...(readOnly ? { options: '-c default_transaction_read_only=on' } : {}),
  });
  // A connection that dies, idle or at work, is replaced by the pool; whoever was using it is told by the query itself. Without
  // these two listeners the same news would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
}

function unavailable(url: string, cause: unknown): AppError {
  const postgres = kindOf(url) === 'postgres';
  const name = postgres ? `PostgreSQL at ${URL.canParse(url) ? new URL(url).host : 'DATABASE_URL'}` : url;
  return new AppError('STORAGE_UNAVAILABLE', `The database cannot be opened (${name}): ${messageOf(cause)}`, {
    hint: postgres
      ? 'Is the server running, and are user, password and database in DATABASE_URL right?'
      : 'Is the folder writable, and is there room on the disk?',
    cause,
  });
}

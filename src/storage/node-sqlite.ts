import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { SqliteDatabase, SqliteStatement } from 'kysely';

/** Enough for another process's short writes. */
const BUSY_MS = 50;

/**
 * Node's own SQLite in the shape Kysely's dialect asks for, so that no native package has to be
 * built. Durable at every commit: `synchronous = full` in WAL mode syncs the log before a commit
 * returns, which is what the ledger's promise after a power cut rests on.
 */
export function openNodeSqlite(file: string, { readOnly }: { readonly readOnly: boolean }): SqliteDatabase {
  const database = new DatabaseSync(file);
  // The busy timeout comes first: switching to WAL is itself a write that another process may be in the way of.
  database.exec('pragma busy_timeout = 15000');
  // Not opened as read-only: such a connection leaves files of the log behind, owned by whoever looked.
  database.exec(readOnly ? 'pragma query_only = on' : 'pragma journal_mode = wal');
  database.exec('pragma synchronous = full');
  database.exec('pragma foreign_keys = on');
  // From here on others wait with us: SQLite stops the whole thread while it waits, so the rest is up to `patient-sqlite.ts`.
  database.exec(`pragma busy_timeout = ${BUSY_MS}`);
  const statements = new Map<string, SqliteStatement>();
  return {
    close: () => database.close(),
    prepare: (sql) => {
      const known = statements.get(sql);
      if (known) return known;
      if (statements.size > 500) statements.clear();
      const statement = sql === 'rollback' ? rollback(database) : adapt(database.prepare(lockEarly(sql)));
      statements.set(sql, statement);
      return statement;
    },
  };
}

/**
 * A deferred transaction that reads and then writes fails at once with SQLITE_BUSY when another
 * process wrote in between, whatever the busy timeout says. Taking the write lock at the start
 * makes it wait its turn instead.
 */
function lockEarly(sql: string): string {
  return sql === 'begin' ? 'begin immediate' : sql;
}

/**
 * Ends a transaction if there still is one. After a full disk or an I/O error SQLite has rolled
 * back by itself, and a second rollback would fail and hide the reason of the first.
 */
function rollback(database: DatabaseSync): SqliteStatement {
  const statement = adapt(database.prepare('rollback'));
  const nothingDone = { changes: 0, lastInsertRowid: 0 };
  return {
    ...statement,
    run: (parameters) => (database.isTransaction ? statement.run(parameters) : nothingDone),
  };
}

function adapt(statement: StatementSync): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...(parameters as SQLInputValue[])),
    run: (parameters) => statement.run(...(parameters as SQLInputValue[])),
    iterate: (parameters) =>
      statement.iterate(...(parameters as SQLInputValue[])) as IterableIterator<unknown>,
  };
}

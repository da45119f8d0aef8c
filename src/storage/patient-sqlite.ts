import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteDialect,
  type SqliteDialectConfig,
} from 'kysely';
import { SECOND_MS, systemClock } from '../base/clock.ts';

/** Milliseconds after which a write that another process is in the way of fails. */
const PATIENCE_MS = 15 * SECOND_MS;
/** Between two tries, while everything else goes on. */
const WAIT_MS = { least: 50, most: 150 };
const SQLITE_BUSY = 5;
/** A transaction that read what another process has changed since: waiting does not help. */
const SQLITE_BUSY_SNAPSHOT = 517;

/**
 * SQLite for a process that has other things to do: SQLite itself waits for a lock by stopping the
 * thread, pages and all. So it waits for a moment only (`node-sqlite.ts`), and the rest of the
 * waiting is done here, with the connection given up meanwhile: who only reads goes ahead. A
 * transaction takes the write lock with its first statement, which is what is tried again: nothing
 * of it was done before.
 */
export class PatientSqliteDialect extends SqliteDialect {
  readonly #patienceMs: number;

  /** @param patienceMs how long a write may wait for another process altogether. */
  constructor(config: SqliteDialectConfig, patienceMs: number = PATIENCE_MS) {
    super(config);
    this.#patienceMs = patienceMs;
  }

  override createAdapter(): SqliteAdapter {
    return new PatientAdapter();
  }

  override createDriver(): Driver {
    return new PatientDriver(super.createDriver(), this.#patienceMs);
  }
}

class PatientAdapter extends SqliteAdapter {
  /** The driver hands the one connection from caller to caller itself. */
  override get supportsMultipleConnections(): boolean {
    return true;
  }

  /**
   * Runs migrations in a transaction. Kysely does not by default on SQLite, although SQLite can; a
   * full disk or a kill in the middle then left tables behind that no later start could get past.
   */
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** One connection, and whose turn it is with it. */
class PatientDriver implements Driver {
  readonly #inner: Driver;
  readonly #patienceMs: number;
  #connection: PatientConnection | undefined;

  constructor(inner: Driver, patienceMs: number) {
    this.#inner = inner;
    this.#patienceMs = patienceMs;
  }

  async init(): Promise<void> {
    await this.#inner.init();
    this.#connection = new PatientConnection(await this.#inner.acquireConnection(), this.#patienceMs);
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    if (!this.#connection) throw new Error('the database is not open');
    await this.#connection.take();
    return this.#connection;
  }

  async releaseConnection(): Promise<void> {
    this.#connection?.give();
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin'));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'));
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('rollback'));
  }

  async destroy(): Promise<void> {
    await this.#inner.destroy();
  }
}

class PatientConnection implements DatabaseConnection {
  readonly #inner: DatabaseConnection;
  readonly #patienceMs: number;
  /** Resolves when whoever has the connection gives it on. */
  #turn: Promise<void> = Promise.resolve();
  #give: () => void = () => undefined;
  #isInTransaction = false;
  /**
   * One write looks whether the lock is free; the others wait for what it finds, or each would stop
   * the thread in turn.
   */
  #looking: Promise<void> | undefined;

  constructor(inner: DatabaseConnection, patienceMs: number) {
    this.#inner = inner;
    this.#patienceMs = patienceMs;
  }

  /** Waits for one's turn. */
  async take(): Promise<void> {
    const before = this.#turn;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#turn = promise;
    await before;
    this.#give = resolve;
  }

  give(): void {
    this.#give();
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const left = { ms: this.#patienceMs };
    if (!this.#isInTransaction && isWrite(query)) await this.#letLook(left);
    try {
      return await this.#execute<Row>(query);
    } catch (error) {
      if (!isBusy(error)) throw error;
      return this.#tryAgain<Row>(query, left, error);
    }
  }

  streamQuery<Row>(query: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<Row>> {
    return this.#inner.streamQuery<Row>(query, chunkSize);
  }

  async #execute<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const result = await this.#inner.executeQuery<Row>(query);
    if (query.sql === 'begin') this.#isInTransaction = true;
    if (query.sql === 'commit' || query.sql === 'rollback') this.#isInTransaction = false;
    return result;
  }

  async #tryAgain<Row>(
    query: CompiledQuery,
    left: { ms: number },
    first: unknown,
  ): Promise<QueryResult<Row>> {
    if (!this.#isInTransaction) await this.#letLook(left);
    const { promise, resolve } = Promise.withResolvers<void>();
    if (!this.#isInTransaction) this.#looking = promise;
    try {
      for (let error = first; ; ) {
        if (left.ms <= 0) throw error;
        await this.#waitForMoment(left);
        try {
          return await this.#execute<Row>(query);
        } catch (again) {
          if (!isBusy(again)) throw again;
          error = again;
        }
      }
    } finally {
      if (this.#looking === promise) this.#looking = undefined;
      resolve();
    }
  }

  /** Waits until nobody looks any more, or for what is left of one's own patience. */
  async #letLook(left: { ms: number }): Promise<void> {
    while (this.#looking && left.ms > 0) {
      const since = systemClock.now();
      const over = new AbortController();
      const found = this.#looking.then(() => over.abort());
      await this.#whileGivenUp(Promise.race([found, systemClock.sleep(left.ms, over.signal)]));
      left.ms -= Math.max(systemClock.now() - since, 1);
    }
  }

  async #waitForMoment(left: { ms: number }): Promise<void> {
    const ms = WAIT_MS.least + Math.random() * (WAIT_MS.most - WAIT_MS.least);
    left.ms -= ms;
    // A transaction keeps what is its own: nobody else may come into the middle of it.
    if (this.#isInTransaction) await systemClock.sleep(ms);
    else await this.#whileGivenUp(systemClock.sleep(ms));
  }

  async #whileGivenUp(waiting: Promise<void>): Promise<void> {
    this.give();
    await waiting;
    await this.take();
  }
}

function isWrite({ sql }: CompiledQuery): boolean {
  return !/^\s*(select|with|pragma|commit|rollback)\b/i.test(sql);
}

function isBusy(error: unknown): boolean {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) : 0;
  return (code & 0xff) === SQLITE_BUSY && code !== SQLITE_BUSY_SNAPSHOT;
}

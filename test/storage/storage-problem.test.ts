import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../src/base/errors.ts';
import { migrate, openDatabase } from '../../src/storage/database.ts';
import { storageProblem } from '../../src/storage/storage-problem.ts';
import { openSqlite } from '../helpers/databases.ts';

/** SQLite then answers as it does on a full disk: SQLITE_FULL, and the transaction is already rolled back. */
const fill = sql`pragma max_page_count = 12`;

describe('a full disk', () => {
  test('at the first start is said with what to do, and leaves no table half made', async () => {
    const db = await openDatabase('sqlite::memory:');
    await fill.execute(db);
    const failed = await migrate(db).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(AppError);
    expect(failed).toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
      message: 'The disk that holds the database is full (database or disk is full)',
      hint: expect.stringContaining('Make room'),
    });
    await sql`pragma max_page_count = 100000`.execute(db);
    expect(await migrate(db)).not.toEqual([]);
    await db.destroy();
  });

  test('in a transaction is the error the caller gets, and the connection goes on', async () => {
    await using store = await openSqlite();
    await sql`pragma max_page_count = 1`.execute(store.db); // as many as there are
    const failed = await store.db
      .transaction()
      .execute(async (trx) => {
        for (let n = 0; n < 10_000; n += 1)
          await trx
            .insertInto('newsletters')
            .values({ id: `n${n}`.padEnd(900, 'x'), known_since: n })
            .execute();
      })
      .catch((error: unknown) => error);
    expect(storageProblem(failed)?.message).toContain('full');
    expect(await store.db.selectFrom('newsletters').select('id').execute()).toEqual([]);
  });
});

test.each([
  [{ errcode: 5 }, 'locked'],
  [{ errcode: 261 }, 'locked'], // SQLITE_BUSY_RECOVERY: the low byte is the primary code
  [{ errcode: 8 }, 'read-only'],
  [{ errcode: 11 }, 'damaged'],
  [{ errcode: 14 }, 'cannot be opened'],
  [{ code: '53100' }, 'full'],
  [{ code: '53300' }, 'no more connections'],
  [{ code: 'ENOSPC' }, 'full'],
  [{ code: 'EROFS' }, 'read-only'],
])('%j is a problem of the storage: %s', (details, says) => {
  const problem = storageProblem(Object.assign(new Error('as the system has it'), details));
  expect(problem?.message).toContain(says);
  expect(problem?.message).toContain('as the system has it');
  expect(problem?.hint).toBeTruthy();
});

test.each([[new Error('plain')], [Object.assign(new Error('x'), { code: 'ENOENT' })], ['text'], [undefined]])(
  '%s is none',
  (thrown) => {
    expect(storageProblem(thrown)).toBeUndefined();
  },
);

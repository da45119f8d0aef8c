import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { newPublicId } from '../../src/base/public-id.ts';
import { migrate, openDatabase } from '../../src/storage/database.ts';
import type { Database } from '../../src/storage/schema/schema.ts';
import { eachDatabase, openPostgres } from '../helpers/databases.ts';

eachDatabase((open) => {
  test('migrating a database that is up to date changes nothing', async () => {
    await using store = await open();
    expect(await migrate(store.db)).toEqual([]);
  });

  test('two processes that write at once wait for each other', { timeout: 30_000 }, async () => {
    await using store = await open();
    await Promise.all([writeFromAnotherProcess(store.url, 'a'), writeFromAnotherProcess(store.url, 'b')]);
    const rows = await store.db.selectFrom('newsletters').select('id').execute();
    expect(rows).toHaveLength(200);
  });

  test('ids and times come back as numbers, to the millisecond', async () => {
    await using store = await open();
    const values = {
      public_id: newPublicId(),
      email: 'a@example.org',
      email_key: 'a@example.org',
      name: '',
      created_at: 1_795_353_599_999,
    };
    await store.db.insertInto('subscribers').values(values).execute();
    const row = await store.db.selectFrom('subscribers').selectAll().executeTakeFirstOrThrow();
    expect(row).toMatchObject({ id: 1, created_at: 1_795_353_599_999, paused_until: null });
  });
});

test('on PostgreSQL, who falls asleep in the middle of a transaction does not keep the others waiting for ever', {
  timeout: 60_000,
}, async () => {
  await using store = await openPostgres();
  await store.db.insertInto('newsletters').values({ id: 'daily', known_since: 0 }).execute();
  const sleeper = await openDatabase(store.url);
  const touch = (db: Database) => db.updateTable('editions').set({ reason: '' }).execute();
  const lock = (db: Database) => sql`select id from newsletters for update`.execute(db);
  await sleeper
    .transaction()
    .execute(async (trx) => {
      await lock(trx);
      await lock(store.db); // waits until the sleeper is given up
      await expect(touch(trx)).rejects.toThrow();
    })
    .catch(() => undefined);
  await sleeper.destroy();
});

test('a database that cannot be opened names itself and what to look at', async () => {
  await expect(openDatabase(`sqlite:${import.meta.filename}/broadsheet.db`)).rejects.toMatchObject({
    code: 'STORAGE_UNAVAILABLE',
  });
  await expect(openDatabase('postgres://nobody@127.0.0.1:9/none')).rejects.toMatchObject({
    code: 'STORAGE_UNAVAILABLE',
    hint: expect.stringContaining('Is the server running'),
  });
});

/** A process of its own: two connections inside one would wait for each other on the same thread for ever. */
async function writeFromAnotherProcess(url: string, name: string): Promise<void> {
  const database = new URL('../../src/storage/database.ts', import.meta.url).href;
  const script = `
    const { openDatabase, migrate } = await import(${JSON.stringify(database)});
    const db = await openDatabase(${JSON.stringify(url)});
    await migrate(db);
    for (let n = 0; n < 100; n += 1)
      await db.transaction().execute(async (trx) => {
        await trx.selectFrom('newsletters').select('id').execute();
        await trx.insertInto('newsletters').values({ id: '${name}' + n, known_since: n }).execute();
      });
    await db.destroy();`;
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { timeout: 20_000 });
}

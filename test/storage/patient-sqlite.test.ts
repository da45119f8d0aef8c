import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Kysely } from 'kysely';
import { expect, test } from 'vitest';
import { openNodeSqlite } from '../../src/storage/node-sqlite.ts';
import { PatientSqliteDialect } from '../../src/storage/patient-sqlite.ts';
import type { Database, Schema } from '../../src/storage/schema/schema.ts';
import { openSqlite } from '../helpers/databases.ts';
import { openSite } from '../site/open-site.ts';

/** Another process that has the write lock of a database, until it is told to let go. */
interface Locker extends AsyncDisposable {
  letGo(): Promise<void>;
}

async function lock(file: string): Promise<Locker> {
  const script = `
    const { DatabaseSync } = require('node:sqlite');
    const db = new DatabaseSync(process.argv[1]);
    db.exec('pragma busy_timeout = 10000; begin immediate');
    db.prepare('insert into newsletters (id, known_since) values (?, 0)').run('theirs');
    console.log('locked');
    process.stdin.once('data', () => { db.exec('commit'); db.close(); process.exit(0); });`;
  const child: ChildProcess = spawn(process.execPath, ['-e', script, file], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  if (child.stdout) await once(child.stdout, 'data');
  const letGo = async () => {
    if (child.exitCode === null) child.stdin?.write('go\n');
    await ended;
  };
  return { letGo, [Symbol.asyncDispose]: letGo };
}

const fileOf = (url: string) => url.replace(/^sqlite:/, '');
const add = (db: Database, id: string) =>
  db.insertInto('newsletters').values({ id, known_since: 0 }).execute();
const ids = async (db: Database) =>
  (await db.selectFrom('newsletters').select('id').execute()).map(({ id }) => id);

test('while another process has the lock, who reads goes ahead of who waits to write', async () => {
  await using store = await openSqlite();
  await using locker = await lock(fileOf(store.url));
  const order: string[] = [];
  const single = add(store.db, 'single').then(() => order.push('single'));
  const whole = store.db
    .transaction()
    .execute(async (trx) => {
      order.push('begun');
      await add(trx, 'first');
      expect(await ids(trx)).toContain('first');
      await add(trx, 'second');
    })
    .then(() => order.push('whole'));
  for (let times = 0; times < 12; times += 1) {
    expect(await ids(store.db)).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(order).toEqual([]);
  await locker.letGo();
  await Promise.all([single, whole]);
  expect((await ids(store.db)).toSorted()).toEqual(['first', 'second', 'single', 'theirs']);
  expect(order.filter((one) => one === 'begun')).toHaveLength(1);
});

test('a transaction that fails for another reason is rolled back and not tried again', async () => {
  await using store = await openSqlite();
  let times = 0;
  const failing = store.db.transaction().execute(async (trx) => {
    times += 1;
    await add(trx, 'half');
    throw new Error('something else');
  });
  await expect(failing).rejects.toThrow('something else');
  expect(times).toBe(1);
  expect(await ids(store.db)).toEqual([]);
});

test('after so long a write fails and says that the database is locked, and the next one is tried anew', async () => {
  await using store = await openSqlite();
  await using locker = await lock(fileOf(store.url));
  const dialect = new PatientSqliteDialect(
    { database: async () => openNodeSqlite(fileOf(store.url), { readOnly: false }) },
    400,
  );
  const db = new Kysely<Schema>({ dialect });
  const failed = await Promise.allSettled([
    add(db, 'a'),
    add(db, 'b'),
    db.transaction().execute((trx) => add(trx, 'c')),
  ]);
  for (const one of failed) expect(one).toMatchObject({ status: 'rejected', reason: { errcode: 5 } });
  await locker.letGo();
  await add(db, 'd');
  expect((await ids(db)).toSorted()).toEqual(['d', 'theirs']);
  await db.destroy();
});

test('what many write at once, in and out of transactions, is all there and never mixed', async () => {
  await using store = await openSqlite();
  await using locker = await lock(fileOf(store.url));
  const pairs = Array.from({ length: 30 }, (_, n) =>
    store.db.transaction().execute(async (trx) => {
      await add(trx, `pair-${n}-a`);
      const seen = (await ids(trx)).filter((id) => id.endsWith('-a')).length;
      await add(trx, `pair-${n}-b`);
      expect((await ids(trx)).filter((id) => id.endsWith('-b'))).toHaveLength(seen);
    }),
  );
  const singles = Array.from({ length: 30 }, (_, n) => add(store.db, `single-${n}`));
  setTimeout(() => void locker.letGo(), 300);
  await Promise.all([...pairs, ...singles]);
  expect(await ids(store.db)).toHaveLength(91);
});

test('a page answers while another process has the lock', async () => {
  const database = await openSqlite();
  await using site = await openSite({ database });
  await using locker = await lock(fileOf(database.url));
  let isWritten = false;
  const written = add(site.db, 'mine').then(() => {
    isWritten = true;
  });
  for (let times = 0; times < 5; times += 1) {
    const { statusCode } = await site.app.inject('/');
    expect(statusCode).toBe(200);
  }
  expect(isWritten).toBe(false);
  await locker.letGo();
  await written;
});

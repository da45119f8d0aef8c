import { sql } from 'kysely';
import { afterEach, expect, test } from 'vitest';
import { editionStatus } from '../../src/delivery/progress.ts';
import { isPostgres, openDatabase } from '../../src/storage/database.ts';
import type { Database } from '../../src/storage/schema/schema.ts';
import { FastClock } from '../delivery/engine/fast-clock.ts';
import { pause, runEngine, settled } from '../delivery/engine/run-engine.ts';
import { attempts, emails, frozen, NOW } from '../delivery/fixture.ts';
import { eachDatabase, openPostgres, openSqlite } from '../helpers/databases.ts';
import { ScriptedServer } from '../helpers/smtp-server.ts';
import { begin, endAll, LedgerLock, startProcess } from './workers.ts';

afterEach(endAll);

const READERS = 40;
const LINES = 3;
/** What could not be marked is tried again in five minutes of the engine's time, which is a second here. */
const FACTOR = 300;
const SLOW = { body: { reply: '250 2.0.0 queued', afterMs: 20 } } as const;

async function makeUnwritable(db: Database): Promise<void> {
  if (isPostgres(db)) await sql`alter table deliveries rename to deliveries_away`.execute(db);
  else await sql`pragma query_only = on`.execute(db);
}

async function makeWritable(db: Database): Promise<void> {
  if (isPostgres(db)) await sql`alter table deliveries_away rename to deliveries`.execute(db);
  else await sql`pragma query_only = off`.execute(db);
}

async function expectEverybodyOnce(db: Database, server: ScriptedServer, id: string): Promise<void> {
  expect(await settled(db, id)).toMatchObject({
    deliveries: { accepted: READERS },
    possibleSecondCopies: 0,
    balanced: true,
  });
  expect(server.received.map(({ to }) => to).toSorted()).toEqual(emails(READERS));
}

eachDatabase((open) => {
  test('F13: while nothing can be written nothing is sent, and everything goes out when it can be', async () => {
    await using store = await open();
    await using server = await ScriptedServer.start();
    const { id } = await frozen(store.db, READERS);
    await makeUnwritable(store.db);
    using clock = new FastClock(NOW, 20);
    await using _ = runEngine(store.db, server, { connections: LINES, clock });
    await clock.sleep(5_000); // from one look to the next it is a second
    expect(server.lines.filter((line) => line.startsWith('MAIL'))).toEqual([]);
    await makeWritable(store.db);
    await expectEverybodyOnce(store.db, server, id);
  });

  test('F13: a ledger that becomes read-only in the middle stops the sending, and nobody gets a second copy', async () => {
    await using store = await open();
    await using server = await ScriptedServer.start(SLOW);
    using clock = new FastClock(NOW, FACTOR);
    const { id } = await frozen(store.db, READERS);
    await using _ = runEngine(store.db, server, { connections: LINES, clock });
    await expect.poll(() => server.received.length, { interval: 1 }).toBeGreaterThan(LINES);
    await makeUnwritable(store.db);
    const sent = server.received.length;
    await clock.sleep(80_000);
    // Those whose mark was written before: their messages were on the way.
    expect(server.received.length - sent).toBeLessThanOrEqual(LINES);
    await makeWritable(store.db);
    await expectEverybodyOnce(store.db, server, id);
  });
});

test('F13: a full disk stops the sending, and room on it lets it go on by itself', async () => {
  await using store = await openSqlite();
  await using server = await ScriptedServer.start(SLOW);
  using clock = new FastClock(NOW, FACTOR);
  const { id } = await frozen(store.db, READERS);
  const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(store.db);
  await sql`pragma max_page_count = ${sql.lit(rows[0]?.page_count ?? 0)}`.execute(store.db);
  // What is left of the last pages is filled, so that the next attempt that is written finds no room.
  await expect(fillUp(store.db)).rejects.toThrow('full');
  await using _ = runEngine(store.db, server, { connections: LINES, clock });
  await clock.sleep(100_000);
  expect(server.received.length).toBeLessThanOrEqual(LINES);
  expect((await attempts(store.db)).filter(({ number }) => number !== FILLER)).toEqual([]);
  await sql`pragma max_page_count = 1073741823`.execute(store.db);
  await store.db.deleteFrom('attempts').where('number', '=', FILLER).execute();
  await expectEverybodyOnce(store.db, server, id);
});

const FILLER = 99;

/** Row by row, large ones first: a batch that does not fit is taken back whole, and leaves room for what is smaller. */
async function fillUp(db: Database): Promise<void> {
  const insert = (length: number) =>
    sql`insert into attempts (delivery_id, number, outcome, phase, reply, at)
      select min(id), ${FILLER}, 'deferred', 'rcpt', ${'x'.repeat(length)}, 0 from deliveries`.execute(db);
  let full: unknown;
  for (const length of [400, 40, 0])
    for (full = undefined; full === undefined; )
      await insert(length).catch((error: unknown) => {
        full = error;
      });
  throw full;
}

/** A second connection that gives up a locked ledger soon. */
async function openImpatient(url: string): Promise<Database> {
  const db = await openDatabase(url.startsWith('postgres') ? `${url}?options=-c%20lock_timeout%3D40` : url);
  if (!isPostgres(db)) await sql`pragma busy_timeout = 40`.execute(db);
  return db;
}

eachDatabase((open) => {
  test('F12: a database that is busy after the 250 has the outcome written later, and the mail is not sent again', async () => {
    await using store = await open();
    const db = await openImpatient(store.url);
    await using __ = { [Symbol.asyncDispose]: () => db.destroy() };
    await using lock = new LedgerLock(store.db);
    await using server = await ScriptedServer.start({
      body: () => ({ reply: '250 2.0.0 queued', after: lock.take() }),
    });
    using clock = new FastClock(NOW, FACTOR);
    const { id } = await frozen(store.db, READERS);
    await using _ = runEngine(db, server, { connections: LINES, clock });
    await expect.poll(() => server.received.length).toBeGreaterThan(0);
    await lock.take();
    await clock.sleep(70_000);
    expect(server.received.length).toBeLessThanOrEqual(LINES);
    await lock.giveUp();
    await expectEverybodyOnce(store.db, server, id);
  });
});

test('F12: a PostgreSQL that throws everybody out again and again loses nobody, and second copies are listed', async () => {
  await using store = await openPostgres();
  await using server = await ScriptedServer.start(SLOW);
  const { id } = await frozen(store.db, READERS);
  // Were the process to end over it, the next one goes on.
  const startSender = async () => {
    const sender = await startProcess(
      '../delivery/engine/crash-worker.ts',
      store.url,
      server.url,
      String(LINES),
    );
    begin(sender);
    return sender;
  };
  let child = await startSender();
  for (let n = 0; n < 10; n += 1) {
    await pause(40);
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`.execute(store.db);
    if (child.exitCode !== null) child = await startSender();
  }
  await endAll();
  await startSender();
  await expect
    .poll(async () => (await editionStatus(store.db, id)).deliveries)
    .toMatchObject({ waiting: 0, claimed: 0, transmitting: 0 });
  const { deliveries, ...status } = await editionStatus(store.db, id);
  expect(status.balanced).toBe(true);
  expect(deliveries.accepted + deliveries.deferred + deliveries.uncertain).toBe(READERS);
  const reached = new Set(server.received.map(({ to }) => to));
  expect(reached.size).toBeGreaterThanOrEqual(deliveries.accepted);
  expect(server.received.length - reached.size).toBeLessThanOrEqual(status.possibleSecondCopies);
});

import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { MINUTE_MS } from '../../../src/base/clock.ts';
import { claim } from '../../../src/delivery/engine/claim.ts';
import { mark } from '../../../src/delivery/engine/settle.ts';
import { editionStatus } from '../../../src/delivery/progress.ts';
import { eachDatabase, openPostgres, openSqlite } from '../../helpers/databases.ts';
import { ScriptedServer } from '../../helpers/smtp-server.ts';
import { attempts, deliveries, emails, frozen, NOW, worker } from '../fixture.ts';
import { FastClock } from './fast-clock.ts';
import { pause, runEngine, settled } from './run-engine.ts';

eachDatabase((open) => {
  test('while the relay refuses connections nothing is lost or counted, and when it is back all goes out', async () => {
    await using store = await open();
    await using server = await ScriptedServer.start();
    await server.shut();
    using clock = new FastClock(NOW, 20);
    const edition = await frozen(store.db, 40);
    await using running = runEngine(store.db, server, { clock });
    await expect.poll(() => running.engine.relayTrouble).toContain('ECONNREFUSED');
    // Between two tries nothing stays claimed: another machine, with another relay, could take it.
    await expect.poll(async () => (await editionStatus(store.db, edition.id)).deliveries.waiting).toBe(40);
    await server.open();
    const status = await settled(store.db, edition.id);
    expect(status).toMatchObject({ deliveries: { accepted: 40 }, possibleSecondCopies: 0 });
    expect(await attempts(store.db)).toHaveLength(40);
    expect(running.engine.relayTrouble).toBeUndefined();
  });

  test('a relay that restarts in the middle costs a wait, never a reader or a second copy without a trace', async () => {
    await using store = await open();
    await using server = await ScriptedServer.start({ body: { reply: '250 2.0.0 queued', afterMs: 5 } });
    using clock = new FastClock(NOW, 300);
    const edition = await frozen(store.db, 100);
    await using _ = runEngine(store.db, server, { clock });
    await expect.poll(() => server.received.length, { interval: 2 }).toBeGreaterThan(20);
    await server.shut();
    await server.open();
    const status = await settled(store.db, edition.id);
    expect(status).toMatchObject({ deliveries: { accepted: 100 }, balanced: true });
    for (const email of emails(100)) expect(server.copiesOf(email).length).toBeGreaterThanOrEqual(1);
    expect(server.received.length - 100).toBeLessThanOrEqual(status.possibleSecondCopies);
    expect(status.possibleSecondCopies).toBeLessThanOrEqual(5);
  });

  test('a login that is refused holds everything back and touches no delivery', async () => {
    await using store = await open();
    await using server = await ScriptedServer.start({
      greeting: { reply: '554 5.7.1 your address is blocked', thenClose: true },
    });
    const edition = await frozen(store.db, 10);
    const { engine } = runEngine(store.db, server, { connections: 2 });
    await expect.poll(() => engine.relayTrouble).toContain('5.7.1');
    await engine.stop();
    expect((await editionStatus(store.db, edition.id)).deliveries).toMatchObject({ waiting: 10 });
    expect(await attempts(store.db)).toEqual([]);
  });

  test('what a dead process left is taken over at the start: sent where that is safe, sent again where it is not', async () => {
    await using store = await open();
    await using server = await ScriptedServer.start();
    const edition = await frozen(store.db, 6);
    const dead = worker('dead', 1);
    const [first] = await claim(store.db, dead, 2, NOW);
    await mark(store.db, dead, [first?.id ?? 0], NOW);
    await using _ = runEngine(store.db, server);
    const status = await settled(store.db, edition.id);
    expect(status).toMatchObject({ deliveries: { accepted: 6 }, possibleSecondCopies: 1, balanced: true });
    expect((await attempts(store.db, first?.id)).map(({ outcome }) => outcome)).toEqual([
      'uncertain',
      'accepted',
    ]);
    expect(server.received).toHaveLength(6);
  });

  test('while outcomes cannot be written nothing is sent twice, and they are written when that is mended', async () => {
    await using store = await open();
    await using server = await ScriptedServer.start({ body: { reply: '250 2.0.0 queued', afterMs: 30 } });
    using clock = new FastClock(NOW, 300);
    const edition = await frozen(store.db, 12);
    await using _ = runEngine(store.db, server, { clock, connections: 3 });
    await expect.poll(() => server.received.length, { interval: 1 }).toBeGreaterThanOrEqual(3);
    await sql`alter table attempts rename to attempts_away`.execute(store.db);
    const sent = server.received.length;
    await clock.sleep(2 * MINUTE_MS); // long past the engine's first tries
    expect(server.received.length - sent).toBeLessThanOrEqual(3);
    await sql`alter table attempts_away rename to attempts`.execute(store.db);
    const status = await settled(store.db, edition.id);
    expect(status).toMatchObject({ deliveries: { accepted: 12 }, possibleSecondCopies: 0 });
    expect(server.received).toHaveLength(12);
  });
});

test('an answer that takes longer than a lease is waited for: a worker that lives keeps what it holds', async () => {
  await using store = await openPostgres();
  await using server = await ScriptedServer.start({ body: { reply: '250 2.0.0 queued', afterMs: 1_500 } });
  using clock = new FastClock(NOW, 100); // 150 seconds of the engine's time
  const edition = await frozen(store.db, 1);
  await using _ = runEngine(store.db, server, { clock, worker: worker('one') });
  await using __ = runEngine(store.db, server, { clock, worker: worker('two') });
  expect(await settled(store.db, edition.id)).toMatchObject({ deliveries: { accepted: 1 } });
  expect((await attempts(store.db)).map(({ outcome }) => outcome)).toEqual(['accepted']);
  expect(server.received).toHaveLength(1);
});

test('a worker that lost its claims while it slept sends nothing for them', async () => {
  await using store = await openSqlite();
  let asleep = true;
  await using server = await ScriptedServer.start({
    data: () => ({ reply: '354 go ahead', afterMs: asleep ? 400 : 0 }),
  });
  const edition = await frozen(store.db, 1);
  await using _ = runEngine(store.db, server, { connections: 1, worker: worker('sleeper') });
  await expect.poll(() => server.lines).toContain('DATA');
  asleep = false;
  await store.db.updateTable('deliveries').set({ claimed_by: 'another.example/1/x' }).execute();
  await expect.poll(() => server.lines).toContain('<closed>');
  expect(server.received).toEqual([]);
  expect(await deliveries(store.db)).toMatchObject([{ state: 'claimed', claimed_by: 'another.example/1/x' }]);
  expect(await attempts(store.db)).toEqual([]);
  expect(await editionStatus(store.db, edition.id)).toMatchObject({ balanced: true });
});

test('a delivery that was taken over and claimed again is sent once, and the earlier attempt says nothing of it', async () => {
  await using store = await openSqlite();
  const gates = Array.from({ length: 2 }, () => Promise.withResolvers<void>());
  const [first, second] = gates as [(typeof gates)[0], (typeof gates)[0]];
  await using server = await ScriptedServer.start({
    data: ({ connection }) =>
      connection === 1 ? { reply: '354 go ahead', after: first.promise } : { reply: '354 go ahead' },
    body: { reply: '250 2.0.0 queued', after: second.promise },
  });
  await frozen(store.db, 1);
  await using running = runEngine(store.db, server, { connections: 2 });
  const asked = () => server.lines.filter((line) => line === 'DATA').length;
  await expect.poll(asked).toBe(1);
  await store.db.updateTable('deliveries').set({ state: 'waiting', claimed_by: null }).execute();
  running.engine.wake();
  await expect.poll(() => server.received.length).toBe(1);
  first.resolve();
  await expect.poll(() => server.lines).toContain('<closed>');
  await pause(50); // it would have written its verdict by now
  second.resolve();
  await expect
    .poll(() => deliveries(store.db))
    .toMatchObject([{ state: 'accepted', attempt_count: 1, claimed_by: null }]);
  expect((await attempts(store.db)).map(({ outcome }) => outcome)).toEqual(['accepted']);
  expect(server.received).toHaveLength(1);
});

test('an engine that is started twice keeps to its number of lines', async () => {
  await using store = await openSqlite();
  await using server = await ScriptedServer.start({ body: { reply: '250 2.0.0 queued', afterMs: 5 } });
  const edition = await frozen(store.db, 30);
  await using running = runEngine(store.db, server, { connections: 2 });
  running.engine.start();
  await settled(store.db, edition.id);
  expect(server.connections).toBe(2);
});

import { expect, test } from 'vitest';
import { enqueue } from '../../../src/delivery/ledger.ts';
import { editionStatus } from '../../../src/delivery/progress.ts';
import { eachDatabase, openPostgres } from '../../helpers/databases.ts';
import { ScriptedServer } from '../../helpers/smtp-server.ts';
import {
  attempts,
  composeSmall,
  emails,
  frozen,
  messageId,
  NOW,
  subscriptionId,
  worker,
} from '../fixture.ts';
import { FastClock } from './fast-clock.ts';
import { pause, runEngine, settled } from './run-engine.ts';

const MINUTE = 60_000;

eachDatabase((open) => {
  test('300 deliveries over 5 lines reach everyone once, and the edition is finished', async () => {
    await using store = await open();
    await using server = await ScriptedServer.start({ extensions: ['PIPELINING'] });
    const edition = await frozen(store.db, 300);
    await using running = runEngine(store.db, server);
    const status = await settled(store.db, edition.id);
    expect(status).toMatchObject({ deliveries: { accepted: 300 }, possibleSecondCopies: 0, balanced: true });
    expect(server.received.map(({ to }) => to).sort()).toEqual([...emails(300)].sort());
    expect(server.connections).toBe(5);
    await running.engine.stop();
  });

  test('an edition is closed by the housekeeping once its last delivery is settled', async () => {
    await using store = await open();
    await using server = await ScriptedServer.start();
    using clock = new FastClock(NOW, 100);
    const edition = await frozen(store.db, 3);
    await using _ = runEngine(store.db, server, { clock });
    await expect.poll(async () => (await editionStatus(store.db, edition.id)).state).toBe('finished');
  });

  test('each recipient has the outcome the relay gave them, and nobody else’s', async () => {
    await using store = await open();
    await using server = await ScriptedServer.start({
      rcpt: ({ to }) => {
        if (/-\d*3@/.test(to)) return { reply: '550 5.1.1 no such user' };
        return /-\d*7@/.test(to) ? { reply: '452 4.2.2 over quota' } : 'accept';
      },
    });
    const edition = await frozen(store.db, 60);
    await using _ = runEngine(store.db, server);
    await expect
      .poll(async () => (await editionStatus(store.db, edition.id)).deliveries)
      .toMatchObject({
        accepted: 48,
        rejected: 6,
        deferred: 6,
        waiting: 0,
      });
    const rows = await store.db.selectFrom('deliveries').select(['email', 'state', 'detail']).execute();
    for (const { email, state, detail } of rows) {
      if (/-\d*3@/.test(email)) expect([state, detail]).toEqual(['rejected', '550 5.1.1 no such user']);
      else if (/-\d*7@/.test(email)) expect([state, detail]).toEqual(['deferred', '452 4.2.2 over quota']);
      else expect(state).toBe('accepted');
    }
  });

  test('a greylisted reader gets the mail some minutes later, the same bytes from the same sender', async () => {
    await using store = await open();
    using clock = new FastClock(NOW, 600);
    const asked: { at: number; from: string }[] = [];
    await using server = await ScriptedServer.start({
      rcpt: ({ from }) => {
        asked.push({ at: clock.now(), from });
        return asked.length === 1 ? { reply: '450 4.2.0 greylisted' } : 'accept';
      },
    });
    const edition = await frozen(store.db, 1);
    await using _ = runEngine(store.db, server, { clock });
    expect(await settled(store.db, edition.id)).toMatchObject({
      deliveries: { accepted: 1 },
      possibleSecondCopies: 0,
    });
    expect((asked[1]?.at ?? 0) - (asked[0]?.at ?? 0)).toBeGreaterThanOrEqual(4 * MINUTE);
    expect(asked[1]?.from).toBe(asked[0]?.from);
    expect((await attempts(store.db)).map(({ outcome }) => outcome)).toEqual(['deferred', 'accepted']);
  });

  test('an answer that is lost after the dot is sent once more, with the same Message-ID, and listed', async () => {
    await using store = await open();
    let lost = 0;
    await using server = await ScriptedServer.start({
      body: ({ to }) => (to === emails(2)[1] && lost++ === 0 ? 'reset' : 'accept'),
    });
    const edition = await frozen(store.db, 4);
    await using _ = runEngine(store.db, server, { connections: 2 });
    expect(await settled(store.db, edition.id)).toMatchObject({
      deliveries: { accepted: 4 },
      possibleSecondCopies: 1,
    });
    const copies = server.copiesOf(emails(2)[1] ?? '').map(({ message }) => messageId(message));
    expect(copies).toEqual(['<2@paper.example>', '<2@paper.example>']);
    expect(server.received).toHaveLength(5);
  });

  test('a mail that cannot be composed waits by itself; the edition goes on', async () => {
    await using store = await open();
    await using server = await ScriptedServer.start();
    const edition = await frozen(store.db, 20);
    await using _ = runEngine(store.db, server, {
      compose: async (claim) => {
        if (claim.email === emails(20)[5]) throw new Error('line one\n\0line two');
        return composeSmall(claim);
      },
    });
    await expect
      .poll(async () => (await editionStatus(store.db, edition.id)).deliveries)
      .toMatchObject({ accepted: 19, deferred: 1 });
    expect(await attempts(store.db, 6)).toMatchObject([
      { phase: 'connect', reply: 'could not be composed: line one line two' },
    ]);
    expect(server.copiesOf(emails(20)[5] ?? '')).toEqual([]);
  });

  test('stop lets what is under way come to its outcome and gives back the rest', async () => {
    await using store = await open();
    await using server = await ScriptedServer.start({ body: { reply: '250 2.0.0 queued', afterMs: 150 } });
    const edition = await frozen(store.db, 60);
    const { engine } = runEngine(store.db, server);
    await expect.poll(() => server.received.length, { interval: 5 }).toBeGreaterThanOrEqual(5);
    await engine.stop();
    const { deliveries } = await editionStatus(store.db, edition.id);
    expect(deliveries.accepted).toBe(server.received.length);
    expect(deliveries).toMatchObject({ claimed: 0, transmitting: 0, waiting: 60 - deliveries.accepted });
    expect(deliveries.accepted).toBeLessThan(20);
    const after = server.received.length;
    await pause(200);
    expect(server.received).toHaveLength(after);
  });
});

test('woken, the engine looks at once and not at its next poll', async () => {
  await using store = await openPostgres();
  await using server = await ScriptedServer.start();
  // The clock stands still, so nothing but the wake can end the rest between two polls.
  using clock = new FastClock(NOW, 0);
  await frozen(store.db, 0);
  await using running = runEngine(store.db, server, { clock });
  await pause(300);
  await frozen(store.db, 1, NOW + 1);
  await enqueue(store.db, await subscriptionId(store.db, emails(1)[0] ?? ''), 'welcome', NOW);
  await pause(200);
  expect(server.received).toEqual([]);
  running.engine.wake();
  await expect.poll(() => server.received.length).toBe(2);
});

test('two engines on one PostgreSQL share an edition, and nobody is served twice', async () => {
  await using store = await openPostgres();
  await using server = await ScriptedServer.start({ body: { reply: '250 2.0.0 queued', afterMs: 3 } });
  const edition = await frozen(store.db, 400);
  await using _ = runEngine(store.db, server, { worker: worker('one') });
  await using __ = runEngine(store.db, server, { worker: worker('two') });
  expect(await settled(store.db, edition.id)).toMatchObject({
    deliveries: { accepted: 400 },
    possibleSecondCopies: 0,
  });
  expect(server.received.map(({ to }) => to).sort()).toEqual([...emails(400)].sort());
  const busy = new Map<number, number>();
  for (const { connection } of server.received) busy.set(connection, (busy.get(connection) ?? 0) + 1);
  expect(busy.size).toBe(10);
});

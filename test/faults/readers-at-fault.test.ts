import { expect, test } from 'vitest';
import { enqueue } from '../../src/delivery/ledger.ts';
import { editionStatus } from '../../src/delivery/progress.ts';
import { unsubscribe } from '../../src/subscribers/subscriber-store.ts';
import { runEngine, settled } from '../delivery/engine/run-engine.ts';
import { deliveries, emails, frozen, NOW, subscriptionId, subscriptionIds } from '../delivery/fixture.ts';
import { eachDatabase } from '../helpers/databases.ts';
import { ScriptedServer } from '../helpers/smtp-server.ts';

const LINES = 3;

eachDatabase((open) => {
  test('F17: who unsubscribes during a run gets nothing that was not claimed by then', async () => {
    await using store = await open();
    await using server = await ScriptedServer.start({ body: { reply: '250 2.0.0 queued', afterMs: 30 } });
    const { id } = await frozen(store.db, 120);
    const ids = await subscriptionIds(store.db);
    await using _ = runEngine(store.db, server, { connections: LINES });
    await expect.poll(() => server.received.length, { interval: 2 }).toBeGreaterThan(10);
    const leaving = emails(120).slice(-20);
    for (const email of leaving)
      await unsubscribe(store.db, ids.get(email) ?? 0, { origin: 'one click', wording: '', now: NOW });
    // That nobody had come to them by then is what makes this a test of the rule.
    expect(server.received.length).toBeLessThan(70);
    expect(await settled(store.db, id)).toMatchObject({
      deliveries: { accepted: 100, cancelled: 20 },
      balanced: true,
    });
    expect(server.received.map(({ to }) => to).toSorted()).toEqual(emails(100));
    const cancelled = (await deliveries(store.db)).filter(({ state }) => state === 'cancelled');
    expect(cancelled.map(({ email, detail }) => [email, detail])).toEqual(
      leaving.map((email) => [email, 'unsubscribed']),
    );
  });

  test('F20: a relay ten times slower makes no queue in memory, and a confirmation overtakes the edition', async () => {
    await using store = await open();
    await using server = await ScriptedServer.start({ body: { reply: '250 2.0.0 queued', afterMs: 100 } });
    const { id } = await frozen(store.db, 3_000);
    await using _ = runEngine(store.db, server, { connections: LINES });
    let mostHeld = 0;
    for (let looks = 0; looks < 15; looks += 1) {
      const held = (await editionStatus(store.db, id)).deliveries;
      mostHeld = Math.max(mostHeld, held.claimed + held.transmitting);
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    expect(mostHeld).toBeGreaterThan(0);
    expect(mostHeld).toBeLessThanOrEqual(LINES * 5);
    const [anybody = ''] = emails(3_000).slice(-1);
    const before = server.received.length;
    await enqueue(store.db, await subscriptionId(store.db, anybody), 'welcome', NOW);
    await expect.poll(() => server.copiesOf(anybody).length, { interval: 5 }).toBe(1);
    const waitedFor = server.received.findIndex(({ to }) => to === anybody) - before;
    expect(waitedFor).toBeLessThanOrEqual(LINES * 6);
  });
});

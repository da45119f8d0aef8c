import { expect, test } from 'vitest';
import { relayLines } from '../../../src/cli/output.ts';
import { noteRelayDown, noteRelayUp, relayTrouble } from '../../../src/delivery/engine/relay-trouble.ts';
import { RelayWatch } from '../../../src/delivery/engine/relay-watch.ts';
import type { Connect } from '../../../src/transport/smtp.ts';
import { eachDatabase } from '../../helpers/databases.ts';
import { ManualClock } from '../../helpers/manual-clock.ts';
import { ScriptedServer } from '../../helpers/smtp-server.ts';
import { frozen, NOW, SILENT } from '../fixture.ts';
import { runEngine, settled } from './run-engine.ts';

eachDatabase((open) => {
  test('that the relay cannot be used is known to every process, since when and why, until it is back', async () => {
    await using store = await open();
    await using server = await ScriptedServer.start({
      greeting: { reply: '421 4.3.2 too busy', thenClose: true },
    });
    const { id } = await frozen(store.db, 3);
    await using _ = runEngine(store.db, server, { connections: 2 });
    await expect.poll(async () => (await relayTrouble(store.db))?.lastError).toContain('421 4.3.2 too busy');
    server.script = {};
    expect(await settled(store.db, id)).toMatchObject({ deliveries: { accepted: 3 } });
    await expect.poll(() => relayTrouble(store.db)).toBeUndefined();
  });

  test('it began with the first failure, and says what the last one said', async () => {
    await using store = await open();
    await noteRelayUp(store.db);
    expect(await relayTrouble(store.db)).toBeUndefined();
    await noteRelayDown(store.db, 'refused', NOW);
    await noteRelayDown(store.db, 'timed out', NOW + 60_000);
    const trouble = { since: NOW, lastError: 'timed out', lastTriedAt: NOW + 60_000 };
    expect(await relayTrouble(store.db)).toEqual(trouble);
    expect(relayLines(trouble, NOW + 180_000)).toEqual([
      expect.stringMatching(/^The relay cannot be used since \S+ \S+ UTC \(3 min\): timed out$/),
      expect.stringContaining('Last tried 2 min ago'),
    ]);
    await noteRelayUp(store.db);
    await noteRelayDown(store.db, 'again', NOW + 120_000);
    expect(await relayTrouble(store.db)).toMatchObject({ since: NOW + 120_000 });
  });

  test('it is written down once in a while, not for every line and try', async () => {
    await using store = await open();
    const clock = new ManualClock('2026-11-22T08:00:00Z');
    const connect: Connect = async () => ({ ok: false, reason: 'refused' });
    const watch = new RelayWatch({ db: store.db, clock, log: SILENT, connect });
    const seen: (number | undefined)[] = [];
    for (let second = 0; second < 12; second += 1) {
      await watch.open();
      seen.push((await relayTrouble(store.db))?.lastTriedAt);
      clock.advance(1_000);
    }
    expect(new Set(seen).size).toBe(3);
  });
});

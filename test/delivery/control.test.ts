import { describe, expect, test } from 'vitest';
import { type Clock, SECOND_MS } from '../../src/base/clock.ts';
import { NOBODY } from '../../src/base/public-id.ts';
import type { EmailAddress } from '../../src/base/text/address.ts';
import { cancelEdition, pauseEdition, resumeEdition } from '../../src/delivery/control.ts';
import { Breaker, FAULTS_FOR_EVERYBODY } from '../../src/delivery/engine/breaker.ts';
import type { Claim } from '../../src/delivery/engine/claim.ts';
import { ClaimQueue } from '../../src/delivery/engine/claim-queue.ts';
import { Pace } from '../../src/delivery/engine/pace.ts';
import { ReceivingGroups } from '../../src/delivery/engine/receiving-group.ts';
import { editionStatus } from '../../src/delivery/progress.ts';
import type { Database } from '../../src/storage/schema/schema.ts';
import { verdictOfReply } from '../../src/transport/reply.ts';
import { eachDatabase } from '../helpers/databases.ts';
import { ScriptedServer } from '../helpers/smtp-server.ts';
import { FastClock } from './engine/fast-clock.ts';
import { runEngine, settled } from './engine/run-engine.ts';
import { frozen, NOW } from './fixture.ts';

const LINES = 5;

eachDatabase((open) => {
  test('a paused edition stops within a second, and goes on where it stopped', async () => {
    await using store = await open();
    await using server = await ScriptedServer.start({ body: { reply: '250 2.0.0 queued', afterMs: 20 } });
    const { id } = await frozen(store.db, 400);
    using clock = new FastClock(NOW, 1);
    await using running = runEngine(store.db, server, { clock });
    await expect.poll(() => server.received.length).toBeGreaterThan(20);
    expect(await pauseEdition(store.db, id, { code: 'paused', by: 'Anna' })).toBe(true);
    expect(await untilNothingIsHeld(store.db, id, clock)).toBeLessThanOrEqual(SECOND_MS);
    const held = server.received.length;
    running.engine.wake(); // to look for more at once
    await clock.sleep(SECOND_MS / 2);
    expect(server.received.length).toBe(held);
    const paused = await editionStatus(store.db, id);
    expect(paused).toMatchObject({ state: 'paused', reason: { code: 'paused', by: 'Anna' }, balanced: true });
    expect(paused.deliveries).toMatchObject({
      accepted: held,
      waiting: 400 - held,
      claimed: 0,
      transmitting: 0,
    });
    server.script = {};
    expect(await resumeEdition(store.db, id)).toBe(true);
    running.engine.wake();
    expect(await settled(store.db, id)).toMatchObject({
      deliveries: { accepted: 400 },
      possibleSecondCopies: 0,
    });
  });

  test('a cancelled edition stops within a second, and what had gone stays accounted for', async () => {
    await using store = await open();
    await using server = await ScriptedServer.start({ body: { reply: '250 2.0.0 queued', afterMs: 20 } });
    const { id } = await frozen(store.db, 400);
    using clock = new FastClock(NOW, 1);
    await using _ = runEngine(store.db, server, { clock });
    await expect.poll(() => server.received.length).toBeGreaterThan(20);
    expect(await cancelEdition(store.db, id, { code: 'cancelled', by: 'Anna' }, NOW)).toBeGreaterThan(0);
    expect(await untilNothingIsHeld(store.db, id, clock)).toBeLessThanOrEqual(SECOND_MS);
    await expect.poll(async () => (await editionStatus(store.db, id)).deliveries.waiting).toBe(0);
    const { state, deliveries, balanced } = await editionStatus(store.db, id);
    expect(state).toBe('cancelled');
    expect(deliveries).toMatchObject({
      waiting: 0,
      claimed: 0,
      transmitting: 0,
      accepted: server.received.length,
    });
    expect(deliveries.accepted + deliveries.cancelled).toBe(400);
    expect(balanced).toBe(true);
  });

  test('only what is under way can be paused, only what is paused resumed, and nothing cancelled twice', async () => {
    await using store = await open();
    const { id } = await frozen(store.db, 3);
    expect(await resumeEdition(store.db, id)).toBe(false);
    expect(await pauseEdition(store.db, id, { code: 'paused', by: 'Anna' })).toBe(true);
    expect(await pauseEdition(store.db, id, { code: 'paused', by: 'Bea' })).toBe(false);
    expect(await cancelEdition(store.db, id, { code: 'cancelled', by: 'Cleo' }, NOW)).toBe(3);
    expect(await cancelEdition(store.db, id, { code: 'cancelled', by: 'Cleo' }, NOW)).toBeUndefined();
    expect(await resumeEdition(store.db, id)).toBe(false);
  });

  test('a relay that refuses our sender pauses the edition and costs no reader anything', async () => {
    await using store = await open();
    await using server = await ScriptedServer.start({ mail: { reply: '550 5.7.1 sender refused' } });
    const { id } = await frozen(store.db, 50);
    await using running = runEngine(store.db, server, { connections: LINES });
    await expect.poll(async () => (await editionStatus(store.db, id)).state).toBe('paused');
    await running.engine.stop();
    const status = await editionStatus(store.db, id);
    expect(status.reason).toEqual({ code: 'relay-refuses', reply: '550 5.7.1 sender refused' });
    expect(status.deliveries.waiting + status.deliveries.deferred).toBe(50);
    expect(status.deliveries.deferred).toBeLessThan(FAULTS_FOR_EVERYBODY + LINES);
  });
});

/** Returns after how much of the clock's time no process has anything of an edition at hand. */
async function untilNothingIsHeld(db: Database, id: string, clock: Clock): Promise<number> {
  const began = clock.now();
  for (;;) {
    const { claimed, transmitting } = (await editionStatus(db, id)).deliveries;
    if (claimed + transmitting === 0) return clock.now() - began;
    await clock.sleep(20);
  }
}

describe('the breaker', () => {
  const policy = verdictOfReply('rcpt', 550, '550 5.7.1 blocked');
  const accepted = { outcome: 'accepted', fault: 'none', phase: 'body', reply: '250 OK' } as const;

  test('one receiver’s policy among accepted mail pauses nothing', () => {
    const breaker = new Breaker();
    const verdicts = Array.from({ length: 40 }, (_, n) => (n % 4 === 0 ? policy : accepted));
    expect(verdicts.map((verdict) => breaker.note('e', verdict, NOW)).filter(Boolean)).toEqual([]);
  });

  test('policies that outnumber what is accepted do', () => {
    const breaker = new Breaker();
    const said = Array.from({ length: 5 }, () => breaker.note('e', policy, NOW));
    expect(said.at(-1)).toEqual({ code: 'relay-refuses', reply: '550 5.7.1 blocked' });
  });

  test('neither old faults, nor the recipients’, nor requests for patience count', () => {
    const breaker = new Breaker();
    for (let n = 0; n < 4; n += 1) breaker.note('e', policy, NOW);
    expect(breaker.note('e', policy, NOW + 61 * SECOND_MS)).toBeUndefined();
    const others = [
      verdictOfReply('rcpt', 550, '550 5.1.1 unknown'),
      verdictOfReply('mail', 421, '421 4.7.0 later'),
    ];
    for (let n = 0; n < 20; n += 1)
      for (const verdict of others) expect(breaker.note('f', verdict, NOW)).toBeUndefined();
  });
});

describe('the queue of claims', () => {
  test('a group that has to wait does not hold up the others, and confirmations go first', () => {
    const pace = new Pace({ relay: {}, groups: { google: { connections: 1 } } });
    const queue = new ClaimQueue(pace, new ReceivingGroups(undefined));
    queue.add([claimed('a@gmail.com'), claimed('b@gmail.com'), claimed('c@example.org')], NOW);
    queue.add([claimed('d@example.org', { kind: 'confirmation', editionId: null })], NOW);
    const taken = Array.from({ length: 4 }, () => queue.take(NOW));
    expect(taken.map((one) => ('claim' in one ? one.claim.email : 'wait'))).toEqual([
      'a@gmail.com',
      'd@example.org',
      'c@example.org',
      'wait',
    ]);
    expect(queue.size).toBe(1);
    expect(queue.drain().map(({ email }) => email)).toEqual(['b@gmail.com']);
    expect(queue.size).toBe(0);
  });

  test('a delivery that is claimed once more waits once, as it was claimed last', () => {
    const queue = new ClaimQueue(new Pace({ relay: {}, groups: {} }), new ReceivingGroups(undefined));
    const first = claimed('a@example.org');
    queue.add([first, claimed('b@example.org')], NOW);
    queue.add([{ ...first, variantId: 2 }], NOW);
    expect(queue.drain().map(({ email, variantId }) => [email, variantId])).toEqual([
      ['b@example.org', 1],
      ['a@example.org', 2],
    ]);
  });

  test('thousands of domains take turns, and none is forgotten', () => {
    const queue = new ClaimQueue(new Pace({ relay: {}, groups: {} }), new ReceivingGroups(undefined));
    const emails = Array.from({ length: 3000 }, (_, n) => `reader${n}@domain${n % 1000}.example`);
    queue.add(
      emails.map((email) => claimed(email)),
      NOW,
    );
    const seen = new Set<string>();
    for (let next = queue.take(NOW); 'claim' in next; next = queue.take(NOW)) seen.add(next.claim.email);
    expect(seen.size).toBe(3000);
    expect(queue.editions()).toEqual([]);
  });
});

let lastId = 0;

function claimed(email: string, changes: Partial<Claim> = {}): Claim {
  lastId += 1;
  return {
    id: lastId,
    publicId: NOBODY,
    kind: 'edition',
    editionId: null,
    variantId: 1,
    subscriptionId: 1,
    subscriptionPublicId: NOBODY,
    regards: null,
    newsletterId: 'daily',
    email: email as EmailAddress,
    name: '',
    language: null,
    createdAt: NOW,
    attempts: 0,
    ...changes,
  };
}

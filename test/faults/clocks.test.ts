import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, SECOND_MS } from '../../src/base/clock.ts';
import { TokenSigner } from '../../src/base/token.ts';
import { Pace } from '../../src/delivery/engine/pace.ts';
import { editionStatus, secondCopies } from '../../src/delivery/progress.ts';
import { pause, runEngine, settled } from '../delivery/engine/run-engine.ts';
import { emails, frozen, messageId, NOW, worker } from '../delivery/fixture.ts';
import { eachDatabase } from '../helpers/databases.ts';
import { RunningClock } from '../helpers/running-clock.ts';
import { ScriptedServer } from '../helpers/smtp-server.ts';

const READERS = 40;

/** A server that has taken some mails and answers the next ones only when it is told to go on. */
async function startHesitant() {
  const { promise: goingOn, resolve: goOn } = Promise.withResolvers<void>();
  const hesitates = (): boolean => server.received.length > 5;
  const server = await ScriptedServer.start({
    body: () => (hesitates() ? { reply: '250 2.0.0 queued', after: goingOn } : 'accept'),
  });
  const untilHesitant = () => expect.poll(hesitates, { interval: 5 }).toBe(true);
  return { server, untilHesitant, goOn, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

eachDatabase((open) => {
  test.concurrent.each([HOUR_MS, DAY_MS])(
    'F14: a clock that leaps %i ms ahead in the middle loses and doubles nothing',
    async (leap) => {
      await using store = await open();
      await using hesitant = await startHesitant();
      const { server } = hesitant;
      const clock = new RunningClock(NOW);
      const { id } = await frozen(store.db, READERS);
      await using _ = runEngine(store.db, server, { clock, connections: 3 });
      await hesitant.untilHesitant();
      clock.leap(leap);
      hesitant.goOn();
      expect(await settled(store.db, id)).toMatchObject({
        deliveries: { accepted: READERS },
        possibleSecondCopies: 0,
      });
      expect(server.received.map(({ to }) => to).toSorted()).toEqual(emails(READERS));
    },
  );

  test.concurrent.each([HOUR_MS, DAY_MS])(
    'F14: a clock that is set back by %i ms doubles nothing; what waits goes out when it is where it was',
    async (step) => {
      await using store = await open();
      await using hesitant = await startHesitant();
      const { server } = hesitant;
      const clock = new RunningClock(NOW);
      const { id } = await frozen(store.db, READERS);
      await using running = runEngine(store.db, server, { clock, connections: 3 });
      await hesitant.untilHesitant();
      clock.leap(-step);
      hesitant.goOn();
      await pause(1_200);
      expect(await editionStatus(store.db, id)).toMatchObject({ balanced: true, possibleSecondCopies: 0 });
      clock.leap(step);
      running.engine.wake();
      expect(await settled(store.db, id)).toMatchObject({
        deliveries: { accepted: READERS },
        possibleSecondCopies: 0,
      });
      expect(server.received.map(({ to }) => to).toSorted()).toEqual(emails(READERS));
    },
  );

  test.concurrent('F14: where another process takes a leap of the clock for the end of a lease, second copies are few and listed', async () => {
    await using store = await open();
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    await using server = await ScriptedServer.start({ body: { reply: '250 2.0.0 queued', after: answered } });
    const clock = new RunningClock(NOW);
    const { id } = await frozen(store.db, READERS);
    await using _ = runEngine(store.db, server, { clock, connections: 3, worker: worker('one') });
    await expect.poll(() => server.received.length, { interval: 1 }).toBeGreaterThan(2);
    clock.leap(HOUR_MS);
    server.script = {};
    await using __ = runEngine(store.db, server, { clock, connections: 3, worker: worker('two') });
    await expect.poll(() => server.received.length).toBeGreaterThan(3);
    answer();
    const status = await settled(store.db, id);
    expect(status.deliveries).toMatchObject({ accepted: READERS });
    expect(status.possibleSecondCopies).toBeLessThanOrEqual(3);
    const listed = new Set((await secondCopies(store.db, id)).map(({ email }) => email));
    for (const email of emails(READERS)) {
      const copies = new Set(server.copiesOf(email).map(({ message }) => messageId(message)));
      expect([email, copies.size]).toEqual([email, 1]);
      expect(server.copiesOf(email).length).toBeLessThanOrEqual(listed.has(email) ? 2 : 1);
    }
  });
});

test('F14: a pace is not held up by a clock that was set back, and still is a pace', () => {
  const pace = new Pace({ relay: { perSecond: 2 }, groups: {} });
  const admitted = (now: number) => pace.admit('a.example', now).admitted;
  pace.begin('a.example', NOW);
  expect(admitted(NOW + 100)).toBe(false);
  const earlier = NOW - DAY_MS;
  expect(admitted(earlier)).toBe(true);
  pace.begin('a.example', earlier);
  expect(admitted(earlier + SECOND_MS / 2 - 1)).toBe(false);
  expect(admitted(earlier + SECOND_MS / 2)).toBe(true);
});

test('F14: a link that a faster clock dated a day ahead is good all the same', () => {
  const signer = new TokenSigner(['a-secret-of-forty-characters-for-the-tests']);
  const ID = '00000000000000a7';
  const token = signer.sign('unsubscribe', { publicId: ID, issuedAt: NOW + DAY_MS });
  expect(signer.verify('unsubscribe', token)).toMatchObject({ publicId: ID });
});

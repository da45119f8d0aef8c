import { afterEach, expect, test } from 'vitest';
import { saveArticles } from '../../src/articles/sources/save-articles.ts';
import { editionStatus, secondCopies } from '../../src/delivery/progress.ts';
import { registerNewsletters } from '../../src/editions/store/newsletter-store.ts';
import { publishDue } from '../../src/publishing/publish.ts';
import { pause } from '../delivery/engine/run-engine.ts';
import { addActive, deliveries, emails, frozen, messageId, states } from '../delivery/fixture.ts';
import { killHard } from '../delivery/processes.ts';
import { eachDatabase, type TestDatabase } from '../helpers/databases.ts';
import { ScriptedServer } from '../helpers/smtp-server.ts';
import { DAILY, DAY, HOUR, news, press, SLOT } from '../publishing/press.ts';
import { begin, endAll, ended, LedgerLock, startProcess } from './workers.ts';

const SENDER = '../delivery/engine/crash-worker.ts';
const READERS = 12;

afterEach(endAll);

/** Another process, with another relay or the same, to which nothing happens. */
async function sendTheRest(store: TestDatabase, server: ScriptedServer): Promise<void> {
  const child = await startProcess(SENDER, store.url, server.url, '2');
  begin(child);
  expect(await ended(child)).toBe(0);
}

eachDatabase((open) => {
  test('F2: kill -9 between the server’s 250 and the commit costs exactly one second copy, the same Message-ID', async () => {
    await using store = await open();
    await using lock = new LedgerLock(store.db);
    await using server = await ScriptedServer.start({
      body: () => ({ reply: '250 2.0.0 queued', after: lock.take() }),
    });
    const { id } = await frozen(store.db, READERS);
    const child = await startProcess(SENDER, store.url, server.url, '1');
    begin(child);
    const heard = () => server.heard.map(({ line }) => line);
    await expect.poll(heard).toContain('> 250 2.0.0 queued');
    await pause(100); // it has the answer, and cannot write it down
    await killHard(child);
    await lock.giveUp();
    expect((await states(store.db)).filter((state) => state === 'transmitting')).toHaveLength(1);
    server.script = {};
    await sendTheRest(store, server);
    expect(await editionStatus(store.db, id)).toMatchObject({
      deliveries: { accepted: READERS },
      possibleSecondCopies: 1,
      balanced: true,
    });
    const [twice] = await secondCopies(store.db, id);
    const copies = server.copiesOf(twice?.email ?? '').map(({ message }) => messageId(message));
    expect(copies).toEqual([copies[0], copies[0]]);
    expect(server.received).toHaveLength(READERS + 1);
  });

  test('F3: kill -9 while claiming loses nobody and doubles nothing', async () => {
    await using store = await open();
    await using server = await ScriptedServer.start();
    await frozen(store.db, READERS);
    await using lock = new LedgerLock(store.db);
    await lock.take();
    const child = await startProcess(SENDER, store.url, server.url, '2');
    begin(child);
    await pause(250);
    await killHard(child);
    await lock.giveUp();
    await everybodyOnce(store, server);
  });

  test('F3: kill -9 while composing loses nobody and doubles nothing', async () => {
    await using store = await open();
    await using server = await ScriptedServer.start();
    await frozen(store.db, READERS);
    const child = await startProcess(SENDER, store.url, server.url, '2', 'never-composes');
    begin(child);
    await expect.poll(() => states(store.db)).toContain('claimed');
    await killHard(child);
    expect(server.received).toEqual([]);
    await everybodyOnce(store, server);
  });

  test.each(['collecting', 'composing and freezing'])(
    'F3: kill -9 while the schedule is %s makes no second edition and no half audience',
    async (when) => {
      await using store = await open();
      await registerNewsletters(store.db, [DAILY], SLOT - DAY);
      await addActive(store.db, emails(READERS));
      await saveArticles(store.db, 'desk', [news(0, SLOT - HOUR), news(1, SLOT - HOUR)], SLOT);
      const child = await startProcess('schedule-worker.ts', store.url);
      if (when !== 'collecting') {
        await using lock = new LedgerLock(store.db);
        await lock.take();
        begin(child);
        await pause(200);
        await killHard(child);
        await lock.giveUp();
      }
      await killHard(child);
      const desk = await press(store.db, SLOT);
      expect(await publishDue(desk)).toMatchObject([{ edition: { slot: SLOT, state: 'frozen' } }]);
      expect(await publishDue(desk)).toEqual([]);
      expect(await store.db.selectFrom('editions').select('id').execute()).toHaveLength(1);
      expect((await deliveries(store.db)).map(({ email }) => email)).toEqual(emails(READERS));
    },
  );

  test('F16: a stopped worker that wakes after its lease sends nothing that it had not marked', async () => {
    await using store = await open();
    const { promise: stopped, resolve: stop } = Promise.withResolvers<void>();
    await using slow = await ScriptedServer.start({ data: { reply: '354 go ahead', after: stopped } });
    await using server = await ScriptedServer.start();
    const { id } = await frozen(store.db, READERS);
    const sleeper = await startProcess(SENDER, store.url, slow.url, '2');
    begin(sleeper);
    await expect.poll(() => slow.lines.filter((line) => line === 'DATA').length, { interval: 2 }).toBe(2);
    await sleepPastLease(store, () => sleeper.kill('SIGSTOP'));
    stop();
    await sendTheRest(store, server);
    sleeper.kill('SIGCONT');
    expect(await ended(sleeper)).toBe(0);
    expect(slow.received).toEqual([]);
    expect(server.received.map(({ to }) => to).toSorted()).toEqual(emails(READERS));
    expect(await editionStatus(store.db, id)).toMatchObject({
      deliveries: { accepted: READERS },
      possibleSecondCopies: 0,
    });
  });

  test('F16: what a stopped worker had marked may arrive twice, is listed, and its late word changes nothing', async () => {
    await using store = await open();
    const { promise: stopped, resolve: stop } = Promise.withResolvers<void>();
    await using slow = await ScriptedServer.start({ body: { reply: '250 2.0.0 queued', after: stopped } });
    await using server = await ScriptedServer.start();
    const { id } = await frozen(store.db, READERS);
    const sleeper = await startProcess(SENDER, store.url, slow.url, '1');
    begin(sleeper);
    await expect.poll(() => slow.received.length, { interval: 2 }).toBe(1);
    await sleepPastLease(store, () => sleeper.kill('SIGSTOP'));
    stop();
    await sendTheRest(store, server);
    sleeper.kill('SIGCONT');
    expect(await ended(sleeper)).toBe(0);
    const listed = (await secondCopies(store.db, id)).map(({ email }) => email);
    expect(slow.received.map(({ to }) => to)).toEqual(listed);
    expect(server.received.map(({ to }) => to).toSorted()).toEqual(emails(READERS));
    expect(await editionStatus(store.db, id)).toMatchObject({
      deliveries: { accepted: READERS },
      possibleSecondCopies: 1,
      balanced: true,
    });
  });
});

/** The lease is a minute; here it ends at once. */
async function sleepPastLease(store: TestDatabase, stop: () => void): Promise<void> {
  stop();
  await store.db
    .updateTable('deliveries')
    .set({ lease_until: 1 })
    .where('lease_until', 'is not', null)
    .execute();
}

async function everybodyOnce(store: TestDatabase, server: ScriptedServer): Promise<void> {
  await sendTheRest(store, server);
  expect(server.received.map(({ to }) => to).toSorted()).toEqual(emails(READERS));
  expect(new Set(await states(store.db))).toEqual(new Set(['accepted']));
}

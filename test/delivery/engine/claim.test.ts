import { expect, test } from 'vitest';
import { freezeAudience } from '../../../src/delivery/audience/audience.ts';
import { claim, release, renewLeases } from '../../../src/delivery/engine/claim.ts';
import { mark } from '../../../src/delivery/engine/settle.ts';
import { enqueue, nextDueAt } from '../../../src/delivery/ledger.ts';
import { comeBack } from '../../../src/subscribers/sign-up/take-sign-up.ts';
import { emailHash } from '../../../src/subscribers/subscriber.ts';
import { erase, unsubscribe } from '../../../src/subscribers/subscriber-store.ts';
import { eachDatabase, openPostgres } from '../../helpers/databases.ts';
import { address } from '../../mail/sample.ts';
import {
  addActive,
  deliveries,
  delivery,
  draft,
  emails,
  frozen,
  NOW,
  states,
  subscriptionId,
  worker,
} from '../fixture.ts';

const [anna, bert, cleo] = emails(3) as unknown as [string, string, string];
const evidence = { origin: 'mail', wording: 'Unsubscribe', now: NOW };

eachDatabase((open) => {
  test('a claimed delivery is this worker’s until the lease ends, and nobody else gets it', async () => {
    await using store = await open();
    await frozen(store.db, 3);
    const first = await claim(store.db, worker('a'), 2, NOW);
    const second = await claim(store.db, worker('b'), 9, NOW);
    expect(first.map(({ email }) => email)).toEqual([anna, bert]);
    expect(second.map(({ email }) => email)).toEqual([cleo]);
    expect(await deliveries(store.db)).toMatchObject([
      { state: 'claimed', claimed_by: worker('a').id, lease_until: NOW + 60_000 },
      { state: 'claimed', claimed_by: worker('a').id },
      { state: 'claimed', claimed_by: worker('b').id },
    ]);
    expect(await claim(store.db, worker('c'), 9, NOW)).toEqual([]);
  });

  test('mail that a person waits for overtakes an edition, and what was due first goes first', async () => {
    await using store = await open();
    await frozen(store.db, 3);
    await store.db
      .updateTable('deliveries')
      .set({ next_attempt_at: NOW - 100_000 })
      .where('email', '=', cleo)
      .execute();
    await enqueue(store.db, await subscriptionId(store.db, bert), 'welcome', NOW);
    const order = [];
    for (let n = 0; n < 4; n += 1) order.push(...(await claim(store.db, worker(), 1, NOW)));
    expect(order.map(({ kind, email }) => [kind, email])).toEqual([
      ['welcome', bert],
      ['edition', cleo],
      ['edition', anna],
      ['edition', bert],
    ]);
  });

  test('what is not due yet is not claimed, and the ledger knows when it will be', async () => {
    await using store = await open();
    const edition = await frozen(store.db, 2);
    await store.db
      .updateTable('deliveries')
      .set({ state: 'deferred', next_attempt_at: NOW + 500 })
      .execute();
    expect(await claim(store.db, worker(), 9, NOW + 499)).toEqual([]);
    expect(await nextDueAt(store.db, edition.id)).toBe(NOW + 500);
    expect(await nextDueAt(store.db, 'another')).toBeUndefined();
    expect(await claim(store.db, worker(), 9, NOW + 500)).toHaveLength(2);
    expect(await nextDueAt(store.db)).toBeUndefined();
  });

  test.each(['draft', 'cancelled', 'finished', 'missed'] as const)(
    'deliveries of an edition that is %s are not claimed',
    async (state) => {
      await using store = await open();
      await frozen(store.db, 2);
      await store.db.updateTable('editions').set({ state }).execute();
      expect(await claim(store.db, worker(), 9, NOW)).toEqual([]);
      expect(await states(store.db)).toEqual(['waiting', 'waiting']);
    },
  );

  test('who left, paused, was suppressed or erased since the freeze is cancelled instead, with the reason', async () => {
    await using store = await open();
    await frozen(store.db, 6);
    const [left, paused, suppressed, erased, pauseOver, stays] = emails(6);
    await unsubscribe(store.db, await subscriptionId(store.db, left ?? ''), evidence);
    const pause = (email: string | undefined, until: number) =>
      store.db
        .updateTable('subscribers')
        .set({ paused_until: until })
        .where('email', '=', email ?? '')
        .execute();
    await pause(paused, NOW + 1);
    await pause(pauseOver, NOW);
    await store.db
      .insertInto('suppressions')
      .values({ email_hash: emailHash(suppressed ?? ''), reason: 'complained', at: NOW })
      .execute();
    await erase(store.db, address(erased ?? ''), NOW);
    const claims = await claim(store.db, worker(), 9, NOW);
    expect(claims.map(({ email }) => email)).toEqual([pauseOver, stays]);
    expect((await deliveries(store.db)).slice(0, 4)).toMatchObject(
      ['unsubscribed', 'paused', 'complained', 'erased'].map((detail) => ({
        state: 'cancelled',
        detail,
        settled_at: NOW,
        claimed_by: null,
      })),
    );
  });

  test('a confirmation goes to whoever still has to confirm, though paused or complained about before', async () => {
    await using store = await open();
    await addActive(store.db, emails(2));
    await store.db.updateTable('subscriptions').set({ state: 'pending' }).execute();
    await store.db
      .updateTable('subscribers')
      .set({ paused_until: NOW + 9 })
      .execute();
    await store.db
      .insertInto('suppressions')
      .values({ email_hash: emailHash(anna), reason: 'undeliverable', at: NOW })
      .execute();
    for (const email of [anna, bert])
      await enqueue(store.db, await subscriptionId(store.db, email), 'confirmation', NOW);
    await store.db
      .updateTable('subscriptions')
      .set({ state: 'active' })
      .where('id', '=', await subscriptionId(store.db, bert))
      .execute();
    expect(await claim(store.db, worker(), 9, NOW)).toMatchObject([
      { kind: 'confirmation', email: anna, editionId: null, newsletterId: 'daily' },
    ]);
    expect((await deliveries(store.db))[1]).toMatchObject({
      state: 'cancelled',
      detail: 'no longer asked for',
    });
  });

  test('a goodbye goes to who has left, paused or not, but to nobody who is back, suppressed or erased', async () => {
    await using store = await open();
    const people = emails(4);
    const [left = '', back = '', complained = '', erased = ''] = people;
    await addActive(store.db, people);
    for (const email of people) {
      const id = await subscriptionId(store.db, email);
      await unsubscribe(store.db, id, evidence, (trx, of, kind) => enqueue(trx, of, kind, NOW));
    }
    await store.db
      .updateTable('subscribers')
      .set({ paused_until: NOW + 9 })
      .execute();
    await comeBack(store.db, await subscriptionId(store.db, back), evidence);
    await store.db
      .insertInto('suppressions')
      .values({ email_hash: emailHash(complained), reason: 'complained', at: NOW })
      .execute();
    await erase(store.db, address(erased), NOW);
    expect(await claim(store.db, worker(), 9, NOW)).toMatchObject([{ kind: 'goodbye', email: left }]);
    expect((await deliveries(store.db)).map(({ state, detail }) => detail ?? state)).toEqual([
      'claimed',
      'no longer asked for',
      'complained',
      'erased',
    ]);
  });

  test('a claim knows how its reader is called', async () => {
    await using store = await open();
    await frozen(store.db, 1);
    await store.db.updateTable('subscribers').set({ name: 'Anna Smith' }).execute();
    expect(await claim(store.db, worker(), 1, NOW)).toMatchObject([{ name: 'Anna Smith' }]);
  });

  test('a release gives back what is claimed by this worker, and only that', async () => {
    await using store = await open();
    await frozen(store.db, 3);
    const [first, second] = await claim(store.db, worker('a'), 2, NOW);
    const [third] = await claim(store.db, worker('b'), 1, NOW);
    const ids = [first?.id ?? 0, second?.id ?? 0, third?.id ?? 0];
    await store.db
      .updateTable('deliveries')
      .set({ state: 'transmitting' })
      .where('id', '=', ids[1] ?? 0)
      .execute();
    await release(store.db, worker('a'), ids);
    expect(await states(store.db)).toEqual(['waiting', 'transmitting', 'claimed']);
    expect(await delivery(store.db, ids[0] ?? 0)).toMatchObject({
      claimed_by: null,
      lease_until: null,
      attempt_count: 0,
    });
    await release(store.db, worker('a'), []);
  });

  test('renewing moves the lease of all a worker holds, and of nothing else', async () => {
    await using store = await open();
    await frozen(store.db, 3);
    await claim(store.db, worker('a'), 1, NOW);
    await claim(store.db, worker('b'), 1, NOW);
    await renewLeases(store.db, worker('a'), NOW + 30_000);
    expect((await deliveries(store.db)).map((row) => row.lease_until)).toEqual([
      NOW + 90_000,
      NOW + 60_000,
      null,
    ]);
  });

  test('a slot that was frozen twice over still claims each reader once', async () => {
    await using store = await open();
    await frozen(store.db, 4);
    expect(await freezeAudience(store.db, await draft(store.db), NOW)).toBeUndefined();
    expect(await claim(store.db, worker(), 99, NOW)).toHaveLength(4);
  });
});

test('on PostgreSQL renewing passes over what is being written, and keeps nobody waiting for it', async () => {
  await using store = await openPostgres();
  await frozen(store.db, 3);
  await claim(store.db, worker('a'), 3, NOW);
  const [first, second, third] = (await deliveries(store.db)).map(({ id }) => id) as [number, number, number];
  await store.db.transaction().execute(async (trx) => {
    await mark(trx, worker('a'), [second], NOW);
    await renewLeases(store.db, worker('a'), NOW + 30_000); // never comes back where it waits for the second
    await mark(trx, worker('a'), [first], NOW);
  });
  expect(await delivery(store.db, second)).toMatchObject({ lease_until: NOW + 60_000 });
  expect(await delivery(store.db, third)).toMatchObject({ lease_until: NOW + 90_000 });
});

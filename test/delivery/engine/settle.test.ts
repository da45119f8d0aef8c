import { expect, test } from 'vitest';
import { claim } from '../../../src/delivery/engine/claim.ts';
import { retryDelayMs } from '../../../src/delivery/engine/retry.ts';
import { mark, type Settlement, settle } from '../../../src/delivery/engine/settle.ts';
import { erase } from '../../../src/subscribers/subscriber-store.ts';
import { eachDatabase } from '../../helpers/databases.ts';
import {
  attempts,
  deliveries,
  delivery,
  frozen,
  NOW,
  settlement,
  states,
  verdict,
  worker,
} from '../fixture.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

test('the wait doubles from five minutes to four hours, a fifth shorter or longer', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 20].map((attempt) => retryDelayMs(attempt, 0.5) / MINUTE)).toEqual([
    5, 10, 20, 40, 80, 160, 240, 240,
  ]);
  expect(retryDelayMs(1, 0)).toBe(4 * MINUTE);
  expect(retryDelayMs(1, 0.999_999)).toBeLessThanOrEqual(6 * MINUTE);
  expect(retryDelayMs(1, 0.999_999)).toBeGreaterThan(5.99 * MINUTE);
});

eachDatabase((open) => {
  const me = worker('me');
  const other = worker('other');

  async function claimed(count: number) {
    const store = await open();
    await frozen(store.db, count);
    return { store, claims: await claim(store.db, me, count, NOW) };
  }

  test('the mark says which deliveries are still this worker’s, and marks no other', async () => {
    const { store, claims } = await claimed(4);
    await using _ = store;
    const [mine, lost, released, marked] = claims.map(({ id }) => id) as [number, number, number, number];
    await store.db.updateTable('deliveries').set({ claimed_by: other.id }).where('id', '=', lost).execute();
    await store.db.updateTable('deliveries').set({ state: 'waiting' }).where('id', '=', released).execute();
    await mark(store.db, me, [marked], NOW);
    const ours = await mark(store.db, me, [mine, lost, released, marked], NOW + 7);
    expect(ours).toEqual(new Set([mine]));
    expect(await states(store.db)).toEqual(['transmitting', 'claimed', 'waiting', 'transmitting']);
    expect(await delivery(store.db, mine)).toMatchObject({ lease_until: NOW + 7 + me.leaseMs });
  });

  test('the answer about somebody who was erased meanwhile keeps its code and loses its words', async () => {
    const { store, claims } = await claimed(2);
    await using _ = store;
    const [refused, taken] = claims as [Settlement['claim'], Settlement['claim']];
    for (const { email } of claims) await erase(store.db, email, NOW);
    const answer = (claim: Settlement['claim'], outcome: 'rejected' | 'accepted', code: string) => ({
      ...settlement(claim, outcome),
      verdict: verdict(outcome, 'body', `${code} <${claim.email}> and more`),
    });
    await settle(
      store.db,
      me,
      [answer(refused, 'rejected', '550 5.1.1'), answer(taken, 'accepted', '250')],
      NOW,
    );
    expect((await deliveries(store.db)).map(({ detail }) => detail)).toEqual(['550 5.1.1', null]);
    expect((await attempts(store.db)).map(({ reply }) => reply).toSorted()).toEqual(['250', '550 5.1.1']);
  });

  test('a verdict about a delivery that was lost changes nothing, beside one that is written', async () => {
    const { store, claims } = await claimed(2);
    await using _ = store;
    const [mine, lost] = claims as [Settlement['claim'], Settlement['claim']];
    await store.db
      .updateTable('deliveries')
      .set({ claimed_by: other.id })
      .where('id', '=', lost.id)
      .execute();
    const before = await delivery(store.db, lost.id);
    expect(
      await settle(store.db, me, [settlement(lost, 'rejected'), settlement(mine, 'accepted')], NOW),
    ).toEqual([false, true]);
    expect(await delivery(store.db, lost.id)).toEqual(before);
    expect(await attempts(store.db, lost.id)).toEqual([]);
    expect(await settle(store.db, me, [settlement(mine, 'rejected')], NOW)).toEqual([false]);
    expect(await delivery(store.db, mine.id)).toMatchObject({ state: 'accepted', settled_at: NOW });
  });

  test('the verdict of an attempt without a mark is written over nothing that is under way, and of a refused mark nowhere', async () => {
    const { store, claims } = await claimed(4);
    await using _ = store;
    const marked = claims.slice(0, 2).map(({ id }) => id);
    await mark(store.db, me, marked, NOW);
    const settlements = claims.map((claim, at): Settlement => {
      const unmarked = at % 2 === 0 ? 'never' : 'refused';
      return { claim, verdict: { ...verdict('deferred', 'rcpt'), unmarked }, policy: 'resend' };
    });
    expect(await settle(store.db, me, settlements, NOW)).toEqual([false, false, true, false]);
    expect(await states(store.db)).toEqual(['transmitting', 'transmitting', 'deferred', 'claimed']);
  });

  test.each(['accepted', 'rejected'] as const)(
    '%s is final, with the words and the attempt',
    async (outcome) => {
      const { store, claims } = await claimed(1);
      await using _ = store;
      const [one] = claims as [Settlement['claim']];
      await settle(
        store.db,
        me,
        [{ claim: one, verdict: verdict(outcome, 'rcpt', 'the words'), policy: 'resend' }],
        NOW,
      );
      expect(await delivery(store.db, one.id)).toMatchObject({
        state: outcome,
        settled_at: NOW,
        detail: outcome === 'accepted' ? null : 'the words',
        attempt_count: 1,
        claimed_by: null,
        lease_until: null,
      });
      expect(await attempts(store.db)).toMatchObject([
        { delivery_id: one.id, number: 1, outcome, phase: 'rcpt', reply: 'the words', at: NOW },
      ]);
      expect(await claim(store.db, me, 9, NOW + 99 * HOUR)).toEqual([]);
    },
  );

  test('a deferred delivery comes back after its wait, each a little apart', async () => {
    const { store, claims } = await claimed(40);
    await using _ = store;
    await settle(
      store.db,
      me,
      claims.map((one) => settlement(one, 'deferred')),
      NOW,
    );
    const waits = (await deliveries(store.db)).map((row) => row.next_attempt_at - NOW);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(4 * MINUTE);
    expect(Math.max(...waits)).toBeLessThanOrEqual(6 * MINUTE);
    expect(new Set(waits).size).toBeGreaterThan(10);
    expect(new Set(await states(store.db))).toEqual(new Set(['deferred']));
    const [again] = await claim(store.db, me, 1, NOW + 6 * MINUTE);
    expect(again?.attempts).toBe(1);
  });

  test('a delivery that is put off until the news is stale is cancelled, with the last words', async () => {
    const { store } = await claimed(1);
    await using _ = store;
    await store.db.updateTable('deliveries').set({ state: 'waiting', claimed_by: null }).execute();
    let now = NOW;
    let tries = 0;
    for (; tries < 50; tries += 1) {
      const [one] = await claim(store.db, me, 1, now);
      if (!one) break;
      await settle(store.db, me, [settlement(one, 'deferred')], now);
      now = (await delivery(store.db, one.id)).next_attempt_at;
    }
    expect(await deliveries(store.db)).toMatchObject([{ state: 'cancelled', detail: 'the answer' }]);
    expect(tries).toBeGreaterThanOrEqual(9);
    expect(tries).toBeLessThanOrEqual(14);
    expect(now - NOW).toBeLessThanOrEqual(24 * HOUR);
    expect(await attempts(store.db)).toHaveLength(tries);
  });

  test('an uncertain delivery is sent once more, and a second uncertainty is final', async () => {
    const { store, claims } = await claimed(1);
    await using _ = store;
    const [first] = claims as [Settlement['claim']];
    await mark(store.db, me, [first.id], NOW);
    await settle(store.db, me, [settlement(first, 'uncertain')], NOW);
    expect(await delivery(store.db, first.id)).toMatchObject({
      state: 'waiting',
      next_attempt_at: NOW,
      settled_at: null,
    });
    const [second] = (await claim(store.db, me, 1, NOW)) as [Settlement['claim']];
    await settle(store.db, me, [settlement(second, 'deferred')], NOW);
    const [third] = (await claim(store.db, me, 1, NOW + HOUR)) as [Settlement['claim']];
    await settle(store.db, me, [settlement(third, 'uncertain')], NOW + HOUR);
    expect(await delivery(store.db, first.id)).toMatchObject({ state: 'uncertain', settled_at: NOW + HOUR });
    expect((await attempts(store.db)).map(({ number, outcome }) => [number, outcome])).toEqual([
      [1, 'uncertain'],
      [2, 'deferred'],
      [3, 'uncertain'],
    ]);
  });

  test('where the policy is to hold, an uncertain delivery waits for a person', async () => {
    const { store, claims } = await claimed(1);
    await using _ = store;
    await settle(store.db, me, [settlement(claims[0] as Settlement['claim'], 'uncertain', 'hold')], NOW);
    expect(await deliveries(store.db)).toMatchObject([{ state: 'uncertain', settled_at: NOW }]);
    expect(await claim(store.db, me, 9, NOW + 99 * HOUR)).toEqual([]);
  });
});

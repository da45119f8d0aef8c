import { expect, test } from 'vitest';
import { claim } from '../../src/delivery/engine/claim.ts';
import { mark, settle } from '../../src/delivery/engine/settle.ts';
import { finishEditions } from '../../src/delivery/ledger.ts';
import {
  describeLedger,
  editionStatus,
  recentEditions,
  secondCopies,
  unsettled,
} from '../../src/delivery/progress.ts';
import { eachDatabase } from '../helpers/databases.ts';
import { DELIVERY_STATES } from './every-state.ts';
import { draft, emails, frozen, NOW, SLOT, settlement, worker } from './fixture.ts';

const HOUR = 3_600_000;

eachDatabase((open) => {
  const me = worker();

  test('the equation holds in every state a delivery can be in', async () => {
    await using store = await open();
    const edition = await frozen(store.db, DELIVERY_STATES.length);
    for (const [at, state] of DELIVERY_STATES.entries()) {
      await store.db
        .updateTable('deliveries')
        .set({ state })
        .where('email', '=', emails(9)[at] ?? '')
        .execute();
      expect(await editionStatus(store.db, edition.id)).toMatchObject({
        balanced: true,
        candidates: 8,
        prepared: 8,
      });
    }
    const status = await editionStatus(store.db, edition.id);
    expect(status.deliveries).toEqual(Object.fromEntries(DELIVERY_STATES.map((state) => [state, 1])));
    expect(unsettled(status)).toBe(4);
    expect(describeLedger(status)).toMatch(/^candidates 8 = prepared 8 \(waiting 1, .*\) \+ excluded 0$/);
  });

  test('a row that is missing or too many shows', async () => {
    await using store = await open();
    const edition = await frozen(store.db, 3);
    await store.db
      .deleteFrom('deliveries')
      .where('email', '=', emails(1)[0] ?? '')
      .execute();
    const status = await editionStatus(store.db, edition.id);
    expect(status).toMatchObject({ balanced: false, candidates: 3, prepared: 2 });
    expect(describeLedger(status)).toContain('candidates 3 ≠ prepared 2');
  });

  test('an edition without an audience says so, and is balanced while nothing is prepared', async () => {
    await using store = await open();
    const edition = await draft(store.db);
    const status = await editionStatus(store.db, edition.id);
    expect(status).toMatchObject({ balanced: true, candidates: null, prepared: 0, stories: 1 });
    expect(describeLedger(status)).toBe('no audience yet');
  });

  test('second copies are those sent again after an uncertainty, and exactly those', async () => {
    await using store = await open();
    const edition = await frozen(store.db, 7);
    const script = [
      ['accepted'],
      ['uncertain', 'accepted'],
      ['uncertain', 'rejected'],
      ['uncertain', 'deferred'],
      ['uncertain', 'uncertain'],
      ['deferred', 'accepted'],
      ['uncertain'],
    ] as const;
    for (let round = 0; round < 2; round += 1) {
      const now = NOW + round * HOUR;
      for (const one of await claim(store.db, me, 99, now)) {
        const outcome = script[one.id - 1]?.[round];
        if (outcome) await settle(store.db, me, [settlement(one, outcome)], now);
      }
    }
    const listed = [emails(7)[1], emails(7)[4]];
    expect((await secondCopies(store.db, edition.id)).map(({ email }) => email)).toEqual(listed);
    expect(await editionStatus(store.db, edition.id)).toMatchObject({
      possibleSecondCopies: 2,
      balanced: true,
    });
    // The last one is claimed again: from the mark on, a second copy may be on its way.
    await mark(store.db, me, [7], NOW + HOUR);
    expect((await secondCopies(store.db, edition.id)).map(({ email }) => email)).toEqual([
      ...listed,
      emails(7)[6],
    ]);
  });

  test('an edition is finished when nothing of it is left to deliver, and not before', async () => {
    await using store = await open();
    const edition = await frozen(store.db, 3);
    const [a, b, c] = await claim(store.db, me, 3, NOW);
    if (!a || !b || !c) throw new Error('three were prepared');
    await settle(store.db, me, [settlement(a, 'accepted'), settlement(b, 'rejected')], NOW);
    for (const step of ['claimed', 'marked', 'deferred']) {
      if (step === 'marked') await mark(store.db, me, [c.id], NOW);
      if (step === 'deferred') await settle(store.db, me, [settlement(c, 'deferred')], NOW);
      expect(await finishEditions(store.db, NOW), step).toEqual([]);
    }
    const [again] = await claim(store.db, me, 1, NOW + HOUR);
    await settle(store.db, me, [settlement(again ?? c, 'uncertain', 'hold')], NOW + HOUR);
    expect(await finishEditions(store.db, NOW + HOUR)).toEqual([edition.id]);
    expect(await finishEditions(store.db, NOW + HOUR)).toEqual([]);
    expect(await editionStatus(store.db, edition.id)).toMatchObject({ state: 'finished' });
  });

  test('an edition that nobody gets is finished at once; a draft is left alone', async () => {
    await using store = await open();
    const nobody = await frozen(store.db, 0);
    await draft(store.db, { slot: SLOT + HOUR });
    expect(await finishEditions(store.db, NOW)).toEqual([nobody.id]);
  });

  test('recent editions come newest slot first, as many as asked for', async () => {
    await using store = await open();
    for (const day of [1, 3, 2]) await draft(store.db, { slot: SLOT + day * 24 * HOUR });
    expect((await recentEditions(store.db, 2)).map(({ slot }) => (slot - SLOT) / (24 * HOUR))).toEqual([
      3, 2,
    ]);
  });
});

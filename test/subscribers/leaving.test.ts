import { describe, expect, test } from 'vitest';
import { DAY_MS } from '../../src/base/clock.ts';
import { enqueue } from '../../src/delivery/ledger.ts';
import type { Database } from '../../src/storage/schema/schema.ts';
import { comeBack } from '../../src/subscribers/sign-up/take-sign-up.ts';
import { erase, unsubscribe } from '../../src/subscribers/subscriber-store.ts';
import { eachDatabase } from '../helpers/databases.ts';
import { acts, add, address, ask, leave, NOW, outbox, states, suppress } from './people.ts';

const ANNA = 'anna@example.org';
const BUTTON = { origin: 'site', wording: 'Send it again' };

eachDatabase((open) => {
  describe('a goodbye', () => {
    test('is mailed once to who leaves, and at most once a day however often they come and go', async () => {
      await using store = await open();
      await add(store.db, [ANNA]);
      const times = [NOW, NOW, NOW + DAY_MS - 1, NOW + DAY_MS, NOW + DAY_MS + 1];
      for (const now of times) {
        await goodbye(store.db, 1, now);
        await comeBack(store.db, 1, { ...BUTTON, now });
      }
      const rows = await store.db.selectFrom('deliveries').select(['kind', 'email', 'created_at']).execute();
      expect(rows).toEqual([
        { kind: 'goodbye', email: ANNA, created_at: NOW },
        { kind: 'goodbye', email: ANNA, created_at: NOW + DAY_MS },
      ]);
    });

    test('ten times at once is one mail', async () => {
      await using store = await open();
      await add(store.db, [ANNA]);
      await Promise.all(Array.from({ length: 10 }, () => goodbye(store.db, 1, NOW)));
      expect(await store.db.selectFrom('deliveries').select('id').execute()).toHaveLength(1);
    });

    test('is not said to who never confirmed, was never here, or has left already', async () => {
      await using store = await open();
      await ask(store.db, outbox());
      await goodbye(store.db, 1, NOW);
      await goodbye(store.db, 1, NOW);
      await goodbye(store.db, 4_711, NOW);
      expect(await store.db.selectFrom('deliveries').select('id').execute()).toEqual([]);
    });
  });

  describe('who left and comes back', () => {
    test('is active again at once, with one piece of evidence and what was chosen before', async () => {
      await using store = await open();
      await add(store.db, [ANNA], ['royal']);
      await leave(store.db, 1);
      for (let times = 0; times < 2; times += 1)
        expect(await comeBack(store.db, 1, { ...BUTTON, now: NOW + 1 })).toBe('back');
      const row = await store.db.selectFrom('subscriptions').selectAll().executeTakeFirstOrThrow();
      expect(row).toMatchObject({ state: 'active', sections: '["royal"]', unsubscribed_at: null });
      expect(await acts(store.db, 1)).toEqual(['imported', 'unsubscribed', 'confirmed']);
      const consent = store.db.selectFrom('consents').selectAll().where('act', '=', 'confirmed');
      expect(await consent.executeTakeFirstOrThrow()).toMatchObject({ ...BUTTON, at: NOW + 1 });
    });

    test('has to sign up when the address never proved itself', async () => {
      await using store = await open();
      await ask(store.db, outbox());
      expect(await comeBack(store.db, 1, { ...BUTTON, now: NOW })).toBe('unconfirmed');
      await leave(store.db, 1);
      expect(await comeBack(store.db, 1, { ...BUTTON, now: NOW })).toBe('unconfirmed');
      expect(await states(store.db)).toEqual(['anna@example.org unsubscribed']);
    });

    test('does not come back over a complaint, a dead mailbox or an erasure', async () => {
      await using store = await open();
      const people = ['complained', 'undeliverable'] as const;
      await add(
        store.db,
        people.map((name) => `${name}@example.org`),
      );
      for (const [at, reason] of people.entries()) {
        await leave(store.db, at + 1);
        await suppress(store.db, `${reason}@example.org`, reason);
        expect(await comeBack(store.db, at + 1, { ...BUTTON, now: NOW })).toBe('unreachable');
      }
      await add(store.db, [ANNA]);
      await erase(store.db, address(ANNA), NOW);
      expect(await comeBack(store.db, 3, { ...BUTTON, now: NOW })).toBe('unknown');
      expect(new Set(await states(store.db))).toEqual(
        new Set(people.map((name) => `${name}@example.org unsubscribed`)),
      );
    });
  });
});

function goodbye(db: Database, id: number, now: number): Promise<boolean> {
  return unsubscribe(db, id, { origin: 'site', wording: 'Unsubscribe me', now }, (trx, of, kind) =>
    enqueue(trx, of, kind, now),
  );
}

import { describe, expect, test } from 'vitest';
import { DAY_MS, MINUTE_MS } from '../../../src/base/clock.ts';
import type { Database } from '../../../src/storage/schema/schema.ts';
import { choose } from '../../../src/subscribers/choices.ts';
import {
  CONFIRM_WITHIN_MS,
  confirmAnew,
  confirmable,
} from '../../../src/subscribers/sign-up/confirm-sign-up.ts';
import { erase } from '../../../src/subscribers/subscriber-store.ts';
import { eachDatabase } from '../../helpers/databases.ts';
import {
  acts,
  add,
  address,
  ask,
  CEILING,
  everyone,
  FORM,
  follow,
  leave,
  NOW,
  outbox,
  states,
  suppress,
} from '../people.ts';

const LATER = NOW + MINUTE_MS;
/** Of the first mail to the first subscription. */
const LINK = { id: 1, issuedAt: NOW };

eachDatabase((open) => {
  describe('a sign-up', () => {
    test('waits for its confirmation, and is active and welcomed after it', async () => {
      await using store = await open();
      const box = outbox();
      await ask(store.db, box, { sections: ['royal'] });
      expect(await states(store.db)).toEqual(['anna@example.org pending']);
      expect(box.mails).toEqual([{ subscriptionId: 1, kind: 'confirmation' }]);
      expect(await follow(store.db, box, 1, NOW, LATER)).toBe('confirmed');
      expect(await everyone(store.db)).toMatchObject([
        { state: 'active', sections: ['royal'], confirmedAt: LATER, newsletterId: 'daily' },
      ]);
      expect(box.kinds()).toEqual(['confirmation', 'welcome']);
    });

    test('leaves evidence of every step: when, from where, with which words', async () => {
      await using store = await open();
      const box = outbox();
      await ask(store.db, box);
      await follow(store.db, box, 1, NOW, LATER);
      const rows = await store.db.selectFrom('consents').selectAll().orderBy('id').execute();
      expect(rows).toMatchObject([
        { act: 'asked', at: NOW, ...FORM },
        { act: 'confirmed', at: LATER, ...FORM },
      ]);
    });

    test('of somebody who once left is for every edition, as the form says, whatever they had before', async () => {
      await using store = await open();
      await add(store.db, ['anna@example.org']);
      await choose(store.db, 1, { sections: ['royal'], frequency: 'weekly' });
      await leave(store.db, 1);
      await ask(store.db, outbox(), { sections: ['style'] });
      expect(await everyone(store.db)).toMatchObject([{ sections: ['style'], frequency: 'every' }]);
    });

    test('asked again within a day mails nothing and notes no consent; after a day it mails again', async () => {
      await using store = await open();
      const box = outbox();
      await ask(store.db, box);
      await ask(store.db, box, { email: 'ANNA@example.org', now: NOW + DAY_MS - 1 });
      expect(box.kinds()).toEqual(['confirmation']);
      expect(await acts(store.db, 1)).toEqual(['asked']);
      await ask(store.db, box, { now: NOW + DAY_MS, sections: ['style'] });
      expect(box.kinds()).toEqual(['confirmation', 'confirmation']);
      expect(await everyone(store.db)).toMatchObject([{ email: 'anna@example.org', sections: ['style'] }]);
    });

    test('asked again before it is confirmed is for the sections chosen last, whichever mail confirms it', async () => {
      await using store = await open();
      const box = outbox();
      await ask(store.db, box, { sections: ['royal'] });
      await ask(store.db, box, { sections: ['style', 'stars'], now: LATER });
      expect(await everyone(store.db)).toMatchObject([{ state: 'pending', sections: ['style', 'stars'] }]);
      await ask(store.db, box, { sections: null, now: LATER + MINUTE_MS });
      expect(await everyone(store.db)).toMatchObject([{ state: 'pending', sections: null }]);
      await ask(store.db, box, { sections: ['style'], now: LATER + 2 * MINUTE_MS });
      expect(box.kinds()).toEqual(['confirmation']);
      expect(await follow(store.db, box, 1, NOW, LATER + 3 * MINUTE_MS)).toBe('confirmed');
      expect(await everyone(store.db)).toMatchObject([{ state: 'active', sections: ['style'] }]);
    });

    test('asked again after it was confirmed changes nothing, also within the day', async () => {
      await using store = await open();
      const box = outbox();
      await ask(store.db, box, { sections: ['royal'] });
      await follow(store.db, box, 1, NOW, LATER);
      await ask(store.db, box, { sections: ['style'], now: LATER + MINUTE_MS });
      expect(await everyone(store.db)).toMatchObject([{ state: 'active', sections: ['royal'] }]);
      expect(box.kinds()).toEqual(['confirmation', 'welcome']);
    });

    test('mails nobody more than five times in ninety days, whoever asks', async () => {
      await using store = await open();
      const box = outbox();
      for (let day = 0; day < 30; day += 1) await ask(store.db, box, { now: NOW + day * DAY_MS });
      expect(box.kinds()).toEqual(Array(5).fill('confirmation'));
      await ask(store.db, box, { now: NOW + 90 * DAY_MS });
      expect(box.kinds()).toHaveLength(6);
    });

    test.each([null, NOW - DAY_MS])(
      'sent ten times at once mails once (asked before: %s)',
      async (before) => {
        await using store = await open();
        if (before !== null) await ask(store.db, outbox(), { now: before });
        const box = outbox();
        await Promise.all(Array.from({ length: 10 }, () => ask(store.db, box)));
        expect(box.kinds()).toEqual(['confirmation']);
        expect(await everyone(store.db)).toHaveLength(1);
      },
    );

    test('of an active reader tells only them, and changes nothing they chose', async () => {
      await using store = await open();
      const box = outbox();
      await add(store.db, ['anna@example.org'], ['royal']);
      await ask(store.db, box, { sections: ['style'] });
      expect(box.kinds()).toEqual(['already-subscribed']);
      expect(await everyone(store.db)).toMatchObject([{ state: 'active', sections: ['royal'] }]);
      await ask(store.db, box, { now: LATER });
      expect(box.kinds()).toEqual(['already-subscribed']);
    });

    test.each(['undeliverable', 'complained'] as const)(
      'of an address that is %s does nothing',
      async (reason) => {
        await using store = await open();
        const box = outbox();
        await suppress(store.db, 'Anna@Example.org', reason);
        await ask(store.db, box);
        expect(box.mails).toEqual([]);
        expect(await everyone(store.db)).toEqual([]);
      },
    );

    test.each(['nobody knows', 'is still subscribed'])(
      'a week after a server called the address unknown is asked to confirm, and that lets it in again: who %s',
      async (who) => {
        await using store = await open();
        const box = outbox();
        if (who === 'is still subscribed') await add(store.db, ['anna@example.org'], ['royal']);
        await suppress(store.db, 'anna@example.org', 'undeliverable');
        const week = NOW + 7 * DAY_MS;
        await ask(store.db, box, { now: week - 1 });
        expect(box.kinds()).toEqual([]);
        await ask(store.db, box, { now: week });
        expect(box.kinds()).toEqual(['confirmation']);
        expect(await store.db.selectFrom('suppressions').selectAll().execute()).toHaveLength(1);
        expect(await follow(store.db, box, 1, week)).toBe('confirmed');
        expect(await states(store.db)).toEqual(['anna@example.org active']);
        expect(await store.db.selectFrom('suppressions').selectAll().execute()).toEqual([]);
      },
    );

    test('whose mail cannot be written down has not happened', async () => {
      await using store = await open();
      const broken = { ...outbox(), enqueue: () => Promise.reject(new Error('disk full')) };
      await expect(ask(store.db, broken)).rejects.toThrow('disk full');
      expect(await everyone(store.db)).toEqual([]);
      expect(await acts(store.db, 1)).toEqual([]);
    });
  });

  describe('an old confirmation link', () => {
    const evidence = (now: number) => ({ ...FORM, now });

    test('brings a new mail once a day, whose link works', async () => {
      await using store = await open();
      const box = await asked(store.db);
      const late = NOW + CONFIRM_WITHIN_MS + MINUTE_MS;
      expect(await follow(store.db, box, 1, NOW, late)).toBe('expired');
      for (let times = 0; times < 3; times += 1)
        expect(await confirmAnew(store.db, LINK, evidence(late), box.enqueue, CEILING)).toBe(true);
      expect(box.kinds()).toEqual(['confirmation', 'confirmation']);
      expect(await acts(store.db, 1)).toEqual(['asked', 'asked']);
      expect(await follow(store.db, box, 1, late)).toBe('confirmed');
    });

    test('brings none to somebody who has left, who is confirmed, who is gone, or to an address that cannot be reached', async () => {
      await using store = await open();
      const box = await asked(store.db);
      const anew = (id: number) =>
        confirmAnew(store.db, { ...LINK, id }, evidence(NOW + 2 * DAY_MS), box.enqueue, CEILING);
      expect(await anew(4711)).toBe(false);
      await suppress(store.db, 'anna@example.org', 'undeliverable');
      expect(await anew(1)).toBe(false);
      await store.db.deleteFrom('suppressions').execute();
      await follow(store.db, box, 1, NOW);
      expect(await anew(1)).toBe(false);
      await leave(store.db, 1);
      expect(await anew(1)).toBe(false);
      expect(box.kinds()).toEqual(['confirmation', 'welcome']);
    });

    test('brings no sixth mail', async () => {
      await using store = await open();
      const box = outbox();
      for (let day = 0; day < 5; day += 1) await ask(store.db, box, { now: NOW + day * DAY_MS });
      expect(await confirmAnew(store.db, LINK, evidence(NOW + 6 * DAY_MS), box.enqueue, CEILING)).toBe(false);
      expect(box.kinds()).toHaveLength(5);
    });
  });

  describe('a confirmation link', () => {
    test('that was used says so, and welcomes nobody twice', async () => {
      await using store = await open();
      const box = await asked(store.db);
      await follow(store.db, box, 1, NOW);
      expect(await follow(store.db, box, 1, NOW, LATER)).toBe('already');
      expect(box.kinds()).toEqual(['confirmation', 'welcome']);
      expect(await acts(store.db, 1)).toEqual(['asked', 'confirmed']);
    });

    test('followed ten times at once confirms once', async () => {
      await using store = await open();
      const box = await asked(store.db);
      const outcomes = await Promise.all(Array.from({ length: 10 }, () => follow(store.db, box, 1, NOW)));
      expect(outcomes.filter((outcome) => outcome === 'confirmed')).toHaveLength(1);
      expect(box.kinds()).toEqual(['confirmation', 'welcome']);
    });

    test('works to the last moment of its week, and not after', async () => {
      await using store = await open();
      const box = await asked(store.db);
      const end = NOW + CONFIRM_WITHIN_MS;
      expect(await confirmable(store.db, { id: 1, issuedAt: NOW }, end + 1)).toMatchObject({
        outcome: 'expired',
      });
      expect(await follow(store.db, box, 1, NOW, end + 1)).toBe('expired');
      expect(await states(store.db)).toEqual(['anna@example.org pending']);
      expect(await confirmable(store.db, { id: 1, issuedAt: NOW }, end)).toMatchObject({ outcome: 'ready' });
      expect(await follow(store.db, box, 1, NOW, end)).toBe('confirmed');
    });

    test('for nobody is unknown', async () => {
      await using store = await open();
      expect(await follow(store.db, outbox(), 4_711, NOW)).toBe('unknown');
      expect(await confirmable(store.db, { id: 4_711, issuedAt: NOW }, NOW)).toMatchObject({
        outcome: 'unknown',
      });
    });

    test('can be looked at without changing anything', async () => {
      await using store = await open();
      await asked(store.db);
      expect(await confirmable(store.db, { id: 1, issuedAt: NOW }, LATER)).toMatchObject({
        outcome: 'ready',
      });
      expect(await states(store.db)).toEqual(['anna@example.org pending']);
      expect(await acts(store.db, 1)).toEqual(['asked']);
    });

    test('has no power after an unsubscribe', async () => {
      await using store = await open();
      const box = await asked(store.db);
      await follow(store.db, box, 1, NOW);
      await leave(store.db, 1, LATER);
      expect(await follow(store.db, box, 1, NOW, LATER)).toBe('expired');
      expect(await states(store.db)).toEqual(['anna@example.org unsubscribed']);
    });

    test('from before an unsubscribe has none either when a stranger types the address again', async () => {
      await using store = await open();
      const box = await asked(store.db);
      await follow(store.db, box, 1, NOW);
      await leave(store.db, 1, LATER);
      await ask(store.db, box, { now: LATER + MINUTE_MS });
      expect(await confirmable(store.db, { id: 1, issuedAt: NOW }, LATER + MINUTE_MS)).toMatchObject({
        outcome: 'expired',
      });
      expect(await follow(store.db, box, 1, NOW, LATER + MINUTE_MS)).toBe('expired');
      expect(await follow(store.db, box, 1, LATER + MINUTE_MS)).toBe('confirmed');
    });

    test('made in the very second of the unsubscribe works, though tokens know no milliseconds', async () => {
      await using store = await open();
      const box = await asked(store.db);
      await leave(store.db, 1, LATER + 200);
      await ask(store.db, box, { now: LATER + 700 });
      expect(await follow(store.db, box, 1, LATER, LATER + 5_000)).toBe('confirmed');
    });
  });

  describe('who left', () => {
    test('comes back by asking and confirming anew, at once if they like', async () => {
      await using store = await open();
      const box = await asked(store.db);
      await follow(store.db, box, 1, NOW);
      await leave(store.db, 1, LATER);
      await ask(store.db, box, { now: LATER, sections: ['style'] });
      expect(box.kinds()).toEqual(['confirmation', 'welcome', 'confirmation']);
      expect(await follow(store.db, box, 1, LATER)).toBe('confirmed');
      expect(await everyone(store.db)).toMatchObject([{ id: 1, state: 'active', sections: ['style'] }]);
      expect(await acts(store.db, 1)).toEqual(['asked', 'confirmed', 'unsubscribed', 'asked', 'confirmed']);
    });

    test('and was erased is a new reader, whose old suppression ends when they confirm', async () => {
      await using store = await open();
      const box = await asked(store.db);
      await follow(store.db, box, 1, NOW);
      await erase(store.db, address('anna@example.org'), LATER);
      await ask(store.db, box, { now: LATER });
      expect(await store.db.selectFrom('suppressions').selectAll().execute()).toHaveLength(1);
      const id = box.mails.at(-1)?.subscriptionId ?? 0;
      expect(id).not.toBe(1);
      expect(await follow(store.db, box, 1, NOW, LATER)).toBe('unknown');
      expect(await follow(store.db, box, id, LATER)).toBe('confirmed');
      expect(await store.db.selectFrom('suppressions').selectAll().execute()).toEqual([]);
    });
  });
});

async function asked(db: Database) {
  const box = outbox();
  await ask(db, box);
  return box;
}

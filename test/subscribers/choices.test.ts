import { describe, expect, test } from 'vitest';
import { choose, mute, pause } from '../../src/subscribers/choices.ts';
import { erase, subscriptionById } from '../../src/subscribers/subscriber-store.ts';
import { eachDatabase } from '../helpers/databases.ts';
import { add, address, NOW } from './people.ts';

const ANNA = 'anna@example.org';
const EVERY = { sections: null, frequency: 'every' } as const;

eachDatabase((open) => {
  test('sections and frequency are what was chosen last, and no section is all', async () => {
    await using store = await open();
    await add(store.db, [ANNA, 'ben@example.org'], ['royal']);
    for (let times = 0; times < 2; times += 1)
      await choose(store.db, 1, { sections: ['style', 'stars'], frequency: 'weekly' });
    expect(await subscriptionById(store.db, 1)).toMatchObject({
      sections: ['style', 'stars'],
      frequency: 'weekly',
    });
    await choose(store.db, 1, { sections: [], frequency: 'every' });
    expect(await subscriptionById(store.db, 1)).toMatchObject(EVERY);
    expect(await subscriptionById(store.db, 2)).toMatchObject({ sections: ['royal'], frequency: 'every' });
  });

  describe('what belongs to the person', () => {
    test('is a pause until a moment, in every newsletter, or none', async () => {
      await using store = await open();
      await add(store.db, [ANNA]);
      const { subscriberId = 0 } = (await subscriptionById(store.db, 1)) ?? {};
      await pause(store.db, subscriberId, NOW + 5);
      expect((await subscriptionById(store.db, 1))?.pausedUntil).toBe(NOW + 5);
      await pause(store.db, subscriberId, null);
      expect((await subscriptionById(store.db, 1))?.pausedUntil).toBeNull();
      await expect(pause(store.db, subscriberId, Number.NaN)).rejects.toThrow('no moment');
    });

    test('is what they mute: each subject once, the same in any order, gone when they are erased', async () => {
      await using store = await open();
      await add(store.db, [ANNA]);
      const { subscriberId = 0 } = (await subscriptionById(store.db, 1)) ?? {};
      await mute(store.db, subscriberId, ['illness', 'baby-loss', 'illness']);
      expect((await subscriptionById(store.db, 1))?.mutes).toEqual(['baby-loss', 'illness']);
      for (const stranger of ['Baby loss', '', '"]', 'x'.repeat(41)])
        await expect(mute(store.db, subscriberId, [stranger])).rejects.toThrow('subject');
      expect((await subscriptionById(store.db, 1))?.mutes).toEqual(['baby-loss', 'illness']);
      await erase(store.db, address(ANNA), NOW);
      for (const table of ['subscribers', 'subscriptions', 'deliveries', 'suppressions'] as const)
        expect(JSON.stringify(await store.db.selectFrom(table).selectAll().execute())).not.toContain('baby');
    });
  });
});

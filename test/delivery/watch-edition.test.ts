import { expect, test } from 'vitest';
import { watchLines } from '../../src/cli/output.ts';
import { claim } from '../../src/delivery/engine/claim.ts';
import { settle } from '../../src/delivery/engine/settle.ts';
import { editionStatus } from '../../src/delivery/progress.ts';
import { watchEdition, withoutParticulars } from '../../src/delivery/watch-edition.ts';
import { eachDatabase } from '../helpers/databases.ts';
import { frozen, NOW, verdict, worker } from './fixture.ts';

const SECOND = 1_000;

eachDatabase((open) => {
  test('a watched edition tells its rate, the time left, and what servers said, most frequent first', async () => {
    await using store = await open();
    const { id } = await frozen(store.db, 130);
    const me = worker();
    const claims = await claim(store.db, me, 120, NOW);
    const settlements = claims.map((one, n) => ({
      claim: one,
      policy: 'hold' as const,
      verdict:
        n < 5
          ? verdict('rejected', 'rcpt', `550 5.1.1 <${one.email}> unknown here`)
          : n < 8
            ? verdict('deferred', 'rcpt', `451 4.3.0 try later, id QX${n}00099AB`)
            : verdict('accepted'),
    }));
    await settle(store.db, me, settlements, NOW);
    const status = await editionStatus(store.db, id);
    const watch = await watchEdition(store.db, status, NOW + 30 * SECOND);
    // 120 in 30 seconds; 10 waiting, and 3 deferred that come up at no rate that could be seen
    expect(watch).toMatchObject({ pace: { perSecond: 4, secondsLeft: 3 }, putOff: undefined, stands: false });
    expect(watch.replies).toEqual([
      { outcome: 'rejected', reply: '550 5.1.1 … unknown here', attempts: 5 },
      { outcome: 'deferred', reply: '451 4.3.0 try later, id …', attempts: 3 },
    ]);
  });

  test('the rate of a fast edition is that of its last attempts, however short a time they took', async () => {
    await using store = await open();
    const { id } = await frozen(store.db, 2_100);
    const claims = await claim(store.db, worker(), 2_050, NOW);
    const settlements = claims.map((one) => ({
      claim: one,
      policy: 'hold' as const,
      verdict: verdict('accepted'),
    }));
    await settle(store.db, worker(), settlements, NOW);
    const watch = await watchEdition(store.db, await editionStatus(store.db, id), NOW + SECOND / 2);
    expect(watch.pace?.perSecond).toBe(4_000); // 2,000 of them, half a second ago
  });

  test('the first moments and the first few tell nothing of the rest', async () => {
    await using store = await open();
    const { id } = await frozen(store.db, 40);
    const me = worker();
    const accept = async (number: number, at: number) => {
      const claims = await claim(store.db, me, number, at);
      const accepted = claims.map((one) => ({
        claim: one,
        policy: 'hold' as const,
        verdict: verdict('accepted'),
      }));
      await settle(store.db, me, accepted, at);
    };
    const watched = async (now: number) => watchEdition(store.db, await editionStatus(store.db, id), now);
    await accept(9, NOW);
    expect(await watched(NOW + 10 * SECOND)).toMatchObject({ pace: undefined, stands: false });
    await accept(1, NOW + 10 * SECOND);
    expect(await watched(NOW + 10 * SECOND)).toMatchObject({ pace: { perSecond: 1, secondsLeft: 30 } });
    await accept(20, NOW + 40 * SECOND);
    expect(await watched(NOW + 42 * SECOND)).toMatchObject({ pace: undefined });
    // What has left lately counts, and not what left before the server woke up.
    expect(await watched(NOW + 45 * SECOND)).toMatchObject({ pace: { perSecond: 4, secondsLeft: 3 } });
  });

  test('where all that is left is deferred, people are told from attempts, and the next attempt has its moment', async () => {
    await using store = await open();
    const { id } = await frozen(store.db, 5);
    const me = worker();
    for (const at of [NOW, NOW + 3_600_000]) {
      const claims = await claim(store.db, me, 5, at);
      const put = claims.map((one, n) => ({
        claim: one,
        policy: 'hold' as const,
        verdict: n < 2 ? verdict('deferred', 'rcpt', '450 4.2.0 later') : verdict('accepted'),
      }));
      await settle(store.db, me, put, at);
    }
    const now = NOW + 3_600_000;
    const watch = await watchEdition(store.db, await editionStatus(store.db, id), now);
    expect(watch.replies).toEqual([{ outcome: 'deferred', reply: '450 4.2.0 later', attempts: 4 }]);
    expect(watch).toMatchObject({ pace: undefined, putOff: { people: 2 } });
    expect(watch.putOff?.nextAttemptAt).toBeGreaterThan(now);
    expect(watchLines(watch)).toEqual([
      expect.stringMatching(/^2 deferred, next attempt at \d\d:\d\d$/),
      '4 attempts deferred: 450 4.2.0 later',
    ]);
  });

  test('an edition that stands still has no rate and no end in sight, once it has had a minute', async () => {
    await using store = await open();
    const { id } = await frozen(store.db, 3);
    const watched = async (now: number) => watchEdition(store.db, await editionStatus(store.db, id), now);
    expect(await watched(NOW)).toEqual({
      pace: undefined,
      stands: false,
      replies: [],
      putOff: undefined,
    });
    expect(await watched(NOW + 60 * SECOND)).toEqual({
      pace: undefined,
      stands: true,
      replies: [],
      putOff: undefined,
    });
  });
});

test('codes stay in a reply, addresses and ids go', () => {
  expect(withoutParticulars('550 5.1.1 user@example.org no such user 4F2K8J1234')).toBe(
    '550 5.1.1 … no such user …',
  );
  expect(withoutParticulars('421 4.7.28 [TSS04] Messages temporarily deferred')).toBe(
    '421 4.7.28 [TSS04] Messages temporarily deferred',
  );
});

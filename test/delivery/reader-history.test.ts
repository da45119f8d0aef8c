import { expect, test } from 'vitest';
import { claim } from '../../src/delivery/engine/claim.ts';
import { settle } from '../../src/delivery/engine/settle.ts';
import { readerHistory } from '../../src/delivery/reader-history.ts';
import { eachDatabase } from '../helpers/databases.ts';
import { emails, frozen, NOW, verdict, worker } from './fixture.ts';

eachDatabase((open) => {
  test('what one person agreed to, was sent, and what the server answered, and nobody else’s', async () => {
    await using store = await open();
    const { id } = await frozen(store.db, 3);
    const me = worker();
    const claims = await claim(store.db, me, 3, NOW);
    const answers = claims.map((one, n) => ({
      claim: one,
      policy: 'hold' as const,
      verdict: verdict('rejected', 'rcpt', `550 5.1.1 reader ${n} unknown`),
    }));
    await settle(store.db, me, answers, NOW);
    const [first] = claims;
    const history = await readerHistory(store.db, first?.email ?? emails(1)[0] ?? ('' as never));
    expect(history?.subscriptions).toEqual([
      {
        publicId: first?.subscriptionPublicId,
        newsletterId: 'daily',
        state: 'active',
        sections: null,
        frequency: 'every',
        createdAt: expect.any(Number),
        confirmedAt: expect.any(Number),
        unsubscribedAt: null,
        leftBecause: null,
      },
    ]);
    expect(history).toMatchObject({ email: first?.email, pausedUntil: null, mutes: [], suppression: null });
    expect(history?.deliveries).toMatchObject([
      {
        publicId: first?.publicId,
        kind: 'edition',
        editionId: id,
        state: 'rejected',
        attempts: [{ at: NOW, outcome: 'rejected', reply: '550 5.1.1 reader 0 unknown' }],
      },
    ]);
  });

  test('somebody who was never here has no history', async () => {
    await using store = await open();
    const [stranger] = emails(1, 'nowhere.example');
    if (!stranger) throw new Error('an address was made');
    expect(await readerHistory(store.db, stranger)).toBeUndefined();
  });
});

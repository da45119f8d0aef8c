import { expect, test } from 'vitest';
import { freezeAudience } from '../../../src/delivery/audience/audience.ts';
import { claim } from '../../../src/delivery/engine/claim.ts';
import { settle } from '../../../src/delivery/engine/settle.ts';
import { enqueue } from '../../../src/delivery/ledger.ts';
import { readerHistory } from '../../../src/delivery/reader-history.ts';
import { verdictOfReply } from '../../../src/transport/reply.ts';
import { eachDatabase } from '../../helpers/databases.ts';
import { ScriptedServer } from '../../helpers/smtp-server.ts';
import { address } from '../../mail/sample.ts';
import { add, importCsv } from '../../subscribers/people.ts';
import {
  addActive,
  deliveries,
  draft,
  emails,
  frozen,
  NOW,
  SLOT,
  subscriptionId,
  worker,
} from '../fixture.ts';
import { runEngine, settled } from './run-engine.ts';

const NEXT = SLOT + 86_400_000;
const [GONE = address('x@readers.example'), FULL = GONE, THERE = GONE] = emails(3);

function suppressions(db: Parameters<typeof deliveries>[0]) {
  return db.selectFrom('suppressions').select(['reason', 'at']).execute();
}

eachDatabase((open) => {
  test('an address that a server calls unknown gets no further edition, and the ledger says why', async () => {
    await using store = await open();
    await using server = await ScriptedServer.start({
      rcpt: ({ to }) => {
        if (to === GONE) return { reply: `550 5.1.1 <${to}>: Recipient address rejected: User unknown` };
        return to === FULL ? { reply: '552 5.2.2 over quota' } : 'accept';
      },
    });
    const { id } = await frozen(store.db, 3);
    await using _ = runEngine(store.db, server);
    expect(await settled(store.db, id)).toMatchObject({ deliveries: { accepted: 1, rejected: 2 } });
    expect(await suppressions(store.db)).toMatchObject([{ reason: 'undeliverable' }]);
    expect(await readerHistory(store.db, GONE)).toMatchObject({
      suppression: { reason: 'undeliverable' },
      subscriptions: [{ state: 'active' }],
    });

    const next = await draft(store.db, { slot: NEXT });
    await freezeAudience(store.db, next, NOW);
    expect(await settled(store.db, next.id)).toMatchObject({
      prepared: 2,
      excluded: { undeliverable: 1 },
      balanced: true,
    });
    expect(server.lines.filter((line) => line.includes(GONE))).toHaveLength(1);
    expect(server.copiesOf(THERE)).toHaveLength(2);
  });

  test('what waits for it already, in another edition, is cancelled with that reason', async () => {
    await using store = await open();
    await frozen(store.db, 1);
    const [first] = await claim(store.db, worker(), 1, NOW);
    const other = await draft(store.db, { slot: NEXT });
    await freezeAudience(store.db, other, NOW);
    await settle(store.db, worker(), [bounced(first)], NOW);
    expect(await claim(store.db, worker(), 5, NOW)).toEqual([]);
    expect((await deliveries(store.db)).map(({ state, detail }) => [state, detail])).toEqual([
      ['rejected', '550 5.1.1 no such user'],
      ['cancelled', 'undeliverable'],
    ]);
  });

  test('a verdict of a worker that lost its claim suppresses nobody', async () => {
    await using store = await open();
    await frozen(store.db, 1);
    const [first] = await claim(store.db, worker(), 1, NOW);
    expect(await settle(store.db, worker('other'), [bounced(first)], NOW)).toEqual([false]);
    expect(await suppressions(store.db)).toEqual([]);
  });

  test('a confirmation that comes back suppresses as an edition does', async () => {
    await using store = await open();
    await addActive(store.db, [GONE]);
    await store.db.updateTable('subscriptions').set({ state: 'pending' }).execute();
    await enqueue(store.db, await subscriptionId(store.db, GONE), 'confirmation', NOW);
    const [asked] = await claim(store.db, worker(), 1, NOW);
    await settle(store.db, worker(), [bounced(asked)], NOW);
    expect(await suppressions(store.db)).toEqual([{ reason: 'undeliverable', at: NOW }]);
  });

  test('importing the address does not let it in again', async () => {
    await using store = await open();
    await frozen(store.db, 1);
    const [first] = await claim(store.db, worker(), 1, NOW);
    await settle(store.db, worker(), [bounced(first)], NOW);
    await importCsv(store.db, `email\n${GONE}\n`);
    expect(await add(store.db, [GONE])).toMatchObject({ added: 0 });
    expect(await suppressions(store.db)).toHaveLength(1);
  });
});

function bounced(claimed: Awaited<ReturnType<typeof claim>>[number] | undefined) {
  if (!claimed) throw new Error('nothing was claimed');
  const verdict = verdictOfReply('rcpt', 550, '550 5.1.1 no such user');
  return { claim: claimed, verdict, policy: 'resend' as const };
}

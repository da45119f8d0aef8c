import { expect, test } from 'vitest';
import { claim } from '../../src/delivery/engine/claim.ts';
import { findOrphans } from '../../src/delivery/engine/orphans.ts';
import { settle } from '../../src/delivery/engine/settle.ts';
import { finishEditions } from '../../src/delivery/ledger.ts';
import { describeLedger, editionStatus } from '../../src/delivery/progress.ts';
import { readerHistory } from '../../src/delivery/reader-history.ts';
import { enqueueStudio } from '../../src/delivery/studio-ledger.ts';
import type { EditionTable, StudioMail } from '../../src/storage/schema/schema.ts';
import { emailHash } from '../../src/subscribers/subscriber.ts';
import { erase } from '../../src/subscribers/subscriber-store.ts';
import { eachDatabase } from '../helpers/databases.ts';
import { address } from '../mail/sample.ts';
import { deliveries, draft, emails, frozen, NOW, settlement, worker } from './fixture.ts';

const EDITOR = address('anna@desk.example');

eachDatabase((open) => {
  test('mail to an editor overtakes an edition, knows its newsletter, and counts in no ledger', async () => {
    await using store = await open();
    const { id } = await frozen(store.db, 2);
    await enqueueStudio(store.db, { kind: 'test', to: EDITOR, regards: id, now: NOW, mail: 'packed' });
    const [first, ...others] = await claim(store.db, worker(), 9, NOW);
    expect(first).toMatchObject({
      kind: 'test',
      email: EDITOR,
      regards: id,
      newsletterId: 'daily',
      editionId: null,
      variantId: null,
      subscriptionId: 0,
      name: '',
      language: null,
    });
    expect(others).toHaveLength(2);
    const status = await editionStatus(store.db, id);
    expect(describeLedger(status)).toBe('candidates 2 = prepared 2 (claimed 2) + excluded 0');
    await settle(
      store.db,
      worker(),
      others.map((one) => settlement(one, 'accepted')),
      NOW,
    );
    expect(await finishEditions(store.db, NOW)).toEqual([id]);
  });

  test.each([
    ['draft-ready', 'draft', true],
    ['draft-ready', 'frozen', false],
    ['draft-ready', 'missed', false],
    ['draft-reminder', 'draft', true],
    ['draft-reminder', 'skipped', false],
    ['draft-missed', 'draft', true],
    ['draft-missed', 'missed', true],
    ['draft-missed', 'finished', false],
    ['test', 'draft', true],
    ['test', 'cancelled', true],
  ] as const satisfies readonly [StudioMail, EditionTable['state'], boolean][])(
    'a %s of an edition that is %s by now is sent: %s',
    async (kind, state, sent) => {
      await using store = await open();
      const { id } = await draft(store.db);
      await enqueueStudio(store.db, { kind, to: EDITOR, regards: id, now: NOW });
      await store.db.updateTable('editions').set({ state }).execute();
      expect(await claim(store.db, worker(), 9, NOW)).toHaveLength(sent ? 1 : 0);
      const [row] = await deliveries(store.db);
      expect(row?.detail).toBe(sent ? null : 'the edition is no draft any more');
    },
  );

  test('word of an edition that is not there is cancelled, and so is mail to an address that gets none', async () => {
    await using store = await open();
    const { id } = await draft(store.db);
    const mail = { kind: 'draft-ready' as const, to: EDITOR, regards: id, now: NOW };
    await enqueueStudio(store.db, { ...mail, regards: 'daily-20200101T0000Z' });
    await enqueueStudio(store.db, { ...mail, to: address('ben@desk.example') });
    await store.db
      .insertInto('suppressions')
      .values({ email_hash: emailHash('ben@desk.example'), reason: 'undeliverable', at: NOW })
      .execute();
    expect(await claim(store.db, worker(), 9, NOW)).toEqual([]);
    expect(await deliveries(store.db)).toMatchObject([
      { state: 'cancelled', detail: 'its edition is gone' },
      { state: 'cancelled', detail: 'undeliverable' },
    ]);
  });

  test('who asks to be forgotten is forgotten as an editor too', async () => {
    await using store = await open();
    const { id } = await draft(store.db);
    await enqueueStudio(store.db, { kind: 'draft-ready', to: EDITOR, regards: id, now: NOW });
    await erase(store.db, EDITOR, NOW);
    expect(await claim(store.db, worker(), 9, NOW)).toEqual([]);
    expect(await deliveries(store.db)).toMatchObject([{ email: 'erased', state: 'cancelled' }]);
  });

  test('what a dead process held of it is found with its newsletter', async () => {
    await using store = await open();
    const { id } = await draft(store.db);
    await enqueueStudio(store.db, { kind: 'draft-ready', to: EDITOR, regards: id, now: NOW });
    await claim(store.db, worker('dead'), 1, NOW);
    expect(await findOrphans(store.db, worker('me'), () => true, NOW)).toMatchObject([
      { kind: 'draft-ready', newsletterId: 'daily', regards: id, subscriptionId: 0 },
    ]);
  });

  test('a reader who is an editor too finds both in what is kept about them, and nobody else’s', async () => {
    await using store = await open();
    const { id } = await frozen(store.db, 2);
    const [both = EDITOR] = emails(1);
    await enqueueStudio(store.db, { kind: 'test', to: both, regards: id, now: NOW });
    await enqueueStudio(store.db, { kind: 'test', to: EDITOR, regards: id, now: NOW });
    const history = await readerHistory(store.db, both);
    expect(history?.deliveries.map(({ kind, email }) => [kind, email])).toEqual([
      ['edition', both],
      ['test', both],
    ]);
  });
});

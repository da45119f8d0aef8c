import { expect, test } from 'vitest';
import { countAudience, freezeAudience } from '../../../src/delivery/audience/audience.ts';
import { claim } from '../../../src/delivery/engine/claim.ts';
import { editionStatus } from '../../../src/delivery/progress.ts';
import { saveDraft } from '../../../src/editions/store/edition-store.ts';
import type { Database } from '../../../src/storage/schema/schema.ts';
import { emailHash } from '../../../src/subscribers/subscriber.ts';
import { unsubscribe } from '../../../src/subscribers/subscriber-store.ts';
import { eachDatabase, openPostgres } from '../../helpers/databases.ts';
import { address, story } from '../../mail/sample.ts';
import {
  addActive,
  deliveries,
  draft,
  emails,
  NOW,
  SLOT,
  states,
  subscriptionId,
  worker,
} from '../fixture.ts';
import { runInProcesses } from '../processes.ts';

const STORIES = [
  story(0),
  story(1, { sectionId: 'royals' }),
  story(2, { sectionId: 'style' }),
  story(3, { sectionId: 'style' }),
];

eachDatabase((open) => {
  test('everyone subscribed is prepared or left out for a reason, and the numbers add up', async () => {
    await using store = await open();
    const edition = await mixedAudience(store.db);
    const counted = await countAudience(store.db, edition, NOW);
    const audience = await freezeAudience(store.db, edition, NOW);
    expect(audience).toEqual({ candidates: 9, prepared: 4, excluded: 5 });
    const { reasons, ...numbers } = counted;
    expect(numbers).toEqual(audience);
    expect(reasons).toMatchObject({ paused: 1, complained: 1, unsubscribed: 1, 'not confirmed': 1 });
    expect(await editionStatus(store.db, edition.id)).toMatchObject({
      state: 'frozen',
      candidates: 9,
      prepared: 4,
      excluded: {
        'not confirmed': 1,
        'nothing in what they chose': 1,
        paused: 1,
        complained: 1,
        unsubscribed: 1,
      },
      balanced: true,
    });
  });

  test('counting an audience writes nothing', async () => {
    await using store = await open();
    const edition = await mixedAudience(store.db);
    await countAudience(store.db, edition, NOW);
    expect(await deliveries(store.db)).toEqual([]);
    expect(await editionStatus(store.db, edition.id)).toMatchObject({ state: 'draft', candidates: null });
  });

  test('readers of the same stories share a variant, and each choice has one', async () => {
    await using store = await open();
    await addActive(store.db, emails(600, 'all.example'));
    await addActive(store.db, emails(600, 'royals.example'), ['royals']);
    await addActive(store.db, emails(3, 'style.example'), ['style', 'gone']);
    await addActive(store.db, emails(2, 'both.example'), ['style', 'royals']);
    await freezeAudience(store.db, await draft(store.db, { stories: STORIES }), NOW);
    const variants = await store.db
      .selectFrom('variants')
      .innerJoin('deliveries', 'variant_id', 'variants.id')
      .select(['selection', (row) => row.fn.countAll().as('n')])
      .groupBy('selection')
      .orderBy('selection')
      .execute();
    expect(variants.map(({ selection, n }) => [selection, Number(n)])).toEqual([
      ['0000000000000003', 600],
      ['000000000000000c', 3],
      ['000000000000000f', 602],
    ]);
  });

  test('deliveries fall due in the order of their variants, so that readers of one mail follow each other', async () => {
    await using store = await open();
    for (let n = 0; n < 6; n += 1)
      await addActive(store.db, emails(1, `${n}.example`), n % 2 ? ['royals'] : ['style']);
    await freezeAudience(store.db, await draft(store.db, { stories: STORIES }), NOW);
    const order: (number | null)[] = [];
    for (let n = 0; n < 6; n += 1)
      order.push(...(await claim(store.db, worker(), 1, NOW)).map(({ variantId }) => variantId));
    expect(order).toEqual(order.toSorted());
    expect(new Set(order).size).toBe(2);
    expect(order).toHaveLength(6);
  });

  test('an edition is frozen once, and who comes later gets the next', async () => {
    await using store = await open();
    await addActive(store.db, emails(3));
    const edition = await draft(store.db);
    expect(await freezeAudience(store.db, edition, NOW)).toMatchObject({ prepared: 3 });
    const before = await deliveries(store.db);
    await addActive(store.db, emails(5));
    expect(await freezeAudience(store.db, edition, NOW + 1)).toBeUndefined();
    expect(await deliveries(store.db)).toEqual(before);
  });

  test('an edition that is not there, empty or missed has no audience', async () => {
    await using store = await open();
    await addActive(store.db, emails(1));
    const edition = { id: 'daily-20261122T0700Z', newsletterId: 'daily', slot: SLOT };
    expect(await freezeAudience(store.db, edition, NOW)).toBeUndefined();
    const kept = {
      newsletterId: 'daily',
      slot: SLOT,
      asOf: SLOT,
      composedAt: SLOT,
      reason: { code: 'nothing-new', articles: 3 } as const,
    };
    await saveDraft(store.db, { ...kept, content: undefined });
    expect(await freezeAudience(store.db, edition, NOW)).toBeUndefined();
    expect(await deliveries(store.db)).toEqual([]);
  });

  test('a freeze that fails on the way leaves nothing behind, and the next one does it all', async () => {
    await using store = await open();
    await addActive(store.db, emails(700));
    const edition = await draft(store.db);
    const last = await subscriptionId(store.db, 'reader-00699@readers.example');
    const setSections = (sections: string | null) =>
      store.db.updateTable('subscriptions').set({ sections }).where('id', '=', last).execute();
    await setSections('["cut off');
    await expect(freezeAudience(store.db, edition, NOW)).rejects.toThrow('JSON');
    for (const table of ['deliveries', 'variants', 'exclusions'] as const)
      expect(await store.db.selectFrom(table).selectAll().execute(), table).toEqual([]);
    expect(await editionStatus(store.db, edition.id)).toMatchObject({ state: 'draft', candidates: null });
    await setSections(null);
    expect(await freezeAudience(store.db, edition, NOW)).toMatchObject({ candidates: 700, prepared: 700 });
  });

  test('what is frozen is the draft as it stands, though the caller read an earlier one', async () => {
    await using store = await open();
    await addActive(store.db, emails(1), ['style']);
    const earlier = await draft(store.db, { stories: [story(0, { sectionId: 'style' })] });
    await draft(store.db, { stories: STORIES });
    await freezeAudience(store.db, earlier, NOW);
    const { selection } = await store.db.selectFrom('variants').select('selection').executeTakeFirstOrThrow();
    expect(selection).toBe('000000000000000c');
  });

  test('two newsletters do not share their readers', async () => {
    await using store = await open();
    await addActive(store.db, emails(2));
    const kept = { slot: SLOT, asOf: SLOT, composedAt: SLOT, reason: null };
    const { content } = await draft(store.db);
    const weekly = await saveDraft(store.db, { newsletterId: 'weekly', content, ...kept });
    expect(await freezeAudience(store.db, weekly, NOW)).toEqual({ candidates: 0, prepared: 0, excluded: 0 });
    expect(await states(store.db)).toEqual([]);
  });
});

test('two processes that freeze at once freeze once', async () => {
  await using store = await openPostgres();
  await addActive(store.db, emails(2_000));
  const edition = await draft(store.db);
  const answers = await runInProcesses(
    2,
    `const { openDatabase } = await load('storage/database.ts');
     const { freezeAudience } = await load('delivery/audience/audience.ts');
     const db = await openDatabase(${JSON.stringify(store.url)});
     await ready();
     const audience = await freezeAudience(db, ${JSON.stringify(edition)}, ${NOW});
     await db.destroy();
     say(audience ?? null);`,
  );
  expect(answers.filter((answer) => answer !== null)).toEqual([
    { candidates: 2_000, prepared: 2_000, excluded: 0 },
  ]);
  expect(await editionStatus(store.db, edition.id)).toMatchObject({ prepared: 2_000, balanced: true });
});

/** Nine subscriptions: four get the edition, one is left out for each of the five reasons. */
async function mixedAudience(db: Database) {
  const [pending, left, paused, suppressed] = emails(8) as string[];
  await addActive(db, emails(8));
  await addActive(db, [address('elsewhere@readers.example')], ['gardening']);
  await db
    .updateTable('subscriptions')
    .set({ state: 'pending' })
    .where('id', '=', await subscriptionId(db, pending ?? ''))
    .execute();
  await unsubscribe(db, await subscriptionId(db, left ?? ''), { origin: 'mail', wording: 'Leave', now: NOW });
  await db
    .updateTable('subscribers')
    .set({ paused_until: NOW + 1 })
    .where('email', '=', paused ?? '')
    .execute();
  await db
    .insertInto('suppressions')
    .values({ email_hash: emailHash((suppressed ?? '').toUpperCase()), reason: 'complained', at: NOW })
    .execute();
  return draft(db, { stories: STORIES });
}

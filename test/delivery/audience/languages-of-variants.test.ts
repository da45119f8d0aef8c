import { expect, test } from 'vitest';
import { freezeAudience } from '../../../src/delivery/audience/audience.ts';
import { reselect } from '../../../src/delivery/audience/reselect.ts';
import type { Speaks } from '../../../src/delivery/audience/variants.ts';
import { claim } from '../../../src/delivery/engine/claim.ts';
import type { Database } from '../../../src/storage/schema/schema.ts';
import { eachDatabase } from '../../helpers/databases.ts';
import { story } from '../../mail/sample.ts';
import { addActive, draft, emails, NOW, worker } from '../fixture.ts';

const STORIES = [story(0), story(1, { sectionId: 'style', tags: ['illness'] })];

/** German and French it knows; all else is the edition's own. */
const speaks: Speaks = ({ content }, chosen) =>
  chosen !== content.language && ['de', 'fr'].includes(chosen ?? '') ? (chosen ?? '') : '';

async function choose(db: Database, changes: Readonly<Record<string, string | null>>): Promise<void> {
  for (const [email, language] of Object.entries(changes))
    await db.updateTable('subscribers').set({ language }).where('email', '=', email).execute();
}

/** Who gets which selection in which language, in the order of their subscriptions. */
function variants(db: Database) {
  return db
    .selectFrom('deliveries')
    .innerJoin('variants', 'variants.id', 'variant_id')
    .select(['variants.id', 'selection', 'language'])
    .orderBy('subscription_id')
    .execute();
}

eachDatabase((open) => {
  const [anna = '', ben = '', cleo = '', dora = '', emil = ''] = emails(5);

  test('readers of one selection share a variant for each language they chose, no more', async () => {
    await using store = await open();
    await addActive(store.db, emails(5));
    await choose(store.db, { [ben]: 'de', [cleo]: 'de', [dora]: 'en', [emil]: 'fi' });
    const edition = await draft(store.db, { stories: STORIES });
    expect(await freezeAudience(store.db, edition, NOW, { speaks })).toMatchObject({ prepared: 5 });
    const rows = await variants(store.db);
    expect(rows.map(({ language }) => language)).toEqual(['', 'de', 'de', '', '']);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(2);
    expect(new Set(rows.map(({ selection }) => selection)).size).toBe(1);
  });

  test('without a way of knowing, all get the edition in its own language', async () => {
    await using store = await open();
    await addActive(store.db, emails(2));
    await choose(store.db, { [ben]: 'de' });
    await freezeAudience(store.db, await draft(store.db, { stories: STORIES }), NOW);
    expect((await variants(store.db)).map(({ language }) => language)).toEqual(['', '']);
  });

  test('who chooses another language, or less, while an edition goes out has both in what has not left', async () => {
    await using store = await open();
    await addActive(store.db, emails(3));
    await choose(store.db, { [cleo]: 'fr' });
    const edition = await draft(store.db, { stories: STORIES });
    await freezeAudience(store.db, edition, NOW, { speaks });
    const [first] = await claim(store.db, worker(), 1, NOW);
    expect(first?.email).toBe(anna);
    await choose(store.db, { [anna]: 'de', [ben]: 'de', [cleo]: null });
    await store.db
      .updateTable('subscribers')
      .set({ mutes: '["illness"]' })
      .where('email', '=', cleo)
      .execute();
    for (const id of [1, 2, 3]) await reselect(store.db, id, NOW, speaks);
    const rows = await variants(store.db);
    expect(rows.map(({ selection, language }) => [selection, language])).toEqual([
      ['0000000000000003', ''],
      ['0000000000000003', 'de'],
      ['0000000000000001', ''],
    ]);
  });

  test('nothing is changed for who chose nothing new', async () => {
    await using store = await open();
    await addActive(store.db, emails(1));
    await choose(store.db, { [anna]: 'de' });
    await freezeAudience(store.db, await draft(store.db, { stories: STORIES }), NOW, { speaks });
    const before = await variants(store.db);
    await reselect(store.db, 1, NOW, speaks);
    expect(await variants(store.db)).toEqual(before);
    expect(await store.db.selectFrom('variants').selectAll().execute()).toHaveLength(1);
  });
});

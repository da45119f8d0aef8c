import { expect, test } from 'vitest';
import type { CollectedArticle } from '../../../src/articles/article.ts';
import { saveArticles } from '../../../src/articles/sources/save-articles.ts';
import { countAudience, freezeAudience } from '../../../src/delivery/audience/audience.ts';
import { reselect } from '../../../src/delivery/audience/reselect.ts';
import type { Edition, EditionStory } from '../../../src/editions/edition.ts';
import { saveDraft } from '../../../src/editions/store/edition-store.ts';
import { withContent } from '../../../src/editions/store/kept-edition.ts';
import type { Database } from '../../../src/storage/schema/schema.ts';
import { addReaders } from '../../../src/subscribers/add-readers.ts';
import { eachDatabase } from '../../helpers/databases.ts';
import { address, story } from '../../mail/sample.ts';
import { news } from '../../publishing/press.ts';
import { NOW, SLOT } from '../fixture.ts';

const DAY = 86_400_000;
const ANNA = 'anna@readers.example';
const BEN = 'ben@readers.example';

eachDatabase((open) => {
  test('a story that reached a reader through one newsletter is not in their other one', async () => {
    await using store = await open();
    await articles(store.db, 4);
    await subscribe(store.db, 'daily', [ANNA]);
    await subscribe(store.db, 'weekend', [ANNA, BEN]);
    await send(store.db, 'daily', SLOT, [1, 2]);
    await send(store.db, 'weekend', SLOT + DAY, [2, 3, 1, 4]);
    expect(await stories(store.db, ANNA, 'weekend')).toEqual([3, 4]);
    expect(await stories(store.db, BEN, 'weekend')).toEqual([2, 3, 1, 4]);
  });

  test('it is the story that counts, whichever article tells it, and its chapter', async () => {
    await using store = await open();
    await articles(store.db, 4);
    // 2 tells what 1 told; 3 tells what happened next.
    await store.db.updateTable('articles').set({ story_id: 1 }).where('id', 'in', [1, 2, 3]).execute();
    await store.db.updateTable('articles').set({ chapter: 1 }).where('id', '=', 3).execute();
    await subscribe(store.db, 'daily', [ANNA]);
    await subscribe(store.db, 'weekend', [ANNA]);
    await send(store.db, 'daily', SLOT, [1]);
    await send(store.db, 'weekend', SLOT + DAY, [2, 3, 4]);
    expect(await stories(store.db, ANNA, 'weekend')).toEqual([3, 4]);
    await send(store.db, 'daily', SLOT + 2 * DAY, [1, 3]);
    expect(await stories(store.db, ANNA, 'daily', SLOT + 2 * DAY)).toEqual([]);
  });

  test('a merge by an editor counts for what was sent before it', async () => {
    await using store = await open();
    await articles(store.db, 3);
    await subscribe(store.db, 'daily', [ANNA]);
    await send(store.db, 'daily', SLOT, [1]);
    await store.db.updateTable('articles').set({ story_id: 1 }).where('id', '=', 2).execute();
    await send(store.db, 'daily', SLOT + DAY, [2, 3]);
    expect(await stories(store.db, ANNA, 'daily', SLOT + DAY)).toEqual([3]);
  });

  test('what a server refused or an operator cancelled reached nobody, and may come again', async () => {
    await using store = await open();
    await articles(store.db, 2);
    await subscribe(store.db, 'daily', [ANNA, BEN]);
    await send(store.db, 'daily', SLOT, [1]);
    await store.db.updateTable('deliveries').set({ state: 'rejected' }).where('email', '=', ANNA).execute();
    await store.db.updateTable('deliveries').set({ state: 'uncertain' }).where('email', '=', BEN).execute();
    await send(store.db, 'daily', SLOT + DAY, [1, 2]);
    expect(await stories(store.db, ANNA, 'daily', SLOT + DAY)).toEqual([1, 2]);
    expect(await stories(store.db, BEN, 'daily', SLOT + DAY)).toEqual([2]);
  });

  test('who had everything is left out, and the ledger says why; counting says the same', async () => {
    await using store = await open();
    await articles(store.db, 2);
    await subscribe(store.db, 'daily', [ANNA]);
    await subscribe(store.db, 'weekend', [ANNA, BEN]);
    await send(store.db, 'daily', SLOT, [1, 2]);
    const edition = await draft(store.db, 'weekend', SLOT, [1, 2]);
    const counted = await countAudience(store.db, edition, NOW);
    const numbers = { candidates: 2, prepared: 1, excluded: 1 };
    expect(await freezeAudience(store.db, edition, NOW)).toEqual(numbers);
    expect(counted).toEqual({ ...numbers, reasons: { 'nothing they have not had': 1 } });
    expect(await store.db.selectFrom('exclusions').select('reason').execute()).toEqual([
      { reason: 'nothing they have not had' },
    ]);
  });

  test('those who want one a week get it when the week ends, without what they had', async () => {
    await using store = await open();
    await articles(store.db, 4);
    await subscribe(store.db, 'daily', [ANNA, BEN]);
    await store.db.updateTable('subscriptions').set({ frequency: 'weekly' }).where('id', '=', 1).execute();
    await send(store.db, 'daily', SLOT, [1, 2]);
    expect(await store.db.selectFrom('exclusions').select('reason').execute()).toEqual([
      { reason: 'weekly reader, not due today' },
    ]);
    const week = [
      story(0, { articleId: 3 }),
      ...[1, 2].map((id) => story(id, { articleId: id, earlier: true })),
    ];
    await send(store.db, 'daily', SLOT + DAY, week, { best: [1, 0, 2], most: 2 });
    expect(await stories(store.db, ANNA, 'daily', SLOT + DAY)).toEqual([3, 1]);
    expect(await stories(store.db, BEN, 'daily', SLOT + DAY)).toEqual([3]);
  });

  test('a subject muted while an edition goes out is gone from what has not left', async () => {
    await using store = await open();
    await articles(store.db, 3);
    await subscribe(store.db, 'daily', [ANNA, BEN]);
    await send(store.db, 'daily', SLOT, [
      story(0, { articleId: 1 }),
      story(1, { articleId: 2, tags: ['illness'] }),
    ]);
    await send(store.db, 'daily', SLOT + DAY, [story(0, { articleId: 3, tags: ['illness'] })]);
    await store.db
      .updateTable('subscribers')
      .set({ mutes: '["illness"]' })
      .where('email', '=', ANNA)
      .execute();
    await reselect(store.db, 1, NOW);
    await reselect(store.db, 2, NOW);
    expect(await stories(store.db, ANNA, 'daily', SLOT)).toEqual([1]);
    expect(await stories(store.db, BEN, 'daily', SLOT)).toEqual([1, 2]);
    const states = await store.db
      .selectFrom('deliveries')
      .select(['email', 'state', 'detail'])
      .where('edition_id', '=', 'daily-20261123T0700Z')
      .orderBy('email')
      .execute();
    expect(states).toEqual([
      { email: ANNA, state: 'cancelled', detail: 'nothing in what they chose' },
      { email: BEN, state: 'waiting', detail: null },
    ]);
  });
});

/** Articles 1 to `count`, each a story of its own. */
async function articles(db: Database, count: number): Promise<void> {
  const offered: CollectedArticle[] = Array.from({ length: count }, (_, n) => news(n, SLOT));
  await saveArticles(db, 'desk', offered, SLOT);
  await db
    .updateTable('articles')
    .set(({ ref }) => ({ story_id: ref('id'), chapter: 0 }))
    .execute();
}

async function subscribe(db: Database, newsletterId: string, emails: readonly string[]): Promise<void> {
  const readers = emails.map((email) => ({ email: address(email), name: '', sections: null }));
  await addReaders(db, readers, { newsletterId, origin: 'test', now: NOW });
}

async function draft(
  db: Database,
  newsletterId: string,
  slot: number,
  told: readonly number[] | readonly EditionStory[],
  weekly?: NonNullable<Edition['content']['weekly']>,
): Promise<Edition> {
  const content = {
    title: newsletterId,
    language: 'en',
    sections: [{ id: 'royals', title: 'Royals' }],
    stories: told.map((one, bit) => (typeof one === 'number' ? story(bit, { articleId: one }) : one)),
    ...(weekly && { weekly }),
  };
  const kept = { newsletterId, slot, asOf: slot, composedAt: slot, content, reason: null };
  return withContent(await saveDraft(db, kept));
}

async function send(...edition: Parameters<typeof draft>): Promise<void> {
  await freezeAudience(edition[0], await draft(...edition), NOW);
}

/** The articles of the last edition of a newsletter that was prepared for an address; of one slot when it is given. */
async function stories(db: Database, email: string, newsletterId: string, slot?: number): Promise<number[]> {
  const row = await db
    .selectFrom('deliveries')
    .innerJoin('editions', 'editions.id', 'deliveries.edition_id')
    .innerJoin('variants', 'variants.id', 'variant_id')
    .select(['selection', 'content', 'slot'])
    .where('email', '=', email)
    .where('newsletter_id', '=', newsletterId)
    .$if(slot !== undefined, (query) => query.where('slot', '=', slot ?? 0))
    .orderBy('slot', 'desc')
    .executeTakeFirst();
  const bits = BigInt(`0x${row?.selection ?? '0'}`);
  const told: readonly EditionStory[] = row ? JSON.parse(row.content ?? '').stories : [];
  return told.filter(({ bit }) => (bits >> BigInt(bit)) & 1n).map(({ articleId }) => articleId);
}

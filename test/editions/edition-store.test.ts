import { expect, test } from 'vitest';
import { saveArticles } from '../../src/articles/sources/save-articles.ts';
import {
  findEdition,
  latestEdition,
  type NewEdition,
  saveDraft,
} from '../../src/editions/store/edition-store.ts';
import { withContent } from '../../src/editions/store/kept-edition.ts';
import { sentEditions } from '../../src/editions/store/sent-editions.ts';
import { recordMissed } from '../../src/editions/store/slot-store.ts';
import { previousEdition, toldStories } from '../../src/editions/store/told-before.ts';
import type { Database, EditionTable } from '../../src/storage/schema/schema.ts';
import { eachDatabase } from '../helpers/databases.ts';
import { edition, story } from '../mail/sample.ts';
import { news } from '../publishing/press.ts';

const DAY = 86_400_000;
const SLOT = Date.UTC(2026, 10, 22, 7);

const NOTHING_NEW = { code: 'nothing-new', articles: 3 } as const;
const NOTHING_RAN = { code: 'nothing-ran' } as const;

function draftOf(storyIds: readonly number[], changes: Partial<NewEdition> = {}): NewEdition {
  const stories = storyIds.map((storyId, bit) => story(bit, { storyId, articleId: storyId }));
  return {
    newsletterId: 'daily',
    slot: SLOT,
    asOf: SLOT + 1,
    composedAt: SLOT + 2,
    content: stories.length > 0 ? edition(stories).content : undefined,
    reason: stories.length > 0 ? null : NOTHING_NEW,
    ...changes,
  };
}

eachDatabase((open) => {
  test('a draft is kept with its stories, and composing it anew replaces both', async () => {
    await using store = await open();
    const first = await saveDraft(store.db, draftOf([1, 2, 3]));
    expect(first).toMatchObject({ id: 'daily-20261122T0700Z', state: 'draft', reason: null });
    const second = await saveDraft(store.db, draftOf([4], { asOf: SLOT + 9 }));
    expect(second.content).toEqual(draftOf([4]).content);
    expect(await findEdition(store.db, first.id)).toEqual(second);
    expect(await storyRows(store.db)).toEqual([[0, 4]]);
    expect(await store.db.selectFrom('editions').selectAll().execute()).toHaveLength(1);
  });

  test.each(['frozen', 'finished', 'cancelled'] as const)(
    'an edition that is %s is never touched',
    async (state) => {
      await using store = await open();
      const { id } = await saveDraft(store.db, draftOf([1, 2]));
      await setState(store.db, id, state);
      const before = await store.db.selectFrom('editions').selectAll().execute();
      expect(await saveDraft(store.db, draftOf([3], { asOf: SLOT + 9 }))).toMatchObject({ id, state });
      expect(await saveDraft(store.db, draftOf([]))).toMatchObject({ id, state });
      expect(await store.db.selectFrom('editions').selectAll().execute()).toEqual(before);
      expect(await storyRows(store.db)).toEqual([
        [0, 1],
        [1, 2],
      ]);
    },
  );

  test('a draft on the editors’ desk is not composed anew', async () => {
    await using store = await open();
    const onDesk = await saveDraft(store.db, draftOf([1, 2], { deskSince: SLOT - DAY }));
    expect(await saveDraft(store.db, draftOf([3]))).toEqual(onDesk);
    expect(await storyRows(store.db)).toEqual([
      [0, 1],
      [1, 2],
    ]);
  });

  test('a correction is no edition of its own: none follows it, and it told nothing', async () => {
    await using store = await open();
    await articles(store.db, 1);
    await keep(store.db, draftOf([1]), 'finished');
    await keep(store.db, draftOf([1], { slot: SLOT + 60_000 }), 'finished');
    await store.db
      .updateTable('editions')
      .set({ corrects: 'daily-20261122T0700Z' })
      .where('slot', '=', SLOT + 60_000)
      .execute();
    const first = { id: 'daily-20261122T0700Z' };
    expect(await previousEdition(store.db, 'daily', SLOT + DAY)).toMatchObject(first);
    expect(await latestEdition(store.db, 'daily')).toMatchObject(first);
    expect(await sentEditions(store.db, 'daily')).toMatchObject([first]);
    expect([...(await toldStories(store.db, 'daily', SLOT + DAY, 0)).values()]).toMatchObject([
      { editionId: first.id },
    ]);
  });

  test('an empty edition says why, and is filled when there is news after all', async () => {
    await using store = await open();
    const empty = await saveDraft(store.db, draftOf([]));
    expect(empty).toMatchObject({ state: 'empty', reason: NOTHING_NEW, content: undefined });
    expect(() => withContent(empty)).toThrow('has no content (empty)');
    expect(await saveDraft(store.db, draftOf([1]))).toMatchObject({ state: 'draft', reason: null });
  });

  test('a slot is missed once, and only where it has no edition; made up for, it is missed no longer', async () => {
    await using store = await open();
    expect(await recordMissed(store.db, 'daily', SLOT, NOTHING_RAN, SLOT + 5)).toBe(true);
    expect(await recordMissed(store.db, 'daily', SLOT, NOTHING_RAN, SLOT + 6)).toBe(false);
    expect(await latestEdition(store.db, 'daily')).toMatchObject({
      state: 'missed',
      reason: NOTHING_RAN,
    });
    expect(await saveDraft(store.db, draftOf([1]))).toMatchObject({ state: 'draft', reason: null });
    expect(await recordMissed(store.db, 'daily', SLOT, { code: 'later-due' }, SLOT + 7)).toBe(true);
    expect(await latestEdition(store.db, 'daily')).toMatchObject({
      state: 'missed',
      content: draftOf([1]).content,
    });
  });

  test('two newsletters may have the same slot, and two slots the same newsletter', async () => {
    await using store = await open();
    await saveDraft(store.db, draftOf([1]));
    await saveDraft(store.db, draftOf([1], { newsletterId: 'weekly' }));
    await saveDraft(store.db, draftOf([1], { slot: SLOT + DAY }));
    const rows = await store.db.selectFrom('editions').select('id').orderBy('id').execute();
    expect(rows.map(({ id }) => id)).toEqual([
      'daily-20261122T0700Z',
      'daily-20261123T0700Z',
      'weekly-20261122T0700Z',
    ]);
  });

  test('the previous edition is the last that was sent before a slot; empty, missed and drafts told nobody', async () => {
    await using store = await open();
    const states: EditionTable['state'][] = ['finished', 'frozen', 'empty', 'missed', 'draft'];
    for (const [day, state] of states.entries())
      await keep(store.db, draftOf([day], { slot: SLOT + day * DAY }), state);
    await keep(store.db, draftOf([99], { slot: SLOT + 2 * DAY, newsletterId: 'weekly' }), 'finished');
    const before = (day: number) => previousEdition(store.db, 'daily', SLOT + day * DAY);
    expect(await before(6)).toEqual({ id: 'daily-20261123T0700Z', asOf: SLOT + 1, composedAt: SLOT + 2 });
    expect(await before(1)).toMatchObject({ id: 'daily-20261122T0700Z' });
    expect(await before(0)).toBeUndefined();
    expect((await sentEditions(store.db, 'daily')).map(({ id }) => id)).toEqual([
      'daily-20261123T0700Z',
      'daily-20261122T0700Z',
    ]);
    expect(await sentEditions(store.db, undefined, 1)).toMatchObject([{ newsletterId: 'weekly' }]);
  });

  test('stories told are those of other editions that were sent, since a moment', async () => {
    await using store = await open();
    await articles(store.db, 7);
    await keep(store.db, draftOf([1], { slot: SLOT - 3 * DAY }), 'finished');
    await keep(store.db, draftOf([2, 3], { slot: SLOT - 2 * DAY }), 'finished');
    await keep(store.db, draftOf([4], { slot: SLOT - DAY }), 'draft');
    await keep(store.db, draftOf([5]), 'frozen');
    await keep(store.db, draftOf([6], { slot: SLOT + DAY }), 'frozen');
    await keep(store.db, draftOf([7], { slot: SLOT - DAY, newsletterId: 'weekly' }), 'frozen');
    expect(await toldStories(store.db, 'daily', SLOT, SLOT - 2 * DAY)).toEqual(
      new Map([
        [2, { editionId: 'daily-20261120T0700Z', chapter: 0, publishedAt: SLOT }],
        [3, { editionId: 'daily-20261120T0700Z', chapter: 0, publishedAt: SLOT }],
        [6, { editionId: 'daily-20261123T0700Z', chapter: 0, publishedAt: SLOT }],
      ]),
    );
  });
});

/** Articles 1 to `count`, each a story of its own. */
async function articles(db: Database, count: number): Promise<void> {
  const offered = Array.from({ length: count }, (_, n) => news(n, SLOT));
  await saveArticles(db, 'desk', offered, SLOT);
  await db
    .updateTable('articles')
    .set(({ ref }) => ({ story_id: ref('id') }))
    .execute();
}

async function keep(db: Database, edition: NewEdition, state: EditionTable['state']): Promise<void> {
  const { id } = await saveDraft(db, edition);
  await setState(db, id, state);
}

async function setState(db: Database, id: string, state: EditionTable['state']): Promise<void> {
  await db.updateTable('editions').set({ state }).where('id', '=', id).execute();
}

async function storyRows(db: Database): Promise<number[][]> {
  const rows = await db.selectFrom('edition_stories').selectAll().orderBy('bit').execute();
  return rows.map(({ bit, article_id }) => [bit, article_id]);
}

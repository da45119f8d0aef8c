import { expect, test } from 'vitest';
import { saveArticles } from '../../../src/articles/sources/save-articles.ts';
import { withdrawMissing } from '../../../src/articles/sources/withdrawal.ts';
import { verdictOf } from '../../../src/checks/check-edition.ts';
import { takenBack } from '../../../src/publishing/checking/taken-back.ts';
import { publishDue } from '../../../src/publishing/publish.ts';
import type { Database } from '../../../src/storage/schema/schema.ts';
import { addActive, emails } from '../../delivery/fixture.ts';
import { eachDatabase } from '../../helpers/databases.ts';
import { reviewed, standing } from '../open-desk.ts';
import { DAILY, DAY, HOUR, news, press, SLOT } from '../press.ts';

/** A draft of two stories on the desk, and what lets it go at its slot. */
async function onDesk(db: Database) {
  await addActive(db, emails(1));
  const daily = reviewed();
  const plain = await press(db, SLOT - 2 * HOUR, [daily]);
  const folder = { id: 'desk', folder: 'articles', categories: [], language: '' };
  const desk = {
    ...plain,
    sources: [folder],
    check: async (edition: Parameters<typeof plain.check>[0]) =>
      verdictOf(await takenBack(db, edition, daily, plain.clock.now())),
  };
  const [kept, other] = [news(0, SLOT - 3 * HOUR), news(1, SLOT - 4 * HOUR)];
  desk.offer(kept, other);
  await publishDue(desk);
  expect((await standing(db)).content?.stories).toHaveLength(2);
  return {
    ...{ desk, kept, other },
    leave: async () => {
      desk.clock.advance(2 * HOUR);
      await publishDue(desk);
      const { state, content } = await standing(db);
      return { state, told: content?.stories.map(({ headline }) => headline), dropped: content?.dropped };
    },
  };
}

eachDatabase((open) => {
  test('a story whose file became a draft after it came to the desk is in no mail, and the edition goes without it', async () => {
    await using store = await open();
    const { desk, kept, other, leave } = await onDesk(store.db);
    await withdrawMissing(store.db, 'desk', new Set([kept.link]), desk.clock.now());
    const left = await leave();
    expect(left).toMatchObject({ state: 'frozen', told: [kept.headline] });
    expect(left.dropped).toMatchObject([
      { headline: other.headline, because: expect.stringContaining('withdrawn by its source') },
    ]);
  });

  test('a story that was given a date ahead waits for it, and the edition goes without it', async () => {
    await using store = await open();
    const { desk, kept, other, leave } = await onDesk(store.db);
    await saveArticles(store.db, 'desk', [{ ...other, publishedAt: SLOT + DAY }], desk.clock.now());
    expect(await leave()).toMatchObject({ state: 'frozen', told: [kept.headline] });
  });

  test('folders are read once more before a draft leaves', async () => {
    await using store = await open();
    const { desk, leave } = await onDesk(store.db);
    const before = desk.collections.length;
    expect(await leave()).toMatchObject({ state: 'frozen', told: [expect.anything(), expect.anything()] });
    expect(desk.collections.slice(before)[0]).toEqual(['desk']);
  });

  test('a correction may tell of an article that was taken back', async () => {
    await using store = await open();
    const { desk } = await onDesk(store.db);
    await withdrawMissing(store.db, 'desk', new Set(), desk.clock.now());
    const { content } = await standing(store.db);
    if (!content) throw new Error('nothing on the desk');
    const edition = { id: 'x', newsletterId: 'daily', slot: SLOT, content: { ...content, corrects: SLOT } };
    expect(await takenBack(store.db, edition, DAILY, desk.clock.now())).toEqual([]);
    expect(await takenBack(store.db, { ...edition, content }, DAILY, desk.clock.now())).toHaveLength(2);
  });
});

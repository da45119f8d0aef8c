import { expect, test } from 'vitest';
import { saveArticles } from '../../../src/articles/sources/save-articles.ts';
import { freezeAudience } from '../../../src/delivery/audience/audience.ts';
import { draftReach } from '../../../src/delivery/audience/reach.ts';
import type { EditionStory } from '../../../src/editions/edition.ts';
import { eachDatabase } from '../../helpers/databases.ts';
import { story } from '../../mail/sample.ts';
import { news } from '../../publishing/press.ts';
import { addActive, draft, emails, NOW, SLOT } from '../fixture.ts';

const DAY = 86_400_000;
const ROYALS_AND_STYLE = [0, 1].map((bit) =>
  story(bit, { articleId: bit + 1, sectionId: bit === 0 ? 'royals' : 'style' }),
);
const has = (bit: number) => (stories: readonly EditionStory[]) => stories.some((one) => one.bit === bit);

eachDatabase((open) => {
  test('of a few readers each is asked: what they chose and what they had decides what they would get', async () => {
    await using store = await open();
    await saveArticles(
      store.db,
      'desk',
      [0, 1].map((which) => news(which, SLOT)),
      SLOT,
    );
    await addActive(store.db, emails(3));
    await addActive(store.db, emails(2, 'royals.example'), ['royals']);
    await addActive(store.db, emails(1, 'nothing.example'), ['gone']);
    const edition = await draft(store.db, { stories: ROYALS_AND_STYLE });
    const first = await draftReach(store.db, edition, NOW);
    expect(first).toMatchObject({ readers: 5, exact: true });
    expect([0, 1].map((bit) => first.whoGet(has(bit)))).toEqual([5, 3]);
    await freezeAudience(store.db, edition, NOW);
    const again = await draft(store.db, { slot: SLOT + DAY, stories: ROYALS_AND_STYLE });
    expect(await draftReach(store.db, again, NOW)).toMatchObject({ readers: 0, exact: true });
  });

  test('of many a sample is asked, of those who came early and of those who came late', async () => {
    await using store = await open();
    await addActive(store.db, emails(2000, 'early.example'));
    await addActive(store.db, emails(2000, 'late.example'), ['royals']);
    const reach = await draftReach(store.db, await draft(store.db, { stories: ROYALS_AND_STYLE }), NOW);
    expect(reach).toMatchObject({ readers: 2000, exact: false });
    expect(Math.abs(reach.whoGet(has(1)) - 1000)).toBeLessThan(50);
  });
});

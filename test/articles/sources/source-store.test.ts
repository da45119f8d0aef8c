import { expect, test } from 'vitest';
import type { CollectedArticle } from '../../../src/articles/article.ts';
import { saveArticles } from '../../../src/articles/sources/save-articles.ts';
import { sourceActivity } from '../../../src/articles/sources/source-store.ts';
import { DAY_MS } from '../../../src/base/clock.ts';
import { toldBySource } from '../../../src/editions/store/told-before.ts';
import type { Database, EditionTable } from '../../../src/storage/schema/schema.ts';
import { eachDatabase } from '../../helpers/databases.ts';
import { NOW } from '../fetching/loopback.ts';

eachDatabase((open) => {
  test('what a source brought in a week is counted, what of it was told, and how long it is usually silent', async () => {
    await using store = await open();
    await saveArticles(store.db, 'a', [9, 10, 12, 15, 16].map(daysAgo), NOW - 9 * DAY_MS);
    await saveArticles(store.db, 'a', [1, 2].map(daysAgo), NOW - DAY_MS);
    await saveArticles(store.db, 'b', [daysAgo(3)], NOW);
    const rows = await store.db.selectFrom('articles').select(['id', 'link']).execute();
    const idOf = (days: number) => rows.find(({ link }) => link.endsWith(`/${days}`))?.id ?? 0;
    await tellIn(store.db, 'one', 'finished', [idOf(1), idOf(9)]);
    await tellIn(store.db, 'two', 'frozen', [idOf(1)]);
    await tellIn(store.db, 'three', 'draft', [idOf(2), idOf(3)]);
    const activity = await sourceActivity(store.db, {
      now: NOW,
      told: (since) => toldBySource(store.db, since),
    });
    expect(Object.fromEntries(activity)).toEqual({
      a: {
        articles: 7,
        lastBroughtAt: NOW - DAY_MS,
        lately: 2,
        latelyTold: 1,
        longestGap: 7 * DAY_MS,
      },
      b: { articles: 1, lastBroughtAt: NOW, lately: 1, latelyTold: 0, longestGap: null },
    });
  });
});

function daysAgo(days: number): CollectedArticle {
  return {
    link: `https://news.example/${days}`,
    headline: `Headline ${days}`,
    standfirst: '',
    paragraphs: [],
    author: '',
    categories: [],
    tags: [],
    picture: null,
    language: 'en',
    publishedAt: NOW - days * DAY_MS,
    dated: true,
  };
}

async function tellIn(
  db: Database,
  id: string,
  state: EditionTable['state'],
  articles: readonly number[],
): Promise<void> {
  const slot = Number.parseInt(id, 36);
  await db
    .insertInto('editions')
    .values({ id, newsletter_id: 'daily', slot, state, as_of: NOW, composed_at: NOW })
    .execute();
  for (const [bit, article_id] of articles.entries())
    await db.insertInto('edition_stories').values({ edition_id: id, bit, article_id }).execute();
}

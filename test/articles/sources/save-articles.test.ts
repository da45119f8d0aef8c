import { expect, test } from 'vitest';
import type { CollectedArticle } from '../../../src/articles/article.ts';
import { articleByLink, articlesBetween } from '../../../src/articles/article-store.ts';
import { saveArticles } from '../../../src/articles/sources/save-articles.ts';
import { recordSource, sourceStates } from '../../../src/articles/sources/source-store.ts';
import { eachDatabase } from '../../helpers/databases.ts';
import { NOW } from '../fetching/loopback.ts';
import { saveInAnotherProcess } from './saving.ts';

const HOUR_MS = 3_600_000;

function article(number: number, over: Partial<CollectedArticle> = {}): CollectedArticle {
  return {
    link: `https://news.example/${number}`,
    headline: `Headline ${number}`,
    standfirst: '',
    paragraphs: [`Paragraph of ${number}`],
    author: 'Ada',
    categories: ['Local'],
    tags: [],
    picture: null,
    language: 'en',
    publishedAt: NOW - number * HOUR_MS,
    dated: true,
    ...over,
  };
}

eachDatabase((open) => {
  test('an article comes back as it was kept', async () => {
    await using store = await open();
    const picture = { url: 'https://img.example/1.jpg', alt: 'A', caption: 'C' };
    expect(
      await saveArticles(store.db, 'house', [article(1, { picture, tags: ['baby-loss'] })], NOW),
    ).toEqual({ added: 1, updated: 0, unchanged: 0, later: 0 });
    const kept = await articleByLink(store.db, 'https://news.example/1', NOW);
    const { dated, ...content } = article(1, { picture, tags: ['baby-loss'] });
    expect(dated).toBe(true);
    expect(kept).toEqual({
      ...content,
      address: 'https://news.example/1',
      otherPictures: [],
      id: kept?.id,
      storyId: kept?.id,
      chapter: 0,
      sourceId: 'house',
      firstSeenAt: NOW,
    });
  });

  test('an article keeps the address its editor wrote and the pictures to try after the first', async () => {
    await using store = await open();
    const picture = { url: 'https://img.example/1.jpg', alt: '', caption: '' };
    const otherPictures = [{ url: 'https://img.example/2.jpg', alt: 'B', caption: 'C' }];
    const address = 'https://news.example/1?utm_source=feed#photos';
    const offered = article(1, { address, picture, otherPictures });
    await saveArticles(store.db, 'house', [offered], NOW);
    expect(await articleByLink(store.db, 'https://news.example/1', NOW)).toMatchObject({
      address,
      picture,
      otherPictures,
    });
    expect(await saveArticles(store.db, 'house', [offered], NOW)).toEqual({
      added: 0,
      updated: 0,
      unchanged: 1,
      later: 0,
    });
  });

  test('saving again changes only what changed, and never the first sighting', async () => {
    await using store = await open();
    await saveArticles(store.db, 'house', [article(1), article(2)], NOW);
    const again = [
      article(1),
      article(2, { headline: 'Corrected', picture: { url: 'media:x.png', alt: '', caption: '' } }),
    ];
    expect(await saveArticles(store.db, 'house', again, NOW + HOUR_MS)).toEqual({
      added: 0,
      updated: 1,
      unchanged: 1,
      later: 0,
    });
    expect(await articleByLink(store.db, 'https://news.example/2', NOW)).toMatchObject({
      headline: 'Corrected',
      firstSeenAt: NOW,
      picture: { url: 'media:x.png' },
    });
  });

  test('an article without a date keeps that of its first sighting', async () => {
    await using store = await open();
    await saveArticles(store.db, 'house', [article(1, { publishedAt: NOW, dated: false })], NOW);
    const later = article(1, { publishedAt: NOW + HOUR_MS, dated: false });
    expect(await saveArticles(store.db, 'house', [later], NOW + HOUR_MS)).toMatchObject({
      unchanged: 1,
      later: 0,
    });
    expect((await articleByLink(store.db, later.link, NOW))?.publishedAt).toBe(NOW);
  });

  test('an article stays with the source that brought it, until that one is no longer in use', async () => {
    await using store = await open();
    await saveArticles(store.db, 'old', [article(1)], NOW, { configured: new Set(['old', 'new']) });
    const other = [article(1, { headline: 'Other' })];
    expect(
      await saveArticles(store.db, 'new', other, NOW, { configured: new Set(['old', 'new']) }),
    ).toMatchObject({
      unchanged: 1,
      later: 0,
    });
    expect(await saveArticles(store.db, 'new', other, NOW, { configured: new Set(['new']) })).toMatchObject({
      updated: 1,
    });
    expect(await articleByLink(store.db, 'https://news.example/1', NOW)).toMatchObject({
      sourceId: 'new',
      headline: 'Other',
    });
  });

  test('two processes that save the same links at once keep each article once', async () => {
    await using store = await open();
    const many = Array.from({ length: 130 }, (_, at) => article(at));
    const saved = await Promise.all([
      saveInAnotherProcess(store.url, many),
      saveInAnotherProcess(store.url, [...many].reverse()),
    ]);
    expect(saved[0].added + saved[1].added).toBe(130);
    const kept = await articlesBetween(store.db, { from: 0, until: NOW + 1 });
    expect(kept.map((each) => each.headline)).toEqual(many.map((each) => each.headline));
  });

  test('a time span gives the newest first, of the named sources only', async () => {
    await using store = await open();
    await saveArticles(store.db, 'a', [article(1), article(3), article(9)], NOW);
    await saveArticles(store.db, 'b', [article(2)], NOW);
    const between = (sourceIds?: string[]) =>
      articlesBetween(store.db, { from: NOW - 4 * HOUR_MS, until: NOW, ...(sourceIds ? { sourceIds } : {}) });
    expect((await between()).map((each) => each.headline)).toEqual([
      'Headline 1',
      'Headline 2',
      'Headline 3',
    ]);
    expect((await between(['b'])).map((each) => each.headline)).toEqual(['Headline 2']);
    expect(await between([])).toEqual([]);
  });

  test('a new article joins the story that tells the same event', async () => {
    await using store = await open();
    const headline = 'Mayor opens the longest bridge of the county';
    await saveArticles(store.db, 'a', [article(1, { headline })], NOW);
    await saveArticles(store.db, 'b', [article(2, { headline }), article(3)], NOW);
    const [one, two, three] = await articlesBetween(store.db, { from: 0, until: NOW });
    expect(two?.storyId).toBe(one?.id);
    expect(three?.storyId).toBe(three?.id);
  });

  test('a source’s state is kept from one time to the next', async () => {
    await using store = await open();
    const validators = { etag: '"1"', lastModified: null };
    const refused = Array.from({ length: 60 }, (_, at) => ({ what: `${at}`, reason: 'x'.repeat(400) }));
    const reading = { offered: 3, added: 2, updated: 1, withdrawn: 0, refused };
    await recordSource(store.db, 'a', { kind: 'collected', validators, reading }, NOW);
    await recordSource(store.db, 'a', { kind: 'unchanged' }, NOW);
    await recordSource(store.db, 'a', { kind: 'failed', reason: { code: 'answered', status: 500 } }, NOW + 1);
    await recordSource(store.db, 'b', { kind: 'failed', reason: { code: 'no-answer', seconds: 15 } }, NOW);
    const states = await sourceStates(store.db);
    expect(states.get('a')).toEqual({
      id: 'a',
      ...validators,
      checkedAt: NOW + 1,
      succeededAt: NOW,
      failure: { code: 'answered', status: 500 },
      reading: { ...reading, at: NOW, refused: expect.any(Array), refusedInAll: 60, leftOutInAll: 0 },
    });
    expect(states.get('a')?.reading?.refused).toHaveLength(50);
    expect(states.get('a')?.reading?.refused[0]).toEqual({ what: '0', reason: `${'x'.repeat(299)}…` });
    expect(states.get('b')).toMatchObject({ succeededAt: null, failure: { code: 'no-answer', seconds: 15 } });
    await recordSource(store.db, 'a', { kind: 'unchanged' }, NOW + 2);
    expect((await sourceStates(store.db)).get('a')).toMatchObject({
      ...validators,
      succeededAt: NOW + 2,
      failure: null,
    });
  });

  test('of very many new articles the newest are kept, and the others are there the next time', async () => {
    await using store = await open();
    const offered = Array.from({ length: 7 }, (_, at) =>
      article(at + 1, { publishedAt: NOW - ((at * 3) % 7) * HOUR_MS }),
    );
    const newestFirst = offered.toSorted((a, b) => b.publishedAt - a.publishedAt).map(({ link }) => link);
    const save = () => saveArticles(store.db, 'house', offered, NOW, { mostNew: 3 });
    expect(await save()).toEqual({ added: 3, updated: 0, unchanged: 0, later: 4 });
    const first = await articlesBetween(store.db, { from: 0, until: NOW + 1 });
    expect(first.map(({ link }) => link)).toEqual(newestFirst.slice(0, 3));
    expect(await save()).toEqual({ added: 3, updated: 0, unchanged: 3, later: 1 });
    expect(await save()).toEqual({ added: 1, updated: 0, unchanged: 6, later: 0 });
    expect(await articlesBetween(store.db, { from: 0, until: NOW + 1 })).toHaveLength(7);
  });

  test('what is being kept when the process stops is kept in whole pieces', async () => {
    await using store = await open();
    const stopping = new AbortController();
    const offered = Array.from({ length: 60 }, (_, at) => article(at + 1));
    const saving = saveArticles(store.db, 'house', offered, NOW, { stop: stopping.signal });
    stopping.abort();
    await expect(saving).rejects.toThrow('abort');
    const kept = await store.db.selectFrom('articles').select(['id', 'story_id']).execute();
    expect(kept.length).toBeLessThan(60);
    expect(kept.filter(({ story_id }) => story_id === null)).toEqual([]);
    expect(await saveArticles(store.db, 'house', offered, NOW)).toMatchObject({ added: 60 - kept.length });
  });
});

import { expect, test } from 'vitest';
import { compare, type Theirs } from '../../judge/feeds/compare.ts';
import { corpus } from '../../judge/feeds/corpus.ts';
import type { CollectedArticle } from '../../src/articles/article.ts';
import { readFetched } from '../../src/articles/feed-source.ts';

const NOW = Date.UTC(2035, 0, 1);
const feeds = corpus();

function read(file: (typeof feeds)[number]): readonly CollectedArticle[] {
  const fetched = {
    kind: 'fetched' as const,
    url: 'https://feeds.example/f',
    body: file.bytes,
    contentType: file.contentType,
  };
  const result = readFetched(
    { language: '' },
    { ...fetched, validators: { etag: null, lastModified: null } },
    NOW,
  );
  if (result.kind !== 'collected') throw new Error(`${file.name}: ${JSON.stringify(result)}`);
  return result.articles;
}

test('every feed of the corpus is read whole, with nothing in it that is markup', () => {
  expect(feeds.length).toBeGreaterThanOrEqual(300);
  expect(new Set(feeds.map(({ name }) => name)).size).toBe(feeds.length);
  for (const file of feeds) {
    const articles = read(file);
    expect([file.name, articles.length]).toEqual([file.name, 6]);
    const text = JSON.stringify(
      articles.map(({ headline, standfirst, paragraphs, author }) => [
        headline,
        standfirst,
        paragraphs,
        author,
      ]),
    );
    expect(text, file.name).not.toMatch(/<\/?[a-z]|&(amp|lt|#\d)|\ufffd|Ã|@pub/);
    if (!file.name.startsWith('old-rss'))
      expect(
        articles.every(({ dated }) => dated),
        file.name,
      ).toBe(true);
  }
});

test('the comparison finds each field that differs, and explains only what has a reason', () => {
  const file = feeds.find(({ name }) => name === 'ghost-en.xml');
  const [ours] = file ? read(file) : [];
  if (!ours) throw new Error('no article');
  const same: Theirs = {
    title: ours.headline,
    link: ours.link,
    id: '',
    original: '',
    date: ours.publishedAt / 1000,
    author: ours.author,
    text: [ours.standfirst, ...ours.paragraphs].join(' '),
    pictures: [ours.picture?.url ?? ''],
    small: [],
  };
  const found = (change: Partial<Theirs>) =>
    compare('f', [ours], [{ ...same, ...change }]).map(({ field, because }) => [
      field,
      because !== undefined,
    ]);
  expect(found({})).toEqual([]);
  expect(found({ title: 'Another' })).toEqual([['title', false]]);
  expect(found({ title: '' })).toEqual([['title', true]]);
  expect(found({ date: 1 })).toEqual([['date', false]]);
  expect(found({ date: null })).toEqual([['date', true]]);
  expect(found({ author: 'desk@pub.example' })).toEqual([['author', true]]);
  expect(found({ author: 'Somebody Else' })).toEqual([['author', false]]);
  expect(found({ text: 'nothing of the kind' })).toEqual([['text', false]]);
  expect(found({ pictures: ['https://elsewhere.example/x.jpg'] })).toEqual([['picture', false]]);
  expect(compare('f', [ours], []).length).toBe(6);
});

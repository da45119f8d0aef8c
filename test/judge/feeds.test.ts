import { describe, expect, test } from 'vitest';
import type { Theirs } from '../../judge/feeds/answers.ts';
import { compare } from '../../judge/feeds/compare.ts';
import { corpus, type FeedFile } from '../../judge/feeds/corpus.ts';
import { newsroomFeeds } from '../../judge/feeds/newsrooms/feeds.ts';
import { oddDates } from '../../judge/feeds/newsrooms/odd-dates.ts';
import { TONGUES } from '../../judge/feeds/newsrooms/tongues.ts';
import { verdictOf } from '../../judge/feeds/tally.ts';
import type { CollectedArticle } from '../../src/articles/article.ts';
import { parseDate } from '../../src/articles/sources/dates/read-date.ts';
import { readFetched } from '../../src/articles/sources/feeds/feed-source.ts';

const NOW = Date.UTC(2035, 0, 1);
const feeds = corpus();

function read(file: FeedFile): readonly CollectedArticle[] {
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
    expect(text, file.name).not.toMatch(/<\/?[a-z]|&(amp|lt|#\d)|\ufffd|Ã|@example/);
    if (!/^(old-rss|rss-091|odd-dates)/.test(file.name))
      expect(
        articles.every(({ dated }) => dated),
        file.name,
      ).toBe(true);
  }
});

test('feeds of the newsrooms bring the headlines and dates that were written, whatever their encoding', () => {
  const newsrooms = newsroomFeeds();
  expect(newsrooms.length).toBeGreaterThanOrEqual(100);
  for (const feed of newsrooms) {
    const articles = read(feed);
    const { pieces } = feed.room;
    expect([feed.name, ...articles.map(({ headline }) => headline)]).toEqual([
      feed.name,
      ...pieces.map(({ title }) => title),
    ]);
    if (feed.system === 'rss-091' || feed.system.startsWith('odd-dates')) continue;
    expect([feed.name, ...articles.map(({ publishedAt }) => publishedAt)]).toEqual([
      feed.name,
      ...pieces.map(({ at }) => at.getTime()),
    ]);
  }
});

test('odd dates are read as they were meant in every language, and those that cannot be are not guessed', () => {
  for (const tongue of TONGUES)
    for (const day of [2, 9, 20, 29]) {
      const forms = oddDates(new Date(Date.UTC(2026, 10, day, 17, 30, 5)), tongue);
      const language = tongue.locale;
      expect(forms.map(({ written }) => [written, parseDate(written, { language })])).toEqual(
        forms.map(({ written, meant }) => [written, meant]),
      );
    }
});

describe('the comparison', () => {
  const file = feeds.find(({ name }) => name === 'ghost-en.xml');
  const [ours] = file ? read(file) : [];
  if (!ours) throw new Error('no article');
  const picture = ours.picture?.url ?? '';
  const same: Theirs = {
    title: ours.headline,
    link: ours.link,
    id: '',
    original: '',
    date: ours.publishedAt / 1000,
    written: '',
    names: [ours.author],
    byline: ours.author,
    text: [ours.standfirst, ...ours.paragraphs].join(' '),
    pictures: [picture],
    small: [],
    icons: [],
  };
  const found = (theirs: Partial<Theirs>, own: Partial<CollectedArticle> = {}) =>
    compare('f', [{ ...ours, ...own }], [{ ...same, ...theirs }])
      .filter(({ kind }) => kind !== 'agree')
      .map(({ field, kind, because }) => [field, kind, because !== undefined]);

  test('tells an answer of one side alone from two that differ', () => {
    expect(found({})).toEqual([]);
    expect(found({ title: 'Another' })).toEqual([['title', 'differ', false]]);
    expect(found({ title: '' })).toEqual([['title', 'only ours', false]]);
    expect(found({ link: 'https://elsewhere.example/' }, {})).toEqual([['link', 'differ', false]]);
    expect(found({ date: 1 })).toEqual([['date', 'differ', false]]);
    expect(found({ date: null })).toEqual([['date', 'only ours', false]]);
    expect(found({}, { dated: false })).toEqual([['date', 'only theirs', false]]);
    expect(found({ date: null }, { dated: false })).toEqual([['date', 'neither', false]]);
    expect(found({ names: ['Somebody Else'] })).toEqual([['author', 'differ', false]]);
    expect(found({ text: 'nothing of the kind' })).toEqual([['text', 'differ', false]]);
    expect(found({ pictures: ['https://elsewhere.example/x.jpg'] })).toEqual([['picture', 'differ', false]]);
    expect(compare('f', [ours], []).map(({ kind }) => kind)).toEqual(Array(6).fill('only ours'));
    expect(compare('f', [], [same]).map(({ kind }) => kind)).toEqual(Array(6).fill('only theirs'));
  });

  test('takes every answer that feedparser has a field for', () => {
    expect(found({ link: 'https://redirect.example/1', original: ours.link })).toEqual([]);
    expect(found({ link: `${ours.link}?utm_source=rss` })).toEqual([]);
    expect(found({ names: ['Tom Ashe', ours.author] })).toEqual([]);
    expect(found({ names: ['Nora Field', 'Tom Ashe'] }, { author: 'Nora Field, Tom Ashe' })).toEqual([]);
    expect(found({ pictures: ['https://elsewhere.example/x.jpg', picture] })).toEqual([]);
  });

  test('counts an icon as no picture, and as a fault of ours where we take it', () => {
    expect(found({ pictures: [], icons: ['https://i.example/face.png'] }, { picture: null })).toEqual([
      ['picture', 'neither', false],
    ]);
    expect(found({ pictures: [], icons: [picture] })).toEqual([['picture', 'differ', false]]);
  });

  test('explains only what has a reason', () => {
    expect(found({ date: -3e10, written: '1795323600' })).toEqual([['date', 'differ', true]]);
    expect(found({ names: ['admin'] }, { author: '' })).toEqual([['author', 'only theirs', true]]);
    expect(found({ names: [`ple ${ours.author}`], byline: `desk@pub.example (${ours.author})` })).toEqual([
      ['author', 'differ', true],
    ]);
    const small = 'https://i.example/small.jpg';
    expect(found({ pictures: [small], small: [small] }, { picture: null })).toEqual([
      ['picture', 'only theirs', true],
    ]);
    expect(found({ pictures: [small] }, { picture: null })).toEqual([['picture', 'only theirs', false]]);
    expect(found({ title: `<b>${ours.headline}</b>` })).toEqual([['title', 'differ', true]]);
    expect(found({ title: '<b>Another</b>' })).toEqual([['title', 'differ', false]]);
    expect(
      found(
        { title: '', text: 'All is said.' },
        { headline: 'All is said.', standfirst: '', paragraphs: [] },
      ),
    ).toContainEqual(['text', 'only theirs', true]);
    const alone = (theirs: Partial<Theirs>) => compare('f', [], [{ ...same, ...theirs }])[2]?.because;
    expect(alone({ link: 'mailto:desk@example.org' })).toMatch(/without a web address/);
    expect(alone({ title: '', text: '' })).toMatch(/says nothing/);
    expect(alone({})).toBeUndefined();
    expect(found({ pictures: [`${picture}?w=400`] })).toEqual([['picture', 'differ', true]]);
  });

  test('passes what agrees often enough and leaves nothing unexplained', () => {
    const titles = (...theirs: readonly string[]) =>
      theirs.flatMap((title) =>
        compare('f', [ours], [{ ...same, title }]).filter(({ field }) => field === 'title'),
      );
    expect(verdictOf(titles(ours.headline, ours.headline, ''), 99, false)).toMatchObject({
      score: 100,
      pass: true,
      details: ['3 entries: 2 agree, 0 differ, only one answered 1 (ours 1, theirs 0), neither 0'],
    });
    const some = verdictOf(titles(ours.headline, ours.headline, 'Another'), 60, false);
    expect(some).toMatchObject({ score: 66.66, pass: false });
    expect(some.details[1]).toMatch(/^f: differ, .* ≠ "another": unexplained$/);
    const dates = compare('f', [ours, ours], [same, { ...same, date: -3e10, written: '1795323600' }]).filter(
      ({ field }) => field === 'date',
    );
    expect(verdictOf(dates, 50, false)).toMatchObject({ score: 50, pass: true });
    expect(verdictOf(dates, 51, false)).toMatchObject({ pass: false });
  });
});

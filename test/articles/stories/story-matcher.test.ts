import { expect, test } from 'vitest';
import type { Article } from '../../../src/articles/article.ts';
import { MatcherAside, MatcherHere } from '../../../src/articles/stories/story-matcher.ts';
import { MOST_COMPARISONS, StoryShelf } from '../../../src/articles/stories/story-shelf.ts';
import { readStorySet } from '../../labelled/story-set.ts';
import { NOW } from '../fetching/loopback.ts';

const SET = readStorySet();
const ARTICLES = SET.slice(0, 300).map(({ text }, at) => articleOf(at + 1, text));

function articleOf(id: number, text: Partial<Article>): Article {
  return {
    id,
    ...{ link: `https://news.example/${id}`, address: `https://news.example/${id}`, sourceId: 'wire' },
    ...{ storyId: id, chapter: 0, headline: '', standfirst: '', paragraphs: [], author: '', categories: [] },
    ...{ tags: [], picture: null, otherPictures: [], language: '', publishedAt: NOW, firstSeenAt: NOW },
    ...text,
  };
}

test('another process finds the same matches as this one', async () => {
  const [here, aside] = [new MatcherHere(), new MatcherAside()];
  const [known, fresh] = [ARTICLES.slice(0, 200), ARTICLES.slice(200)];
  await here.add(known);
  expect(await aside.add(known)).toBe(true);
  const matches = await aside.match(fresh).finally(() => aside.close());
  expect(matches).toEqual(await here.match(fresh));
  expect(matches?.filter((id) => id !== null).length).toBeGreaterThan(5);
});

test('a process that was ended meanwhile has lost its articles, says so, and takes them anew', async () => {
  const aside = new MatcherAside();
  const [known, fresh] = [ARTICLES.slice(0, 10), ARTICLES.slice(10, 12)];
  expect(await aside.add(known)).toBe(true);
  await expect.poll(() => aside.isRunning, { timeout: 20_000 }).toBe(false); // it was asked nothing
  expect(await aside.match(fresh)).toBeUndefined();
  expect(known.some(({ id }) => aside.has(id))).toBe(false);
  expect(await aside.add(known)).toBe(true);
  expect(await aside.match(fresh).finally(() => aside.close())).toHaveLength(2);
});

test('what was forgotten is no match', async () => {
  const aside = new MatcherAside();
  const [one] = ARTICLES;
  if (!one) throw new Error('the set has articles');
  await aside.add([one]);
  aside.forget();
  expect(await aside.match([{ ...one, id: 7_001 }]).finally(() => aside.close())).toEqual([null]);
});

test('an article is compared with few others, however many lead with its words', () => {
  const shelf = new StoryShelf();
  for (let id = 1; id <= 1_500; id += 1)
    shelf.add(
      articleOf(id, { headline: `Mossbeck council votes for tram line ${id % 90}`, standfirst: 'Anna Holt' }),
    );
  const fresh = articleOf(9_000, {
    headline: 'Mossbeck council votes for tram line 17',
    standfirst: 'Anna Holt',
  });
  const candidates = shelf.candidates(fresh);
  expect(candidates.length).toBe(MOST_COMPARISONS);
  // What shares its rare word is among them.
  expect(candidates.some(({ headline }) => headline.endsWith(' 17'))).toBe(true);
});

test('comparing with few finds the same stories as comparing with all', () => {
  const shelf = new StoryShelf<Article>();
  const found: (number | undefined)[] = [];
  const exhaustive: (number | undefined)[] = [];
  for (const { text } of SET) {
    const article = articleOf(shelf.size + 1, text);
    found.push(shelf.bestMatch(article)?.article.id);
    exhaustive.push(shelf.bestMatch(article, shelf.all)?.article.id);
    shelf.add(article);
  }
  const differing = found.filter((id, at) => id !== exhaustive[at]).length;
  expect(differing / found.length).toBeLessThan(0.005);
});

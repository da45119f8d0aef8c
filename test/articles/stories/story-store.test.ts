import { expect, test } from 'vitest';
import type { CollectedArticle } from '../../../src/articles/article.ts';
import { articlesBetween, articlesById } from '../../../src/articles/article-store.ts';
import { saveArticles } from '../../../src/articles/sources/save-articles.ts';
import { storiesToldBySeveral } from '../../../src/articles/stories/story-list.ts';
import { leadStory, mergeStories, splitStory } from '../../../src/articles/stories/story-store.ts';
import type { Database } from '../../../src/storage/schema/schema.ts';
import { eachDatabase } from '../../helpers/databases.ts';
import { NOW } from '../fetching/loopback.ts';
import { saveInAnotherProcess } from '../sources/saving.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function article(name: string, hours: number, headline: string, standfirst = ''): CollectedArticle {
  return {
    link: `https://news.example/${name}`,
    headline,
    standfirst,
    paragraphs: [],
    author: '',
    categories: [],
    tags: [],
    picture: null,
    language: 'en',
    publishedAt: NOW + hours * HOUR_MS,
    dated: true,
  };
}

const ENGAGED = article('engaged', 0, 'Castellane engaged to cellist Anton Vray');
const PROPOSED = article('proposed', 2, 'How Anton Vray proposed to Renée Castellane');
const RING = article('ring', 4, 'Renée Castellane’s engagement ring: what Anton Vray paid');
const TRAM = article('tram', 1, 'Mossbeck council votes for a second tram line');

/** Story and chapter by the last part of the link. */
async function places(db: Database): Promise<Record<string, { story: number; chapter: number; id: number }>> {
  const all = await articlesBetween(db, { from: 0, until: NOW + 60 * DAY_MS });
  return Object.fromEntries(
    all.map(({ link, storyId, chapter, id }) => [link.split('/').at(-1), { story: storyId, chapter, id }]),
  );
}

async function idOf(db: Database, name: string): Promise<number> {
  return (await places(db))[name]?.id ?? 0;
}

eachDatabase((open) => {
  test('articles of several sources and collections become one story, others do not', async () => {
    await using store = await open();
    await saveArticles(store.db, 'herring', [ENGAGED, TRAM], NOW);
    await saveArticles(store.db, 'gloss', [PROPOSED], NOW);
    await saveArticles(store.db, 'lantern', [RING], NOW + DAY_MS);
    const { engaged, proposed, ring, tram } = await places(store.db);
    expect([proposed?.story, ring?.story]).toEqual([engaged?.story, engaged?.story]);
    expect(tram?.story).toBe(tram?.id);
  });

  test('a real development begins the next chapter of its story, and what is told after it belongs there', async () => {
    await using store = await open();
    const ill = article('ill', 0, 'Queen Philippa admitted to hospital');
    const again = article('again', 9, 'Queen Philippa in hospital with a chest infection');
    const home = article('home', 40, 'Queen Philippa discharged from hospital');
    const wave = article('wave', 42, 'Queen Philippa leaves hospital with a wave');
    const late = article('late', 3, 'Queen Philippa taken to hospital by helicopter');
    await saveArticles(store.db, 'wire', [ill, again, home, wave], NOW);
    await saveArticles(store.db, 'slow', [late], NOW);
    const found = await places(store.db);
    expect(new Set(Object.values(found).map(({ story }) => story)).size).toBe(1);
    const chapters = ['ill', 'again', 'home', 'wave', 'late'].map((name) => found[name]?.chapter);
    expect(chapters).toEqual([0, 0, 1, 1, 0]);
  });

  test('a running story goes on as long as it is told every three days, and for two weeks at most', async () => {
    await using store = await open();
    const days = [0, 2, 4, 6, 8, 10, 12, 14, 16];
    const told = days.map((day) =>
      article(`day-${day}`, day * 24, `Search for hiker Callum Reeve on Ben Arrol, day ${day + 1}`),
    );
    await saveArticles(store.db, 'wire', told, NOW);
    const found = await places(store.db);
    const first = found['day-0']?.story;
    expect(days.filter((day) => found[`day-${day}`]?.story === first)).toEqual([0, 2, 4, 6, 8, 10, 12, 14]);
    const paused = article('paused', 20 * 24, 'Search for hiker Callum Reeve on Ben Arrol called off');
    await saveArticles(store.db, 'wire', [paused], NOW);
    const { paused: later } = await places(store.db);
    expect(later?.story).toBe(later?.id);
  });

  test('two processes that collect the same event at once make one story of it', async () => {
    await using store = await open();
    const letters = (at: number) => String.fromCharCode(97 + (at % 10), 97 + Math.floor(at / 10));
    const many = (name: string) =>
      Array.from({ length: 60 }, (_, at) =>
        article(
          `${name}-${at}`,
          0,
          `Fisherman Ole${letters(at)} Harp${letters(at)} is missing, ${name} says`,
        ),
      );
    await Promise.all([
      saveInAnotherProcess(store.url, many('one')),
      saveInAnotherProcess(store.url, many('two')),
    ]);
    const found = await places(store.db);
    const parted = Array.from({ length: 60 }, (_, at) => at).filter(
      (at) => found[`one-${at}`]?.story !== found[`two-${at}`]?.story,
    );
    expect(parted).toEqual([]);
    expect(new Set(Object.values(found).map(({ story }) => story)).size).toBe(60);
  });

  test('an editor’s merge makes one story of two, under the older one, and new articles join it', async () => {
    await using store = await open();
    const fire = article('fire', 1, 'Carpet factory in Mossbeck destroyed by fire');
    const works = article('works', 2, 'Harrow works gutted, says owner Piet Harrow');
    await saveArticles(store.db, 'wire', [fire, works], NOW);
    const [one, other] = [await idOf(store.db, 'fire'), await idOf(store.db, 'works')];
    expect(await mergeStories(store.db, other, one, NOW)).toEqual({
      kind: 'changed',
      storyId: Math.min(one, other),
      articles: 2,
    });
    expect(await mergeStories(store.db, one, other, NOW)).toEqual({ kind: 'unchanged' });
    const more = article('more', 5, 'Piet Harrow: the night my works were gutted by flames');
    await saveArticles(store.db, 'echo', [more], NOW);
    const found = await places(store.db);
    expect([found.works?.story, found.more?.story]).toEqual([found.fire?.story, found.fire?.story]);
    const decisions = await store.db.selectFrom('story_decisions').selectAll().execute();
    expect(decisions).toMatchObject([{ article_id: other, other_article_id: one, verdict: 'same', at: NOW }]);
  });

  test('a merged story is led by the first that was named, until another is chosen', async () => {
    await using store = await open();
    const fire = article('fire', 1, 'Carpet factory in Mossbeck destroyed by fire');
    const works = article('works', 2, 'Harrow works gutted, says owner Piet Harrow');
    await saveArticles(store.db, 'wire', [fire, works], NOW);
    const [one, other] = [await idOf(store.db, 'fire'), await idOf(store.db, 'works')];
    await mergeStories(store.db, other, one, NOW);
    const since = async () =>
      (await articlesById(store.db, [one, other])).map(({ leadsSince }) => leadsSince);
    expect((await since()).toSorted()).toEqual([NOW, undefined]);
    expect((await articlesById(store.db, [other]))[0]?.leadsSince).toBe(NOW);
    expect(await leadStory(store.db, one, NOW + 1)).toBe(true);
    expect((await articlesById(store.db, [one]))[0]?.leadsSince).toBe(NOW + 1);
    expect(await leadStory(store.db, 999, NOW)).toBe(false);
  });

  test('an editor’s split lasts: through an update of the text, and new articles join one part only', async () => {
    await using store = await open();
    await saveArticles(store.db, 'wire', [ENGAGED, PROPOSED], NOW);
    const [engaged, proposed] = [await idOf(store.db, 'engaged'), await idOf(store.db, 'proposed')];
    expect(await splitStory(store.db, proposed, NOW)).toEqual({
      kind: 'changed',
      storyId: proposed,
      articles: 1,
    });
    await saveArticles(store.db, 'wire', [ENGAGED, { ...PROPOSED, headline: ENGAGED.headline }], NOW + 1);
    await saveArticles(store.db, 'gloss', [RING], NOW + 2);
    const found = await places(store.db);
    expect(found.engaged?.story).toBe(engaged);
    expect(found.proposed?.story).toBe(proposed);
    expect([engaged, proposed]).toContain(found.ring?.story);
    expect(await store.db.selectFrom('story_decisions').select('verdict').execute()).toEqual([
      { verdict: 'different' },
    ]);
  });

  test('the article a story is named after can be split off, and the others stay together', async () => {
    await using store = await open();
    await saveArticles(store.db, 'wire', [ENGAGED, PROPOSED, RING], NOW);
    const engaged = await idOf(store.db, 'engaged');
    expect(await splitStory(store.db, engaged, NOW)).toMatchObject({ kind: 'changed', articles: 2 });
    const found = await places(store.db);
    expect(found.engaged?.story).toBe(engaged);
    expect(found.ring?.story).toBe(found.proposed?.story);
    expect(found.ring?.story).not.toBe(engaged);
    expect(await splitStory(store.db, engaged, NOW)).toEqual({ kind: 'unchanged' });
    expect(await splitStory(store.db, 999, NOW)).toEqual({ kind: 'unknown', articleId: 999 });
    expect(await mergeStories(store.db, engaged, 999, NOW)).toEqual({ kind: 'unknown', articleId: 999 });
  });

  test('stories told by several articles are listed with why they were joined', async () => {
    await using store = await open();
    await saveArticles(store.db, 'herring', [ENGAGED, TRAM], NOW);
    await saveArticles(store.db, 'gloss', [PROPOSED], NOW);
    await mergeStories(store.db, await idOf(store.db, 'tram'), await idOf(store.db, 'engaged'), NOW);
    const [story, ...others] = await storiesToldBySeveral(store.db, {
      from: NOW - DAY_MS,
      until: NOW + DAY_MS,
    });
    expect(others).toEqual([]);
    expect(story?.articles.map(({ article: { sourceId }, why }) => [sourceId, why])).toEqual([
      ['herring', 'the first'],
      ['herring', 'an editor said so'],
      ['gloss', expect.stringMatching(/^one story .*event wedding/)],
    ]);
    expect(await storiesToldBySeveral(store.db, { from: NOW + DAY_MS, until: NOW + 2 * DAY_MS })).toEqual([]);
  });
});

import { expect, test } from 'vitest';
import type { CollectedArticle } from '../../../src/articles/article.ts';
import { articlesBetween } from '../../../src/articles/article-store.ts';
import { saveArticles } from '../../../src/articles/sources/save-articles.ts';
import {
  clearDecision,
  decideTags,
  taggedArticles,
  tagsWithReasons,
} from '../../../src/articles/subjects/tag-decisions.ts';
import { parseSubjects, readSubjects } from '../../../src/config/sensitive.ts';
import type { Database } from '../../../src/storage/schema/schema.ts';
import { eachDatabase } from '../../helpers/databases.ts';
import { NOW } from '../fetching/loopback.ts';

const SUBJECTS = readSubjects();

function article(headline: string, tags: readonly string[] = []): CollectedArticle {
  return {
    link: `https://news.example/${encodeURIComponent(headline)}`,
    headline,
    standfirst: '',
    paragraphs: [],
    author: '',
    categories: [],
    tags,
    picture: null,
    language: 'en',
    publishedAt: NOW,
    dated: true,
  };
}

async function kept(db: Database, ...collected: CollectedArticle[]) {
  await saveArticles(db, 'desk', collected, NOW);
  return articlesBetween(db, { from: NOW, until: NOW + 1 });
}

eachDatabase((open) => {
  test('an article has the subjects it names itself and those the rules find, each with its reason', async () => {
    await using store = await open();
    const articles = await kept(store.db, article('Actor dies at 90', ['violence', 'weather']));
    expect(await tagsWithReasons(store.db, articles, SUBJECTS)).toEqual([
      {
        article: articles[0],
        decided: false,
        tags: [
          { subject: 'violence', because: 'the article says so' },
          { subject: 'death', because: 'dies' },
        ],
      },
    ]);
    const [tagged] = await taggedArticles(store.db, articles, SUBJECTS);
    expect(tagged).toEqual({
      ...articles[0],
      tags: ['violence', 'death'],
      keywords: ['violence', 'weather'],
    });
  });

  test('of an article’s own keywords only those that name a subject of the rules count, however they are written', async () => {
    await using store = await open();
    const articles = await kept(
      store.db,
      article('Twelve scarves for a cold quay', ['scarves', 'quay', 'shopping']),
      article('A letter to the editor', ['#Baby Loss', 'letters']),
      article('Ein Brief an alle', ['Verlust eines Babys']),
    );
    const tags = new Map(
      (await taggedArticles(store.db, articles, SUBJECTS)).map((one) => [one.headline, one.tags]),
    );
    expect(tags.get('Twelve scarves for a cold quay')).toEqual([]);
    expect(tags.get('A letter to the editor')).toEqual(['baby-loss', 'pregnancy', 'death']);
    expect(tags.get('Ein Brief an alle')).toEqual(['baby-loss', 'pregnancy', 'death']);
  });

  test('an editor has the last word, also when the article is collected again or the rules change', async () => {
    await using store = await open();
    const [first] = await kept(store.db, article('Actor dies at 90', ['violence']));
    expect(await decideTags(store.db, first?.id ?? 0, ['illness', 'illness'], NOW)).toBe(true);
    const again = await kept(store.db, article('Actor dies at 90', ['abuse']));
    const others = parseSubjects(
      'subjects: { age: { title: Age, description: Old, words: ["90"] } }',
      'rules.yaml',
    );
    for (const subjects of [SUBJECTS, others])
      expect((await taggedArticles(store.db, again, subjects))[0]?.tags).toEqual(['illness']);
  });

  test('an editor may say that an article has none, and leave it to the rules again', async () => {
    await using store = await open();
    const articles = await kept(store.db, article('Actor dies laughing at 90'), article('Singer dies'));
    const singer = articles.find(({ headline }) => headline === 'Singer dies')?.id ?? 0;
    const tags = async () =>
      (await taggedArticles(store.db, articles, SUBJECTS)).find(({ id }) => id === singer)?.tags;
    await decideTags(store.db, singer, ['violence'], NOW);
    await decideTags(store.db, singer, [], NOW + 1);
    expect(await tags()).toEqual([]);
    expect(await clearDecision(store.db, singer)).toBe(true);
    expect(await clearDecision(store.db, singer)).toBe(false);
    expect(await tags()).toEqual(['death']);
  });

  test('about an article that does not exist nothing is decided', async () => {
    await using store = await open();
    expect(await decideTags(store.db, 7, ['death'], NOW)).toBe(false);
    expect(await clearDecision(store.db, 7)).toBe(false);
    expect(await taggedArticles(store.db, [], SUBJECTS)).toEqual([]);
  });
});

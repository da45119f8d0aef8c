import { expect, test } from 'vitest';
import type { CollectedArticle } from '../../../src/articles/article.ts';
import { articleByLink } from '../../../src/articles/article-store.ts';
import { underKnownLinks } from '../../../src/articles/sources/old-links.ts';
import { saveArticles } from '../../../src/articles/sources/save-articles.ts';
import { eachDatabase } from '../../helpers/databases.ts';
import { NOW } from '../fetching/loopback.ts';

function article(link: string, headline: string): CollectedArticle {
  return {
    ...{ link, headline, standfirst: '', paragraphs: [], author: '', categories: [], tags: [] },
    ...{ picture: null, language: 'en', publishedAt: NOW, dated: true },
  };
}

const PAGE = 'https://news.example/log';

eachDatabase((open) => {
  test('an article that was kept before links had fragments is the same one afterwards, and what is new beside it is new', async () => {
    await using store = await open();
    await saveArticles(store.db, 'log', [article(PAGE, 'Version 1')], NOW);
    const offered = [article(`${PAGE}#v2`, 'Version 2'), article(`${PAGE}#v1`, 'Version 1')];
    const known = await underKnownLinks(store.db, 'log', offered);
    expect(known.map(({ link, address }) => [link, address])).toEqual([
      [`${PAGE}#v2`, undefined],
      [PAGE, `${PAGE}#v1`],
    ]);
    expect(await saveArticles(store.db, 'log', known, NOW + 1)).toMatchObject({ added: 1, updated: 1 });
    expect(await articleByLink(store.db, PAGE, NOW)).toMatchObject({
      headline: 'Version 1',
      address: `${PAGE}#v1`,
    });
    const again = await underKnownLinks(store.db, 'log', offered);
    expect(await saveArticles(store.db, 'log', again, NOW + 2)).toMatchObject({ added: 0, updated: 0 });
  });

  test('an article is not taken for another source’s, nor two for one', async () => {
    await using store = await open();
    await saveArticles(store.db, 'log', [article(PAGE, 'Version 1')], NOW);
    const links = async (source: string, ...offered: CollectedArticle[]) =>
      (await underKnownLinks(store.db, source, offered)).map(({ link }) => link);
    expect(await links('other', article(`${PAGE}#v1`, 'Version 1'))).toEqual([`${PAGE}#v1`]);
    expect(await links('log', article(`${PAGE}#a`, 'Version 1'), article(`${PAGE}#b`, 'Version 1'))).toEqual([
      PAGE,
      `${PAGE}#b`,
    ]);
    expect(await links('log', article(PAGE, 'Version 1'), article(`${PAGE}#b`, 'Version 1'))).toEqual([
      PAGE,
      `${PAGE}#b`,
    ]);
  });
});

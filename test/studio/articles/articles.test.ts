import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CollectedArticle } from '../../../src/articles/article.ts';
import { saveArticles } from '../../../src/articles/sources/save-articles.ts';
import { withdrawMissing } from '../../../src/articles/sources/withdrawal.ts';
import { DAY_MS, HOUR_MS } from '../../../src/base/clock.ts';
import { composeNow } from '../../../src/publishing/drafts.ts';
import { jpeg } from '../../articles/pictures/picture-files.ts';
import { eachDatabase } from '../../helpers/databases.ts';
import { addEdition, EDITION_ID, HERE, type OpenStudio, openStudio, press } from '../open-studio.ts';

const LIST = '/studio/articles';

/** One of `hours` ago, of the source `stories` unless another is named. */
function told(studio: OpenStudio, hours: number, over: Partial<CollectedArticle> = {}): CollectedArticle {
  return {
    link: `https://palace.example/${hours}`,
    headline: `Headline of ${hours}`,
    standfirst: '',
    paragraphs: [`Paragraph of ${hours}.`],
    author: '',
    categories: ['royal'],
    tags: [],
    picture: null,
    language: 'en',
    publishedAt: studio.clock.now() - hours * HOUR_MS,
    dated: true,
    ...over,
  };
}

async function save(
  studio: OpenStudio,
  articles: readonly CollectedArticle[],
  source = 'stories',
): Promise<void> {
  await saveArticles(studio.db, source, articles, studio.clock.now());
}

const get = async (studio: OpenStudio, url: string) => (await studio.app.inject({ url, headers: HERE })).body;

function headlines(body: string): string[] {
  return [...body.matchAll(/<h3><a href="\/studio\/articles\/\d+">([^<]*)</g)].map((found) => found[1] ?? '');
}

/** What the list says of one article, without markup. */
function saidOf(body: string, headline: string): string {
  const rows = body.split('<li class="art').slice(1);
  const row = rows.find((one) => headlines(one)[0] === headline) ?? '';
  return row.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
}

async function idOf(studio: OpenStudio, headline: string): Promise<number> {
  const row = await studio.db
    .selectFrom('articles')
    .select('id')
    .where('headline', '=', headline)
    .orderBy('id')
    .execute();
  return row[0]?.id ?? 0;
}

async function storyIds(studio: OpenStudio): Promise<(number | null)[]> {
  const rows = await studio.db.selectFrom('articles').select('story_id').orderBy('id').execute();
  return rows.map(({ story_id }) => story_id);
}

eachDatabase((open) => {
  test('the list is searched whatever the case and accents, filtered, and goes on where a page ends', async () => {
    await using studio = await openStudio({ database: await open() });
    await save(studio, [
      told(studio, 1, { headline: 'Renée Müller’s Straße', standfirst: 'Ærø in winter' }),
      told(studio, 2, { headline: 'A garden', categories: ['style'] }),
      ...Array.from({ length: 60 }, (_, at) => told(studio, 100 + at, { headline: `Old ${at}` })),
    ]);
    await save(studio, [told(studio, 3, { headline: 'From the palace' })], 'palace');
    await withdrawMissing(studio.db, 'palace', new Set(), studio.clock.now());
    const found = async (query: string) => headlines(await get(studio, `${LIST}?${query}`));
    for (const words of ['renee', 'MÜLLER', 'strasse aero', "muller's winter"])
      expect(await found(`q=${encodeURIComponent(words)}`), words).toEqual(['Renée Müller’s Straße']);
    expect(await found('q=garden+winter')).toEqual([]);
    expect(await found('days=1')).toEqual(['Renée Müller’s Straße', 'A garden', 'From the palace']);
    expect(await found('source=palace')).toEqual(['From the palace']);
    expect(await found('withdrawn=only')).toEqual(['From the palace']);
    expect(await found('newsletter=daily&section=style')).toEqual(['A garden']);
    expect(await found('newsletter=weekend&source=palace')).toEqual([]);
    const first = await get(studio, LIST);
    expect(first).toContain('63 articles');
    const pages = [headlines(first)];
    for (let body = first; ; ) {
      const [, next] = /rel="next" href="([^"]+)"/.exec(body) ?? [];
      if (!next) break;
      body = await get(studio, next.replaceAll('&amp;', '&').replaceAll('&#x3D;', '='));
      pages.push(headlines(body));
    }
    expect(pages.map((page) => page.length)).toEqual([25, 25, 13]);
    expect(new Set(pages.flat()).size).toBe(63);
  });

  test('an editor’s word on subjects counts instead of the rules’, until it is taken back', async () => {
    await using studio = await openStudio({ database: await open() });
    await save(studio, [told(studio, 1, { headline: 'The king has died' }), told(studio, 2)]);
    const id = await idOf(studio, 'The king has died');
    const said = async (query = '') => saidOf(await get(studio, LIST + query), 'The king has died');
    expect(await said()).toMatch(/Subjects.*died/);
    expect(headlines(await get(studio, `${LIST}?subject=sensitive`))).toEqual(['The king has died']);
    expect(headlines(await get(studio, `${LIST}?subject=harmless`))).toEqual(['Headline of 2']);
    const back = `${LIST}?q=king`;
    const kept = await press(studio, `${LIST}/${id}/subjects`, { subject: 'illness', back });
    expect([kept.statusCode, kept.headers.location]).toEqual([303, `${back}&did=${id}#article-${id}`]);
    expect(await said(`?q=king&did=${id}`)).toMatch(/Saved\..*Illness set by an editor/i);
    expect(headlines(await get(studio, `${LIST}?subject=illness`))).toEqual(['The king has died']);
    expect(headlines(await get(studio, `${LIST}?subject=decided`))).toEqual(['The king has died']);
    await press(studio, `${LIST}/${id}/subjects`, [['subject', 'nonsense']]);
    expect(await said()).toContain('none, set by an editor');
    await press(studio, `${LIST}/${id}/subjects`, { rules: 'yes' });
    expect(await said()).toMatch(/Subjects.*died/);
  });

  test('stories are told apart and together, and a script gets every article that changed', async () => {
    await using studio = await openStudio({ database: await open() });
    const headline = 'Anton Vray marries Mia Brandt in a quiet wedding at Lake Orla';
    await save(studio, [told(studio, 5, { headline })]);
    await save(studio, [told(studio, 4, { headline: 'Rain' })]);
    await save(studio, [told(studio, 3, { headline })], 'palace');
    const one = await idOf(studio, headline);
    const [rain, two] = [one + 1, one + 2];
    expect(await storyIds(studio)).toEqual([one, rain, one]);
    expect(saidOf(await get(studio, LIST), headline)).toContain('Also covered by stories');
    const page = await get(studio, `${LIST}/${two}`);
    expect(page).toContain('the same headline');
    expect(page).toContain('Split off');
    const answer = await press(
      studio,
      `${LIST}/${two}/split`,
      { back: LIST },
      { accept: 'application/json' },
    );
    expect(answer.json()).toMatchObject({ says: `“${headline}” is now a story of its own.` });
    const changed = answer.json().articles.map(({ id }: { id: number }) => id);
    expect(changed.sort()).toEqual([one, two].sort());
    expect(answer.json().articles[0].html).not.toContain('Also covered by');
    expect(await storyIds(studio)).toEqual([one, rain, two]);
    const near = await get(studio, `${LIST}/${two}?with=RAIN`);
    expect(near).toContain('Similar articles:');
    expect(near).toContain(`name="other" value="${rain}"`);
    await press(studio, `${LIST}/${two}/merge`, { other: String(rain) });
    expect(await storyIds(studio)).toEqual([one, rain, rain]);
    expect((await press(studio, `${LIST}/${two}/merge`, { other: '999' })).statusCode).toBe(422);
    expect((await press(studio, `${LIST}/999/split`)).statusCode).toBe(404);
  });

  test('“Use this article for the story” makes the editions to come tell it with that article', async () => {
    await using studio = await openStudio({ database: await open() });
    await save(studio, [told(studio, 1, { headline: 'A violin in the attic' })]);
    await save(studio, [told(studio, 5, { headline: 'An old violin turns up' })]);
    const first = await idOf(studio, 'A violin in the attic');
    const second = await idOf(studio, 'An old violin turns up');
    expect(await get(studio, `${LIST}/${second}`)).not.toContain('Use this article for the story');
    await press(studio, `${LIST}/${first}/merge`, { other: String(second) });
    expect(headlines(await get(studio, `${LIST}?newsletter=daily&edition=in`))).toEqual([
      'A violin in the attic',
    ]);
    const page = await get(studio, `${LIST}/${second}`);
    const [, action = '', back = ''] =
      /action="([^"]+\/lead)">\s*<input[^>]* name="csrf"[^>]*>\s*<input[^>]* name="back" value="([^"]+)">\s*<p class="buttons"><button>Use this article for the story/.exec(
        page,
      ) ?? [];
    studio.clock.advance(1_000);
    const pressed = await press(studio, action, { back });
    expect([pressed.statusCode, pressed.headers.location]).toEqual([
      303,
      `${LIST}/${second}?did=${second}#article-${second}`,
    ]);
    expect(await get(studio, String(pressed.headers.location))).toContain('Saved. Here is the result.');
    expect(headlines(await get(studio, `${LIST}?newsletter=daily&edition=in`))).toEqual([
      'An old violin turns up',
    ]);
  });

  test('each article says whether it is in the next edition, why, and which editions told it', async () => {
    await using studio = await openStudio({ database: await open() });
    await save(studio, [
      told(studio, 2, { headline: 'Told before' }),
      told(studio, 3, { headline: 'New', link: 'https://palace.example/new' }),
      told(studio, 4, { headline: 'Nowhere', categories: ['chess'] }),
      told(studio, 500, { headline: 'Ancient' }),
    ]);
    const id = await idOf(studio, 'Told before');
    await addEdition(studio.db, { content: { stories: [{ articleId: id }] } });
    await studio.db
      .insertInto('edition_stories')
      .values({ edition_id: EDITION_ID, bit: 0, article_id: id })
      .execute();
    const body = await get(studio, `${LIST}?newsletter=daily`);
    expect(body).toContain('The Daily Belle, Mon 23 Nov, 07:00, as it would be built now');
    expect(saidOf(body, 'New')).toMatch(/In of the next The Daily Belle: leads the edition, from Royals/);
    expect(saidOf(body, 'Nowhere')).toMatch(/Out .*no section takes it/);
    expect(saidOf(body, 'Told before')).toMatch(
      /Out .*its story was sent in the edition of Sun 22 Nov, 07:00 Sent in The Daily Belle, Sun 22 Nov, 07:00/,
    );
    expect(saidOf(body, 'Ancient')).toMatch(/Out .*too old/);
    const only = async (edition: string) =>
      headlines(await get(studio, `${LIST}?newsletter=daily&edition=${edition}`));
    expect(await only('in')).toEqual(['New']);
    expect(await only('out')).toEqual(['Told before', 'Nowhere']);
    // What an editor decides is seen at once, though the outlook is kept for a while.
    await press(studio, `${LIST}/${await idOf(studio, 'New')}/merge`, { other: String(id) });
    expect(await only('in')).toEqual([]);
    const page = await get(studio, `${LIST}/${id}`);
    expect(page.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')).toMatch(
      /The Daily Belle : its story was sent .* Published Sun 22 Nov, 06:00 .* First seen here .* Sent in The Daily Belle/,
    );
  });
});

describe('the articles’ pages', () => {
  test('keep an outlook for some seconds, whoever looks, and make a new one then', async () => {
    await using studio = await openStudio();
    await save(studio, [told(studio, 1)]);
    const body = () => get(studio, `${LIST}?newsletter=daily`);
    expect(saidOf(await body(), 'Headline of 1')).toContain('leads the edition');
    await save(studio, [told(studio, 0.5, { headline: 'Later' })]);
    expect(saidOf(await body(), 'Later')).toContain('it arrived after the edition was last worked out');
    studio.clock.advance(21_000);
    expect(saidOf(await body(), 'Later')).toContain('leads the edition');
  });

  test('go by the draft once it is on the editors’ desk, and lead to it', async () => {
    await using studio = await openStudio();
    writeFileSync(join(studio.folder, 'articles', 'one.md'), '---\ncategory: royal\n---\n# On the desk');
    const [daily] = studio.house.config.newsletters;
    if (!daily) throw new Error('There is no newsletter');
    await composeNow(studio.house.publishing, daily, 'Eve');
    await save(studio, [told(studio, 0.5, { headline: 'Too late' })], 'palace');
    const body = await get(studio, `${LIST}?newsletter=daily`);
    expect(body).toMatch(
      /In or out of <a href="\/studio\/editions\/daily-[^"]+">The Daily Belle, .*the draft on the desk/,
    );
    expect(saidOf(body, 'On the desk')).toMatch(
      /In of the next .*leads the edition In the draft The Daily Belle/,
    );
    expect(saidOf(body, 'Too late')).toMatch(/Out .*arrived after the draft was built/);
  });

  test('show pictures as an edition would have them, made when they are first looked at, or why there is none', async () => {
    await using studio = await openStudio();
    const folder = join(studio.folder, 'articles');
    writeFileSync(join(folder, 'good.jpg'), await jpeg());
    writeFileSync(join(folder, 'good.md'), '---\npicture: good.jpg\n---\n# Good');
    writeFileSync(join(folder, 'bad.md'), '---\npicture: https://127.0.0.1/x.jpg\n---\n# Bad');
    await studio.house.collector.collect(['stories']);
    const [good, bad] = [await idOf(studio, 'Good'), await idOf(studio, 'Bad')];
    const picture = (id: number) => studio.app.inject({ url: `${LIST}/${id}/picture`, headers: HERE });
    expect(await get(studio, LIST)).toContain(`<img src="${LIST}/${good}/picture"`);
    const made = await picture(good);
    expect([made.statusCode, made.headers.location]).toEqual([
      302,
      expect.stringMatching(/^\/media\/[\da-f]+\.jpg$/),
    ]);
    expect(await get(studio, LIST)).toContain(`<img src="${made.headers.location}"`);
    expect((await picture(bad)).statusCode).toBe(204);
    expect(await get(studio, `${LIST}/${bad}`)).toContain('Picture left out: 127.0.0.1 is not on the public');
    expect((await picture(999)).statusCode).toBe(404);
  });

  test('show what a source sent as text, whatever it is', async () => {
    await using studio = await openStudio();
    const evil = '<script>alert(1)</script>"\'{{x}}';
    await save(studio, [
      told(studio, 1, {
        headline: evil,
        standfirst: evil,
        paragraphs: [evil],
        author: evil,
        categories: [evil],
        picture: { url: 'https://img.example/"><script>.jpg', alt: evil, caption: evil },
        language: '"><script>',
      }),
    ]);
    const id = await idOf(studio, evil);
    for (const url of [LIST, `${LIST}?q=${encodeURIComponent(evil)}`, `${LIST}/${id}?with=%3Cscript%3E`]) {
      const page = await get(studio, url);
      expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;');
      expect(page).not.toContain('<script>');
      expect(page).not.toMatch(/(src|href)="[^"]*img\.example/);
    }
  });

  test('say so where there is nothing, and take no nonsense amiss', async () => {
    await using studio = await openStudio();
    expect(await get(studio, LIST)).toContain('No articles yet.');
    expect(await get(studio, `${LIST}?q=zzz`)).toContain('No article matches.');
    await save(studio, [told(studio, 1)]);
    for (const query of [
      'before=x',
      'before=1e9-1',
      'days=9999',
      'q[]=x',
      'newsletter=__proto__',
      'source=%00',
    ])
      expect(headlines(await get(studio, `${LIST}?${query}`)), query).toEqual(['Headline of 1']);
    for (const id of ['0', '999', 'x', '1e3', '__proto__', '99999999999999999999'])
      expect((await studio.app.inject({ url: `${LIST}/${id}`, headers: HERE })).statusCode, id).toBe(404);
  });

  test('lead back only to a page of the articles', async () => {
    await using studio = await openStudio();
    await save(studio, [told(studio, 1)]);
    const id = await idOf(studio, 'Headline of 1');
    for (const back of ['https://evil.example', '//evil.example', '/studio/logout', `${LIST}/../x`, ''])
      expect((await press(studio, `${LIST}/${id}/split`, { back })).headers.location).toBe(
        `${LIST}/${id}?did=${id}#article-${id}`,
      );
  });

  test('say how far back was looked where a search looks through very many', async () => {
    await using studio = await openStudio();
    const many = Array.from({ length: 4100 }, (_, at) => at + 1);
    for (let at = 0; at < many.length; at += 50)
      await studio.db
        .insertInto('articles')
        .values(many.slice(at, at + 50).map((number) => rowOf(studio.clock.now() - number * HOUR_MS, number)))
        .execute();
    const body = await get(studio, `${LIST}?q=number+4050`);
    expect(body).toContain(`back to ${Math.round((4000 * HOUR_MS) / DAY_MS)} days ago`);
    const [, next = ''] = /rel="next" href="([^"]+)"/.exec(body) ?? [];
    const further = await get(studio, next.replaceAll('&amp;', '&').replaceAll('&#x3D;', '='));
    expect(headlines(further)).toEqual(['Number 4050']);
  });
});

function rowOf(published_at: number, number: number) {
  return {
    link: `https://palace.example/${number}`,
    source_id: 'stories',
    headline: `Number ${number}`,
    standfirst: '',
    paragraphs: '[]',
    author: '',
    categories: '[]',
    tags: '[]',
    picture_alt: '',
    picture_caption: '',
    language: 'en',
    published_at,
    first_seen_at: published_at,
    updated_at: published_at,
  };
}

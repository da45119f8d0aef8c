import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../../src/base/clock.ts';
import { item, rss, serve } from '../../articles/fetching/loopback.ts';
import { eachDatabase } from '../../helpers/databases.ts';
import { addAccount, HERE, logIn, type OpenStudio, openStudio, press } from '../open-studio.ts';

const PAGE = '/studio/sources';

/** Three sources: a folder, a feed of ours at `/feed`, and one that nobody uses. */
const newsletters = (feedServer: string) => `
publisher: { name: Belle, postal_address: '12 Garden Row, London SE1 0AA' }
sources:
  stories: { title: Our stories, folder: articles }
  palace: { title: Palace <press>, feed: '${feedServer}/feed', allow_private: true }
  spare: { folder: spare }
newsletters:
  daily:
    title: The Daily Belle
    schedule: 0 7 * * *
    sources: [stories, palace]
    sections: { all: { title: All } }
`;

const page = async (studio: OpenStudio, query = '') =>
  (await studio.app.inject({ url: `${PAGE}${query}`, headers: HERE })).body;

/** What the page says of one source, without markup. */
function saidOf(body: string, id: string): string {
  const [, card = ''] = new RegExp(`data-source="${id}"([\\s\\S]*?)</article>`).exec(body) ?? [];
  return card.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
}

function write(studio: OpenStudio, name: string, text: string): void {
  writeFileSync(join(studio.folder, 'articles', name), text);
}

eachDatabase((open) => {
  test('a source is asked with a button, and the page shows what came, what was refused, where, and how to mend it', async () => {
    await using studio = await openStudio({
      database: await open(),
      newsletters: newsletters('http://127.0.0.1:9'),
    });
    write(studio, 'one.md', '# A <quiet> wedding\n\nThey said yes.');
    write(studio, 'two.md', '---\nheadline: Two\ndate: on: off\n---\nText');
    write(studio, 'three.md', '---\npicture: gone.jpg\n---\n# Three');
    expect(saidOf(await page(studio), 'stories')).toContain('Not checked yet');
    const asked = await press(studio, `${PAGE}/stories/ask`);
    expect([asked.statusCode, asked.headers.location]).toEqual([303, `${PAGE}?asked=stories#stories`]);
    const said = saidOf(await page(studio, '?asked=stories'), 'stories');
    expect(said).toContain('2 articles found: 2 new, 1 refused, 1 left out in part.');
    expect(said).toContain('A &lt;quiet&gt; wedding');
    expect(said).toMatch(/two\.md its front matter cannot be read: line 3: .*key: value/);
    expect(said).toMatch(/three\.md used in part its picture was left out: .*gone\.jpg/);
    expect(said).toContain('2 new, 0 sent');
    expect(said).toContain('Needs fixing');
    rmSync(join(studio.folder, 'articles', 'two.md'));
    rmSync(join(studio.folder, 'articles', 'three.md'));
    write(studio, 'one.md', '# A quiet wedding\n\nThey said yes, twice.');
    await press(studio, `${PAGE}/stories/ask`);
    const later = saidOf(await page(studio), 'stories');
    expect(later).toContain('1 article found: nothing new, 1 changed, 1 withdrawn.');
    expect(later).toMatch(/OK.*used by The Daily Belle/i);
  });
});

describe('a source', () => {
  test('that fails says why, since when, and what to do; asked by a script it answers with its part of the page', async () => {
    let status = 200;
    await using feed = await serve((_request, response) =>
      response.writeHead(status, { etag: '"1"' }).end(rss(item('<title>Ring</title>'))),
    );
    await using studio = await openStudio({ newsletters: newsletters(feed.url) });
    const ask = () => press(studio, `${PAGE}/palace/ask`, {}, { accept: 'application/json' });
    expect((await ask()).json()).toMatchObject({
      health: 'well',
      says: expect.stringMatching(/^1 article found: 1 new\b/),
    });
    status = 304;
    studio.clock.advance(2 * HOUR_MS);
    expect((await ask()).json()).toMatchObject({
      health: 'well',
      says: 'Nothing has changed since it was read 2 hours ago.',
    });
    status = 404;
    const failed = (await ask()).json();
    expect(failed).toMatchObject({
      source: 'palace',
      health: 'failing',
      says: 'It could not be read: the server answered 404 (there is nothing at this address).',
    });
    expect(failed.html).toContain('If the feed has moved, put the new address under sources, palace');
    expect(failed.html).toContain('Palace &lt;press&gt;');
    expect(failed.html).toContain('name="csrf" value="');
    studio.clock.advance(3 * HOUR_MS);
    const said = saidOf(await page(studio), 'palace');
    expect(said).toMatch(/Failing.*Last checked 3 hours ago Last success 3 hours ago/);
  });

  test('that two editors ask at once is asked once', async () => {
    let answer = () => {};
    await using feed = await serve((_request, response) => {
      answer = () => response.end(rss(item('<title>Ring</title>')));
    });
    await using studio = await openStudio({ newsletters: newsletters(feed.url) });
    const asking = [press(studio, `${PAGE}/palace/ask`), press(studio, `${PAGE}/palace/ask`)];
    await expect.poll(() => feed.asked.length, { timeout: 15_000 }).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    answer();
    expect((await Promise.all(asking)).map(({ statusCode }) => statusCode)).toEqual([303, 303]);
    expect(feed.asked).toEqual(['/feed']);
  });

  test('that brings nothing for unusually long is called quiet, in words', async () => {
    await using studio = await openStudio({ newsletters: newsletters('http://127.0.0.1:9') });
    const now = studio.clock.now();
    for (const hours of [0, 5, 9, 20, 26])
      write(
        studio,
        `${hours}.md`,
        `---\ndate: ${new Date(now - hours * HOUR_MS).toISOString()}\n---\n# Nr ${hours}`,
      );
    await press(studio, `${PAGE}/stories/ask`);
    studio.clock.advance(DAY_MS - HOUR_MS);
    expect(saidOf(await page(studio), 'stories')).toContain('OK');
    studio.clock.advance(2 * DAY_MS);
    const said = saidOf(await page(studio), 'stories');
    expect(said).toContain('Quiet');
    expect(said).toContain('Nothing new for 3 days; until now the longest gap was 11 hours.');
  });

  test('that is in no newsletter says so, and one that is not in the file any more is still named', async () => {
    await using studio = await openStudio({ newsletters: newsletters('http://127.0.0.1:9') });
    mkdirSync(join(studio.folder, 'spare'));
    await press(studio, `${PAGE}/spare/ask`);
    expect(saidOf(await page(studio), 'spare')).toMatch(/never delivered an article\..*no newsletter/);
    write(studio, 'one.md', '# One');
    await press(studio, `${PAGE}/stories/ask`);
    await studio.db.updateTable('articles').set({ source_id: 'gone' }).execute();
    expect(await page(studio)).toMatch(/No longer in use[\s\S]*gone[\s\S]*1 article</);
  });

  test('is asked only by an editor, from a page of ours, and only if it is there', async () => {
    await using studio = await openStudio({
      rehearsal: false,
      newsletters: newsletters('http://127.0.0.1:9'),
    });
    const account = await addAccount(studio, 'eve@belle.example', 'edit');
    const cookie = await logIn(studio, account);
    const foreign = await press(studio, `${PAGE}/stories/ask`, {}, { 'sec-fetch-site': 'cross-site' });
    expect(foreign.statusCode).toBe(403);
    expect((await press(studio, `${PAGE}/stories/ask`, {}, cookie)).statusCode).toBe(303);
    expect((await press(studio, `${PAGE}/nobody/ask`, {}, cookie)).statusCode).toBe(404);
  });
});

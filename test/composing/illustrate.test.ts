import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { RequestListener, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { keepFile } from '../../src/articles/pictures/kept-pictures.ts';
import { recordPicture } from '../../src/articles/pictures/picture-store.ts';
import { pictureFaultWords } from '../../src/articles/sources/failure-words.ts';
import { createLog } from '../../src/base/log.ts';
import { type IllustrateDeps, illustrate } from '../../src/composing/illustrate.ts';
import type { SourceConfig } from '../../src/config/newsletters.ts';
import { serve, USER_AGENT } from '../articles/fetching/loopback.ts';
import { animation, jpeg, pngClaiming } from '../articles/pictures/picture-files.ts';
import { article } from '../editions/sample-article.ts';
import { eachDatabase, openSqlite, type TestDatabase } from '../helpers/databases.ts';
import { ManualClock } from '../helpers/manual-clock.ts';

const MINUTE = 60_000;

interface Desk extends AsyncDisposable {
  readonly deps: IllustrateDeps & { readonly clock: ManualClock };
  readonly mediaDir: string;
}

/** A database and a media folder, and one source that may be on a private address: `desk`, at the server given. */
async function openDesk(server: string, open = openSqlite): Promise<Desk> {
  const store: TestDatabase = await open();
  const root = mkdtempSync(join(tmpdir(), 'broadsheet-media-'));
  const mediaDir = join(root, 'media');
  const sources: SourceConfig[] = [
    { id: 'desk', feed: `${server}/feed.xml`, allow_private: true, categories: [], language: '' },
    {
      id: 'agency',
      feed: 'https://agency.example/feed.xml',
      allow_private: false,
      categories: [],
      language: '',
    },
  ];
  const deps = {
    db: store.db,
    clock: new ManualClock('2026-11-22T07:00:00Z'),
    log: createLog('silent'),
    mediaDir,
    userAgent: USER_AGENT,
    sources,
  };
  return {
    deps,
    mediaDir,
    [Symbol.asyncDispose]: async () => {
      await store[Symbol.asyncDispose]();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

const pictured = (id: number, url: string, words: { alt?: string; caption?: string } = {}) =>
  article(id, { picture: { url, alt: '', caption: '', ...words } });

async function serveJpeg() {
  const bytes = await jpeg();
  return serve((_request, response) => response.writeHead(200, { 'content-type': 'image/jpeg' }).end(bytes));
}

/** The one reason of a picture that is expected to be refused. */
async function reasonOf(deps: IllustrateDeps, url: string): Promise<string> {
  const { pictures, refused } = await illustrate(deps, [pictured(1, url)]);
  expect(pictures.get(1)).toBeNull();
  expect(refused).toMatchObject([{ headline: 'Headline 1', url }]);
  return refused[0] ? pictureFaultWords(refused[0].reason) : '';
}

eachDatabase((open) => {
  test('pictures are fetched and cut once, and kept under the hash of their content', async () => {
    await using server = await serveJpeg();
    await using desk = await openDesk(server.url, open);
    const articles = [pictured(1, `${server.url}/a.jpg`), article(2), pictured(3, `${server.url}/a.jpg`)];
    const { pictures, refused } = await illustrate(desk.deps, articles);
    expect(refused).toEqual([]);
    expect(pictures.get(1)).toEqual({
      url: `${server.url}/a.jpg`,
      alt: 'Headline 1',
      caption: '',
      cuts: {
        wide: expect.objectContaining({ width: 1280, height: 720 }),
        card: expect.objectContaining({ width: 720, height: 480 }),
        thumb: expect.objectContaining({ width: 240, height: 180 }),
      },
    });
    expect(pictures.get(2)).toBeNull();
    const cuts = Object.values(pictures.get(1)?.cuts ?? {});
    for (const { url, bytes } of cuts) {
      expect(url).toMatch(/^media:[0-9a-f]{32}\.jpg$/);
      expect(statSync(join(desk.mediaDir, url.slice('media:'.length))).size).toBe(bytes);
    }
    expect(readdirSync(desk.mediaDir)).toHaveLength(3);

    const again = await illustrate(desk.deps, articles);
    expect([...again.pictures]).toEqual([...pictures]);
    expect(server.asked).toEqual(['/a.jpg']);
  });

  test('of several candidates the first that can be cut is taken, and none is missed', async () => {
    const [photo, avatar] = await Promise.all([jpeg(), jpeg(96, 96)]);
    await using server = await serve((request, response) => {
      if (request.url === '/gone.jpg') response.writeHead(404).end();
      else if (request.url === '/badge')
        response.writeHead(200).end('<svg xmlns="http://www.w3.org/2000/svg"/>');
      else response.writeHead(200).end(request.url === '/avatar.jpg' ? avatar : photo);
    });
    await using desk = await openDesk(server.url, open);
    const named = (name: string) => ({ url: `${server.url}/${name}`, alt: name, caption: '' });
    const told = (id: number, ...names: string[]) =>
      article(id, { picture: named(names[0] ?? ''), otherPictures: names.slice(1).map(named) });
    const { pictures, refused } = await illustrate(desk.deps, [
      told(1, 'gone.jpg', 'badge', 'avatar.jpg', 'photo.jpg', 'never.jpg'),
      told(2, 'photo.jpg', 'never.jpg'),
      told(3, 'avatar.jpg', 'gone.jpg'),
    ]);
    expect(pictures.get(1)).toMatchObject({ url: `${server.url}/photo.jpg`, alt: 'photo.jpg' });
    expect(pictures.get(2)).toMatchObject({ url: `${server.url}/photo.jpg` });
    expect(pictures.get(3)).toBeNull();
    expect(refused).toEqual([
      {
        headline: 'Headline 3',
        url: `${server.url}/avatar.jpg`,
        reason: { code: 'too-small', width: 96, height: 96, least: { width: 200, height: 100 } },
      },
    ]);
    expect(server.asked).not.toContain('/never.jpg');
    expect(server.asked.filter((path) => path === '/photo.jpg')).toHaveLength(1);
  });

  test('a picture that could not be had is asked for again after an hour, and not before', async () => {
    const good = await jpeg();
    let mended = false;
    await using server = await serve((_request, response) =>
      mended ? response.writeHead(200).end(good) : response.writeHead(503).end(),
    );
    await using desk = await openDesk(server.url, open);
    const url = `${server.url}/a.jpg`;
    const busy = 'the server answered 503 (it is overloaded or down)';
    expect(await reasonOf(desk.deps, url)).toBe(busy);
    mended = true;
    desk.deps.clock.advance(59 * MINUTE);
    expect(await reasonOf(desk.deps, url)).toBe(busy);
    expect(server.asked).toHaveLength(1);
    desk.deps.clock.advance(2 * MINUTE);
    expect((await illustrate(desk.deps, [pictured(1, url)])).refused).toEqual([]);
    desk.deps.clock.advance(1000 * 24 * 60 * MINUTE);
    expect((await illustrate(desk.deps, [pictured(1, url)])).refused).toEqual([]);
    expect(server.asked).toHaveLength(2);
  });

  test('a cut whose file is gone or cut off is made again', async () => {
    await using server = await serveJpeg();
    await using desk = await openDesk(server.url, open);
    const articles = [pictured(1, `${server.url}/a.jpg`)];
    const { cuts } = (await illustrate(desk.deps, articles)).pictures.get(1) ?? {};
    const file = (cut: 'card' | 'thumb') => join(desk.mediaDir, `${cuts?.[cut].url.slice('media:'.length)}`);
    rmSync(file('card'));
    writeFileSync(file('thumb'), 'half');
    expect((await illustrate(desk.deps, articles)).pictures.get(1)?.cuts).toEqual(cuts);
    expect(statSync(file('card')).size).toBe(cuts?.card.bytes);
    expect(statSync(file('thumb')).size).toBe(cuts?.thumb.bytes);
    expect(server.asked).toHaveLength(2);
  });

  test('two processes may make the same pictures at once, and the failure of one hides nothing', async () => {
    await using server = await serveJpeg();
    await using desk = await openDesk(server.url, open);
    const articles = [1, 2, 3].map((id) => pictured(id, `${server.url}/${id}.jpg`));
    const [one, other] = await Promise.all([
      illustrate(desk.deps, articles),
      illustrate(desk.deps, articles),
    ]);
    expect([...one.pictures]).toEqual([...other.pictures]);
    expect(readdirSync(desk.mediaDir)).toHaveLength(3);
    const { db, clock } = desk.deps;
    const asked = server.asked.length;
    await recordPicture(
      db,
      `${server.url}/1.jpg`,
      { ok: false, reason: { code: 'no-time-left' } },
      clock.now(),
    );
    expect((await illustrate(desk.deps, articles)).refused).toEqual([]);
    expect(server.asked).toHaveLength(asked);
  });
});

test('a picture that says nothing about itself is called by its caption, else by the headline', async () => {
  await using server = await serveJpeg();
  await using desk = await openDesk(server.url);
  const url = `${server.url}/a.jpg`;
  const { pictures } = await illustrate(desk.deps, [
    pictured(1, url, { alt: 'A tiara', caption: 'On show' }),
    pictured(2, url, { caption: 'On show' }),
    pictured(3, url),
  ]);
  expect([1, 2, 3].map((id) => pictures.get(id)?.alt)).toEqual(['A tiara', 'On show', 'Headline 3']);
});

describe('a picture is left out with the reason', () => {
  const PAGE = '<!doctype html><title>Sorry</title>';
  const send = (response: ServerResponse, status: number, body: Buffer | string) =>
    response.writeHead(status, { 'content-type': 'image/jpeg' }).end(body);
  const cases: [string, RequestListener | Promise<RequestListener>, RegExp][] = [
    [
      'is gone',
      (_, to) => send(to, 404, ''),
      /^the server answered 404 \(there is nothing at this address\)$/,
    ],
    ['is a web page', (_, to) => send(to, 200, PAGE), /^it is a web page and not a picture$/],
    ['is empty', (_, to) => send(to, 200, ''), /^it is empty$/],
    [
      'would fill the memory',
      (_, to) => send(to, 200, pngClaiming(60_000, 60_000)),
      /^it has 60000 × 60000 pixels, and more than 50 million/,
    ],
    [
      'counts its readers',
      animation(1, 1).then((gif) => (_, to) => send(to, 200, gif)),
      /^it has 1 × 1 pixels, and a picture needs at least 200 × 100$/,
    ],
    [
      'is cut off',
      jpeg().then((whole) => (_, to) => send(to, 200, whole.subarray(0, whole.length / 2))),
      /^it is damaged or cut off/,
    ],
    [
      'is larger than 15 MB',
      (_, to) => send(to, 200, Buffer.alloc(16 * 1024 * 1024)),
      /^it is larger than 15 MB$/,
    ],
    ['drips', drip, /^it was not all here after 0\.5 s$/],
    ['never comes', () => undefined, /^it was not all here after 0\.5 s$/],
    [
      'redirects into the machine room',
      (_, to) => to.writeHead(302, { location: 'http://169.254.169.254/latest/' }).end(),
      /^it redirects to 169\.254\.169\.254, and 169\.254\.169\.254 is not on the public internet$/,
    ],
    [
      'redirects in a circle',
      (_, to) => to.writeHead(302, { location: '/' }).end(),
      /^it redirects more than 5 times$/,
    ],
    ['was never asked for', (_, to) => to.writeHead(304).end(), /^the server says "unchanged"/],
  ];

  test.each(cases)('when it %s', async (_what, listener, reason) => {
    await using server = await serve(await listener);
    await using desk = await openDesk(server.url);
    expect(await reasonOf({ ...desk.deps, limits: { totalMs: 500 } }, `${server.url}/a.jpg`)).toMatch(reason);
  });

  test('when it lies on a private address of a source that has none', async () => {
    await using server = await serveJpeg();
    await using desk = await openDesk(server.url);
    const url = `${server.url}/a.jpg`;
    const foreign = { ...pictured(1, url), sourceId: 'agency' };
    const { refused } = await illustrate(desk.deps, [foreign]);
    expect(refused[0]?.reason).toEqual({ code: 'port', port: new URL(server.url).port });
    expect((await illustrate(desk.deps, [{ ...foreign, sourceId: 'unknown' }])).refused).toHaveLength(1);
    expect(server.asked).toEqual([]);
  });

  test('when a source that may be private names another private host than its own', async () => {
    await using server = await serveJpeg();
    await using desk = await openDesk(server.url);
    const { port } = new URL(server.url);
    expect(await reasonOf(desk.deps, `http://localhost:${port}/a.jpg`)).toMatch(
      /^port \d+ is not 80 or 443$/,
    );
    const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
    expect(await reasonOf({ ...desk.deps, resolve }, 'http://intranet.example/a.jpg')).toBe(
      'intranet.example (127.0.0.1) is not on the public internet',
    );
    expect(server.asked).toEqual([]);
  });

  test('when its address is longer than any that is meant', async () => {
    await using desk = await openDesk('http://127.0.0.1:1');
    expect(await reasonOf(desk.deps, `http://127.0.0.1:1/${'x'.repeat(5000)}`)).toBe(
      'its address is longer than 2000 characters',
    );
  });

  test('when the others took so long that a minute would not do', async () => {
    await using server = await serve(() => undefined);
    await using desk = await openDesk(server.url);
    const articles = Array.from({ length: 6 }, (_, at) => pictured(at + 1, `${server.url}/${at + 1}.jpg`));
    const running = illustrate({ ...desk.deps, limits: { totalMs: 1000 } }, articles);
    while (server.asked.length < 4) await new Promise((resolve) => setTimeout(resolve, 10));
    desk.deps.clock.advance(41_000);
    const reasons = (await running).refused.map(({ reason }) => reason.code);
    expect(reasons.filter((code) => code === 'not-all-here')).toHaveLength(4);
    expect(reasons.filter((code) => code === 'no-time-left')).toHaveLength(2);
    expect(server.asked).toHaveLength(4);
    // Nothing is known against those two: they are asked for the next time.
    await illustrate({ ...desk.deps, limits: { totalMs: 100 } }, articles);
    expect([...server.asked].slice(4).sort()).toEqual(['/5.jpg', '/6.jpg']);
  });
});

describe('a picture that was kept with its article', () => {
  test('is cut from the media folder', async () => {
    await using desk = await openDesk('http://127.0.0.1:1');
    const url = await keepFile(desk.mediaDir, await jpeg(), 'jpg');
    const { pictures } = await illustrate(desk.deps, [pictured(1, url)]);
    expect(pictures.get(1)?.cuts?.wide).toMatchObject({ width: 1280, height: 720 });
    expect(readdirSync(desk.mediaDir)).toHaveLength(4);
  });

  test.each(['media:0123456789abcdef.jpg', 'media:../broadsheet.db', 'media:'])(
    'is left out when the folder does not have it: %s',
    async (url) => {
      await using desk = await openDesk('http://127.0.0.1:1');
      expect(await reasonOf(desk.deps, url)).toMatch(/^its file is not in the media folder/);
    },
  );
});

test('a media folder that cannot be written is our trouble: nothing is held against the picture', async () => {
  await using server = await serveJpeg();
  await using desk = await openDesk(server.url);
  const url = `${server.url}/a.jpg`;
  writeFileSync(desk.mediaDir, 'a file where the folder should be');
  expect(await reasonOf(desk.deps, url)).toMatch(/^it could not be made ready: EEXIST/);
  rmSync(desk.mediaDir);
  expect((await illustrate(desk.deps, [pictured(1, url)])).refused).toEqual([]);
});

/** Sends a byte now and then, for ever. */
function drip(_request: unknown, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'image/jpeg' });
  const timer = setInterval(() => response.write('\xff'), 20);
  response.on('close', () => clearInterval(timer));
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { articlesBetween } from '../../../src/articles/article-store.ts';
import type { SourceReport } from '../../../src/articles/sources/collect.ts';
import { type CollectDeps, collectSources } from '../../../src/articles/sources/collect.ts';
import { Collector } from '../../../src/articles/sources/collector.ts';
import { sourceFailureWords } from '../../../src/articles/sources/failure-words.ts';
import { SourceReader } from '../../../src/articles/sources/source-reader.ts';
import { sourceStates } from '../../../src/articles/sources/source-store.ts';
import { clockAt } from '../../../src/base/clock.ts';
import { createLog } from '../../../src/base/log.ts';
import type { FeedConfig } from '../../../src/config/newsletters.ts';
import type { Database } from '../../../src/storage/schema/schema.ts';
import { openSqlite } from '../../helpers/databases.ts';
import { item, NOW, rss, serve, USER_AGENT } from '../fetching/loopback.ts';

const deps = (db: Database, over: Partial<CollectDeps> = {}): CollectDeps => ({
  db,
  clock: clockAt(NOW),
  log: createLog('silent', false),
  baseDir: tmpdir(),
  mediaDir: tmpdir(),
  userAgent: USER_AGENT,
  limits: { headersMs: 2_000, totalMs: 4_000 },
  ...over,
});

const feed = (id: string, url: string, over: Partial<FeedConfig> = {}): FeedConfig => ({
  id,
  feed: url,
  categories: [],
  language: '',
  allow_private: true,
  ...over,
});

/** What a report says, with its reason in words. */
function said({ sourceId, kind, added, reason }: SourceReport) {
  return [sourceId, kind, added, reason && sourceFailureWords(reason)];
}

test('sources are collected side by side, and one that fails, hangs or lies stops no other', async () => {
  await using store = await openSqlite();
  await using server = await serve((request, response) => {
    if (request.url === '/good')
      response.end(rss(item('<title>Good</title>') + item('', 'https://news.example/b')));
    else if (request.url === '/broken') response.writeHead(500).end();
    else if (request.url === '/page') response.end('<html><body>Sorry</body></html>');
    // whatever else is asked for hangs
  });
  const folder = mkdtempSync(join(tmpdir(), 'broadsheet-collect-'));
  writeFileSync(join(folder, 'one.md'), '# From the house');
  const start = performance.now();
  const reports = await collectSources(deps(store.db), [
    feed('hangs', `${server.url}/hang`),
    feed('hangs-too', `${server.url}/hang`),
    feed('broken', `${server.url}/broken`),
    feed('page', `${server.url}/page`),
    feed('good', `${server.url}/good`, { categories: ['Local'], language: 'nl' }),
    feed('private', `${server.url}/good`, { allow_private: false }),
    { id: 'house', folder, categories: ['House'], language: 'en' },
  ]).finally(() => rmSync(folder, { recursive: true }));
  expect(performance.now() - start).toBeLessThan(3_900);
  expect(reports.map(said)).toEqual([
    ['hangs', 'failed', 0, 'no answer within 2 s'],
    ['hangs-too', 'failed', 0, 'no answer within 2 s'],
    ['broken', 'failed', 0, 'the server answered 500 (it has a fault of its own)'],
    ['page', 'failed', 0, 'this is a web page, not a feed'],
    ['good', 'collected', 1, undefined],
    ['private', 'failed', 0, expect.stringMatching(/is not 80 or 443$/)],
    ['house', 'collected', 1, undefined],
  ]);
  expect(reports[4]).toMatchObject({
    offered: 1,
    refused: [
      { what: 'https://news.example/b', reason: 'it has no headline' },
      { what: 'Good', reason: expect.stringContaining('counts as old'), partly: true },
    ],
  });
  const articles = await articlesBetween(store.db, { from: 0, until: NOW + 1 });
  expect(
    articles.map(({ headline, categories, language }) => [headline, categories, language]).sort(),
  ).toEqual([
    ['From the house', ['House'], 'en'],
    ['Good', ['Local'], 'nl'],
  ]);
  const states = await sourceStates(store.db);
  expect(states.get('broken')).toMatchObject({
    succeededAt: null,
    failure: { code: 'answered', status: 500 },
  });
  expect(states.get('good')).toMatchObject({ succeededAt: NOW, failure: null });
});

test('F26: a feed that cannot be read to its end costs that feed its collection, and nothing stands still', async () => {
  await using store = await openSqlite();
  await using server = await serve((request, response) =>
    response.end(rss(item('<title>T</title>', `https://news.example${request.url}`))),
  );
  const script = new URL('./hanging-reader.ts', import.meta.url);
  const reader = new SourceReader({ script, deadlineMs: 3_000 });
  let turns = 0;
  const counting = setInterval(() => {
    turns += 1;
  }, 20);
  const reports = await collectSources(
    deps(store.db, { reader }),
    ['one', 'hangs', 'two', 'three'].map((id) => feed(id, `${server.url}/${id}`)),
  ).finally(() => reader.close());
  clearInterval(counting);
  expect(turns).toBeGreaterThan(15);
  expect(reports.map(said)).toEqual([
    ['one', 'collected', 1, undefined],
    ['hangs', 'failed', 0, 'it could not be read within 3 s, so nothing of it was taken'],
    ['two', 'collected', 1, undefined],
    ['three', 'collected', 1, undefined],
  ]);
  expect((await sourceStates(store.db)).get('hangs')).toMatchObject({
    succeededAt: null,
    failure: { code: 'reading-too-slow', seconds: 3 },
  });
});

test('an article whose headline shows nothing is refused with the reason, and the others are kept', async () => {
  await using store = await openSqlite();
  const blank = [
    '&#x200D;',
    '&#x3164;',
    '&#x2800;&#x2800;',
    '&#x115F;',
    '&#x34F;',
    '&#xFEFF;',
    '…',
    '&#x301;',
  ];
  const items = blank.map((title, at) => item(`<title>${title}</title>`, `https://news.example/blank-${at}`));
  await using server = await serve((_, response) => {
    response.end(
      rss(
        items.join('') +
          item('<title>It says something</title><pubDate>Tue, 10 Nov 2020 10:00:00 GMT</pubDate>'),
      ),
    );
  });
  const [report] = await collectSources(deps(store.db), [feed('good', `${server.url}/good`)]);
  expect(report?.added).toBe(1 + blank.length - (report?.refused.length ?? 0));
  expect(
    (await articlesBetween(store.db, { from: 0, until: NOW + 1 })).map(({ headline }) => headline),
  ).toEqual(['It says something']);
  for (const { reason } of report?.refused ?? []) expect(reason).toMatch(/headline|title/);
  expect(report?.refused).toHaveLength(blank.length);
});

test('F27: of a feed of very many new items the newest are taken, the report says how many were left, and they come the next time', async () => {
  await using store = await openSqlite();
  const items = Array.from({ length: 320 }, (_, at) => {
    const date = new Date(NOW - at * 60_000).toUTCString();
    return item(`<title>Item ${at}</title><pubDate>${date}</pubDate>`, `https://news.example/${at}`);
  });
  await using server = await serve((request, response) => {
    if (request.headers['if-none-match']) response.writeHead(304).end();
    else response.writeHead(200, { etag: '"1"' }).end(rss(items.join('')));
  });
  const collect = async () => (await collectSources(deps(store.db), [feed('f', server.url)]))[0];
  expect(await collect()).toMatchObject({ kind: 'collected', offered: 320, added: 300, later: 20 });
  expect((await sourceStates(store.db)).get('f')?.reading).toMatchObject({ added: 300, later: 20 });
  const oldest = await articlesBetween(store.db, { from: 0, until: NOW - 299.5 * 60_000 });
  expect(oldest).toEqual([]);
  expect(await collect()).toMatchObject({ kind: 'collected', offered: 320, added: 20, later: 0 });
  expect(await collect()).toMatchObject({ kind: 'unchanged' });
});

test('what is collected when the process stops is given up at once, and is no fault of the source', async () => {
  await using store = await openSqlite();
  await using server = await serve((request, response) => {
    if (request.url === '/read') response.end(rss(item('<title>T</title>')));
    // whatever else is asked for hangs
  });
  const hangs = feed('hangs', `${server.url}/hang`);
  const collector = new Collector(deps(store.db, { limits: {} }), [
    feed('read', `${server.url}/read`),
    hangs,
  ]);
  const collecting = collector.collect();
  while (server.asked.length < 2) await delay(20);
  const [outcome] = await Promise.all([
    collecting.then(
      () => 'collected',
      (error) => error.name,
    ),
    collector.close(),
  ]);
  expect(outcome).toBe('AbortError');
  expect((await sourceStates(store.db)).get('hangs')).toBeUndefined();
  await expect(collector.collect()).rejects.toThrow('abort');
});

test('a source that outlives its deadline is given up', async () => {
  await using store = await openSqlite();
  await using server = await serve(() => undefined);
  const [report] = await collectSources(deps(store.db, { sourceDeadlineMs: 100 }), [
    feed('slow', server.url),
  ]);
  expect(report).toMatchObject({ kind: 'failed', reason: { code: 'no-result', seconds: 0.1 } });
});

test('a feed is asked whether it changed, but not after its settings changed', async () => {
  await using store = await openSqlite();
  await using server = await serve((request, response) => {
    if (request.headers['if-none-match'] === '"1"') response.writeHead(304).end();
    else response.writeHead(200, { etag: '"1"' }).end(rss(item('<title>T</title>')));
  });
  const collect = async (over: Partial<FeedConfig> = {}) =>
    (await collectSources(deps(store.db), [feed('f', server.url, over)]))[0];
  expect(await collect()).toMatchObject({ kind: 'collected', added: 1 });
  expect(await collect()).toMatchObject({ kind: 'unchanged', offered: 0 });
  expect(await collect({ categories: ['New'] })).toMatchObject({ kind: 'collected', updated: 1 });
});

test('a database that fails is a report, and nothing is thrown', async () => {
  await using store = await openSqlite();
  await using server = await serve((_request, response) => response.end(rss(item('<title>T</title>'))));
  await store.db.schema.dropTable('articles').execute();
  const [report] = await collectSources(deps(store.db), [feed('f', server.url)]);
  expect(report).toMatchObject({
    kind: 'failed',
    reason: { code: 'fault', says: expect.stringMatching(/articles/) },
  });
});

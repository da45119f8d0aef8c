import { expect, test } from 'vitest';
import { collectSources } from '../../src/articles/sources/collect.ts';
import type { FeedConfig } from '../../src/config/newsletters.ts';
import { recentEditions } from '../../src/delivery/progress.ts';
import { actWords } from '../../src/editions/words/act-words.ts';
import { reasonInWords } from '../../src/editions/words/reason-words.ts';
import { composeNow } from '../../src/publishing/drafts.ts';
import { publish, publishDue } from '../../src/publishing/publish.ts';
import type { Database } from '../../src/storage/schema/schema.ts';
import { item, type Loopback, rss, serve, USER_AGENT } from '../articles/fetching/loopback.ts';
import { addActive, deliveries, emails, SILENT } from '../delivery/fixture.ts';
import { eachDatabase, openSqlite } from '../helpers/databases.ts';
import { DAILY, DAY, HOUR, type Press, press, SLOT } from './press.ts';

const MINUTE = 60_000;
const GARDEN = item('<title>A garden opens</title><pubDate>Sun, 22 Nov 2026 06:00:00 GMT</pubDate>');

/** A feed server that is down until it is told what to say. */
interface FeedServer extends Loopback {
  says: string | undefined;
}

async function feedServer(): Promise<FeedServer> {
  const server = await serve((_request, response) => {
    const { says } = feed;
    response.writeHead(says === undefined ? 503 : 200).end(says);
  });
  const feed: FeedServer = Object.assign(server, { says: undefined as string | undefined });
  return feed;
}

/** A press that asks real feeds: `desk` and those that are named beside it. */
async function pressOf(db: Database, server: FeedServer, ...others: string[]): Promise<Press> {
  const newsletter = { ...DAILY, sources: ['desk', ...others] };
  const desk = await press(db, SLOT, [newsletter]);
  const feeds = newsletter.sources.map(
    (id): FeedConfig => ({
      ...{ id, feed: `${server.url}/${id}`, allow_private: true, categories: [], language: 'en' },
    }),
  );
  const { clock, log } = desk;
  const deps = { db, clock, log, baseDir: '/', mediaDir: '/', userAgent: USER_AGENT };
  return { ...desk, collect: () => collectSources(deps, feeds) };
}

async function editions(db: Database) {
  const rows = await recentEditions(db);
  return rows.map(({ slot, state, reason }) => ({ slot, state, reason: reasonInWords(reason) }));
}

/** The schedule of so many minutes: it looks at each. */
async function wait(desk: Press, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    desk.clock.advance(MINUTE);
    await publishDue(desk);
  }
}

const DOWN = 'the server answered 503 (it is overloaded or down)';
const UNREAD = {
  code: 'nothing-read',
  unread: { sources: [{ source: 'desk', failure: { code: 'answered', status: 503 } }], more: 0 },
};
const REASON = `no source could be read; desk: ${DOWN}`;

eachDatabase((open) => {
  test('F28: a slot whose sources all fail stays open with the reason, and has its edition once they are mended', async () => {
    await using store = await open();
    await using server = await feedServer();
    await addActive(store.db, emails(2));
    const desk = await pressOf(store.db, server);
    expect(await publishDue(desk)).toMatchObject([{ edition: { state: 'draft' }, keptBy: UNREAD }]);
    expect(await editions(store.db)).toEqual([{ slot: SLOT, state: 'draft', reason: REASON }]);
    await wait(desk, 20);
    expect(await editions(store.db)).toEqual([{ slot: SLOT, state: 'draft', reason: REASON }]);
    expect(await deliveries(store.db)).toEqual([]);
    server.says = rss(GARDEN);
    await wait(desk, 10);
    expect(await editions(store.db)).toEqual([{ slot: SLOT, state: 'frozen', reason: '' }]);
    expect(await deliveries(store.db)).toHaveLength(2);
  });

  test('sources that fail until it is too late cost the slot, which says so; the next one comes as ever', async () => {
    await using store = await open();
    await using server = await feedServer();
    const desk = await pressOf(store.db, server);
    await publishDue(desk);
    desk.clock.advance(12 * HOUR + MINUTE);
    expect(await publishDue(desk)).toEqual([]);
    const missed = { slot: SLOT, state: 'missed', reason: `${REASON}, until it was too late` };
    expect(await editions(store.db)).toEqual([missed]);
    expect(server.asked).toHaveLength(1);
    server.says = rss(item('<title>A garden opens</title><pubDate>Mon, 23 Nov 2026 06:00:00 GMT</pubDate>'));
    desk.clock.advance(SLOT + DAY - desk.clock.now());
    await publishDue(desk);
    expect(await editions(store.db)).toEqual([{ slot: SLOT + DAY, state: 'frozen', reason: '' }, missed]);
  });
});

test('sources that fail are asked again ever more seldom, and no more than every ten minutes', async () => {
  await using store = await openSqlite();
  await using server = await feedServer();
  const errors: unknown[] = [];
  const log = { ...SILENT, error: (about: unknown) => void errors.push(about) } as typeof SILENT;
  const desk = { ...(await pressOf(store.db, server)), log };
  await publishDue(desk);
  await wait(desk, 5);
  expect(server.asked).toHaveLength(4); // at once, after one minute, two and four
  await wait(desk, 120);
  expect(server.asked.length).toBeLessThan(20);
  expect(errors).toEqual([{ edition: 'daily-20261122T0700Z', reason: REASON, code: 'nothing-read' }]);
});

test('a source that answers and has nothing closes the slot', async () => {
  await using store = await openSqlite();
  await using server = await feedServer();
  const desk = await pressOf(store.db, server);
  await publishDue(desk);
  server.says = rss('');
  await wait(desk, 1);
  const nothing = 'the sources have nothing recent';
  expect(await editions(store.db)).toEqual([{ slot: SLOT, state: 'empty', reason: nothing }]);
  await wait(desk, 5);
  expect(server.asked).toHaveLength(2);
});

test('where one of several sources answers the slot is closed, with the name of the other', async () => {
  await using store = await openSqlite();
  await using server = await serve((request, response) =>
    request.url === '/palace' ? response.writeHead(503).end() : response.end(rss('')),
  );
  const desk = await pressOf(store.db, Object.assign(server, { says: undefined }), 'palace');
  await publishDue(desk);
  const reason = `the sources have nothing recent, as far as they could be read; palace: ${DOWN}`;
  expect(await editions(store.db)).toEqual([{ slot: SLOT, state: 'empty', reason }]);
});

test('an editor who asks for the next edition is told which sources failed, and a command may ask at once', async () => {
  await using store = await openSqlite();
  await using server = await feedServer();
  const desk = await pressOf(store.db, server, 'palace', 'court', 'stage');
  const [newsletter = DAILY] = desk.newsletters;
  const reason = `no source could be read; desk: ${DOWN}; palace: ${DOWN}; court: ${DOWN}; and 1 more`;
  const asked = await composeNow(desk, newsletter, 'Anna');
  expect(asked.ok).toBe(false);
  expect(actWords(asked)).toBe(`Nothing to send yet: ${reason}`);
  const { edition, keptBy } = await publish(desk, newsletter);
  expect([edition.state, reasonInWords(keptBy ?? null)]).toEqual(['draft', reason]);
  server.says = rss(GARDEN);
  expect(await publish(desk, newsletter)).toMatchObject({ edition: { state: 'frozen' } });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Collector } from '../src/articles/sources/collector.ts';
import { HOUR_MS, systemClock } from '../src/base/clock.ts';
import { createLog } from '../src/base/log.ts';
import { migrate, openDatabase } from '../src/storage/database.ts';
import { readStorySet } from '../test/labelled/story-set.ts';
import { alone, type Line } from './figures.ts';
import type { Options } from './options.ts';
import { startPostgres } from './postgres.ts';

const ITEMS = 1_000;
const COLLECTIONS = 4;
const PARAGRAPHS = 12;
const LIVELY = { of: 'ours', better: 'lower', goal: 100, floor: 250 } as const;

/**
 * How long pages and mail wait while a feed of a thousand new items is collected, whose links are new each time: the longest
 * time that the event loop was held.
 */
export async function collecting(options: Options): Promise<Line[]> {
  const folder = mkdtempSync(join(tmpdir(), 'broadsheet-bench-'));
  const postgres = await startPostgres(mkdtempSync(join(tmpdir(), 'broadsheet-bench-postgres-'))).catch(
    () => undefined,
  );
  try {
    const lines: Line[] = [];
    const databases = { SQLite: `sqlite:${join(folder, 'bench.db')}`, PostgreSQL: postgres?.url };
    for (const [name, url] of Object.entries(databases)) {
      if (url === undefined) continue;
      const runs = await collectAgain(url, folder);
      lines.push(
        alone(
          `collecting ${ITEMS.toLocaleString('en-GB')} new items on ${name}: longest wait of everything else`,
          'ms',
          [Math.max(...runs.map(({ held }) => held))],
          LIVELY,
        ),
        alone(
          '… one collection',
          's',
          runs.map(({ seconds }) => seconds),
        ),
      );
      if (!options.json) for (const run of runs) console.error(JSON.stringify(run));
    }
    return lines;
  } finally {
    await postgres?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Run {
  readonly held: number;
  readonly seconds: number;
  readonly added: number;
}

async function collectAgain(url: string, folder: string): Promise<Run[]> {
  let collection = 0;
  const server = createServer((_request, response) => {
    response.end(feedOf(collection));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const db = await openDatabase(url);
  await migrate(db);
  const feed = {
    ...{ id: 'wire', feed: `http://127.0.0.1:${port}/`, categories: [], language: '' },
    allow_private: true,
  };
  const collector = new Collector(
    {
      ...{ db, clock: systemClock, log: createLog('silent', false) },
      ...{ baseDir: folder, mediaDir: folder, userAgent: 'bench' },
    },
    [feed],
  );
  const runs: Run[] = [];
  for (collection = 0; collection < COLLECTIONS; collection += 1) {
    feedOf(collection); // made now, so that making it is not measured
    const start = performance.now();
    const watch = watchLoop();
    const [report] = await collector.collect();
    runs.push({ held: watch(), seconds: (performance.now() - start) / 1000, added: report?.added ?? 0 });
  }
  await collector.close();
  await db.destroy();
  server.close();
  return runs;
}

/** Returns what tells the longest time, in milliseconds, for which a timer was late. */
function watchLoop(): () => number {
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }, 5);
  return () => {
    clearInterval(timer);
    return Math.max(longest, performance.now() - last);
  };
}

const made = new Map<number, string>();

/** The same news again and again, under new links and in other words' company. */
function feedOf(collection: number): string {
  const known = made.get(collection);
  if (known !== undefined) return known;
  const set = readStorySet();
  const text = (at: number) => set[at % set.length]?.text;
  const items = Array.from({ length: ITEMS }, (_, at) => {
    const { headline = '', standfirst = '' } = text(at + collection * 7) ?? {};
    const body = Array.from({ length: PARAGRAPHS }, (_, n) =>
      Array.from({ length: 6 }, (_, m) => `${text(at + n * 31 + m * 17)?.headline}.`).join(' '),
    );
    const date = new Date(systemClock.now() - (at % 40) * HOUR_MS).toUTCString();
    return `<item><title>${escaped(`${headline} ${at % 50}`)}</title><link>https://news.example/${collection}/${at}</link><pubDate>${date}</pubDate>
<description>${escaped(standfirst)}</description><content:encoded>${escaped(body.map((one) => `<p>${one}</p>`).join(''))}</content:encoded></item>`;
  });
  const feed = `<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>F</title>${items.join('')}</channel></rss>`;
  made.set(collection, feed);
  return feed;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

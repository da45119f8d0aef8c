import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../../src/storage/schema/schema.ts';
import { BATCH_ROWS } from '../../../src/subscribers/import/read-batches.ts';
import { killHard } from '../../delivery/processes.ts';
import { eachDatabase, openSqlite } from '../../helpers/databases.ts';
import { counts, everyone, importCsv, NOW, states } from '../people.ts';

const BATCH = BATCH_ROWS;
const ROWS = 4 * BATCH;
/** Every thousandth is no address, and every thousandth came before. */
const LIST = [
  'email',
  ...Array.from({ length: ROWS }, (_, n) =>
    n % 1_000 === 998
      ? `nobody${n}`
      : n % 1_000 === 999
        ? `READER${n - 500}@example.org`
        : `reader${n}@example.org`,
  ),
].join('\n');
const BAD = ROWS / 1_000;
const ADDED = ROWS - 2 * BAD;
const WHOLE = { rows: ROWS, added: ADDED, known: 0, leftAlone: 0, duplicates: BAD, invalid: BAD };

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'broadsheet-import-'));
  file = join(folder, 'readers.csv');
  writeFileSync(file, LIST);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

eachDatabase((open) => {
  test('an import that is killed goes on after its last whole batch, and comes to the same end', async () => {
    await using store = await open();
    const reached: number[] = [];
    for (const batches of [1, 1]) {
      await killedAfter(batches, store.url);
      const { rows_done, counts: noted, subscriptions, consents } = await progress(store.db);
      reached.push(rows_done);
      const { rows, added } = JSON.parse(noted);
      // Whatever is in was written down, and nothing is in that was not.
      expect({ rows, subscriptions, consents }).toEqual({
        rows: rows_done,
        subscriptions: added,
        consents: added,
      });
    }
    expect(reached.every((rows) => rows > 0 && rows < ROWS && rows % BATCH === 0)).toBe(true);
    const report = await importCsv(store.db, LIST);
    expect(report).toMatchObject({ ...WHOLE, outcome: 'done', resumedAfter: reached[1] });
    expect(report.rejected).toHaveLength(2 * BAD);
    expect(report.rejected[1]).toMatchObject({ line: 1001, reason: 'the same address as in line 501' });
    expect(await count(store.db, 'subscribers')).toBe(ADDED);
    expect(await count(store.db, 'consents')).toBe(ADDED);
    expect((await progress(store.db)).finished_at).toBe(NOW);
  });

  test('a finished import that is asked for again says so and changes nothing', async () => {
    await using store = await open();
    const csv = 'email\nanna@example.org\nnobody\n';
    const first = await importCsv(store.db, csv);
    await store.db.deleteFrom('subscribers').execute();
    const second = await importCsv(store.db, csv, { file: 'copy.csv', now: NOW + 1 });
    expect(second).toMatchObject({ outcome: 'already', rejected: [] });
    expect(counts(second)).toEqual(counts(first));
    expect(await states(store.db)).toEqual([]);
    expect(await importCsv(store.db, csv, { again: true })).toMatchObject({ outcome: 'done', added: 1 });
  });

  test('an import that was asked to stop ends with a whole batch, and goes on from there', async () => {
    await using store = await open();
    const stop = new AbortController();
    const onProgress = () => stop.abort();
    const first = await importCsv(store.db, LIST, { signal: stop.signal, onProgress });
    expect(first).toMatchObject({ outcome: 'interrupted', rows: BATCH });
    expect(await importCsv(store.db, LIST)).toMatchObject({ ...WHOLE, resumedAfter: BATCH, outcome: 'done' });
    const again = { again: true, signal: stop.signal };
    expect(await importCsv(store.db, LIST, again)).toMatchObject({ outcome: 'interrupted', rows: BATCH });
    expect(await importCsv(store.db, LIST, again)).toMatchObject({ rows: 2 * BATCH, resumedAfter: BATCH });
  });

  test('two of one import at once: one comes to its end, and the other is told', async () => {
    await using store = await open();
    const both = await Promise.allSettled([1, 2].map(() => importCsv(store.db, LIST)));
    const failed = both.filter((one) => one.status === 'rejected');
    expect(failed.map(({ reason }) => reason.message)).toEqual([
      'readers.csv is being imported by another process at this moment',
    ]);
    expect(await count(store.db, 'consents')).toBe(ADDED);
  });
});

test('other settings make another import: a section that was missing is there now', async () => {
  await using store = await openSqlite();
  const csv = 'email,sections\nanna@example.org,sport\n';
  expect(await importCsv(store.db, csv)).toMatchObject({ added: 0, invalid: 1 });
  const sections = ['royal', 'sport'];
  expect(await importCsv(store.db, csv, { sections })).toMatchObject({ added: 1, outcome: 'done' });
  const weekend = { newsletterId: 'weekend', sections };
  expect(await importCsv(store.db, csv, weekend)).toMatchObject({ added: 1, outcome: 'done' });
  expect(await everyone(store.db)).toHaveLength(2);
});

describe('while a list is taken in on SQLite', () => {
  test('others write between its batches and need not wait for its end', async () => {
    await using store = await openSqlite();
    const { child, ended } = importInProcess(store.url);
    const waits: number[] = [];
    let running = true;
    void ended.then(() => {
      running = false;
    });
    while (running) {
      const began = performance.now();
      await store.db
        .insertInto('newsletters')
        .values({ id: `n${waits.length}`, known_since: NOW })
        .execute();
      waits.push(performance.now() - began);
      await delay(5);
    }
    expect(child.exitCode).toBe(0);
    expect((await progress(store.db)).finished_at).not.toBeNull();
    expect(waits.length).toBeGreaterThan(10);
    expect(Math.max(...waits)).toBeLessThan(5_000);
  });
});

/** Runs the import in a process of its own, and ends that as a power cut would once so many batches more are in. */
async function killedAfter(batches: number, url: string): Promise<void> {
  const { child, ended } = importInProcess(url);
  let said = '';
  const enough = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk) => {
      said += chunk;
      if (said.split('batch\n').length > batches) resolve();
    });
  });
  await Promise.race([enough, ended]);
  await killHard(child);
  expect(child.signalCode).toBe('SIGKILL');
}

function importInProcess(url: string) {
  const script = `
    const load = (file) => import(${JSON.stringify(new URL('../../../src/', import.meta.url).href)} + file);
    const { openDatabase } = await load('storage/database.ts');
    const { importReaders } = await load('subscribers/import/import-readers.ts');
    const { listInFile } = await load('subscribers/import/import-list.ts');
    const { writeSync } = await import('node:fs');
    const db = await openDatabase(${JSON.stringify(url)});
    await importReaders(db, listInFile(${JSON.stringify(file)}), {
      newsletterId: 'daily', sections: ['royal', 'stars', 'style'], file: 'readers.csv', now: ${NOW},
      onProgress: () => writeSync(1, 'batch\\n'),
    });
    await db.destroy();`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { child, ended: once(child, 'exit') };
}

/** In one statement, so that it is of one moment. */
async function progress(db: Database) {
  return db
    .selectFrom('imports')
    .selectAll()
    .select((eb) => [
      eb
        .selectFrom('subscriptions')
        .select(({ fn }) => fn.countAll<number>().as('rows'))
        .as('subscriptions'),
      eb
        .selectFrom('consents')
        .select(({ fn }) => fn.countAll<number>().as('rows'))
        .as('consents'),
    ])
    .executeTakeFirstOrThrow();
}

async function count(db: Database, table: 'subscribers' | 'consents'): Promise<number> {
  const row = await db
    .selectFrom(table)
    .select(({ fn }) => fn.countAll<number>().as('rows'))
    .executeTakeFirstOrThrow();
  return row.rows;
}

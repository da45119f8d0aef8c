import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { articlesById } from '../../src/articles/article-store.ts';
import { collectSources } from '../../src/articles/sources/collect.ts';
import type { NewsletterConfig } from '../../src/config/newsletters.ts';
import { takenBack } from '../../src/publishing/checking/taken-back.ts';
import { publishDue } from '../../src/publishing/publish.ts';
import type { Database } from '../../src/storage/schema/schema.ts';
import { USER_AGENT } from '../articles/fetching/loopback.ts';
import { writeFiles } from '../articles/sources/files/folder.ts';
import { eachDatabase, openSqlite } from '../helpers/databases.ts';
import { DAILY, HOUR, type Press, press } from './press.ts';

const [BERLIN, NEW_YORK] = ['Europe/Berlin', 'America/New_York'] as const;
/** Seven in the morning in either. */
const [BERLIN_SEVEN, NEW_YORK_SEVEN] = ['2026-11-30T06:00Z', '2026-11-30T12:00Z'].map(Date.parse) as [
  number,
  number,
];
const GARDEN = '---\ntitle: A garden opens\ndate: 2026-11-30 07:00\n---\n\nIt rained.\n';

/** Two newsletters that come every hour, in two zones, and share a folder that names none. */
const newsletter = (id: string, time_zone: string): NewsletterConfig => ({
  ...{ ...DAILY, id, title: id, schedule: '0 * * * *', time_zone, sources: ['mag'] },
});
const TWO = [newsletter('berlin', BERLIN), newsletter('new-york', NEW_YORK)];

interface Magazine extends Press, Disposable {
  write(files: Readonly<Record<string, string>>): void;
  /** Lets the schedule look at a moment; the editions it made, with their headlines. */
  at(moment: number): Promise<(readonly [newsletter: string, told: string | undefined])[]>;
}

async function magazine(db: Database, zones: readonly string[] = [BERLIN, NEW_YORK]): Promise<Magazine> {
  const root = mkdtempSync(join(tmpdir(), 'broadsheet-zones-'));
  mkdirSync(join(root, 'articles'));
  const desk = await press(db, BERLIN_SEVEN - HOUR, TWO);
  const source = { id: 'mag', folder: 'articles', categories: [], language: 'en', time_zones: zones };
  const { clock, log } = desk;
  const deps = { db, clock, log, baseDir: root, mediaDir: join(root, 'media'), userAgent: USER_AGENT };
  const collect = () => collectSources(deps, [source]);
  return {
    ...{ ...desk, collect },
    write: (files) => writeFiles(join(root, 'articles'), files),
    at: async (moment) => {
      clock.advance(moment - clock.now());
      const made = await publishDue({ ...desk, collect });
      return made.map(({ edition }) => [edition.newsletterId, edition.content?.stories[0]?.headline]);
    },
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}

eachDatabase((open) => {
  test('a time without a zone in a folder that newsletters share is by the clock of each of them', async () => {
    await using store = await open();
    using desk = await magazine(store.db);
    desk.write({ 'garden.md': GARDEN });
    expect(await desk.at(BERLIN_SEVEN - HOUR)).toEqual([
      ['berlin', undefined],
      ['new-york', undefined],
    ]);
    expect(await desk.at(BERLIN_SEVEN)).toEqual([
      ['berlin', 'A garden opens'],
      ['new-york', undefined],
    ]);
    expect(await desk.at(NEW_YORK_SEVEN - HOUR)).toEqual([
      ['berlin', undefined],
      ['new-york', undefined],
    ]);
    expect(await desk.at(NEW_YORK_SEVEN)).toEqual([
      ['berlin', undefined],
      ['new-york', 'A garden opens'],
    ]);
  });

  test('a time with a zone, or a folder with one, is one moment for all', async () => {
    await using store = await open();
    using desk = await magazine(store.db, [NEW_YORK]);
    desk.write({
      'garden.md': GARDEN,
      'weir.md': GARDEN.replace('A garden', 'A weir').replace('07:00', '07:00+01:00'),
    });
    expect(await desk.at(BERLIN_SEVEN)).toEqual([
      ['berlin', 'A weir opens'],
      ['new-york', 'A weir opens'],
    ]);
    expect(await desk.at(NEW_YORK_SEVEN)).toEqual([
      ['berlin', 'A garden opens'],
      ['new-york', 'A garden opens'],
    ]);
    expect(await store.db.selectFrom('articles').select('moments').execute()).toEqual([
      { moments: null },
      { moments: null },
    ]);
  });

  test('an embargo, an expiry and a date that is moved count by the clock of each', async () => {
    await using store = await open();
    using desk = await magazine(store.db);
    const held = GARDEN.replace('date: 2026-11-30 07:00', 'date: 2026-11-29\nembargo: 2026-11-30 07:00');
    desk.write({ 'garden.md': held });
    expect(await desk.at(BERLIN_SEVEN)).toEqual([
      ['berlin', 'A garden opens'],
      ['new-york', undefined],
    ]);
    const { content } = await store.db
      .selectFrom('editions')
      .select('content')
      .where('newsletter_id', '=', 'berlin')
      .where('content', 'is not', null)
      .executeTakeFirstOrThrow();
    const edition = {
      id: 'x',
      newsletterId: 'berlin',
      slot: BERLIN_SEVEN,
      content: JSON.parse(content ?? ''),
    };
    const gone = async ([berlin = DAILY, newYork = DAILY] = TWO) => {
      await desk.collect([]);
      const now = desk.clock.now();
      const of = (one: NewsletterConfig) => takenBack(store.db, edition, one, now);
      return [await of(berlin), await of(newYork)].map(([finding]) => finding?.says ?? '');
    };
    const said = (what: string) => `The article of “A garden opens” ${what}`;
    expect(await gone()).toEqual(['', said('now waits for a later date')]);
    desk.write({ 'garden.md': held.replace('embargo:', 'expires: 2026-11-30 06:30\nrank:') });
    expect(await gone()).toEqual([said('was withdrawn by its source'), '']);
    const [{ id }] = (await store.db.selectFrom('articles').select('id').execute()) as [{ id: number }];
    expect(await articlesById(store.db, [id], BERLIN)).toEqual([]);
    expect(await articlesById(store.db, [id], NEW_YORK)).toHaveLength(1);
  });
});

test('what the clocks differ about is said of a file once, with each of them', async () => {
  await using store = await openSqlite();
  using desk = await magazine(store.db);
  desk.write({ 'garden.md': GARDEN });
  const [report] = await desk.collect([]);
  expect(report?.refused).toEqual([
    {
      what: 'garden.md',
      leftOut: 'scheduled',
      reason:
        'it waits until 2026-11-30 06:00 UTC for Europe/Berlin, it waits until 2026-11-30 12:00 UTC for America/New_York',
    },
  ]);
});

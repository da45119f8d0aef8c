import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { createLog } from '../../src/base/log.ts';
import { resumeEdition } from '../../src/delivery/control.ts';
import { enqueue } from '../../src/delivery/ledger.ts';
import { storedReason } from '../../src/editions/reason.ts';
import { registerNewsletters } from '../../src/editions/store/newsletter-store.ts';
import { resumeNewsletter } from '../../src/publishing/newsletter-slots.ts';
import { publishDue } from '../../src/publishing/publish.ts';
import { RestoreWatch, restoreOf, restoreSign } from '../../src/publishing/restore.ts';
import { migrate, openDatabase } from '../../src/storage/database.ts';
import { noteFile, readNote } from '../../src/storage/installation.ts';
import type { Database } from '../../src/storage/schema/schema.ts';
import { runEngine, settled } from '../delivery/engine/run-engine.ts';
import { addActive, emails, frozen, NOW } from '../delivery/fixture.ts';
import { backup } from '../helpers/backup.ts';
import { eachDatabase, openPostgres, openSqlite } from '../helpers/databases.ts';
import { ManualClock } from '../helpers/manual-clock.ts';
import { ScriptedServer } from '../helpers/smtp-server.ts';
import { DAILY, DAY, HOUR, news, press, SLOT } from '../publishing/press.ts';

const log = createLog('silent');

/** A folder for the note beside a database. */
function room() {
  const path = mkdtempSync(join(tmpdir(), 'broadsheet-note-'));
  return {
    file: join(path, 'db.note'),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}

function watching(db: Database, file: string, now = NOW) {
  return new RestoreWatch({ db, clock: new ManualClock(now), log, file });
}

/** Something happens that a backup from before does not know. */
async function happen(db: Database): Promise<void> {
  await enqueue(db, 1, 'welcome', NOW);
}

describe('F22: a backup in the place of its database', () => {
  test('is held: nothing that was going out goes on, and newsletters make no editions, until somebody has looked', async () => {
    await using store = await openSqlite();
    await using server = await ScriptedServer.start();
    using beside = room();
    await registerNewsletters(store.db, [DAILY], SLOT - DAY);
    const { id } = await frozen(store.db, 10);
    await watching(store.db, beside.file).look();
    await using before = await backup(store.db);
    {
      await using _ = runEngine(store.db, server);
      await settled(store.db, id);
    }
    await watching(store.db, beside.file).look();
    expect(await watching(before.db, beside.file).look()).toBe(true);
    expect(await restoreOf(before.db)).toMatchObject({
      foundAt: NOW,
      editions: [{ id, state: 'paused' }],
      newsletters: ['daily'],
    });
    const desk = await press(before.db, SLOT + HOUR);
    desk.offer(news(0, SLOT - HOUR));
    expect(await publishDue(desk)).toEqual([]);
    {
      await using _ = runEngine(before.db, server);
      await happen(before.db);
      await until(async () => (await waiting(before.db, 'welcome')) === 0);
    }
    expect(server.copiesOf(emails(10)[1] ?? '')).toHaveLength(1);
    expect(server.received).toHaveLength(11);

    expect(await resumeEdition(before.db, id)).toBe(true);
    expect(await restoreOf(before.db)).toMatchObject({ newsletters: ['daily'] });
    expect(await resumeNewsletter(desk, DAILY, 'Anna')).toMatchObject({ ok: true });
    expect(await restoreOf(before.db)).toBeUndefined();
    expect(await watching(before.db, beside.file).look()).toBe(false);
  });

  test('skips the slots that fell due since, and says which, instead of catching up with them', async () => {
    await using store = await openSqlite();
    using beside = room();
    await addActive(store.db, emails(3));
    await registerNewsletters(store.db, [DAILY], SLOT - DAY);
    await happen(store.db);
    await watching(store.db, beside.file).look();
    await using before = await backup(store.db);
    await happen(store.db);
    await watching(store.db, beside.file).look();
    const after = SLOT + HOUR;
    expect(await watching(before.db, beside.file, after).look()).toBe(true);
    const desk = await press(before.db, after);
    desk.offer(news(0, SLOT - HOUR));
    expect(await publishDue(desk)).toEqual([]);
    const rows = await before.db.selectFrom('editions').select(['state', 'reason']).execute();
    expect(rows).toEqual([
      { state: 'skipped', reason: storedReason({ code: 'skipped-in-pause', by: 'a restored backup' }) },
    ]);
    expect((await restoreOf(before.db))?.editions).toEqual([
      { id: 'daily-20261122T0700Z', newsletterId: 'daily', slot: SLOT, state: 'skipped' },
    ]);
  });

  test('is told once, and again when another one is put back', async () => {
    await using store = await openSqlite();
    using beside = room();
    await addActive(store.db, emails(1));
    await happen(store.db);
    await watching(store.db, beside.file).look();
    await using first = await backup(store.db);
    await using second = await backup(store.db);
    await happen(store.db);
    await watching(store.db, beside.file).look();
    expect(await watching(first.db, beside.file).look()).toBe(true);
    expect(await watching(first.db, beside.file).look()).toBe(false);
    expect(await watching(second.db, beside.file).look()).toBe(true);
  });

  test('is also told when the database came alone to a new place, without its note', async () => {
    await using store = await openSqlite();
    using beside = room();
    using elsewhere = room();
    await watching(store.db, beside.file).look();
    expect(await restoreSign(store.db, elsewhere.file)).toBe('no-note');
    expect(await watching(store.db, elsewhere.file).look()).toBe(true);
  });

  test('is also told when it is from before an upgrade', async () => {
    await using store = await openSqlite();
    await using old = await openSqlite('0004_studio');
    using beside = room();
    await addActive(store.db, emails(1));
    await happen(store.db);
    await watching(store.db, beside.file).look();
    await sql`insert into deliveries (kind, email, state, priority, attempt_count, next_attempt_at, created_at)
      values ('welcome', 'a@readers.example', 'accepted', 0, 1, 0, 0)`.execute(old.db);
    await migrate(old.db);
    expect(await restoreSign(old.db, beside.file)).toBe('another');
  });
});

test('F22: on PostgreSQL a dump that was read in is told by where its tables are', async () => {
  await using store = await openPostgres();
  using beside = room();
  using elsewhere = room();
  await addActive(store.db, emails(1));
  await happen(store.db);
  await watching(store.db, beside.file).look();
  await store.db.destroy();
  const copy = `${new URL(store.url).pathname.slice(1)}_copy`;
  const client = new pg.Client({ connectionString: store.url.replace(/\/[^/]+$/, '/postgres') });
  await client.connect();
  await client.query(`create database ${copy} template ${new URL(store.url).pathname.slice(1)}`);
  const db = await openDatabase(store.url.replace(/\/[^/]+$/, `/${copy}`));
  try {
    expect(await restoreSign(db, elsewhere.file)).toBe('moved');
    expect(await watching(db, elsewhere.file).look()).toBe(true);
    expect(await restoreSign(db, elsewhere.file)).toBeUndefined();
  } finally {
    await db.destroy();
    await client.query(`drop database ${copy} with (force)`);
    await client.end();
  }
});

eachDatabase((open) => {
  describe('no restore is', () => {
    test('a restart, whatever happened meanwhile', async () => {
      await using store = await open();
      using beside = room();
      await addActive(store.db, emails(1));
      for (let times = 0; times < 3; times += 1) {
        expect(await watching(store.db, beside.file).look()).toBe(false);
        await happen(store.db);
      }
      expect(await watching(store.db, beside.file).look()).toBe(false);
    });

    test('a crash after the database was written and before its note', async () => {
      await using store = await open();
      using beside = room();
      await addActive(store.db, emails(1));
      await watching(store.db, beside.file).look();
      await happen(store.db);
      await sql`update installation set counted = counted + 1`.execute(store.db);
      expect(await watching(store.db, beside.file).look()).toBe(false);
    });

    test('a folder in which no note can be written, at first or later', async () => {
      await using store = await open();
      using beside = room();
      await addActive(store.db, emails(1));
      writeFileSync(beside.file, '');
      const unwritable = join(beside.file, 'below a file');
      for (let times = 0; times < 3; times += 1) {
        expect(await watching(store.db, unwritable).look()).toBe(false);
        await happen(store.db);
      }
      expect(existsSync(unwritable)).toBe(false);
    });

    test('an upgrade of a database that was at work for long', async () => {
      await using store = await open('0004_studio');
      using beside = room();
      await sql`insert into deliveries (kind, email, state, priority, attempt_count, next_attempt_at, created_at)
        values ('welcome', 'a@readers.example', 'accepted', 0, 1, 0, 0)`.execute(store.db);
      await migrate(store.db);
      expect(await watching(store.db, beside.file).look()).toBe(false);
      expect(await watching(store.db, beside.file).look()).toBe(false);
    });

    test('a new, empty database beside the note of one that is gone', async () => {
      await using store = await open();
      using beside = room();
      writeFileSync(beside.file, JSON.stringify({ lineage: 'another', count: 70, key: '5.5.5' }));
      expect(await watching(store.db, beside.file).look()).toBe(false);
      expect(await readNote(beside.file)).toMatchObject({ count: 1 });
    });

    test('a note that somebody damaged', async () => {
      await using store = await open();
      using beside = room();
      await watching(store.db, beside.file).look();
      await sql`update installation set noted_at = null`.execute(store.db);
      writeFileSync(beside.file, '{"lineage": 7');
      expect(await watching(store.db, beside.file).look()).toBe(false);
    });
  });
});

test('on PostgreSQL a machine that joins the others has no note yet, and that is no restore', async () => {
  await using store = await openPostgres();
  using first = room();
  using second = room();
  await addActive(store.db, emails(1));
  await watching(store.db, first.file).look();
  await happen(store.db);
  expect(await watching(store.db, second.file).look()).toBe(false);
  expect(await watching(store.db, first.file).look()).toBe(false);
});

test('once a restore was dealt with on one machine, the old note of another is no sign of a second one', async () => {
  await using store = await openPostgres();
  using first = room();
  using second = room();
  await addActive(store.db, emails(1));
  for (let times = 0; times < 3; times += 1) {
    await happen(store.db);
    for (const { file } of [first, second]) await watching(store.db, file).look();
  }
  await sql`update installation set counted = 1`.execute(store.db); // as an earlier backup has it
  expect(await watching(store.db, first.file).look()).toBe(true);
  expect(await watching(store.db, second.file).look()).toBe(false);
  expect(await watching(store.db, first.file).look()).toBe(false);
});

test('the note of an SQLite file is beside it; of a PostgreSQL database in the data folder, without its password', () => {
  expect(noteFile('sqlite:/srv/paper/data/broadsheet.db', '/elsewhere')).toBe(
    '/srv/paper/data/broadsheet.db.note',
  );
  const one = noteFile('postgres://paper:secret@db.example:5432/paper', '/srv/data');
  expect(one).toMatch(/^\/srv\/data\/postgres-[0-9a-f]{16}\.note$/);
  expect(noteFile('postgres://paper:changed@db.example:5432/paper', '/srv/data')).toBe(one);
  expect(noteFile('postgres://paper:secret@db.example:5432/other', '/srv/data')).not.toBe(one);
});

async function waiting(db: Database, kind: 'welcome'): Promise<number> {
  const rows = await db
    .selectFrom('deliveries')
    .select('id')
    .where('kind', '=', kind)
    .where('state', '!=', 'accepted')
    .execute();
  return rows.length;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let times = 0; times < 400 && !(await isSo()); times += 1)
    await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await isSo()).toBe(true);
}

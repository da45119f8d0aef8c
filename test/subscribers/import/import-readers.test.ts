import { Readable } from 'node:stream';
import { sql } from 'kysely';
import { describe, expect, test, vi } from 'vitest';
import { newPublicId } from '../../../src/base/public-id.ts';
import type { Database } from '../../../src/storage/schema/schema.ts';
import { emailHash } from '../../../src/subscribers/subscriber.ts';
import { eachDatabase, openPostgres } from '../../helpers/databases.ts';
import {
  acts,
  add,
  address,
  ask,
  counts,
  everyone,
  follow,
  importCsv,
  leave,
  NOBODY,
  NOW,
  outbox,
  states,
  suppress,
} from '../people.ts';

eachDatabase((open) => {
  test('the readers of a file are active at once, each with evidence of where they came from', async () => {
    await using store = await open();
    const report = await importCsv(
      store.db,
      'email,name,sections\nAnna@example.org,Anna,royal style\nben@example.org,,\n',
    );
    expect(counts(report)).toEqual({ ...NOBODY, rows: 2, added: 2 });
    expect(await everyone(store.db)).toMatchObject([
      {
        email: 'Anna@example.org',
        name: 'Anna',
        state: 'active',
        sections: ['royal', 'style'],
        confirmedAt: NOW,
      },
      { email: 'ben@example.org', name: '', state: 'active', sections: null },
    ]);
    const consents = await store.db.selectFrom('consents').selectAll().execute();
    expect(consents).toHaveLength(2);
    expect(consents[0]).toMatchObject({
      act: 'imported',
      at: NOW,
      origin: 'import readers.csv, line 2',
      wording: 'Added by the operator, who holds the proof of consent',
    });
  });

  test('a column says how often; what it does not know is a bad row, and empty is every edition', async () => {
    await using store = await open();
    const report = await importCsv(
      store.db,
      'email,frequency\nanna@example.org,Weekly\nben@example.org,\ncleo@example.org,every\ndora@example.org,hourly\n',
    );
    expect(report).toMatchObject({
      added: 3,
      rejected: [{ line: 5, reason: '"hourly" is no frequency; there are every and weekly' }],
    });
    expect((await everyone(store.db)).map(({ frequency }) => frequency)).toEqual([
      'weekly',
      'every',
      'every',
    ]);
  });

  test('a pause in a file of ours that is no moment is a bad row; in anybody else’s the column means nothing', async () => {
    await using store = await open();
    const ours =
      'email,newsletter,state,confirmed_at,paused_until\nanna@example.org,daily,active,2026-11-01T08:00Z,soon\n';
    expect(await importCsv(store.db, ours)).toMatchObject({ rejected: [{ reason: '"soon" is no moment' }] });
    expect(await importCsv(store.db, 'email,paused_until\nanna@example.org,soon\n')).toMatchObject({
      added: 1,
    });
  });

  test('an import again adds nobody, and leaves no second evidence', async () => {
    await using store = await open();
    await importCsv(store.db, 'email\nanna@example.org\n');
    const again = await importCsv(store.db, 'email,sections\nANNA@example.org,royal\n');
    expect(again).toMatchObject({ added: 0, known: 1 });
    expect(await everyone(store.db)).toMatchObject([{ sections: null }]);
    expect(await acts(store.db, 1)).toEqual(['imported']);
  });

  test('who unsubscribed, complained, bounced or was erased is left alone', async () => {
    await using store = await open();
    await add(store.db, ['left@example.org']);
    await leave(store.db, 1);
    await suppress(store.db, 'complained@example.org', 'complained');
    await suppress(store.db, 'bounced@example.org', 'undeliverable');
    await suppress(store.db, 'erased@example.org', 'erased');
    const file = ['left', 'Complained', 'bounced', 'ERASED', 'new'].map((name) => `${name}@example.org`);
    const report = await importCsv(store.db, `email\n${file.join('\n')}\n`);
    expect(report).toMatchObject({ rows: 5, added: 1, known: 0, leftAlone: 4 });
    expect(await states(store.db)).toEqual(['left@example.org unsubscribed', 'new@example.org active']);
    expect(await acts(store.db, 1)).toEqual(['imported', 'unsubscribed']);
  });

  test('who left is not brought back by a stranger who typed their address before the import', async () => {
    await using store = await open();
    await add(store.db, ['anna@example.org']);
    await leave(store.db, 1);
    await ask(store.db, outbox());
    expect(await importCsv(store.db, 'email\nanna@example.org\n')).toMatchObject({ added: 0, leftAlone: 1 });
    expect(await states(store.db)).toEqual(['anna@example.org pending']);
  });

  test('a sign-up that waits for its confirmation becomes active, with the sections it asked for', async () => {
    await using store = await open();
    const box = outbox();
    await ask(store.db, box, { sections: ['royal'] });
    expect(await importCsv(store.db, 'email,sections\nanna@example.org,style\n')).toMatchObject({ added: 1 });
    expect(await everyone(store.db)).toMatchObject([{ state: 'active', sections: ['royal'] }]);
    expect(await follow(store.db, box, 1, NOW)).toBe('already');
    expect(await acts(store.db, 1)).toEqual(['asked', 'imported']);
  });

  test('the same address twice counts once: in a batch, across batches, and on the command line', async () => {
    await using store = await open();
    const many = Array.from({ length: 1_200 }, (_, n) => `reader${n}@example.org`);
    const csv = ['email', ...many, ...many.map((email) => email.toUpperCase())].join('\n');
    const report = await importCsv(store.db, csv);
    expect(report).toMatchObject({ rows: 2_400, added: 1_200, known: 0, duplicates: 1_200 });
    expect(report.rejected.slice(0, 2)).toEqual([
      { line: 1_202, value: 'READER0@example.org', reason: 'the same address as in line 2' },
      { line: 1_203, value: 'READER1@example.org', reason: 'the same address as in line 3' },
    ]);
    expect(await everyone(store.db)).toHaveLength(1_200);
    const twice = await add(store.db, ['anna@example.org', 'Anna@Example.org']);
    expect(twice).toEqual({ added: 1, known: 1, leftAlone: 0 });
  });

  test('a dry run writes nothing and says what the import then does', async () => {
    await using store = await open();
    await add(store.db, ['left@example.org', 'known@example.org']);
    await leave(store.db, 1);
    const many = Array.from({ length: 1_100 }, (_, n) => `reader${n}@example.org`);
    const csv = ['email', ...many, 'left@example.org', 'known@example.org', 'nobody', ...many].join('\n');
    const before = await states(store.db);
    const dry = await importCsv(store.db, csv, { dryRun: true });
    expect(await states(store.db)).toEqual(before);
    expect(await store.db.selectFrom('consents').select('id').execute()).toHaveLength(3);
    expect(dry).toMatchObject({
      rows: 2_203,
      added: 1_100,
      known: 1,
      leftAlone: 1,
      duplicates: 1_100,
      invalid: 1,
    });
    expect(await importCsv(store.db, csv)).toEqual(dry);
  });

  test('20,000 rows are taken in batch by batch, and read no further ahead than a buffer', async () => {
    await using store = await open();
    let read = 0;
    let furthest = 0;
    const file = () => {
      read = 0;
      return Readable.from(pieces());
    };
    function* pieces() {
      yield 'email,name\n';
      for (; read < 20_000; read += 1) yield `reader${read}@example.org,${'n'.repeat(100)}\n`;
    }
    const report = await importCsv(store.db, file, {
      onProgress: (rows) => {
        furthest = Math.max(furthest, read - rows);
      },
    });
    expect(report).toMatchObject({ rows: 20_000, added: 20_000, invalid: 0 });
    expect(furthest).toBeLessThan(4_500);
  });
});

describe('two imports at once', () => {
  test('of the same readers in opposite order add each once, and neither stops the other', async () => {
    await using store = await openPostgres();
    const many = Array.from({ length: 2_000 }, (_, n) => `reader${n}@example.org`);
    // Backwards within each batch: what one import takes first, the other takes last.
    const backwards = many.toReversed();
    const imports = [many, backwards, many, backwards].map((emails, n) =>
      // An empty line more makes another file of it.
      importCsv(store.db, ['email', ...emails].join('\n') + '\n'.repeat(n)),
    );
    const reports = await Promise.all(imports);
    expect(reports.reduce((sum, { added }) => sum + added, 0)).toBe(2_000);
    expect(reports.map(({ rows, added, known }) => rows - added - known)).toEqual([0, 0, 0, 0]);
    expect(await store.db.selectFrom('consents').select('id').execute()).toHaveLength(2_000);
  });

  test('take people in the order of their addresses, so that none holds what the other waits for', async () => {
    await using store = await openPostgres();
    const added = await store.db.transaction().execute(async (trx) => {
      await insertPerson(trx, 'a@example.org');
      const importing = importCsv(store.db, 'email\nz@example.org\na@example.org\n');
      await somebodyWaits(store.db);
      await insertPerson(trx, 'z@example.org');
      return { importing };
    });
    expect(await added.importing).toMatchObject({ rows: 2, added: 2 });
  });

  test('and those who leave meanwhile stay away', async () => {
    await using store = await openPostgres();
    const many = Array.from({ length: 400 }, (_, n) => `reader${n}@example.org`);
    await add(store.db, many);
    const ids = (await everyone(store.db)).map(({ id }) => id);
    await Promise.all([
      ...ids.map((id) => leave(store.db, id)),
      importCsv(store.db, ['email', ...many].join('\n')),
      importCsv(store.db, ['email', ...many.toReversed()].join('\n')),
    ]);
    expect(new Set((await everyone(store.db)).map(({ state }) => state))).toEqual(new Set(['unsubscribed']));
  });
});

test('the hash of an address is that of the person, not of the spelling', () => {
  expect(emailHash('Anna@Example.org')).toBe(emailHash(address('anna@example.org')));
  expect(emailHash('anna@example.org')).toMatch(/^[0-9a-f]{64}$/);
  expect(emailHash('anna@example.org')).not.toBe(emailHash('ann@example.org'));
});

async function insertPerson(db: Database, email: string): Promise<void> {
  await db
    .insertInto('subscribers')
    .values({ public_id: newPublicId(), email, email_key: email, name: '', created_at: NOW })
    .execute();
}

async function somebodyWaits(db: Database): Promise<void> {
  const waiting = sql<{ pid: number }>`
    select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  await vi.waitUntil(async () => (await waiting.execute(db)).rows.length > 0, { timeout: 10_000 });
}

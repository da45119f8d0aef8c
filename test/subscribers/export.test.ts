import type { Readable } from 'node:stream';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import type { Database } from '../../src/storage/schema.ts';
import { addReaders } from '../../src/subscribers/add-readers.ts';
import { choose, mute, pause } from '../../src/subscribers/choices.ts';
import { exportReaders } from '../../src/subscribers/export-readers.ts';
import { openSqlite } from '../helpers/databases.ts';
import { add, address, ask, everyone, importCsv, leave, NOW, outbox, states, suppress } from './people.ts';

const HEADINGS = [
  ...['email', 'name', 'newsletter', 'state', 'sections', 'frequency'],
  ...['confirmed_at', 'unsubscribed_at', 'paused_until', 'language', 'time_zone'],
];

describe('an export', () => {
  const formulas = [
    '=1+1',
    '+44 1',
    '-2',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '＝1+1',
    '=HYPERLINK("http://evil.example","x")',
  ];

  test.each(formulas)('has no cell a spreadsheet would compute: a name of %j', async (name) => {
    await using store = await openSqlite();
    await addNamed(store.db, 'anna@example.org', name);
    const [row] = parse(await exported(store.db), { columns: true }) as Record<string, string>[];
    expect(row?.name).toBe(`'${name}`);
  });

  test.each(['=anna@example.org', '+anna@example.org', '-anna@example.org'])(
    'nor in an address: %s',
    async (email) => {
      await using store = await openSqlite();
      await add(store.db, [email]);
      expect(await exported(store.db)).toContain(`\n"'${email}",`);
    },
  );

  test('has every subscription with its state, in the order they came', async () => {
    await using store = await openSqlite();
    await add(store.db, ['anna@example.org'], ['royal', 'style']);
    await addNamed(store.db, 'ben@example.org', 'Ben "B", of\nLeeds');
    await leave(store.db, 2);
    await ask(store.db, outbox(), { email: 'cleo@example.org' });
    expect((await exported(store.db)).replaceAll('"', '')).toBe(
      [
        HEADINGS.join(','),
        'anna@example.org,,daily,active,royal style,every,2026-11-22T08:00:00.000Z,,,,',
        'ben@example.org,Ben B, of\nLeeds,daily,unsubscribed,,every,2026-11-22T08:00:00.000Z,2026-11-22T08:00:00.000Z,,,',
        'cleo@example.org,,daily,pending,,every,,,,,',
        '',
      ].join('\r\n'),
    );
  });

  test('has every cell in quotation marks', async () => {
    await using store = await openSqlite();
    await addNamed(store.db, 'ben@example.org', 'Ben "B", of\nLeeds');
    expect((await exported(store.db)).split('\r\n')[1]).toBe(
      '"ben@example.org","Ben ""B"", of\nLeeds","daily","active","","every","2026-11-22T08:00:00.000Z","","","",""',
    );
  });

  test('is the headings alone when there is nobody', async () => {
    await using store = await openSqlite();
    const headings = HEADINGS.map((name) => `"${name}"`).join(',');
    expect(await exported(store.db)).toBe(`${headings}\r\n`);
  });

  test('that fails half-way is an error to whoever reads it, not a short file', async () => {
    const store = await openSqlite();
    await add(
      store.db,
      Array.from({ length: 2_000 }, (_, n) => `reader${n}@example.org`),
    );
    const pieces = exportReaders(store.db, {}, 100)[Symbol.asyncIterator]();
    await pieces.next();
    await store.db.destroy();
    await expect(untilItEnds(pieces)).rejects.toThrow('driver has already been destroyed');
    await store[Symbol.asyncDispose]();
  });

  test('imported into an empty installation makes the same readers, addresses like formulas included', async () => {
    await using store = await openSqlite();
    await using other = await openSqlite();
    await add(store.db, ['Anna@example.org', '+ben@example.org', "o'hara@example.org"], ['royal']);
    await addNamed(store.db, 'cleo@example.org', '=1+1');
    await addNamed(store.db, 'dora@example.org', '＝1+1');
    expect(await importCsv(other.db, await exported(store.db))).toMatchObject({ added: 5, invalid: 0 });
    const people = async (db: Database) =>
      (await everyone(db)).map(({ email, name, sections }) => ({ email, name, sections }));
    const byEmail = (a: { email: string }, b: { email: string }) => (a.email < b.email ? -1 : 1);
    expect((await people(other.db)).toSorted(byEmail)).toEqual((await people(store.db)).toSorted(byEmail));
  });

  test('takes a choice of one a week and a pause along, and what somebody mutes not', async () => {
    await using store = await openSqlite();
    await using other = await openSqlite();
    await add(store.db, ['anna@example.org', 'ben@example.org'], ['royal']);
    await choose(store.db, 1, { sections: ['royal'], frequency: 'weekly' });
    const anna = (await everyone(store.db))[0];
    await pause(store.db, anna?.subscriberId ?? 0, NOW + 86_400_000);
    await mute(store.db, anna?.subscriberId ?? 0, ['baby-loss']);
    const file = await exported(store.db);
    expect(file).toContain(
      '"royal","weekly","2026-11-22T08:00:00.000Z","","2026-11-23T08:00:00.000Z","",""\r\n',
    );
    expect(file).not.toMatch(/mute|baby/);
    expect(await importCsv(other.db, file)).toMatchObject({ added: 2, invalid: 0 });
    expect(await everyone(other.db)).toMatchObject([
      { email: 'anna@example.org', frequency: 'weekly', pausedUntil: NOW + 86_400_000, mutes: [] },
      { email: 'ben@example.org', frequency: 'every', pausedUntil: null },
    ]);
  });

  test('imported into an empty installation brings back nobody who left, bounced, complained or never confirmed', async () => {
    await using store = await openSqlite();
    await using other = await openSqlite();
    const names = ['anna', 'ben', 'dora', 'erik'].map((name) => `${name}@example.org`);
    await add(store.db, names);
    await leave(store.db, 2, NOW + 1_000);
    await suppress(store.db, 'Dora@example.org', 'undeliverable');
    await suppress(store.db, 'erik@example.org', 'complained');
    await ask(store.db, outbox(), { email: 'cleo@example.org' });
    const file = await exported(store.db);
    expect(file).toContain('"dora@example.org","","daily","undeliverable"');
    const later = { now: NOW + 86_400_000 };
    expect(await importCsv(other.db, file, later)).toMatchObject({
      ...{ rows: 5, added: 1, unsubscribed: 1, suppressed: 2, leftAlone: 1, invalid: 0 },
    });
    expect(await states(other.db)).toEqual(['anna@example.org active', 'ben@example.org unsubscribed']);
    const rows = await other.db.selectFrom('subscriptions').select('unsubscribed_at').execute();
    expect(rows.map((row) => row.unsubscribed_at).toSorted()).toEqual([NOW + 1_000, null]);
    expect(await importCsv(other.db, ['email', ...names].join('\n'))).toMatchObject({
      known: 1,
      leftAlone: 3,
    });
  });

  test('of somebody who left and has only asked to come back still holds that they left', async () => {
    await using store = await openSqlite();
    await using other = await openSqlite();
    await add(store.db, ['anna@example.org']);
    await leave(store.db, 1);
    await ask(store.db, outbox());
    expect(await importCsv(other.db, await exported(store.db))).toMatchObject({ added: 0, unsubscribed: 1 });
    expect(await importCsv(other.db, 'email\nanna@example.org\n')).toMatchObject({ added: 0, leftAlone: 1 });
  });

  test('keeps when somebody confirmed, their language and their time zone', async () => {
    await using store = await openSqlite();
    await using other = await openSqlite();
    await add(store.db, ['anna@example.org'], null, NOW - 86_400_000);
    const chosen = { language: 'pt-BR', time_zone: 'America/Sao_Paulo' };
    await store.db.updateTable('subscribers').set(chosen).execute();
    await importCsv(other.db, await exported(store.db));
    expect(await everyone(other.db)).toMatchObject([{ confirmedAt: NOW - 86_400_000 }]);
    const kept = await other.db.selectFrom('subscribers').select(['language', 'time_zone']).execute();
    expect(kept).toEqual([chosen]);
  });

  test('imported into another newsletter takes nobody along', async () => {
    await using store = await openSqlite();
    await add(store.db, ['anna@example.org']);
    const report = await importCsv(store.db, await exported(store.db), { newsletterId: 'weekend' });
    expect(report).toMatchObject({
      added: 0,
      rejected: [{ line: 2, reason: 'it belongs to the newsletter "daily"' }],
    });
  });

  test('a state in a file of somebody else is the one they live in', async () => {
    await using store = await openSqlite();
    expect(await importCsv(store.db, 'email,state\nanna@example.org,CA\n')).toMatchObject({ added: 1 });
  });
});

function exported(db: Database): Promise<string> {
  return text(exportReaders(db, {}, 2));
}

async function text(stream: Readable): Promise<string> {
  return Buffer.concat(await stream.toArray()).toString();
}

async function untilItEnds(pieces: AsyncIterator<unknown>): Promise<void> {
  while (!(await pieces.next()).done);
}

async function addNamed(db: Database, email: string, name: string): Promise<void> {
  const reader = { email: address(email), name, sections: null };
  await addReaders(db, [reader], { newsletterId: 'daily', origin: 'test', now: NOW });
}

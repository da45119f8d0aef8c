import type { Readable } from 'node:stream';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import type { Database } from '../../src/storage/schema.ts';
import { addReaders } from '../../src/subscribers/add-readers.ts';
import { choose, mute, pause } from '../../src/subscribers/choices.ts';
import { exportReaders } from '../../src/subscribers/readers-csv.ts';
import { streamSubscriptions } from '../../src/subscribers/subscriber-store.ts';
import { openSqlite } from '../helpers/databases.ts';
import { add, address, ask, everyone, importCsv, leave, NOW, outbox, states } from './people.ts';

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
      expect(await exported(store.db)).toContain(`\n'${email},`);
    },
  );

  test('has every subscription with its state, in the order they came', async () => {
    await using store = await openSqlite();
    await add(store.db, ['anna@example.org'], ['royal', 'style']);
    await addNamed(store.db, 'ben@example.org', 'Ben "B", of\nLeeds');
    await leave(store.db, 2);
    await ask(store.db, outbox(), { email: 'cleo@example.org' });
    expect(await exported(store.db)).toBe(
      [
        'email,name,newsletter,state,sections,frequency,confirmed_at,paused_until',
        'anna@example.org,,daily,active,royal style,every,2026-11-22T08:00:00.000Z,',
        'ben@example.org,"Ben ""B"", of\nLeeds",daily,unsubscribed,,every,2026-11-22T08:00:00.000Z,',
        'cleo@example.org,,daily,pending,,every,,',
        '',
      ].join('\r\n'),
    );
  });

  test('is the headings alone when there is nobody', async () => {
    await using store = await openSqlite();
    expect(await exported(store.db)).toBe(
      'email,name,newsletter,state,sections,frequency,confirmed_at,paused_until\r\n',
    );
  });

  test('that fails half-way is an error to whoever reads it, not a short file', async () => {
    const failing = (async function* () {
      yield* [];
      throw new Error('the database is gone');
    })();
    await expect(text(exportReaders(failing))).rejects.toThrow('the database is gone');
  });

  test('imported into an empty installation makes the same readers, addresses like formulas included', async () => {
    await using store = await openSqlite();
    await using other = await openSqlite();
    await add(store.db, ['Anna@example.org', '+ben@example.org', "o'hara@example.org"], ['royal']);
    await addNamed(store.db, 'cleo@example.org', '=1+1');
    expect(await importCsv(other.db, await exported(store.db))).toMatchObject({ added: 4, invalid: [] });
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
    expect(file).toContain('royal,weekly,2026-11-22T08:00:00.000Z,2026-11-23T08:00:00.000Z\r\n');
    expect(file).not.toMatch(/mute|baby/);
    expect(await importCsv(other.db, file)).toMatchObject({ added: 2, invalid: [] });
    expect(await everyone(other.db)).toMatchObject([
      { email: 'anna@example.org', frequency: 'weekly', pausedUntil: NOW + 86_400_000, mutes: [] },
      { email: 'ben@example.org', frequency: 'every', pausedUntil: null },
    ]);
  });

  test('imported into an empty installation brings back nobody who left or never confirmed', async () => {
    await using store = await openSqlite();
    await using other = await openSqlite();
    await add(store.db, ['anna@example.org', 'ben@example.org']);
    await leave(store.db, 2);
    await ask(store.db, outbox(), { email: 'cleo@example.org' });
    expect(await importCsv(other.db, await exported(store.db))).toMatchObject({ added: 1, leftAlone: 2 });
    expect(await states(other.db)).toEqual(['anna@example.org active']);
  });

  test('imported into another newsletter takes nobody along', async () => {
    await using store = await openSqlite();
    await add(store.db, ['anna@example.org']);
    const report = await importCsv(store.db, await exported(store.db), { newsletterId: 'weekend' });
    expect(report).toMatchObject({
      added: 0,
      invalid: [{ line: 2, reason: 'it belongs to the newsletter "daily"' }],
    });
  });

  test('a state in a file of somebody else is the one they live in', async () => {
    await using store = await openSqlite();
    expect(await importCsv(store.db, 'email,state\nanna@example.org,CA\n')).toMatchObject({ added: 1 });
  });
});

function exported(db: Database): Promise<string> {
  return text(exportReaders(streamSubscriptions(db, {}, 2)));
}

async function text(stream: Readable): Promise<string> {
  return Buffer.concat(await stream.toArray()).toString();
}

async function addNamed(db: Database, email: string, name: string): Promise<void> {
  const reader = { email: address(email), name, sections: null };
  await addReaders(db, [reader], { newsletterId: 'daily', origin: 'test', now: NOW });
}

import type { Readable } from 'node:stream';
import { parse } from 'csv-parse/sync';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import type { Database } from '../../src/storage/schema/schema.ts';
import { addReaders } from '../../src/subscribers/add-readers.ts';
import { choose, mute, pause } from '../../src/subscribers/choices.ts';
import { exportReaders } from '../../src/subscribers/export-readers.ts';
import { openSqlite } from '../helpers/databases.ts';
import { add, address, ask, everyone, importCsv, leave, NOW, outbox, states, suppress } from './people.ts';

const HEADINGS = [
  ...['email', 'name', 'newsletter', 'state', 'sections', 'frequency'],
  ...[
    'confirmed_at',
    'unsubscribed_at',
    'paused_until',
    'language',
    'time_zone',
    'person_id',
    'subscription_id',
  ],
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
    expect(withoutIds(await exported(store.db)).replaceAll('"', '')).toBe(
      [
        HEADINGS.join(','),
        'anna@example.org,,daily,active,royal style,every,2026-11-22T08:00:00.000Z,,,,,PERSON,SUBSCRIPTION',
        'ben@example.org,Ben B, of\nLeeds,daily,unsubscribed,,every,2026-11-22T08:00:00.000Z,2026-11-22T08:00:00.000Z,,,,PERSON,SUBSCRIPTION',
        'cleo@example.org,,daily,pending,,every,,,,,,PERSON,SUBSCRIPTION',
        '',
      ].join('\r\n'),
    );
  });

  test('has every cell in quotation marks', async () => {
    await using store = await openSqlite();
    await addNamed(store.db, 'ben@example.org', 'Ben "B", of\nLeeds');
    expect(withoutIds(await exported(store.db)).split('\r\n')[1]).toBe(
      '"ben@example.org","Ben ""B"", of\nLeeds","daily","active","","every","2026-11-22T08:00:00.000Z","","","","","PERSON","SUBSCRIPTION"',
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
    expect(withoutIds(file)).toContain(
      '"royal","weekly","2026-11-22T08:00:00.000Z","","2026-11-23T08:00:00.000Z","","","PERSON","SUBSCRIPTION"\r\n',
    );
    expect(file).not.toMatch(/mute|baby/);
    expect(await importCsv(other.db, file)).toMatchObject({ added: 2, invalid: 0 });
    expect(await everyone(other.db)).toMatchObject([
      { email: 'anna@example.org', frequency: 'weekly', pausedUntil: NOW + 86_400_000, mutes: [] },
      { email: 'ben@example.org', frequency: 'every', pausedUntil: null },
    ]);
  });

  test('imported into another installation keeps the ids that links hold, and takes none that somebody has there', async () => {
    await using store = await openSqlite();
    await using other = await openSqlite();
    await add(store.db, ['anna@example.org', 'ben@example.org', 'cleo@example.org']);
    await leave(store.db, 3);
    await add(other.db, ['zoe@example.org', 'ben@example.org']);
    const [anna] = await idsOf(store.db);
    // Somebody there has by chance the very id that a reader comes with.
    const taken = { public_id: anna?.subscription ?? '' };
    await sql`update subscriptions set public_id = ${taken.public_id} where id = 1`.execute(other.db);
    const before = new Map((await idsOf(other.db)).map((one) => [one.email, one]));
    await importCsv(other.db, await exported(store.db));
    const after = new Map((await idsOf(other.db)).map((one) => [one.email, one]));
    const there = new Map((await idsOf(store.db)).map((one) => [one.email, one]));
    for (const email of ['zoe@example.org', 'ben@example.org'])
      expect(after.get(email)).toEqual(before.get(email));
    expect(after.get('cleo@example.org')?.subscription).toBe(there.get('cleo@example.org')?.subscription);
    expect(after.get('anna@example.org')?.person).toBe(there.get('anna@example.org')?.person);
    expect(after.get('anna@example.org')?.subscription).toMatch(/^[0-9a-f]{16}$/);
    expect(after.get('anna@example.org')?.subscription).not.toBe(anna?.subscription);
  });

  test('whose ids were damaged or doubled on the way gives everybody one of their own', async () => {
    await using store = await openSqlite();
    await using other = await openSqlite();
    await add(store.db, ['anna@example.org', 'ben@example.org', 'cleo@example.org', 'dora@example.org']);
    const rows = (await exported(store.db)).split('\r\n');
    const same = /"p[0-9a-f]{16}","s[0-9a-f]{16}"$/.exec(rows[1] ?? '')?.[0] ?? '';
    const damaged = ['"p1","s2"', same, '"p0000000000000000","s0000000000000000"'];
    const file = rows.map((row, at) =>
      row.replace(/"p[0-9a-f]{16}","s[0-9a-f]{16}"$/, damaged[at - 2] ?? same),
    );
    expect(await importCsv(other.db, file.join('\r\n'))).toMatchObject({ added: 4, invalid: 0 });
    const ids = (await idsOf(other.db)).flatMap(({ person, subscription }) => [person, subscription]);
    expect(new Set(ids).size).toBe(8);
    for (const id of ids) expect(id).toMatch(/^(?!0{16})[0-9a-f]{16}$/);
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

function withoutIds(csv: string): string {
  return csv.replace(/"p[0-9a-f]{16}","s[0-9a-f]{16}"/g, '"PERSON","SUBSCRIPTION"');
}

function idsOf(db: Database) {
  return db
    .selectFrom('subscriptions')
    .innerJoin('subscribers', 'subscribers.id', 'subscriber_id')
    .select(['email', 'subscribers.public_id as person', 'subscriptions.public_id as subscription'])
    .orderBy('subscriptions.id')
    .execute();
}

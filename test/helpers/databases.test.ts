import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { addActive, emails, subscriptionIds } from '../delivery/fixture.ts';
import { eachDatabase, openPostgres, type TestDatabase } from './databases.ts';

/** Every row of every table: a database that is lent again holds what a migrated one holds. */
async function rowsOf({ db }: TestDatabase): Promise<Record<string, unknown[]>> {
  const tables = await db.introspection.getTables();
  const rows: Record<string, unknown[]> = {};
  for (const { name } of tables.filter(({ schema }) => (schema ?? 'public') === 'public'))
    rows[name] = (await sql`select * from ${sql.table(name)}`.execute(db)).rows;
  return rows;
}

eachDatabase((open) => {
  test('a database that is lent after another test holds nothing of that test, and counts from one', async () => {
    for (let round = 0; round < 2; round += 1) {
      await using store = await open();
      await addActive(store.db, emails(2));
      expect(Object.fromEntries(await subscriptionIds(store.db))).toEqual({
        'reader-00000@readers.example': 1,
        'reader-00001@readers.example': 2,
      });
    }
    const one = await open();
    const rows = await rowsOf(one);
    await one[Symbol.asyncDispose]();
    await using another = await open();
    expect(await rowsOf(another)).toEqual(rows);
    expect(rows.subscribers).toEqual([]);
    expect(rows.installation).toHaveLength(1);
  });
});

test('a PostgreSQL database whose tables a test has changed is not lent again', async () => {
  const changed = await openPostgres();
  await sql`alter table subscribers add column colour text`.execute(changed.db);
  await changed[Symbol.asyncDispose]();
  for (let n = 0; n < 3; n += 1) {
    await using store = await openPostgres();
    expect(store.url).not.toBe(changed.url);
  }
});

import { chmodSync, existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { openDatabase } from '../../src/storage/database.ts';
import { openPostgres } from '../helpers/databases.ts';
import { type Folder, openFolder } from './command.ts';

const REAL = { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'post@belle.example' };
const SECRET_KEY = 'a-key-for-tests-that-is-long-enough-to-sign';

let folder: Folder;
beforeEach(() => {
  folder = openFolder();
});
afterEach(() => folder[Symbol.dispose]());

async function findings(env: Record<string, string> = {}) {
  const { code, stdout } = await folder.run(['doctor', '--json'], env);
  const list: { part: string; verdict: string; says: string }[] = JSON.parse(stdout);
  return { code, of: (part: string) => list.filter((one) => one.part === part) };
}

describe('a diagnosis writes nothing', () => {
  test('on a new machine: no folder, no key, no database', async () => {
    const { code, of } = await findings();
    expect(code).toBe(0);
    expect(of('database')).toEqual([
      { part: 'database', verdict: 'note', says: expect.stringContaining('not there yet') },
    ]);
    expect(of('daily')).toMatchObject([{ verdict: 'fine', says: expect.stringContaining('next edition') }]);
    expect(existsSync(join(folder.path, 'data'))).toBe(false);
  });

  test('on an empty PostgreSQL database: no table', async () => {
    await using store = await openPostgres('0001_foundation');
    await sql`drop schema public cascade`.execute(store.db);
    await sql`create schema public`.execute(store.db);
    const { of } = await findings({ DATABASE_URL: store.url, SECRET_KEY });
    expect(of('database')).toMatchObject([
      { verdict: 'note', says: expect.stringContaining('not there yet') },
    ]);
    expect(await store.db.introspection.getTables()).toEqual([]);
    expect(inject('postgresUrl')).toBeTruthy();
  });

  test('on a database of an older release, which stays as it is', async () => {
    await using store = await openPostgres('0003_self_service');
    const { code, of } = await findings({ DATABASE_URL: store.url, SECRET_KEY });
    expect(code).toBe(0);
    expect(of('database')).toMatchObject([
      {
        verdict: 'note',
        says: expect.stringMatching(/^\d+ steps? behind this release: the next start takes/),
      },
    ]);
    const steps = await sql<{ name: string }>`select name from kysely_migration`.execute(store.db);
    expect(steps.rows.map(({ name }) => name)).not.toContain('0004_studio');
  });

  test('on a database that is up to date: the file keeps its bytes, and no other file appears', async () => {
    await folder.run(['migrate']);
    const home = join(folder.path, 'data/rehearsal');
    const before = [readdirSync(home), statSync(join(home, 'broadsheet.db')).mtimeMs];
    const { of } = await findings();
    expect(of('database')).toMatchObject([{ verdict: 'fine' }]);
    expect([readdirSync(home), statSync(join(home, 'broadsheet.db')).mtimeMs]).toEqual(before);
  });
});

test('a database of a newer release is wrong: 3', async () => {
  await folder.run(['migrate']);
  const db = await openDatabase(`sqlite:${join(folder.path, 'data/rehearsal/broadsheet.db')}`);
  await sql`insert into kysely_migration values ('9999_tomorrow', '2030-01-01')`.execute(db);
  await db.destroy();
  const { code, of } = await findings();
  expect(code).toBe(3);
  expect(of('database')).toMatchObject([
    { verdict: 'wrong', says: expect.stringContaining('9999_tomorrow') },
  ]);
});

test('a database that does not answer is one finding among the others: 3', async () => {
  const { code, of } = await findings({ DATABASE_URL: 'postgres://news@127.0.0.1:1/news', SECRET_KEY });
  expect(code).toBe(3);
  expect(of('database')).toMatchObject([
    { verdict: 'wrong', says: expect.stringMatching(/ECONNREFUSED.*Is the server running/) },
  ]);
  expect(of('templates')).toMatchObject([{ verdict: 'fine' }]);
});

describe.skipIf(process.platform === 'win32')(
  'what holds readers is closed to other users of the machine',
  () => {
    test('as commands make it', async () => {
      writeFileSync(join(folder.path, 'readers.csv'), 'email\nanna@example.org\n');
      await folder.run(['subscribers', 'import', 'readers.csv'], REAL);
      const made = readdirSync(join(folder.path, 'data'), { recursive: true, encoding: 'utf8' });
      expect(made).toContain('broadsheet.db');
      for (const path of ['', ...made])
        expect(`${path} ${(statSync(join(folder.path, 'data', path)).mode & 0o077).toString(8)}`).toBe(
          `${path} 0`,
        );
      expect((await findings(REAL)).of('files')).toEqual([]);
    });

    test('and a folder that an older release left open is found, with the command that closes it', async () => {
      await folder.run(['migrate'], REAL);
      chmodSync(join(folder.path, 'data'), 0o755);
      chmodSync(join(folder.path, 'data/broadsheet.db'), 0o644);
      const [finding, ...others] = (await findings(REAL)).of('files');
      expect(others).toEqual([]);
      expect(finding?.verdict).toBe('wrong');
      const command = /chmod -R go-rwx (.*)$/.exec(finding?.says ?? '')?.[1]?.split(' ');
      expect(command).toEqual([
        expect.stringMatching(/\/data$/),
        expect.stringMatching(/\/data\/broadsheet\.db$/),
      ]);
    });
  },
);

import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { VERSION } from '../../../src/base/version.ts';
import type { Finding } from '../../../src/cli/doctor/doctor-finding.ts';
import { SENTENCES } from '../../../src/cli/doctor/doctor-words.ts';
import { openDatabase } from '../../../src/storage/database.ts';
import { openPostgres } from '../../helpers/databases.ts';
import { type Folder, openFolder } from '../command.ts';

const REAL = { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'post@belle.example' };
const SECRET_KEY = 'a-key-for-tests-that-is-long-enough-to-sign';

let folder: Folder;
beforeEach(() => {
  folder = openFolder();
});
afterEach(() => folder[Symbol.dispose]());

async function findings(env: Record<string, string> = {}) {
  const { code, stdout } = await folder.run(['doctor', '--json'], env);
  const list: Finding[] = JSON.parse(stdout);
  return { code, of: (part: string) => list.filter((one) => one.part === part) };
}

describe('for programs and reports of faults', () => {
  test('the version, Node and the system come first', async () => {
    expect((await findings()).of('broadsheet')).toMatchObject([
      {
        code: 'version',
        about: {
          version: VERSION,
          node: process.versions.node,
          system: `${process.platform} ${process.arch}`,
        },
      },
    ]);
  });

  test('settings that cannot be read are a finding with the code of their error: 2', async () => {
    const { code, of } = await findings({ PORT: 'http' });
    expect(code).toBe(2);
    expect(of('configuration')).toMatchObject([
      {
        code: 'configuration-invalid',
        verdict: 'wrong',
        about: { error: 'CONFIG_INVALID', message: expect.stringContaining('PORT: expected') },
      },
    ]);
    expect(await folder.run(['doctor'], { PORT: 'http' })).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('(CONFIG_INVALID)'),
    });
  });

  test('so is a key that cannot sign: 2', async () => {
    const dkim = { DKIM_DOMAIN: 'belle.example', DKIM_SELECTOR: 's1', DKIM_PRIVATE_KEY: 'no key' };
    const { code, of } = await findings({ ...REAL, ...dkim });
    expect(code).toBe(2);
    expect(of('configuration')).toMatchObject([
      { code: 'configuration-invalid', about: { message: expect.stringContaining('DKIM_PRIVATE_KEY') } },
    ]);
  });

  test('no password and no key is in it', async () => {
    const secrets = {
      SMTP_URL: 'smtp://belle:relay-password-1@127.0.0.1:9',
      DATABASE_URL: 'postgres://news:database-password-2@127.0.0.1:1/news',
      SECRET_KEY,
      STUDIO_PASSWORD: 'studio-password-3',
    };
    const { code, stdout, stderr } = await folder.run(['doctor', '--json'], { ...REAL, ...secrets });
    expect(code).toBe(3);
    const codes = JSON.parse(stdout).map((one: Finding) => one.code);
    expect(codes).toEqual(expect.arrayContaining(['relay-unavailable', 'database-unavailable']));
    expect(stdout + stderr).not.toMatch(/password-\d|a-key-for-tests/);
  });

  test('docs/DOCTOR.md explains every code with its verdict, and no other', () => {
    const page = readFileSync(resolve(import.meta.dirname, '../../../docs/DOCTOR.md'), 'utf8');
    const rows = [...page.matchAll(/^\| `([\w-]+)` \| (fine|note|wrong) \|/gm)];
    const explained = Object.fromEntries(rows.map(([, code, verdict]) => [code, verdict]));
    expect(explained).toEqual(
      Object.fromEntries(Object.entries(SENTENCES).map(([code, [verdict]]) => [code, verdict])),
    );
    expect(rows).toHaveLength(Object.keys(SENTENCES).length);
  });
});

describe('a diagnosis writes nothing', () => {
  test('on a new machine: no folder, no key, no database', async () => {
    const { code, of } = await findings();
    expect(code).toBe(0);
    expect(of('database')).toEqual([
      {
        part: 'database',
        code: 'database-absent',
        verdict: 'note',
        about: { where: join(folder.path, 'data/rehearsal/broadsheet.db') },
        says: expect.stringContaining('not there yet'),
      },
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
      await folder.runAlone(['subscribers', 'import', 'readers.csv'], REAL);
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
      expect(finding).toMatchObject({ code: 'files-open-to-others', verdict: 'wrong' });
      const command = /chmod -R go-rwx (.*)$/.exec(finding?.says ?? '')?.[1]?.split(' ');
      expect(command).toEqual([
        expect.stringMatching(/\/data$/),
        expect.stringMatching(/\/data\/broadsheet\.db$/),
      ]);
    });
  },
);

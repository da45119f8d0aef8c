import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CLI, type Folder, openFolder } from '../command.ts';

let folder: Folder;
beforeEach(() => {
  folder = openFolder();
});
afterEach(() => folder[Symbol.dispose]());

const BAD = 'email,name\nanna@example.org,Anna\nnobody,N\nANNA@example.org,A\n=cmd@,X\n';
const read = (name: string) => readFileSync(join(folder.path, name), 'utf8');

test('bad rows are listed in a file, with their line, for its owner alone, and the exit code is 1', async () => {
  folder.write('readers.csv', BAD);
  const [imported] = await folder.runAll([['subscribers', 'import', 'readers.csv']]);
  expect(imported?.code).toBe(1);
  expect(imported?.stdout.split('\n')).toEqual([
    'readers.csv: UTF-8, separated by commas',
    'No column says who left: everybody in it counts as a subscriber, unless they left here',
    'daily: 4 rows, 1 added, 0 already there, 0 left alone (unsubscribed, suppressed or never confirmed), 1 twice in the file, 2 invalid',
    '3 rows are listed with line and reason in readers.csv.rejected.csv',
    '',
  ]);
  expect(read('readers.csv.rejected.csv').split('\r\n')).toEqual([
    '"line","reason","email"',
    '"3","it needs the form name@example.org","nobody"',
    '"4","the same address as in line 2","ANNA@example.org"',
    `"5","it needs the form name@example.org","'=cmd@"`,
    '',
  ]);
  expect(statSync(join(folder.path, 'readers.csv.rejected.csv')).mode & 0o777).toBe(0o600);
});

test('a dry run writes nobody, and says and lists the same', async () => {
  folder.write('readers.csv', BAD);
  const [dry, listed, imported] = await folder.runAll([
    ['subscribers', 'import', 'readers.csv', '--dry-run', '--report', 'dry.csv'],
    ['subscribers', 'list', '--json'],
    ['subscribers', 'import', 'readers.csv'],
  ]);
  expect(dry?.code).toBe(1);
  expect(listed?.stdout).toBe('[]\n');
  expect(dry?.stdout).toContain('4 rows, 1 would be added');
  expect(dry?.stdout.replace('would be added', 'added').replace('dry.csv', 'readers.csv.rejected.csv')).toBe(
    imported?.stdout,
  );
  expect(read('dry.csv')).toBe(read('readers.csv.rejected.csv'));
});

test('without bad rows it is 0, and what an earlier import listed is gone', async () => {
  folder.write('readers.csv', BAD);
  const first = await folder.run(['subscribers', 'import', 'readers.csv']);
  folder.write('readers.csv', 'email\nanna@example.org\nben@example.org\n');
  const [second] = await folder.runAll([['subscribers', 'import', 'readers.csv']]);
  expect([first.code, second?.code]).toEqual([1, 0]);
  expect(second?.stdout).toContain('2 rows, 1 added, 1 already there');
  expect(existsSync(join(folder.path, 'readers.csv.rejected.csv'))).toBe(false);
});

test('the same list again, under whatever name, says so and changes nothing; --again takes it in once more', async () => {
  folder.write('readers.csv', BAD);
  folder.write('copy.csv', BAD);
  const [, again, asked] = await folder.runAll([
    ['subscribers', 'import', 'readers.csv'],
    ['subscribers', 'import', 'copy.csv'],
    ['subscribers', 'import', 'copy.csv', '--again', '--json'],
  ]);
  expect(again?.code).toBe(0);
  expect(again?.stdout).toContain('copy.csv was imported before, and nothing was changed; --again imports');
  expect(existsSync(join(folder.path, 'readers.csv.rejected.csv'))).toBe(true);
  expect(asked?.code).toBe(1);
  expect(JSON.parse(asked?.stdout ?? '')).toMatchObject({
    ...{ outcome: 'done', rows: 4, added: 0, known: 1, duplicates: 1, invalid: 2, resumedAfter: 0 },
    ...{ format: null, encoding: 'utf-8', separator: ',', rejectedFile: 'copy.csv.rejected.csv' },
  });
});

test('--map says what stands where', async () => {
  folder.write('customers.csv', 'Kontakt|Kunde, ganz|Vertreter\nanna@example.org|Anna Ö|sales@example.org\n');
  const [unmapped, mapped, listed] = await folder.runAll([
    ['subscribers', 'import', 'customers.csv'],
    ['subscribers', 'import', 'customers.csv', '--map', 'email="Kontakt",name="Kunde, ganz"'],
    ['subscribers', 'list', '--json'],
  ]);
  expect(unmapped).toMatchObject({ code: 2, stderr: expect.stringContaining('--map email="Kontakt"') });
  expect(mapped).toMatchObject({ code: 0, stdout: expect.stringContaining('separated by bars') });
  expect(JSON.parse(listed?.stdout ?? '')).toMatchObject([{ email: 'anna@example.org', name: 'Anna Ö' }]);
});

test('Ctrl-C ends it after the batch under way with 130, and the same command goes on from there', async () => {
  const rows = Array.from({ length: 60_000 }, (_, n) => `reader${n}@example.org`);
  folder.write('readers.csv', ['email', ...rows].join('\n'));
  const importing = ['subscribers', 'import', 'readers.csv'];
  const child = spawn(process.execPath, [CLI, ...importing], { cwd: folder.path, env: { PORT: '0' } });
  let stdout = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  const closed = once(child, 'close');
  await someRowsAreIn(join(folder.path, 'data/rehearsal/broadsheet.db'));
  child.kill('SIGINT');
  expect(await closed).toEqual([130, null]);
  const [, reached] = /Interrupted after row (\d+): the same command goes on/.exec(stdout) ?? [];
  expect(Number(reached)).toBeLessThan(60_000);
  const again = await folder.run(importing);
  expect(again.code).toBe(0);
  expect(again.stdout).toContain(`Went on after row ${reached}, where it had been interrupted`);
  expect(again.stdout).toContain('daily: 60000 rows, 60000 added, 0 already there');
});

describe('wrong use is 2, says how to mend it, and lists nothing:', () => {
  test.each([
    ['a file that is not there', ['missing.csv'], 'missing.csv cannot be read'],
    ['a folder', ['articles'], 'articles is a folder'],
    ['no list of readers', ['newsletters.yaml'], 'The file has no "email" column'],
    [
      'a mapping that is none',
      ['readers.csv', '--map', 'address=Contact'],
      'the names on the left are email',
    ],
    ['a heading that is not there', ['readers.csv', '--map', 'name=Kunde'], 'The file has no column "Kunde"'],
    ['the list for a report', ['readers.csv', '--report', './readers.csv'], 'names the list itself'],
  ])('%s', async (_what, args, words) => {
    folder.write('readers.csv', BAD);
    const [ran] = await folder.runAll([['subscribers', 'import', ...args]]);
    expect(ran).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(words) });
    expect(existsSync(join(folder.path, 'readers.csv.rejected.csv'))).toBe(false);
    expect(read('readers.csv')).toBe(BAD);
  });
});

test.each([
  [
    'a place where bad rows cannot be listed',
    BAD,
    ['--report', 'no/where.csv'],
    'Name another place with --report',
  ],
])('%s stops it with 3', async (_what, csv, args, words) => {
  folder.write('readers.csv', csv);
  const [ran] = await folder.runAll([['subscribers', 'import', 'readers.csv', ...args]]);
  expect(ran).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining(words) });
  expect(ran?.stderr).toContain('(IMPORT_STOPPED)');
});

async function someRowsAreIn(file: string): Promise<void> {
  await vi.waitUntil(
    () => {
      if (!existsSync(file)) return false;
      const database = new DatabaseSync(file, { readOnly: true, timeout: 1_000 });
      try {
        return (database.prepare('select sum(rows_done) as rows from imports').get()?.rows ?? 0) !== 0;
      } catch {
        return false; // the tables are not there yet
      } finally {
        database.close();
      }
    },
    { timeout: 30_000, interval: 5 },
  );
}

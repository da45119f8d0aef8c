import { spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../../../src/storage/database.ts';
import { mute, pause } from '../../../src/subscribers/choices.ts';
import { ScriptedServer } from '../../helpers/smtp-server.ts';
import { CLI, environmentOf, type Folder, NEWSLETTERS, openFolder, SLOT } from '../command.ts';

let folder: Folder;
beforeEach(() => {
  folder = openFolder();
});
afterEach(() => folder[Symbol.dispose]());

test('add subscribes people at once, and counts who was there already', async () => {
  const [first, second, listed] = await folder.runAll([
    ['subscribers', 'add', 'Anna@example.org', 'ben@example.org', '--sections', 'royal'],
    ['subscribers', 'add', 'anna@example.org', 'cleo@example.org', 'cleo@example.org'],
    ['subscribers', 'list'],
  ]);
  expect(first).toEqual({
    code: 0,
    stdout: 'daily: 2 added, 0 already subscribed, 0 left alone (unsubscribed or suppressed)\n',
    stderr: '',
  });
  expect(second?.stdout).toContain('daily: 1 added, 2 already subscribed, 0 left alone');
  expect(listed?.stdout.split('\n').map((line) => line.split(/ +/))).toEqual([
    ['Anna@example.org', 'daily', 'active', 'royal'],
    ['ben@example.org', 'daily', 'active', 'royal'],
    ['cleo@example.org', 'daily', 'active', 'everything'],
    [''],
  ]);
});

test('add --weekly subscribes to one a week, and list says so', async () => {
  const [, , listed] = await folder.runAll([
    ['subscribers', 'add', 'anna@example.org', '--weekly'],
    ['subscribers', 'add', 'ben@example.org'],
    ['subscribers', 'list'],
  ]);
  expect(listed?.stdout).toMatch(
    /^anna@example\.org .* everything, weekly\nben@example\.org .* everything\n$/,
  );
});

test('what somebody mutes is counted by show, named only in their own data, and in no list of people', async () => {
  await folder.run(['subscribers', 'add', 'anna@example.org', '--weekly', '--sections', 'royal']);
  const db = await openDatabase(`sqlite:${join(folder.path, 'data/rehearsal/broadsheet.db')}`);
  await mute(db, 1, ['baby-loss', 'illness']);
  await pause(db, 1, Date.parse('2999-12-03T00:00Z'));
  await db.destroy();
  const show = ['subscribers', 'show', 'anna@example.org'];
  const [said, own, listed, exported] = await folder.runAll([
    show,
    [...show, '--json'],
    ['subscribers', 'list', '--json'],
    ['subscribers', 'export'],
  ]);
  const [first, second, third] = said?.stdout.split('\n') ?? [];
  expect([first, second, third]).toEqual([
    'daily: active, royal, one a week',
    'paused until 2999-12-03 00:00:00 UTC',
    '2 subjects muted',
  ]);
  expect(JSON.parse(own?.stdout ?? '')).toMatchObject({ mutes: ['baby-loss', 'illness'] });
  expect(JSON.parse(listed?.stdout ?? '')).toMatchObject([{ frequency: 'weekly' }]);
  expect(exported?.stdout).toContain(',"weekly",');
  for (const { stdout } of [said, listed, exported].filter((one) => one !== undefined))
    expect(stdout).not.toContain('baby-loss');
});

test('add with one bad address among good ones adds nobody', async () => {
  const [added, listed] = await folder.runAll([
    ['subscribers', 'add', 'anna@example.org', 'ben'],
    ['subscribers', 'list'],
  ]);
  expect(added).toMatchObject({ code: 2, stderr: expect.stringContaining('(ADDRESS_INVALID)') });
  expect(listed?.stdout).toContain('No subscribers yet.');
});

test('with several newsletters it has to be said which', async () => {
  const second = NEWSLETTERS.slice(NEWSLETTERS.indexOf('  daily:')).replace('daily:', 'weekly:');
  folder.write('newsletters.yaml', NEWSLETTERS + second);
  const add = ['subscribers', 'add', 'anna@example.org'];
  const [unsaid, said] = await folder.runAll([add, [...add, '--newsletter', 'weekly']]);
  const which = expect.stringContaining('Which newsletter? There are daily, weekly.');
  expect(unsaid).toMatchObject({ code: 2, stderr: which });
  expect(said).toMatchObject({ code: 0, stdout: expect.stringContaining('weekly: 1 added') });
});

test('export writes a file for its owner alone, the same as on stdout, that imports again', async () => {
  const [, saved] = await folder.runAll([
    ['subscribers', 'add', 'anna@example.org', '+ben@example.org', '--name', '=1+1'],
    ['subscribers', 'export', '--out', 'out.csv'],
  ]);
  expect(saved).toEqual({ code: 0, stdout: '', stderr: '' });
  const file = join(folder.path, 'out.csv');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const { stdout } = await folder.run(['subscribers', 'export']);
  expect(stdout).toBe(readFileSync(file, 'utf8'));
  expect(stdout).toContain('\r\n"\'+ben@example.org","\'=1+1","daily","active","","every",');
  using other = openFolder();
  const [imported, listed] = await other.runAll([
    ['subscribers', 'import', file],
    ['subscribers', 'list', '--json'],
  ]);
  expect(imported?.stdout).toContain('daily: 2 rows, 2 added');
  const people = JSON.parse(listed?.stdout ?? '') as { email: string; name: string }[];
  expect(people.map(({ email, name }) => `${email} ${name}`).toSorted()).toEqual([
    '+ben@example.org =1+1',
    'anna@example.org =1+1',
  ]);
});

test('export into a pipe that closes early is no failure', async () => {
  const rows = Array.from({ length: 5_000 }, (_, n) => `reader${n}@example.org`);
  folder.write('readers.csv', ['email', ...rows].join('\n'));
  await folder.run(['subscribers', 'import', 'readers.csv']);
  const child = spawn(process.execPath, [CLI, 'subscribers', 'export'], {
    cwd: folder.path,
    env: environmentOf({}),
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  child.stdout.once('data', () => child.stdout.destroy());
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

test('list stops at its limit', async () => {
  const [, listed] = await folder.runAll([
    ['subscribers', 'add', 'anna@example.org', 'ben@example.org', 'cleo@example.org'],
    ['subscribers', 'list', '--limit', '2', '--json'],
  ]);
  expect(JSON.parse(listed?.stdout ?? '')).toHaveLength(2);
});

test('erase forgets a person, whom no import brings back', async () => {
  const [, erased, exported, again, stranger] = await folder.runAll([
    ['subscribers', 'add', 'anna@example.org', 'ben@example.org'],
    ['subscribers', 'erase', 'ANNA@example.org'],
    ['subscribers', 'list', '--json'],
    ['subscribers', 'add', 'anna@example.org'],
    ['subscribers', 'erase', 'eve@example.org'],
  ]);
  expect(erased).toMatchObject({
    code: 0,
    stdout: 'ANNA@example.org is erased, and no import will bring it back\n',
  });
  expect(exported?.stdout).not.toMatch(/anna/i);
  expect(again?.stdout).toContain('1 left alone');
  expect(stranger?.stdout).toContain('was not known');
});

test('a reader with letters beyond ASCII before the @ is added and written to where the relay takes them', async () => {
  await using plain = await ScriptedServer.start();
  const settings = {
    SMTP_URL: plain.url,
    MAIL_FROM: 'news@belle.example',
    PUBLIC_URL: 'https://belle.example',
  };
  const refused = await folder.run(['subscribers', 'add', 'jürgen@example.org'], settings);
  expect(refused).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('many mail servers cannot take'),
  });
  const added = await folder.run(['subscribers', 'add', 'JÜRGEN@example.org']); // to the rehearsal
  expect(added).toMatchObject({ code: 0, stdout: expect.stringContaining('1 added') });
  const sent = await folder.run(['send', '--as-of', SLOT]);
  expect(sent).toMatchObject({ code: 0, stdout: expect.stringContaining('(accepted 1)') });
  const shown = await folder.run(['subscribers', 'show', 'Jürgen@example.org']);
  expect(shown.stdout).toContain('accepted');
  expect((await folder.run(['subscribers', 'erase', 'JÜRGEN@example.org'])).code).toBe(0);
}, 60_000);

import { execFile } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CLI, NEWSLETTERS, openFolder, type Ran } from './command.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const COMMANDS = [
  'start',
  'collect',
  'compose',
  'preview',
  'send',
  'approve',
  'hold',
  'pause',
  'resume',
  'cancel',
  'status',
  'doctor',
  'migrate',
  'receive',
  'articles',
  'stories',
  'subscribers',
  'editors',
];
const SUBSCRIBERS = ['add', 'import', 'export', 'list', 'erase'];

const folder = openFolder();
afterAll(() => folder[Symbol.dispose]());

test('--help names every command, and every command has help of its own', async () => {
  const lines = [[], ...COMMANDS.map((name) => [name]), ...SUBSCRIBERS.map((name) => ['subscribers', name])];
  const helps = await folder.runAll(lines.map((line) => [...line, '--help']));
  const stdout = helps[0]?.stdout ?? '';
  for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
  helps.forEach((help, at) => {
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain(['Usage: broadsheet', ...(lines[at] ?? [])].join(' '));
  });
});

const WRONG_USE: [what: string, args: string[], says: string, hint: string][] = [
  ['an unknown command', ['nonsense'], "unknown command 'nonsense'", '--help'],
  ['an unknown command beneath another', ['subscribers', 'nonsense'], "unknown command 'nonsense'", '--help'],
  ['an unknown option', ['send', '--nonsense'], "unknown option '--nonsense'", '--help'],
  ['a missing argument', ['subscribers', 'add'], "missing required argument 'emails'", '--help'],
  ['a missing option', ['preview'], "required option '--out <folder>' not specified", '--help'],
  ['no command at all', [], 'Usage: broadsheet [options] [command]', '--help'],
  ['a moment', ['compose', '--as-of', 'yesterday'], '"yesterday" is not a moment', '2020-11-11T07:00Z'],
  ['a moment that no calendar has', ['compose', '--as-of', '2020-13-01'], '"2020-13-01" is not a moment', ''],
  ['a moment without its zone', ['send', '--as-of', '2020-11-11T07:00'], 'is not a moment', 'with its zone'],
  ['a length of time', ['send', '--wait', 'soon'], '"soon" is not a length of time', '30m'],
  ['a count', ['subscribers', 'list', '--limit', 'all'], '"all" is not a number of at least 1', ''],
  [
    'an address',
    ['subscribers', 'add', 'anna@localhost'],
    '"anna@localhost" cannot be used: the part after',
    '',
  ],
  ['a newsletter', ['compose', 'weekly'], 'There is no newsletter "weekly"', 'newsletters.yaml has daily'],
  ['an edition', ['send', 'daily-1'], 'There is no edition or newsletter "daily-1"', 'broadsheet status'],
  [
    'a section',
    ['subscribers', 'add', 'a@example.org', '--sections', 'sport'],
    'daily has no section "sport"',
    'It has royal, more',
  ],
];

describe('wrong use leaves with 2, and says what was wrong and where help is:', () => {
  let ran: Ran[] = [];
  beforeAll(async () => {
    ran = await folder.runAll(WRONG_USE.map(([, args]) => args));
  });

  test.each(WRONG_USE.map(([what, , says, hint], at) => ({ what, says, hint, at })))(
    '$what',
    ({ says, hint, at }) => {
      expect(ran[at]).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(says) });
      expect(ran[at]?.stderr).toContain(hint);
      expect(ran[at]?.stderr).not.toContain('    at ');
    },
  );

  test('an unknown option, as a person sees it', async () => {
    const { code, stdout, stderr } = await folder.runAlone(['send', '--nonsense']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe("error: unknown option '--nonsense'\n(add --help to see what there is)\n");
  });
});

test('a mistake in newsletters.yaml is said with file and line: 2', async () => {
  folder.write('typo.yaml', NEWSLETTERS.replace('schedule:', 'shedule:'));
  const { code, stdout, stderr } = await folder.run(['--newsletters', 'typo.yaml', 'status']);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('A setting is missing or wrong (CONFIG_INVALID)');
  expect(stderr).toContain('typo.yaml:7: newsletters.daily.shedule: this key is not known here');
  expect(stderr).toContain('→ docs/CONFIGURATION.md');
});

test('a mistake in the environment is said with its variable: 2', async () => {
  const { code, stderr } = await folder.run(['status'], { PORT: 'http', LOG_LEVEL: 'loud' });
  expect(code).toBe(2);
  expect(stderr).toContain('  PORT: expected a whole number from 0 to 65535\n  LOG_LEVEL: expected one of');
});

test('settings in .env count, and those of the environment more', async () => {
  using other = openFolder();
  other.write('.env', 'LOG_LEVEL=loud\n');
  expect((await other.runAlone(['status'])).stderr).toContain('LOG_LEVEL');
  expect((await other.runAlone(['status'], { LOG_LEVEL: 'error' })).code).toBe(0);
});

test('a database that cannot be opened is said with what to look at: 3', async () => {
  const settings = { DATABASE_URL: 'sqlite:newsletters.yaml/broadsheet.db', SECRET_KEY: 'k'.repeat(32) };
  const { code, stderr } = await folder.run(['status'], settings);
  expect(code).toBe(3);
  expect(stderr).toContain('The database cannot be used (STORAGE_UNAVAILABLE)');
  expect(stderr).toContain('→ Is the folder writable');
});

test('npx broadsheet --version runs from the checkout', { timeout: 30_000 }, async () => {
  const { version, bin } = JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8'));
  expect(resolve(ROOT, bin.broadsheet)).toBe(CLI);
  expect(statSync(CLI).mode & 0o111, 'the file that bin names can be executed').toBe(0o111);
  // Offline: what npx runs has to be this checkout's, and nothing of the same name from a registry.
  const env = {
    ...process.env,
    PATH: `${ROOT}/node_modules/.bin:${process.env.PATH}`,
    npm_config_offline: 'true',
  };
  const { stdout } = await promisify(execFile)('npx', ['broadsheet', '--version'], {
    cwd: dirname(`${ROOT}/package.json`),
    env,
  });
  expect(stdout).toBe(`${version}\n`);
});

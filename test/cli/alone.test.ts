import { afterAll, expect, test } from 'vitest';
import { EDITION, NEWSLETTERS, openFolder, SLOT } from './command.ts';

const AS_OF = ['--as-of', SLOT];
const WAITING = NEWSLETTERS.replace('    schedule:', '    review: { approval: required }\n    schedule:');

/** A line for each command, in an order in which each has something to do; where `stderr` is absent it says nothing there. */
const DAY: { args: string[]; code: number; stdout?: RegExp; stderr?: RegExp }[] = [
  { args: ['migrate'], code: 0, stdout: /^The database is up to date\.\n$/ },
  { args: ['doctor'], code: 0, stdout: /^✓ relay /m },
  { args: ['editors', 'list'], code: 0, stdout: /^Nobody has an account\./ },
  { args: ['subscribers', 'add', 'anna@example.org'], code: 0, stdout: /^daily: 1 added, / },
  { args: ['collect'], code: 0, stdout: /^stories {8}3 articles, 3 new\n$/ },
  { args: ['articles', '--days', '9999'], code: 0, stdout: /^ +1 {2}2020-11-\d\d 00:00 {2}stories /m },
  { args: ['stories'], code: 0, stdout: /^No story of the last 3 days is told by several articles\.\n$/ },
  { args: ['compose', ...AS_OF], code: 0, stdout: new RegExp(`^edition {4}${EDITION} {2}2 stories$`, 'm') },
  { args: ['check', ...AS_OF], code: 0, stdout: new RegExp(`^${EDITION} {2}ready to send`) },
  { args: ['preview', ...AS_OF, '--out', 'out'], code: 0, stdout: /^checked {4}ready to send/m },
  {
    args: ['send', ...AS_OF],
    code: 3,
    stdout: /^stays {6}waits for approval;/m,
    stderr: /WARN: An edition was due and does not go\n/,
  },
  {
    args: ['hold'],
    code: 0,
    stdout: new RegExp(`^${EDITION} {2}Held: nobody gets it`),
    stderr: /WARN: An edition is held\n/,
  },
  { args: ['approve'], code: 3, stdout: new RegExp(`^${EDITION} {2}Held by the command line`) },
  { args: ['discard'], code: 3, stdout: new RegExp(`^${EDITION} {2}Its slot has passed`) },
  { args: ['pause', EDITION], code: 2, stderr: /is not being sent/ },
  { args: ['cancel', EDITION], code: 2, stderr: /is not being sent/ },
  { args: ['restored'], code: 0, stdout: /^ {2}daily {2}makes no editions:$/m },
  {
    args: ['resume', 'daily'],
    code: 0,
    stdout: /^The Daily Belle is resumed\n$/,
    stderr: /WARN: A newsletter goes on\n/,
  },
  { args: ['status'], code: 0, stdout: new RegExp(`^${EDITION} `, 'm') },
  { args: ['receive'], code: 75, stderr: /INBOUND_ADDRESS: expected/ },
  { args: ['receive', '--nonsense'], code: 64, stderr: /unknown option '--nonsense'/ },
];

const folder = openFolder(WAITING);
afterAll(() => folder[Symbol.dispose]());

test('every command, as a person runs it, leaves with its code, its words on stdout and its complaints on stderr', async () => {
  for (const { args, code, stdout = /^$/, stderr = /^$/ } of DAY)
    expect.soft(await folder.runAlone(args), args.join(' ')).toEqual({
      code,
      stdout: expect.stringMatching(stdout),
      stderr: expect.stringMatching(stderr),
    });
}, 120_000);

test('no command is missing above; start.test.ts has what start does', async () => {
  const { stdout } = await folder.run(['--help']);
  const commands = stdout.slice(stdout.indexOf('\nCommands:')).matchAll(/^ {2}([a-z]+) /gm);
  const run = DAY.map(({ args: [name] }) => name);
  expect([...commands].map(([, name]) => name).toSorted()).toEqual(
    [...new Set([...run, 'start', 'help'])].toSorted(),
  );
});

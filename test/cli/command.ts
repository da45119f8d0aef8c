import { type ChildProcess, execFile, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

export const CLI = resolve(import.meta.dirname, '../../src/cli.ts');

export const NEWSLETTERS = `publisher: { name: Belle, postal_address: 12 Garden Row }
sources:
  stories: { folder: articles }
newsletters:
  daily:
    title: The Daily Belle
    schedule: 0 7 * * *
    sources: [stories]
    sections:
      royal: { title: Royals, when: { keyword: Queen } }
      more: { title: Also today }
`;

/** The slot that the articles below are for. */
export const SLOT = '2020-11-11T07:00Z';
export const EDITION = 'daily-20201111T0700Z';

export const GARDEN = `\
 date 2020-11-10 Queen opens a walled garden in the pouring rain The head gardener had hoped for sun and brought an umbrella.

The Queen opened the garden on Tuesday. It rained from ten until four, and nobody minded.
`;
const COAT = `---
headline: A coat for every winter
date: 2020-11-10
---

Buy one coat and keep it. That is all there is to it, says the tailor, who has sold three.
`;
const CASTLE = `---
headline: Old news about a castle
date: 2020-11-08
---

The castle was old then and it is older now, says the woman who has swept it for forty years.
`;

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command line, as it is sent to a process that runs several. */
export interface CommandLine {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What is on stdin. */
  readonly input: string;
}

type Settings = Readonly<Record<string, string>>;

/** A folder with newsletters.yaml and articles, to run commands in. */
export interface Folder extends Disposable {
  readonly path: string;
  write(name: string, text: string): string;
  /** One command, in the process that runs those of a test file: for what it does and says. */
  run(args: readonly string[], settings?: Settings, input?: string): Promise<Ran>;
  /** Several, one after the other. */
  runAll(lines: readonly (readonly string[])[]): Promise<Ran[]>;
  /** One command in a process of its own, as a person runs it: for how it starts and ends. */
  runAlone(args: readonly string[], settings?: Settings, input?: string): Promise<Ran>;
}

export function openFolder(newsletters = NEWSLETTERS): Folder {
  const path = mkdtempSync(join(tmpdir(), 'broadsheet-cli-'));
  const write = (name: string, text: string) => {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
    return join(path, name);
  };
  write('newsletters.yaml', newsletters);
  write('articles/garden.txt', GARDEN);
  write('articles/coat.md', COAT);
  write('articles/castle.md', CASTLE);
  const lineOf = (args: readonly string[], settings: Settings = {}, input = ''): CommandLine => ({
    args,
    cwd: path,
    env: environmentOf(settings),
    input,
  });
  return {
    path,
    write,
    run: (args, settings, input) => runShared(lineOf(args, settings, input)),
    runAll: async (lines) => {
      const ran = [];
      for (const args of lines) ran.push(await runShared(lineOf(args)));
      return ran;
    },
    runAlone: (args, settings, input) => runAlone(lineOf(args, settings, input)),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** Compiled once for all the processes of a test run. */
const COMPILE_CACHE = join(tmpdir(), 'broadsheet-test-compile-cache');

/** Settings of faketime: a command under test has to live on the same day as the test that runs it. */
const SAME_DAY = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => name === 'LD_PRELOAD' || name.startsWith('FAKETIME')),
);

/** Returns the environment of a command: what it takes to run at all, and the settings that are given. */
export function environmentOf(
  settings: Readonly<Record<string, string>>,
): Record<string, string | undefined> {
  const { PATH = '', HOME = '' } = process.env;
  return { PATH, HOME, PORT: '0', NODE_COMPILE_CACHE: COMPILE_CACHE, ...SAME_DAY, ...settings };
}

/** A process of its own, with no setting but those given. */
function runAlone({ args, cwd, env, input }: CommandLine): Promise<Ran> {
  return new Promise((done) => {
    const child = execFile(
      process.execPath,
      [CLI, ...args],
      { cwd, env, timeout: 40_000 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        done({ code, stdout, stderr });
      },
    );
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

let shared: ChildProcess | undefined;
let lastInShared: Promise<unknown> = Promise.resolve();

/** In the process that this test file shares among its commands; it ends with the file. */
function runShared(line: CommandLine): Promise<Ran> {
  const ran = lastInShared.then(() => ask(shared ?? startShared(), line));
  lastInShared = ran.catch(() => undefined);
  return ran;
}

function startShared(): ChildProcess {
  const child = fork(join(import.meta.dirname, 'shared-process.ts'), {
    env: environmentOf({}),
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  child.once('exit', () => {
    shared = undefined;
  });
  child.unref();
  shared = child;
  return child;
}

async function ask(child: ChildProcess, line: CommandLine): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      child.off('message', answered).off('exit', ended);
      child.channel?.unref();
      act();
    };
    const answered = (ran: Ran) => settle(() => resolve(ran));
    const ended = () => settle(() => reject(new Error(`The process ended at: ${line.args.join(' ')}`)));
    child.once('message', answered).once('exit', ended);
    child.channel?.ref();
    child.send(line);
  });
}

/** A port that nobody listens on. */
export function closedPort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

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

/** A folder with newsletters.yaml and articles, to run commands in. */
export interface Folder extends Disposable {
  readonly path: string;
  write(name: string, text: string): string;
  /** One command in a process of its own, as a person runs it. */
  run(args: readonly string[], env?: Record<string, string>): Promise<Ran>;
  /** Several, one after the other in one process: for what does not need a start of its own each time. */
  runAll(lines: readonly (readonly string[])[]): Promise<Ran[]>;
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
  return {
    path,
    write,
    run: (args, env = {}) => node(path, [CLI, ...args], env),
    runAll: async (lines) =>
      JSON.parse(
        (await node(path, ['--input-type=module', '-e', ONE_BY_ONE, JSON.stringify(lines)], {})).stdout,
      ),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** Runs each line and collects what it says and how it leaves. */
const ONE_BY_ONE = `
  const { run } = await import(${JSON.stringify(pathToFileURL(CLI).href)});
  const write = process.stdout.write.bind(process.stdout);
  const results = [];
  for (const args of JSON.parse(process.argv[1])) {
    const said = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr']) process[name].write = (text) => !!(said[name] += text);
    results.push({ code: await run(args), ...said });
  }
  write(JSON.stringify(results));`;

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
function node(cwd: string, args: readonly string[], settings: Record<string, string>): Promise<Ran> {
  const env = environmentOf(settings);
  return new Promise((done) => {
    execFile(process.execPath, [...args], { cwd, env, timeout: 40_000 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      done({ code, stdout, stderr });
    });
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

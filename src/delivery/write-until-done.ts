import type { Clock } from '../base/clock.ts';
import { SECOND_MS } from '../base/clock.ts';
import type { Log } from '../base/log.ts';

const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 10 * SECOND_MS;
/** Once we are told to stop, this many failures end the trying. */
const TRIES_WHEN_STOPPING = 6;

/**
 * After the server's answer it is the writing that is tried again, never the sending: an outcome that is forgotten turns
 * an accepted mail into an uncertain one. So only a stop ends the trying.
 */
export async function writeUntilDone<T>(
  write: () => Promise<T>,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
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

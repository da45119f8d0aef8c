import { setImmediate } from 'node:timers/promises';

/**
 * Lets everything else that waits have its turn: requests, mail, timers. For long work between two
 * of its pieces.
 */
export async function nextTurn(): Promise<void> {
  await setImmediate();
}

import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../base/clock.ts';

const SOON_MS = 2 * SECOND_MS;
const FIRST_WAIT_MS = 5 * MINUTE_MS; // greylisting servers want about that much (RFC 6647)
const LONGEST_WAIT_MS = 4 * HOUR_MS;
const JITTER = 0.2;

/** News is stale after this long; a delivery that is still deferred then is given up. */
export const STALE_AFTER_MS = DAY_MS;

/**
 * Returns the delay after attempt number `attempt` (1 is the first): 5, 10, 20, 40 minutes … at
 * most 4 hours, each up to a fifth shorter or longer, so that messages refused together do not come
 * back together. Where a server only wants messages to come slower, 2, 4, 8 … seconds until that
 * becomes the usual delay: the pace takes care of the rest.
 * @param random in [0, 1).
 */
export function retryDelayMs(attempt: number, random: number, { passesSoon = false } = {}): number {
  const usual = Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS);
  const wait = passesSoon ? Math.min(SOON_MS * 2 ** (attempt - 1), usual) : usual;
  return Math.round(wait * (1 - JITTER + 2 * JITTER * random));
}

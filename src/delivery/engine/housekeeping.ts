import { type Clock, DAY_MS, SECOND_MS } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Database } from '../../storage/schema/schema.ts';
import { cancelLeftovers } from '../control.ts';
import { finishEditions } from '../ledger.ts';
import { type Claim, renewLeases, type Worker } from './claim.ts';
import { adoptOrphans, findOrphans } from './orphans.ts';
import type { UncertainPolicy } from './settle.ts';
import { isGone } from './worker.ts';

export interface Housekeeping {
  readonly db: Database;
  readonly worker: Worker;
  readonly clock: Clock;
  readonly log: Log;
  readonly uncertainPolicy: (claim: Claim) => UncertainPolicy;
  /**
   * Told how many messages this UTC day has seen, by whichever process; undefined where there is no
   * daily cap.
   */
  readonly countDay: ((started: number) => void) | undefined;
  /** Deliveries of another process came back: there is work. */
  readonly adopted: () => void;
}

const KEEP_HOUSE_MS = 15 * SECOND_MS;

/**
 * Until told to stop: renews leases, adopts what dead workers left, closes editions that are done.
 */
export async function keepHouse(house: Housekeeping, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await keepHouseOnce(house);
    } catch (error) {
      house.log.error({ error }, 'Housekeeping failed; it is tried again');
    }
    await house.clock.sleep(KEEP_HOUSE_MS, signal);
  }
}

/** Pause and cancel are promised within a second. */
const WATCH_MS = 400;

/** Until told to stop: looks whether an edition was paused or cancelled, by whichever process. */
export async function watchEditions(
  { clock, log }: Pick<Housekeeping, 'clock' | 'log'>,
  dropStopped: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(WATCH_MS, signal);
    await dropStopped().catch((error) => log.error({ error }, 'Editions could not be looked at'));
  }
}

async function keepHouseOnce(house: Housekeeping): Promise<void> {
  const { db, worker, clock, log, uncertainPolicy, adopted } = house;
  await renewLeases(db, worker, clock.now());
  house.countDay?.(await acceptedToday(db, clock.now()));
  const orphans = await findOrphans(db, worker, (id) => isGone(worker, id), clock.now());
  if (orphans.length > 0) {
    const taken = await adoptOrphans(db, orphans, uncertainPolicy, clock.now());
    log.warn(taken, 'Took over deliveries of a process that ended');
    adopted();
  }
  await cancelLeftovers(db, clock.now());
  await finishEditions(db, clock.now());
}

async function acceptedToday(db: Database, now: number): Promise<number> {
  const midnight = Math.floor(now / DAY_MS) * DAY_MS;
  const row = await db
    .selectFrom('attempts')
    .select(db.fn.countAll<number>().as('n'))
    .where('at', '>=', midnight)
    .where('outcome', '=', 'accepted')
    .executeTakeFirstOrThrow();
  return Number(row.n);
}

import type { App } from '../../app.ts';
import { MINUTE_MS, SECOND_MS } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { Engine } from '../../delivery/engine/engine.ts';
import { finishEditions, nextDueAt } from '../../delivery/ledger.ts';
import { type EditionStatus, editionStatus, unsettled } from '../../delivery/progress.ts';
import { putOffIn } from '../../delivery/watch-edition.ts';
import { putOffInWords } from '../output.ts';
import { ProgressBar } from '../progress-bar.ts';

const LOOK_EVERY_MS = 250;
/** A relay that does not answer for this long is told to the operator; everything stays waiting. */
const RELAY_PATIENCE_MS = MINUTE_MS;

/**
 * Waits until an edition is settled, showing progress; at most `waitMs`, since a deferred delivery
 * may want hours.
 * @throws AppError RELAY_UNAVAILABLE when the relay stays away and nothing at all moves.
 */
export async function deliverAndWait(
  app: App,
  engine: Engine,
  editionId: string,
  waitMs: number,
  stop?: AbortSignal,
): Promise<EditionStatus> {
  const { clock, db } = app;
  const started = clock.now();
  const bar = new ProgressBar('delivered', started);
  engine.wake();
  let moved = { at: started, left: Number.POSITIVE_INFINITY };
  for (;;) {
    const status = await editionStatus(db, editionId);
    const left = unsettled(status);
    const now = clock.now();
    if (left < moved.left) moved = { at: now, left };
    const putOff = await putOffIn(db, status);
    bar.update(status.prepared - left, status.prepared, now, putOff && putOffInWords(putOff));
    if (
      left === 0 ||
      status.state !== 'frozen' ||
      stop?.aborted ||
      (await isTooFarOff(app, editionId, started + waitMs)) ||
      now >= started + waitMs
    )
      break;
    if (engine.relayTrouble && now - moved.at > RELAY_PATIENCE_MS) {
      bar.finish();
      throw relayAway(editionId, engine.relayTrouble, left);
    }
    await clock.sleep(LOOK_EVERY_MS, stop);
  }
  bar.finish();
  await finishEditions(db, clock.now());
  return editionStatus(db, editionId);
}

/** Nothing is under way, and what is deferred comes up only after the time we would wait. */
async function isTooFarOff(app: App, editionId: string, until: number): Promise<boolean> {
  const status = await editionStatus(app.db, editionId);
  const { claimed, transmitting, deferred } = status.deliveries;
  if (claimed + transmitting > 0 || deferred === 0) return false;
  return ((await nextDueAt(app.db, editionId)) ?? 0) > Math.max(until, app.clock.now() + SECOND_MS);
}

function relayAway(editionId: string, reason: string, left: number): AppError {
  return new AppError(
    'RELAY_UNAVAILABLE',
    `${editionId}: the relay cannot be used (${reason}); ${left} deliveries wait`,
    {
      hint: 'Nothing is lost: `broadsheet send` goes on where this left off, and so does `broadsheet start`. `broadsheet doctor` looks at the relay.',
    },
  );
}

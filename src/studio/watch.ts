import { sql } from 'kysely';
import { type EditionStatus, secondCopies } from '../delivery/progress.ts';
import { type Watch, watchEdition } from '../delivery/watch.ts';
import type { Studio } from './studio-deps.ts';

const MOST_DELIVERIES = 200;
const TROUBLED = ['rejected', 'uncertain', 'deferred', 'cancelled'] as const;
const WORST_FIRST = sql`case state when 'rejected' then 0 when 'uncertain' then 1 when 'cancelled' then 3 else 2 end`;

/** How an edition gets on, and everybody it did not reach; null while nobody was written to. */
export async function watchView(studio: Studio, status: EditionStatus) {
  if (status.candidates === null) return null;
  const deliveries = await notAccepted(studio, status.id);
  const watch = await watchEdition(studio.db, status, studio.clock.now());
  return {
    deliveries,
    pace: paceView(watch),
    replies: watch.replies,
    cutShort: deliveries.length === MOST_DELIVERIES,
    secondCopies: await secondCopies(studio.db, status.id),
  };
}

/** Shown while something is under way: `812 a second, about 3 minutes left`. */
function paceView({ perSecond, secondsLeft }: Watch): string {
  if (secondsLeft === undefined) return '';
  const left = secondsLeft < 120 ? `${secondsLeft} seconds` : `${Math.round(secondsLeft / 60)} minutes`;
  return `${perSecond} a second, about ${left} left`;
}

/**
 * The deliveries that did not go as they should, the worst first. Those that merely wait their turn are counted in the
 * ledger; by the thousand they would hide the three that matter.
 */
async function notAccepted(studio: Studio, editionId: string) {
  const rows = await studio.db
    .selectFrom('deliveries')
    .select(['id', 'email', 'state', 'attempt_count', 'detail'])
    .where('edition_id', '=', editionId)
    .where((row) =>
      row.or([
        row('state', 'in', TROUBLED),
        row.and([row('state', '=', 'waiting'), row('attempt_count', '>', 0)]),
      ]),
    )
    .orderBy(WORST_FIRST)
    .orderBy('id')
    .limit(MOST_DELIVERIES)
    .execute();
  return rows.map((row) => ({
    email: row.email,
    state: row.state,
    attempts: row.attempt_count,
    detail: row.detail ?? '',
  }));
}

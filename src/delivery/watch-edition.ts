import { MINUTE_MS, SECOND_MS } from '../base/clock.ts';
import type { Database } from '../storage/schema/schema.ts';
import { nextDueAt } from './ledger.ts';
import { AMISS, type EditionStatus, unsettled } from './progress.ts';

/** Progress of an edition, for whoever watches it. */
export interface Watch {
  /** Undefined where nothing is left, or there is too little to go by. */
  readonly pace: Pace | undefined;
  /** Nothing has moved in the last minute. */
  readonly stands: boolean;
  /**
   * Replies of servers that did not take a message, most frequent first. Counts attempts, not
   * people: one may be tried often.
   */
  readonly replies: readonly {
    readonly outcome: string;
    readonly reply: string;
    readonly attempts: number;
  }[];
  /** Set where every delivery that is left is deferred: how many people wait, and until when. */
  readonly putOff: PutOff | undefined;
}

export interface PutOff {
  readonly people: number;
  /** UTC milliseconds. */
  readonly nextAttemptAt: number;
}

interface Pace {
  /** Attempts a second, of late. */
  readonly perSecond: number;
  /** Until nothing is left, at that rate. */
  readonly secondsLeft: number;
}

const WINDOW_MS = MINUTE_MS;
/**
 * Span of recent attempts that, where there are enough, alone decide the rate: servers slow down,
 * and recover.
 */
const LATELY_MS = 15 * SECOND_MS;
/**
 * Too few attempts, or attempts of too short a time, tell nothing of the next ones: connections are
 * still being opened, and the first mail of a handful says "0.2 a second, about 25 seconds" of what
 * is over in six. No estimate is better than that one.
 */
const ENOUGH = 10;
const SHORTEST_SPAN_MS = 5 * SECOND_MS;
/**
 * The newest attempts have the highest ids, so however large the ledger is, this many rows tell the
 * rate.
 */
const RATE_SAMPLE = 2_000;
const FIRST_MADE = 500;
const MOST_REPLIES = 5;
/** Different texts looked at before they are put together; servers write ids into theirs. */
const REPLY_TEXTS = 500;

export async function watchEdition(db: Database, status: EditionStatus, now: number): Promise<Watch> {
  const times = await newestAttempts(db, status.id, now);
  const putOff = await putOffIn(db, status);
  // What is deferred comes up by and by, at no rate that could be seen now.
  const left = unsettled(status) - status.deliveries.deferred;
  const perSecond = left > 0 ? rateOf(times, now) : undefined;
  return {
    pace: perSecond ? { perSecond, secondsLeft: Math.ceil(left / perSecond) } : undefined,
    stands: times.length === 0 && (await frozenAt(db, status.id)) <= now - WINDOW_MS,
    replies: await groupedReplies(db, status.id),
    putOff,
  };
}

/** Undefined while anything of it is under way or about to be. */
export async function putOffIn(db: Database, status: EditionStatus): Promise<PutOff | undefined> {
  const { deferred } = status.deliveries;
  if (status.state !== 'frozen' || deferred === 0 || unsettled(status) > deferred) return undefined;
  const nextAttemptAt = await nextDueAt(db, status.id);
  return nextAttemptAt === undefined ? undefined : { people: deferred, nextAttemptAt };
}

/** Returns the end times of attempts in the last minute, the newest first. */
async function newestAttempts(db: Database, editionId: string, now: number): Promise<number[]> {
  const rows = await db
    .selectFrom('attempts')
    .innerJoin('deliveries', 'deliveries.id', 'attempts.delivery_id')
    .select(['at', 'edition_id'])
    .orderBy('attempts.id', 'desc')
    .limit(RATE_SAMPLE)
    .execute();
  return rows.filter((row) => row.edition_id === editionId && row.at > now - WINDOW_MS).map(({ at }) => at);
}

function rateOf(times: readonly number[], now: number): number | undefined {
  const lately = times.filter((at) => at > now - LATELY_MS);
  const sample = lately.length < ENOUGH ? times : lately;
  const spanMs = now - (sample.at(-1) ?? now);
  // A full sample that is over sooner means that very much is going on, not that it has only just begun.
  const tells = sample.length === RATE_SAMPLE || (sample.length >= ENOUGH && spanMs >= SHORTEST_SPAN_MS);
  return tells
    ? Math.round((sample.length / Math.max(spanMs, SECOND_MS / 4)) * SECOND_MS * 10) / 10
    : undefined;
}

/** Returns the time its deliveries were made, all in one transaction. */
async function frozenAt(db: Database, editionId: string): Promise<number> {
  const row = await db
    .selectFrom('deliveries')
    .select('created_at')
    .where('edition_id', '=', editionId)
    .limit(1)
    .executeTakeFirst();
  return row?.created_at ?? 0;
}

/**
 * Returns the time an edition began to leave, UTC milliseconds: the first mail accepted of the
 * first that were made. Undefined while none was. Of a large edition others may have gone a moment
 * sooner, but asking for all would read its whole ledger.
 */
export async function leftAt(db: Database, editionId: string): Promise<number | undefined> {
  const row = await db
    .selectFrom((from) =>
      from
        .selectFrom('deliveries')
        .select('id')
        .where('edition_id', '=', editionId)
        .orderBy('id')
        .limit(FIRST_MADE)
        .as('first'),
    )
    .innerJoin('attempts', 'attempts.delivery_id', 'first.id')
    .select((one) => one.fn.min('at').as('at'))
    .where('outcome', '=', 'accepted')
    .executeTakeFirst();
  return row?.at ?? undefined;
}

async function groupedReplies(db: Database, editionId: string): Promise<Watch['replies']> {
  const rows = await db
    .selectFrom('attempts')
    .innerJoin('deliveries', 'deliveries.id', 'attempts.delivery_id')
    .select(['outcome', 'reply', db.fn.countAll<number>().as('n')])
    .where('edition_id', '=', editionId)
    .where(AMISS)
    .where('outcome', '!=', 'accepted')
    .groupBy(['outcome', 'reply'])
    .orderBy('n', 'desc')
    .limit(REPLY_TEXTS)
    .execute();
  const groups = new Map<string, { outcome: string; reply: string; attempts: number }>();
  for (const { outcome, reply, n } of rows) {
    const general = withoutParticulars(reply);
    const group = groups.get(`${outcome} ${general}`) ?? { outcome, reply: general, attempts: 0 };
    groups.set(`${outcome} ${general}`, { ...group, attempts: group.attempts + Number(n) });
  }
  return [...groups.values()].toSorted((a, b) => b.attempts - a.attempts).slice(0, MOST_REPLIES);
}

/**
 * A server's words without addresses, queue ids and numbers, which make every one of them
 * different.
 */
export function withoutParticulars(reply: string): string {
  return reply
    .replace(/<?[^\s<>@]+@[^\s<>@]+\.[^\s<>,;:]+>?/g, '…')
    .replace(/\b(?=\w*\d)[\w-]{8,}\b/g, '…')
    .replace(/\s+/g, ' ')
    .trim();
}

import { MINUTE_MS, SECOND_MS } from '../base/clock.ts';
import type { Database } from '../storage/schema.ts';
import { AMISS, type EditionStatus, unsettled } from './progress.ts';

/** How an edition is getting on, for whoever watches it. */
export interface Watch {
  /** Attempts a second, over the last minute or since the first of them; 0 when nothing moved. */
  readonly perSecond: number;
  /** At that rate; undefined when nothing moves or nothing is left. */
  readonly secondsLeft: number | undefined;
  /** What servers said when they did not take a message, most frequent first. */
  readonly replies: readonly { readonly outcome: string; readonly reply: string; readonly count: number }[];
}

const RATE_WINDOW_MS = MINUTE_MS;
/** The first second of an edition tells nothing of the next. */
const SHORTEST_SPAN_MS = 5 * SECOND_MS;
/** The newest attempts have the highest ids, so however large the ledger is, this many rows tell the rate. */
const RATE_SAMPLE = 2_000;
const MOST_REPLIES = 5;
/** Different texts looked at before they are put together; servers write ids into theirs. */
const REPLY_TEXTS = 500;

export async function watchEdition(db: Database, status: EditionStatus, now: number): Promise<Watch> {
  const perSecond = await recentRate(db, status.id, now);
  const left = unsettled(status);
  return {
    perSecond,
    secondsLeft: perSecond > 0 && left > 0 ? Math.ceil(left / perSecond) : undefined,
    replies: await groupedReplies(db, status.id),
  };
}

async function recentRate(db: Database, editionId: string, now: number): Promise<number> {
  const rows = await db
    .selectFrom('attempts')
    .innerJoin('deliveries', 'deliveries.id', 'attempts.delivery_id')
    .select(['at', 'edition_id'])
    .orderBy('attempts.id', 'desc')
    .limit(RATE_SAMPLE)
    .execute();
  const ours = rows.filter((row) => row.edition_id === editionId && row.at > now - RATE_WINDOW_MS);
  // A full sample that is over sooner means that very much is going on, not that it has only just begun.
  const shortest = rows.length === RATE_SAMPLE ? SECOND_MS / 4 : SHORTEST_SPAN_MS;
  const spanMs = Math.max(now - (ours.at(-1)?.at ?? now), shortest);
  return Math.round((ours.length / spanMs) * SECOND_MS * 10) / 10;
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
  const groups = new Map<string, { outcome: string; reply: string; count: number }>();
  for (const { outcome, reply, n } of rows) {
    const general = withoutParticulars(reply);
    const group = groups.get(`${outcome} ${general}`) ?? { outcome, reply: general, count: 0 };
    groups.set(`${outcome} ${general}`, { ...group, count: group.count + Number(n) });
  }
  return [...groups.values()].toSorted((a, b) => b.count - a.count).slice(0, MOST_REPLIES);
}

/** A server's words without addresses, queue ids and numbers, which make every one of them different. */
export function withoutParticulars(reply: string): string {
  return reply
    .replace(/<?[^\s<>@]+@[^\s<>@]+\.[^\s<>,;:]+>?/g, '…')
    .replace(/\b(?=\w*\d)[\w-]{8,}\b/g, '…')
    .replace(/\s+/g, ' ')
    .trim();
}

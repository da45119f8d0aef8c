import { sql } from 'kysely';
import type { Database, DeliveryState } from '../storage/schema/schema.ts';

/** Fate of a subscription in an edition: a delivery's state, or left out from the start. */
export type Fate = DeliveryState | 'excluded';

/** In the order of a list: what went wrong first. */
export const FATES: readonly Fate[] = [
  'rejected',
  'uncertain',
  'deferred',
  'cancelled',
  'transmitting',
  'claimed',
  'waiting',
  'accepted',
  'excluded',
];

/** Fates that went wrong. */
export const AMISS_FATES: readonly Fate[] = ['rejected', 'uncertain', 'deferred', 'cancelled'];

export interface ListedFate {
  /** Id of the delivery, or of the subscription that was left out: unique within a fate. */
  readonly id: number;
  readonly email: string;
  readonly fate: Fate;
  /**
   * Reason it was left out or cancelled, else the server's last reply; empty where there is
   * neither.
   */
  readonly why: string;
  readonly attempts: number;
  /** Time of its final outcome. */
  readonly settledAt: number | null;
}

export interface FateFilter {
  readonly fates: readonly Fate[];
  /** Only those that were left out or cancelled for this. */
  readonly reason?: string | undefined;
}

/** The last one that was listed. */
export type FateCursor = Pick<ListedFate, 'fate' | 'id'>;

/**
 * Everybody an edition looked at, one fate after the other, each in the order of their ids: every
 * page is a stretch of an index, however many there are. Deliveries that move on meanwhile may be
 * met twice or not at all.
 */
export async function listFates(
  db: Database,
  editionId: string,
  { fates, reason }: FateFilter,
  { after, limit }: { readonly after?: FateCursor | undefined; readonly limit: number },
): Promise<ListedFate[]> {
  const from = after ? FATES.indexOf(after.fate) : 0;
  const rows: ListedFate[] = [];
  for (const fate of FATES.filter((one, at) => at >= from && fates.includes(one))) {
    const wanted = {
      editionId,
      fate,
      reason,
      after: after?.fate === fate ? after.id : 0,
      limit: limit - rows.length,
    };
    rows.push(...(await (fate === 'excluded' ? leftOut(db, wanted) : prepared(db, fate, wanted))));
    if (rows.length >= limit) break;
  }
  return rows;
}

/** Returns the reasons that deliveries of an edition were cancelled, the most frequent first. */
export async function reasonsOfCancelling(
  db: Database,
  editionId: string,
): Promise<{ reason: string; count: number }[]> {
  const rows = await db
    .selectFrom('deliveries')
    .select(['detail', db.fn.countAll<number>().as('n')])
    .where('edition_id', '=', editionId)
    .where('state', '=', 'cancelled')
    .groupBy('detail')
    .orderBy('n', 'desc')
    .limit(10)
    .execute();
  return rows.flatMap(({ detail, n }) => (detail ? [{ reason: detail, count: Number(n) }] : []));
}

interface Wanted {
  readonly editionId: string;
  readonly reason: string | undefined;
  readonly after: number;
  readonly limit: number;
}

async function prepared(db: Database, state: DeliveryState, wanted: Wanted): Promise<ListedFate[]> {
  if (wanted.reason !== undefined && state !== 'cancelled') return [];
  let query = db
    .selectFrom('deliveries')
    .select(['id', 'email', 'detail', 'attempt_count', 'settled_at'])
    .where('edition_id', '=', wanted.editionId)
    .where('state', '=', state)
    .where('id', '>', wanted.after);
  if (wanted.reason !== undefined) query = query.where('detail', '=', wanted.reason);
  const rows = await query.orderBy('id').limit(wanted.limit).execute();
  const replies = await lastReplies(
    db,
    rows.filter((row) => row.detail === null).map((row) => row.id),
  );
  return rows.map((row) => ({
    id: row.id,
    email: row.email,
    fate: state,
    why: row.detail ?? replies.get(row.id) ?? '',
    attempts: row.attempt_count,
    settledAt: row.settled_at,
  }));
}

async function lastReplies(db: Database, ids: readonly number[]): Promise<ReadonlyMap<number, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('attempts')
    .select(['delivery_id', 'reply'])
    .where('delivery_id', 'in', ids)
    .orderBy('number')
    .execute();
  return new Map(rows.map((row) => [row.delivery_id, row.reply]));
}

/** Whoever was erased since has no address any more. */
async function leftOut(db: Database, wanted: Wanted): Promise<ListedFate[]> {
  let query = db
    .selectFrom('exclusions')
    .leftJoin('subscriptions', 'subscriptions.id', 'exclusions.subscription_id')
    .leftJoin('subscribers', 'subscribers.id', 'subscriptions.subscriber_id')
    .select(['exclusions.subscription_id as id', 'subscribers.email', 'exclusions.reason'])
    .where('edition_id', '=', wanted.editionId)
    .where('exclusions.subscription_id', '>', wanted.after);
  if (wanted.reason !== undefined) query = query.where('exclusions.reason', '=', wanted.reason);
  const rows = await query.orderBy('exclusions.subscription_id').limit(wanted.limit).execute();
  return rows.map(({ id, email, reason }) => ({
    id,
    email: email ?? 'erased',
    fate: 'excluded',
    why: reason,
    attempts: 0,
    settledAt: null,
  }));
}

const TROUBLED = ['rejected', 'uncertain', 'deferred', 'cancelled'] as const;
const WORST_FIRST = sql`case state when 'rejected' then 0 when 'uncertain' then 1 when 'cancelled' then 3 else 2 end`;

/** A delivery that did not go as it should. */
export interface TroubledDelivery {
  readonly email: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly detail: string;
}

/**
 * Returns the deliveries of an edition that did not go as they should, the worst first. Those that merely wait their turn are
 * counted in the ledger; by the thousand they would hide the three that matter.
 */
export async function worstDeliveries(
  db: Database,
  editionId: string,
  limit: number,
): Promise<TroubledDelivery[]> {
  const rows = await db
    .selectFrom('deliveries')
    .select(['email', 'state', 'attempt_count', 'detail'])
    .where('edition_id', '=', editionId)
    .where((row) =>
      row.or([
        row('state', 'in', TROUBLED),
        row.and([row('state', '=', 'waiting'), row('attempt_count', '>', 0)]),
      ]),
    )
    .orderBy(WORST_FIRST)
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(({ email, state, attempt_count, detail }) => ({
    email,
    state,
    attempts: attempt_count,
    detail: detail ?? '',
  }));
}

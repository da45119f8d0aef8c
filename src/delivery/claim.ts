import { sql } from 'kysely';
import type { EmailAddress } from '../base/address.ts';
import { isPostgres } from '../storage/database.ts';
import type { Database, DeliveryKind } from '../storage/schema.ts';
import type { SubscriptionState } from '../subscribers/subscriber.ts';
import { suppressedAmong } from '../subscribers/suppression.ts';

/** A delivery that one worker has taken upon itself. */
export interface Claim {
  readonly id: number;
  readonly kind: DeliveryKind;
  readonly editionId: string | null;
  readonly variantId: number | null;
  readonly subscriptionId: number;
  readonly newsletterId: string;
  readonly email: EmailAddress;
  /** As its owner typed it; often empty. */
  readonly name: string;
  /** As its reader chose it, BCP 47; null for the newsletter's. */
  readonly language: string | null;
  readonly createdAt: number;
  /** Attempts made before this one. */
  readonly attempts: number;
}

export interface Worker {
  /** Unique to one process run: every write says who claims, and a claim that was lost changes nothing. */
  readonly id: string;
  readonly leaseMs: number;
}

/**
 * Takes up to `limit` due deliveries: system mail, and those of editions whose audience is frozen. Whoever unsubscribed,
 * paused or was suppressed in the meantime is cancelled here, so that no mail starts after the wish is known.
 */
export async function claim(db: Database, worker: Worker, limit: number, now: number): Promise<Claim[]> {
  return db.transaction().execute(async (trx) => {
    const ids = await dueIds(trx, limit, now);
    if (ids.length === 0) return [];
    await trx
      .updateTable('deliveries')
      .set({ state: 'claimed', claimed_by: worker.id, lease_until: now + worker.leaseMs })
      .where('id', 'in', ids)
      .execute();
    return withoutThoseWhoLeft(trx, ids, now);
  });
}

/** Gives claimed deliveries back, as if nothing had happened: nothing has. */
export async function release(
  db: Database,
  worker: Pick<Worker, 'id'>,
  ids: readonly number[],
): Promise<void> {
  if (ids.length === 0) return;
  await db
    .updateTable('deliveries')
    .set({ state: 'waiting', claimed_by: null, lease_until: null })
    .where('id', 'in', ids)
    .where('state', '=', 'claimed')
    .where('claimed_by', '=', worker.id)
    .execute();
}

/** Those that some worker holds, in words, so that the index `deliveries_held` is used. */
export const HELD = sql<boolean>`state in ('claimed', 'transmitting')`;

/** Says "still here" for all a worker holds. */
export async function renewLeases(db: Database, worker: Worker, now: number): Promise<void> {
  await db
    .updateTable('deliveries')
    .set({ lease_until: now + worker.leaseMs })
    .where('claimed_by', '=', worker.id)
    .where(HELD)
    .execute();
}

/**
 * The states stand in the query as words, and the edition's condition is one expression: only so does SQLite see that
 * `deliveries_due` is the index to walk, instead of reading and sorting every waiting row.
 */
async function dueIds(db: Database, limit: number, now: number): Promise<number[]> {
  const query = db
    .selectFrom('deliveries')
    .select('id')
    .where(sql<boolean>`state in ('waiting', 'deferred')`)
    .where('next_attempt_at', '<=', now)
    .where(
      sql<boolean>`coalesce(edition_id, '') in (select '' union all select editions.id from editions where editions.state = 'frozen')`,
    )
    .orderBy('priority')
    .orderBy('next_attempt_at')
    .orderBy('id')
    .limit(limit);
  // PostgreSQL lets two machines claim side by side; SQLite has one writer at a time and no such words.
  const rows = await (isPostgres(db) ? query.forUpdate().skipLocked() : query).execute();
  return rows.map((row) => row.id);
}

async function withoutThoseWhoLeft(db: Database, ids: readonly number[], now: number): Promise<Claim[]> {
  const rows = await candidates(db, ids);
  const isSuppressed = await suppressedAmong(
    db,
    rows.map(({ email }) => email),
  );
  const claims: Claim[] = [];
  for (const row of rows) {
    const reason = UNASKED.has(row.kind) && isSuppressed(row.email) ? 'suppressed' : whyNotNow(row, now);
    if (reason) await cancel(db, row.id, reason, now);
    else claims.push(toClaim(row));
  }
  return claims;
}

function candidates(db: Database, ids: readonly number[]) {
  return db
    .selectFrom('deliveries')
    .leftJoin('subscriptions', 'subscriptions.id', 'deliveries.subscription_id')
    .leftJoin('subscribers', 'subscribers.id', 'subscriptions.subscriber_id')
    .select([
      'deliveries.id',
      'deliveries.kind',
      'deliveries.edition_id',
      'deliveries.variant_id',
      'deliveries.subscription_id',
      'deliveries.email',
      'deliveries.created_at',
      'deliveries.attempt_count',
      'subscriptions.state as subscription_state',
      'subscriptions.newsletter_id',
      'subscribers.paused_until',
      'subscribers.name',
      'subscribers.language',
    ])
    .where('deliveries.id', 'in', ids)
    .orderBy('deliveries.priority')
    .orderBy('deliveries.id')
    .execute();
}

type ClaimRow = Pick<
  Candidate,
  | 'id'
  | 'kind'
  | 'edition_id'
  | 'variant_id'
  | 'subscription_id'
  | 'newsletter_id'
  | 'email'
  | 'name'
  | 'language'
  | 'created_at'
  | 'attempt_count'
>;
type Candidate = Awaited<ReturnType<typeof candidates>>[number];

/** Mail that nobody is waiting for: a suppressed address never gets it. */
const UNASKED: ReadonlySet<DeliveryKind> = new Set(['edition', 'goodbye']);

/** How a subscription has to stand for its mail still to be wanted: a goodbye to who is back would be a strange one. */
const STATE_WANTED = {
  edition: 'active',
  confirmation: 'pending',
  welcome: 'active',
  'already-subscribed': 'active',
  goodbye: 'unsubscribed',
  'address-old': 'active',
  'address-new': 'active',
} as const satisfies Record<DeliveryKind, SubscriptionState>;

function whyNotNow(row: Candidate, now: number): string | undefined {
  if (row.subscription_state === null || row.email === 'erased') return 'erased';
  if (row.subscription_state !== STATE_WANTED[row.kind])
    return STATE_WANTED[row.kind] === 'active' ? 'unsubscribed' : 'no longer asked for';
  return row.kind === 'edition' && row.paused_until !== null && row.paused_until > now ? 'paused' : undefined;
}

async function cancel(db: Database, id: number, reason: string, now: number): Promise<void> {
  await db
    .updateTable('deliveries')
    .set({ state: 'cancelled', settled_at: now, detail: reason, claimed_by: null, lease_until: null })
    .where('id', '=', id)
    .execute();
}

/** A delivery's row as a claim. */
export function toClaim(row: ClaimRow): Claim {
  return {
    id: row.id,
    kind: row.kind,
    editionId: row.edition_id,
    variantId: row.variant_id,
    subscriptionId: row.subscription_id ?? 0,
    newsletterId: row.newsletter_id ?? '',
    email: row.email as EmailAddress,
    name: row.name ?? '',
    language: row.language,
    createdAt: row.created_at,
    attempts: row.attempt_count,
  };
}

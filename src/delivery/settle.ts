import type { Database } from '../storage/schema.ts';
import type { Verdict } from '../transport/reply.ts';
import { type Claim, release, type Worker } from './claim.ts';
import { retryDelayMs, STALE_AFTER_MS } from './retry.ts';

/** For an uncertain attempt: send once more (a second copy is possible), or hold it for a person to decide. */
export type UncertainPolicy = 'resend' | 'hold';

export interface Settlement {
  readonly claim: Claim;
  readonly verdict: Verdict;
  readonly policy: UncertainPolicy;
}

/**
 * The mark: from here on a crash leaves the delivery uncertain. Returns the ids that are still this worker's; no byte
 * of any other may leave.
 */
export async function mark(
  db: Database,
  worker: Worker,
  ids: readonly number[],
  now: number,
): Promise<Set<number>> {
  const rows = await db
    .updateTable('deliveries')
    .set({ state: 'transmitting', lease_until: now + worker.leaseMs })
    .where('id', 'in', ids)
    .where('state', '=', 'claimed')
    .where('claimed_by', '=', worker.id)
    .returning('id')
    .execute();
  return new Set(rows.map((row) => row.id));
}

/** Writes verdicts down in one commit, each guarded by its claim. True for those that were still this worker's to write. */
export async function settle(
  db: Database,
  worker: Worker,
  settlements: readonly Settlement[],
  now: number,
): Promise<boolean[]> {
  return db.transaction().execute(async (trx) => {
    const written: boolean[] = [];
    for (const settlement of settlements) written.push(await settleOne(trx, worker.id, settlement, now));
    return written;
  });
}

/** A delivery whose worker is gone, as it was left. */
export interface Orphan extends Claim {
  readonly state: 'claimed' | 'transmitting';
  readonly claimedBy: string;
  readonly leaseUntil: number;
}

/** What is held by workers that stopped renewing their lease, or that `isGone` knows to be dead. */
export async function findOrphans(
  db: Database,
  isGone: (workerId: string) => boolean,
  now: number,
): Promise<Orphan[]> {
  const rows = await db
    .selectFrom('deliveries')
    .leftJoin('subscriptions', 'subscriptions.id', 'deliveries.subscription_id')
    .selectAll('deliveries')
    .select('newsletter_id')
    .where('deliveries.state', 'in', ['claimed', 'transmitting'])
    .execute();
  return rows
    .filter((row) => (row.lease_until ?? 0) < now || isGone(row.claimed_by ?? ''))
    .map((row) => ({
      id: row.id,
      kind: row.kind,
      editionId: row.edition_id,
      variantId: row.variant_id,
      subscriptionId: row.subscription_id ?? 0,
      newsletterId: row.newsletter_id ?? '',
      email: row.email as Orphan['email'],
      createdAt: row.created_at,
      attempts: row.attempt_count,
      state: row.state as Orphan['state'],
      claimedBy: row.claimed_by ?? '',
      leaseUntil: row.lease_until ?? 0,
    }));
}

const LEFT_BEHIND: Verdict = {
  outcome: 'uncertain',
  fault: 'ours',
  phase: 'body',
  reply: 'the sending process ended before the server answered',
};

/**
 * Takes over what a dead worker left: a claim without the mark is safe to send again, a marked one is uncertain. A
 * worker that only slept finds its claim gone, and can neither send nor write.
 */
export async function adoptOrphans(
  db: Database,
  orphans: readonly Orphan[],
  policyOf: (claim: Claim) => UncertainPolicy,
  now: number,
): Promise<{ released: number; uncertain: number }> {
  return db.transaction().execute(async (trx) => {
    const adopted = { released: 0, uncertain: 0 };
    for (const orphan of orphans) {
      if (!(await isStillLeft(trx, orphan))) continue;
      if (orphan.state === 'claimed') {
        await release(trx, { id: orphan.claimedBy }, [orphan.id]);
        adopted.released += 1;
      } else {
        const settlement = { claim: orphan, verdict: LEFT_BEHIND, policy: policyOf(orphan) };
        await settleOne(trx, orphan.claimedBy, settlement, now);
        adopted.uncertain += 1;
      }
    }
    return adopted;
  });
}

/** Locks an orphan that is as it was found. A worker that woke up in between has renewed its lease, and keeps it. */
async function isStillLeft(db: Database, { id, state, claimedBy, leaseUntil }: Orphan): Promise<boolean> {
  const row = await db
    .updateTable('deliveries')
    .set({ lease_until: leaseUntil })
    .where('id', '=', id)
    .where('state', '=', state)
    .where('claimed_by', '=', claimedBy)
    .where('lease_until', '=', leaseUntil)
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

async function settleOne(
  db: Database,
  holder: string,
  settlement: Settlement,
  now: number,
): Promise<boolean> {
  const { claim, verdict } = settlement;
  const number = claim.attempts + 1;
  const row = await db
    .updateTable('deliveries')
    .set({
      ...(await nextState(db, settlement, now)),
      attempt_count: number,
      claimed_by: null,
      lease_until: null,
      detail: verdict.reply,
    })
    .where('id', '=', claim.id)
    .where('claimed_by', '=', holder)
    .where('state', 'in', ['claimed', 'transmitting'])
    .returning('id')
    .executeTakeFirst();
  if (!row) return false;
  const attempt = {
    delivery_id: claim.id,
    number,
    outcome: verdict.outcome,
    phase: verdict.phase,
    reply: verdict.reply,
    at: now,
  };
  await db.insertInto('attempts').values(attempt).execute();
  return true;
}

async function nextState(db: Database, { claim, verdict, policy }: Settlement, now: number) {
  switch (verdict.outcome) {
    case 'accepted':
    case 'rejected':
      return { state: verdict.outcome, settled_at: now };
    case 'uncertain': {
      const resend = policy === 'resend' && !(await wasUncertainBefore(db, claim.id));
      return resend
        ? { state: 'waiting' as const, next_attempt_at: now }
        : { state: 'uncertain' as const, settled_at: now };
    }
    case 'deferred': {
      const again = now + retryDelayMs(claim.attempts + 1, Math.random());
      const stale = again > claim.createdAt + STALE_AFTER_MS;
      return stale
        ? { state: 'cancelled' as const, settled_at: now }
        : { state: 'deferred' as const, next_attempt_at: again };
    }
  }
}

async function wasUncertainBefore(db: Database, deliveryId: number): Promise<boolean> {
  const query = db
    .selectFrom('attempts')
    .select('id')
    .where('delivery_id', '=', deliveryId)
    .where('outcome', '=', 'uncertain');
  return (await query.executeTakeFirst()) !== undefined;
}

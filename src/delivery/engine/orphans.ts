import { sql } from 'kysely';
import type { Database } from '../../storage/schema/schema.ts';
import type { Verdict } from '../../transport/reply.ts';
import { type Claim, claimRows, release, toClaim, type Worker } from './claim.ts';
import { settleOne, type UncertainPolicy } from './settle.ts';

/** A delivery whose worker is gone, as it was left. */
export interface Orphan extends Claim {
  readonly state: 'claimed' | 'transmitting';
  readonly claimedBy: string;
  readonly leaseUntil: number;
}

/**
 * Returns what is held by other workers that stopped renewing their lease, or that `isGone` knows
 * to be dead. A worker never takes its own: when the clock leaps ahead just after it renewed its
 * leases, they have run out, and it is at work all the same.
 */
export async function findOrphans(
  db: Database,
  me: Pick<Worker, 'id'>,
  isGone: (workerId: string) => boolean,
  now: number,
): Promise<Orphan[]> {
  const rows = await claimRows(db)
    .select(['deliveries.state', 'claimed_by', 'lease_until'])
    .where('claimed_by', '!=', me.id)
    .where(sql<boolean>`deliveries.state in ('claimed', 'transmitting')`) // in words, for the index `deliveries_held`
    .execute();
  return rows
    .filter((row) => (row.lease_until ?? 0) < now || isGone(row.claimed_by ?? ''))
    .sort((one, other) => one.id - other.id)
    .map((row) => ({
      ...toClaim(row),
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
 * Takes over what a dead worker left: a claim without the mark is safe to send again, a marked one
 * is uncertain. A worker that only slept finds its claim gone, and can neither send nor write.
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

/**
 * Locks an orphan that is as it was found. A worker that woke up in between has renewed its lease,
 * and keeps it.
 */
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

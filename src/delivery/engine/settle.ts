import type { Database } from '../../storage/schema/schema.ts';
import { bareReply, ERASED } from '../../subscribers/subscriber-store.ts';
import { suppress } from '../../subscribers/suppression.ts';
import type { Verdict } from '../../transport/reply.ts';
import type { Claim, Worker } from './claim.ts';
import { retryDelayMs, STALE_AFTER_MS } from './retry.ts';

/**
 * For an uncertain attempt: send once more (a second copy is possible), or hold it for a person to
 * decide.
 */
export type UncertainPolicy = 'resend' | 'hold';

export interface Settlement {
  readonly claim: Claim;
  readonly verdict: Verdict;
  readonly policy: UncertainPolicy;
  /** The server only wants messages to come slower: it takes this one in seconds. */
  readonly passesSoon?: boolean;
}

/**
 * The mark: from here on a crash leaves the delivery uncertain. Returns the ids that are still this
 * worker's; no byte of any other may leave.
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

/** Entry that a connection writes: the mark before a message leaves, or its outcome. */
export type Entry = { readonly mark: number } | { readonly settlement: Settlement };

/**
 * Writes marks and verdicts in one commit. For each entry: true when the delivery was still this
 * worker's.
 */
export async function writeEntries(
  db: Database,
  worker: Worker,
  entries: readonly Entry[],
  now: number,
): Promise<boolean[]> {
  const marks = entries.flatMap((entry) => ('mark' in entry ? [entry.mark] : []));
  const settlements = entries.flatMap((entry) => ('settlement' in entry ? [entry.settlement] : []));
  return db.transaction().execute(async (trx) => {
    const marked = marks.length > 0 ? await mark(trx, worker, marks, now) : new Set<number>();
    const settled = await settleAll(trx, worker, settlements, now);
    return entries.map((entry) =>
      'mark' in entry ? marked.has(entry.mark) : settled.has(entry.settlement.claim.id),
    );
  });
}

/**
 * Writes verdicts down in one commit, each guarded by its claim. True for those that were still
 * this worker's to write.
 */
export async function settle(
  db: Database,
  worker: Worker,
  settlements: readonly Settlement[],
  now: number,
): Promise<boolean[]> {
  return writeEntries(
    db,
    worker,
    settlements.map((settlement) => ({ settlement })),
    now,
  );
}

async function settleAll(
  db: Database,
  worker: Worker,
  settlements: readonly Settlement[],
  now: number,
): Promise<Set<number>> {
  const accepted = settlements.filter(({ verdict }) => verdict.outcome === 'accepted');
  const written = await settleAccepted(db, worker.id, accepted, now);
  for (const settlement of settlements) {
    if (settlement.verdict.outcome === 'accepted') continue;
    if (await settleOne(db, worker.id, settlement, now)) written.add(settlement.claim.id);
  }
  return written;
}

/**
 * Nearly all of an edition comes this way, so all that were accepted together are two statements,
 * not two each.
 */
async function settleAccepted(
  db: Database,
  holder: string,
  settlements: readonly Settlement[],
  now: number,
): Promise<Set<number>> {
  if (settlements.length === 0) return new Set();
  const rows = await db
    .updateTable('deliveries')
    .set((row) => ({
      state: 'accepted',
      settled_at: now,
      attempt_count: row('attempt_count', '+', 1),
      claimed_by: null,
      lease_until: null,
      detail: null,
    }))
    .where(
      'id',
      'in',
      settlements.map(({ claim }) => claim.id),
    )
    .where('claimed_by', '=', holder)
    .where('state', 'in', ['claimed', 'transmitting'])
    .returning(['id', 'email'])
    .execute();
  const written = new Map(rows.map((row) => [row.id, row.email]));
  const attempts = settlements
    .filter(({ claim }) => written.has(claim.id))
    .map((settlement) => attemptRow(settlement, written.get(settlement.claim.id) ?? ERASED, now));
  if (attempts.length > 0) await db.insertInto('attempts').values(attempts).execute();
  return new Set(written.keys());
}

/**
 * Writes one verdict down, if `holder` still holds the delivery. A hard bounce suppresses its
 * address in the same commit. Somebody whose claims were taken over may have claimed a delivery
 * again, and be sending it on another line: the verdict of an attempt without a mark is not written
 * over one with it, and that of an attempt whose mark was refused nowhere.
 */
export async function settleOne(
  db: Database,
  holder: string,
  settlement: Settlement,
  now: number,
): Promise<boolean> {
  const { claim, verdict } = settlement;
  if (verdict.unmarked === 'refused') return false;
  const number = claim.attempts + 1;
  const row = await db
    .updateTable('deliveries')
    .set({
      ...(await nextState(db, settlement, now)),
      attempt_count: number,
      claimed_by: null,
      lease_until: null,
      // Whoever was erased while their mail was being handed over: a server's reply may quote the address.
      detail: (row) =>
        row.case().when('email', '=', ERASED).then(bareReply(verdict.reply)).else(verdict.reply).end(),
    })
    .where('id', '=', claim.id)
    .where('claimed_by', '=', holder)
    .where('state', 'in', verdict.unmarked === 'never' ? ['claimed'] : ['claimed', 'transmitting'])
    .returning('email')
    .executeTakeFirst();
  if (!row) return false;
  await db
    .insertInto('attempts')
    .values(attemptRow(settlement, row.email, now))
    .execute();
  if (isReadersEnd(settlement, row.email))
    await suppress(db, [{ email: row.email, why: 'undeliverable', at: now }]);
  return true;
}

/**
 * Nobody has the address any more. An editor's is no reader's: their account says where they are.
 */
function isReadersEnd({ claim, verdict }: Settlement, email: string): boolean {
  return verdict.bounce === 'hard' && claim.subscriptionId !== 0 && email !== ERASED;
}

/** @param email as the delivery has it at this moment. */
function attemptRow({ claim, verdict }: Settlement, email: string, now: number) {
  const { outcome, phase } = verdict;
  const reply = email === ERASED ? bareReply(verdict.reply) : verdict.reply;
  return { delivery_id: claim.id, number: claim.attempts + 1, outcome, phase, reply, at: now };
}

async function nextState(db: Database, settlement: Settlement, now: number) {
  const { claim, verdict, policy, passesSoon = false } = settlement;
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
      const again = now + retryDelayMs(claim.attempts + 1, Math.random(), { passesSoon });
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

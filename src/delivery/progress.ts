import { sql } from 'kysely';
import { countStories, type StoryCount } from '../editions/edition.ts';
import type { EditionReason } from '../editions/reason.ts';
import { findEdition } from '../editions/store/edition-store.ts';
import { recentIds } from '../editions/store/sending-store.ts';
import type { Database, DeliveryState, EditionTable } from '../storage/schema/schema.ts';

/** An edition's place in the ledger, read off the rows when somebody asks; nothing counts along. */
export interface EditionStatus extends StoryCount {
  readonly id: string;
  readonly newsletterId: string;
  readonly slot: number;
  readonly state: EditionTable['state'];
  /** Reason that it is empty, missed or stopped. */
  readonly reason: EditionReason | null;
  /** Everyone looked at; null until the audience is frozen. */
  readonly candidates: number | null;
  readonly prepared: number;
  readonly excluded: Readonly<Record<string, number>>;
  readonly deliveries: Readonly<Record<DeliveryState, number>>;
  /** Deliveries that may have arrived twice: see `secondCopies`. */
  readonly possibleSecondCopies: number;
  readonly balanced: boolean;
}

const NO_DELIVERIES: Record<DeliveryState, number> = {
  waiting: 0,
  claimed: 0,
  transmitting: 0,
  accepted: 0,
  rejected: 0,
  deferred: 0,
  uncertain: 0,
  cancelled: 0,
};

/** Recent editions, newest slot first. */
export async function recentEditions(db: Database, limit = 20): Promise<EditionStatus[]> {
  return Promise.all((await recentIds(db, limit)).map((id) => editionStatus(db, id)));
}

/** @throws when there is no such edition. */
export async function editionStatus(db: Database, id: string): Promise<EditionStatus> {
  const edition = await findEdition(db, id);
  if (!edition) throw new Error(`There is no edition ${id}`);
  const deliveries = { ...NO_DELIVERIES, ...(await deliveriesByState(db, id)) };
  const excluded = await exclusionsByReason(db, id);
  const prepared = sum(deliveries);
  return {
    id,
    newsletterId: edition.newsletterId,
    slot: edition.slot,
    state: edition.state,
    reason: edition.reason,
    ...countStories(edition.content),
    candidates: edition.candidates,
    prepared,
    excluded,
    deliveries,
    possibleSecondCopies: (await secondCopies(db, id)).length,
    balanced: edition.candidates === null ? prepared === 0 : edition.candidates === prepared + sum(excluded),
  };
}

/**
 * Deliveries with an attempt that was not accepted, in the words of the index `deliveries_amiss`.
 */
export const AMISS = sql<boolean>`(attempt_count > 1 or (attempt_count = 1 and state <> 'accepted'))`;

/**
 * The addresses that may hold two copies: after an uncertain attempt the message was handed over
 * again, or is now.
 */
export async function secondCopies(
  db: Database,
  editionId: string,
): Promise<{ deliveryId: number; email: string }[]> {
  const rows = await db
    .selectFrom('deliveries')
    .innerJoin('attempts', 'attempts.delivery_id', 'deliveries.id')
    .select(['deliveries.id as deliveryId', 'email'])
    .distinct()
    .where('edition_id', '=', editionId)
    .where(AMISS)
    .where('attempts.outcome', '=', 'uncertain')
    .where((row) =>
      row.or([
        row('state', '=', 'transmitting'),
        row.exists(
          row
            .selectFrom('attempts as later')
            .select('later.id')
            .whereRef('later.delivery_id', '=', 'deliveries.id')
            .whereRef('later.number', '>', 'attempts.number')
            .where('later.outcome', 'in', ['accepted', 'uncertain']),
        ),
      ]),
    )
    .orderBy('deliveries.id')
    .execute();
  return rows;
}

/** `candidates 5 = prepared 4 (accepted 4) + excluded 1 (unsubscribed 1)` */
export function describeLedger(status: EditionStatus): string {
  if (status.candidates === null) return 'no audience yet';
  const prepared = `prepared ${status.prepared}${inBrackets(status.deliveries)}`;
  const excluded = `excluded ${sum(status.excluded)}${inBrackets(status.excluded)}`;
  return `candidates ${status.candidates} ${status.balanced ? '=' : '≠'} ${prepared} + ${excluded}`;
}

/** Deliveries that still have a way to go. */
export function unsettled(status: EditionStatus): number {
  const { waiting, claimed, transmitting, deferred } = status.deliveries;
  return waiting + claimed + transmitting + deferred;
}

function inBrackets(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).filter(([, count]) => count > 0);
  return parts.length === 0 ? '' : ` (${parts.map(([name, count]) => `${name} ${count}`).join(', ')})`;
}

async function deliveriesByState(
  db: Database,
  editionId: string,
): Promise<Partial<Record<DeliveryState, number>>> {
  const rows = await db
    .selectFrom('deliveries')
    .select(['state', db.fn.countAll<number>().as('n')])
    .where('edition_id', '=', editionId)
    .groupBy('state')
    .execute();
  return Object.fromEntries(rows.map((row) => [row.state, Number(row.n)]));
}

async function exclusionsByReason(db: Database, editionId: string): Promise<Record<string, number>> {
  const rows = await db
    .selectFrom('exclusions')
    .select(['reason', db.fn.countAll<number>().as('n')])
    .where('edition_id', '=', editionId)
    .groupBy('reason')
    .orderBy('reason')
    .execute();
  return Object.fromEntries(rows.map((row) => [row.reason, Number(row.n)]));
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

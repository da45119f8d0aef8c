import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../../storage/schema/schema.ts';
import { type KeptEdition, SENT_STATES, toKept } from './edition-store.ts';

/** Date of a sent edition, as its index has it. */
const DATED_AT = sql<number>`coalesce(dated_at, slot)`;

/** Moments in `[from, until)`, UTC milliseconds. */
export interface MomentRange {
  readonly from: number;
  readonly until: number;
}

/**
 * Returns the first `limit` editions of a newsletter that were sent and are dated in a range,
 * newest first.
 */
export async function editionsDated(
  db: Database,
  newsletterId: string,
  { from, until }: MomentRange,
  limit: number,
): Promise<KeptEdition[]> {
  const rows = await db
    .selectFrom('editions')
    .selectAll()
    .where('newsletter_id', '=', newsletterId)
    .where(DATED_AT, '>=', from)
    .where(DATED_AT, '<', until)
    .where('state', 'in', SENT_STATES)
    .where('corrects', 'is', null)
    .orderBy(DATED_AT, 'desc')
    .limit(limit)
    .execute();
  return rows.map(toKept);
}

/**
 * Returns the moment of the newest edition or correction of a newsletter that was sent; one look
 * into an index.
 */
export async function newestOfAll(db: Database, newsletterId: string): Promise<number | undefined> {
  const row = await db
    .selectFrom('editions')
    .select(DATED_AT.as('dated_at'))
    .where('newsletter_id', '=', newsletterId)
    .where('state', 'in', SENT_STATES)
    .orderBy(DATED_AT, 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && Number(row.dated_at);
}

/** Returns the newest moment before another that an edition which was sent is dated. */
export function datedBefore(db: Database, newsletterId: string, before: number): Promise<number | undefined> {
  return newestBefore(db, newsletterId, before, DATED_AT);
}

/** Returns the newest slot before a moment whose edition was sent, whenever it left. */
export function sentSlotBefore(
  db: Database,
  newsletterId: string,
  before: number,
): Promise<number | undefined> {
  return newestBefore(db, newsletterId, before, sql<number>`slot`);
}

async function newestBefore(
  db: Database,
  newsletterId: string,
  before: number,
  moment: RawBuilder<number>,
): Promise<number | undefined> {
  const row = await db
    .selectFrom('editions')
    .select(moment.as('moment'))
    .where('newsletter_id', '=', newsletterId)
    .where(moment, '<', before)
    .where('state', 'in', SENT_STATES)
    .where('corrects', 'is', null)
    .orderBy(moment, 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && Number(row.moment);
}

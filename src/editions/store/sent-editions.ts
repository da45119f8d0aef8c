import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../../storage/schema/schema.ts';
import { type KeptEdition, OF_A_SLOT, SENT_STATES, toKept } from './kept-edition.ts';

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
    .where(OF_A_SLOT)
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
    .where(OF_A_SLOT)
    .orderBy(moment, 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && Number(row.moment);
}

/** Editions readers have been sent, newest first. */
export async function sentEditions(db: Database, newsletterId?: string, limit = 100): Promise<KeptEdition[]> {
  let query = db.selectFrom('editions').selectAll().where('state', 'in', SENT_STATES).where(OF_A_SLOT);
  if (newsletterId) query = query.where('newsletter_id', '=', newsletterId);
  const rows = await query.orderBy('slot', 'desc').limit(limit).execute();
  return rows.map(toKept);
}

/**
 * Editions of a newsletter that were sent, with slots in `[from, until)`, newest first: all, or the
 * first `limit`.
 */
export async function editionsBetween(
  db: Database,
  newsletterId: string,
  from: number,
  until: number,
  limit?: number,
): Promise<KeptEdition[]> {
  let query = db
    .selectFrom('editions')
    .selectAll()
    .where('newsletter_id', '=', newsletterId)
    .where('slot', '>=', from)
    .where('slot', '<', until)
    .where('state', 'in', SENT_STATES)
    .where(OF_A_SLOT)
    .orderBy('slot', 'desc');
  if (limit !== undefined) query = query.limit(limit);
  return (await query.execute()).map(toKept);
}

/**
 * Returns the editions that have left, and those whose slot has passed without, newest slot first;
 * none that waits on the desk.
 */
export async function editionsPassed(
  db: Database,
  now: number,
  { skip, limit }: { readonly skip: number; readonly limit: number },
): Promise<{ readonly id: string; readonly isCorrection: boolean }[]> {
  const rows = await db
    .selectFrom('editions')
    .select(['id', 'corrects'])
    .where((row) => row.or([row('slot', '<=', now), row('candidates', 'is not', null)]))
    .where((row) => row.or([row('state', '!=', 'draft'), row('desk_since', 'is', null)]))
    .orderBy('slot', 'desc')
    .orderBy('id')
    .limit(limit)
    .offset(skip)
    .execute();
  return rows.map(({ id, corrects }) => ({ id, isCorrection: corrects !== null }));
}

/** Reports whether a later edition has reached readers: this one would be old news to them. */
export async function laterHasLeft(
  db: Database,
  { newsletterId, slot }: Pick<KeptEdition, 'newsletterId' | 'slot'>,
): Promise<boolean> {
  const later = await db
    .selectFrom('editions')
    .select('id')
    .where('newsletter_id', '=', newsletterId)
    .where('slot', '>', slot)
    .where('state', 'in', SENT_STATES)
    .where(OF_A_SLOT)
    .limit(1)
    .executeTakeFirst();
  return later !== undefined;
}

import { sql } from 'kysely';
import { HOUR_MS } from '../base/clock.ts';
import type { EmailAddress } from '../base/text/address.ts';
import { isPostgres } from '../storage/database.ts';
import type { Database, DeliveryKind, DeliveryState, StudioMail } from '../storage/schema/schema.ts';
import { fresh } from './ledger.ts';

/**
 * A mail to an editor about an edition. It belongs to no subscription, and counts in no edition's
 * ledger.
 */
export interface StudioDelivery {
  readonly kind: StudioMail;
  readonly to: EmailAddress;
  /** The edition's id. */
  readonly regards: string;
  readonly now: number;
  /**
   * In a test mail only: the rendered mail as `packed` makes it, so that what arrives is what was
   * on the screen.
   */
  readonly mail?: string;
}

/** Writes a mail to an editor into the ledger; returns the delivery's id. */
export async function enqueueStudio(
  db: Database,
  { kind, to, regards, now, mail }: StudioDelivery,
): Promise<number> {
  const { id } = await db
    .insertInto('deliveries')
    .values({ kind, email: to, regards, mail: mail ?? null, ...fresh(now) })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Letter to an editor, as far as its link is believed by it. */
export interface StudioLetter {
  readonly email: string;
  readonly kind: DeliveryKind;
  /** The edition's id; null in a reader's mail. */
  readonly regards: string | null;
  readonly createdAt: number;
}

/** Finds a letter by the number of its delivery. */
export function studioLetter(db: Database, deliveryId: number): Promise<StudioLetter | undefined> {
  return db
    .selectFrom('deliveries')
    .select(['email', 'kind', 'regards', 'created_at as createdAt'])
    .where('id', '=', deliveryId)
    .executeTakeFirst();
}

/** Test mail, and what became of it. */
export interface SentTest {
  readonly email: string;
  readonly state: DeliveryState;
  readonly createdAt: number;
  readonly detail: string | null;
}

/** Returns the last tests of an edition, the newest first. */
export function lastTests(db: Database, editionId: string, limit: number): Promise<SentTest[]> {
  return db
    .selectFrom('deliveries')
    .select(['email', 'state', 'created_at as createdAt', 'detail'])
    .where('regards', '=', editionId)
    .where('kind', '=', 'test')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

/** Returns the packed mail of a test; undefined where none was kept. */
export async function testAsKept(db: Database, deliveryId: number): Promise<string | undefined> {
  const row = await db
    .selectFrom('deliveries')
    .select('mail')
    .where('id', '=', deliveryId)
    .executeTakeFirst();
  return row?.mail ?? undefined;
}

/** One mail for several addresses. */
export interface Tests extends Required<Omit<StudioDelivery, 'kind' | 'to'>> {
  readonly to: readonly EmailAddress[];
}

/** An arbitrary number that stands for "tests are being sent" among PostgreSQL's advisory locks. */
const TESTING = 7_201_642;

/**
 * Writes all of the tests into the ledger, or none where they would be too many in an hour: they are
 * counted and written by one process at a time. False when none was written.
 */
export async function enqueueTests(
  db: Database,
  { to: addresses, now, ...test }: Tests,
  mostInAnHour: number,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    if (isPostgres(trx)) await sql`select pg_advisory_xact_lock(${TESTING})`.execute(trx);
    if ((await testsSince(trx, now - HOUR_MS)) + addresses.length > mostInAnHour) return false;
    for (const to of addresses) await enqueueStudio(trx, { kind: 'test', to, now, ...test });
    return true;
  });
}

async function testsSince(trx: Database, since: number): Promise<number> {
  const { n } = await trx
    .selectFrom('deliveries')
    .select(trx.fn.countAll<number>().as('n'))
    .where('regards', 'is not', null)
    .where('kind', '=', 'test')
    .where('created_at', '>', since)
    .executeTakeFirstOrThrow();
  return Number(n);
}

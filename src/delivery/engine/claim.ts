import { sql } from 'kysely';
import { NOBODY } from '../../base/public-id.ts';
import type { EmailAddress } from '../../base/text/address.ts';
import { isPostgres } from '../../storage/database.ts';
import type { Database, DeliveryKind, EditionTable, StudioMail } from '../../storage/schema/schema.ts';
import type { SubscriptionState } from '../../subscribers/subscriber.ts';
import { suppressionsAmong } from '../../subscribers/suppression.ts';
import { withoutPulled } from '../narrowing.ts';

/** A delivery that one worker has taken upon itself. */
export interface Claim {
  readonly id: number;
  /** Token in its Message-ID, envelope sender and links. */
  readonly publicId: string;
  readonly kind: DeliveryKind;
  readonly editionId: string | null;
  readonly variantId: number | null;
  /** 0 where there is none: in mail to editors. */
  readonly subscriptionId: number;
  /** Token in the links to its reader's pages; nobody's in mail to editors. */
  readonly subscriptionPublicId: string;
  /** In mail to editors: the edition it is about. */
  readonly regards: string | null;
  readonly newsletterId: string;
  readonly email: EmailAddress;
  /** Name as its owner typed it; often empty. */
  readonly name: string;
  /** Language that its reader chose, BCP 47; null for the newsletter's. */
  readonly language: string | null;
  readonly createdAt: number;
  /** Attempts made before this one. */
  readonly attempts: number;
}

export interface Worker {
  /** Unique to one process run: every write names its claimant, and needs its claim. */
  readonly id: string;
  readonly leaseMs: number;
}

/**
 * Takes up to `limit` due deliveries: system mail, and those of editions whose audience is frozen.
 * Whoever unsubscribed, paused or was suppressed in the meantime is cancelled here, so that no mail
 * starts after the wish is known.
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

/** Condition for deliveries that a worker holds, in the words of the index `deliveries_held`. */
export const HELD = sql<boolean>`state in ('claimed', 'transmitting')`;

/**
 * Says "still here" for all a worker holds. On PostgreSQL it passes over rows that are just being
 * written: their mark renews the lease itself, their verdict ends it, and who waits for one row
 * while holding others stops whoever writes several.
 */
export async function renewLeases(db: Database, worker: Worker, now: number): Promise<void> {
  const held = db.selectFrom('deliveries').select('id').where('claimed_by', '=', worker.id).where(HELD);
  await db
    .updateTable('deliveries')
    .set({ lease_until: now + worker.leaseMs })
    .where('id', 'in', isPostgres(db) ? held.forUpdate().skipLocked() : held)
    .execute();
}

/**
 * The states stand in the query as words, and the edition's condition is one expression: only so
 * does SQLite see that `deliveries_due` is the index to walk, instead of reading and sorting every
 * waiting row.
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
  const whySuppressed = await suppressionsAmong(
    db,
    rows.map(({ email }) => email),
  );
  const claims: Claim[] = [];
  for (const row of rows) {
    const suppressed = UNASKED.has(row.kind) ? whySuppressed(row.email) : undefined;
    const reason = suppressed ?? whyNotNow(row, now);
    if (reason) await cancel(db, row.id, reason, now);
    else claims.push(toClaim(row));
  }
  return withoutPulled(db, claims, now);
}

function candidates(db: Database, ids: readonly number[]) {
  return claimRows(db)
    .where('deliveries.id', 'in', ids)
    .orderBy('deliveries.priority')
    .orderBy('deliveries.id')
    .execute();
}

/** Deliveries with whom they go to; of studio mail, with the edition it is about. */
export function claimRows(db: Database) {
  return db
    .selectFrom('deliveries')
    .leftJoin('subscriptions', 'subscriptions.id', 'deliveries.subscription_id')
    .leftJoin('subscribers', 'subscribers.id', 'subscriptions.subscriber_id')
    .leftJoin('editions as regarded', 'regarded.id', 'deliveries.regards')
    .select([
      'deliveries.id',
      'deliveries.public_id',
      'deliveries.kind',
      'deliveries.edition_id',
      'deliveries.variant_id',
      'deliveries.subscription_id',
      'deliveries.regards',
      'deliveries.email',
      'deliveries.created_at',
      'deliveries.attempt_count',
      'subscriptions.public_id as subscription_public_id',
      'subscriptions.state as subscription_state',
      'subscriptions.newsletter_id',
      'subscribers.paused_until',
      'subscribers.name',
      'subscribers.language',
      'regarded.newsletter_id as regarded_newsletter',
      'regarded.state as regarded_state',
    ]);
}

type Candidate = Awaited<ReturnType<typeof candidates>>[number];

/** Mail nobody asked for, also to editors: a suppressed address never gets it. */
const UNASKED: ReadonlySet<DeliveryKind> = new Set([
  'edition',
  'goodbye',
  'test',
  'draft-ready',
  'draft-reminder',
  'draft-missed',
]);

/** Subscription state in which each mail is still wanted: no goodbye to a reader who is back. */
const STATE_WANTED = {
  edition: 'active',
  confirmation: 'pending',
  welcome: 'active',
  'already-subscribed': 'active',
  goodbye: 'unsubscribed',
  'address-old': 'active',
  'address-new': 'active',
} as const satisfies Record<Exclude<DeliveryKind, StudioMail>, SubscriptionState>;

/** Edition states in which each studio mail is still true; a test mail always is. */
const EDITION_WANTED: Record<StudioMail, readonly EditionTable['state'][] | 'any'> = {
  test: 'any',
  'draft-ready': ['draft'],
  'draft-reminder': ['draft'],
  'draft-missed': ['draft', 'missed'],
};

function whyNotNow(row: Candidate, now: number): string | undefined {
  const { kind } = row;
  if (row.email === 'erased') return 'erased';
  if (isStudioMail(kind)) return whyNotToEditors(kind, row.regarded_state);
  if (row.subscription_state === null) return 'erased';
  if (row.subscription_state !== STATE_WANTED[kind])
    return STATE_WANTED[kind] === 'active' ? 'unsubscribed' : 'no longer asked for';
  return kind === 'edition' && row.paused_until !== null && row.paused_until > now ? 'paused' : undefined;
}

function isStudioMail(kind: DeliveryKind): kind is StudioMail {
  return kind in EDITION_WANTED;
}

function whyNotToEditors(kind: StudioMail, state: EditionTable['state'] | null): string | undefined {
  if (state === null) return 'its edition is gone';
  const wanted = EDITION_WANTED[kind];
  return wanted === 'any' || wanted.includes(state) ? undefined : 'the edition is no draft any more';
}

async function cancel(db: Database, id: number, reason: string, now: number): Promise<void> {
  await db
    .updateTable('deliveries')
    .set({ state: 'cancelled', settled_at: now, detail: reason, claimed_by: null, lease_until: null })
    .where('id', '=', id)
    .execute();
}

/** A delivery's row as a claim. */
export function toClaim(row: Candidate): Claim {
  return {
    id: row.id,
    publicId: row.public_id ?? NOBODY,
    kind: row.kind,
    editionId: row.edition_id,
    variantId: row.variant_id,
    subscriptionId: row.subscription_id ?? 0,
    subscriptionPublicId: row.subscription_public_id ?? NOBODY,
    regards: row.regards,
    newsletterId: row.newsletter_id ?? row.regarded_newsletter ?? '',
    email: row.email as EmailAddress,
    name: row.name ?? '',
    language: row.language,
    createdAt: row.created_at,
    attempts: row.attempt_count,
  };
}

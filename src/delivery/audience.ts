import { sql } from 'kysely';
import { AppError } from '../base/errors.ts';
import type { Edition, EditionContent } from '../editions/edition.ts';
import { NOTHING, type Selection, select, selectionKey } from '../editions/selection.ts';
import { isPostgres } from '../storage/database.ts';
import type { Database } from '../storage/schema.ts';
import type { Subscription } from '../subscribers/subscriber.ts';
import { streamSubscriptions } from '../subscribers/subscriber-store.ts';
import { suppressedAmong } from '../subscribers/suppression.ts';
import { EDITION_PRIORITY } from './ledger.ts';
import { type Received, receivedBefore } from './received.ts';
import { variantOf } from './variants.ts';

export interface FrozenAudience {
  readonly candidates: number;
  readonly prepared: number;
  readonly excluded: number;
}

const PAGE = 500;
/** Milliseconds between the first and the last variant of an edition, at the most. */
const MOST_APART = 60_000;
/** An arbitrary number that stands for "an audience is being frozen" among PostgreSQL's advisory locks. */
const FREEZING = 7_201_640;

/**
 * Fixes who gets an edition and which variant of it, in one transaction: interrupted, it leaves nothing; done, it is
 * never done again. The numbers are counted anew from the rows and must add up before the first message may go.
 * @returns undefined when the edition was frozen already, by whoever it was.
 * @throws AppError LEDGER_UNBALANCED, with nothing written, when candidates ≠ prepared + excluded.
 */
export async function freezeAudience(
  db: Database,
  { id, newsletterId, slot }: Omit<Edition, 'content'>,
  now: number,
): Promise<FrozenAudience | undefined> {
  return db.transaction().execute(async (trx) => {
    await oneAtATime(trx);
    const content = await takeDraft(trx, id);
    if (!content) return undefined;
    const received = await receivedBefore(trx, { id, content });
    const edition = { id, newsletterId, slot, content };
    const variants = new Map<string, Variant>();
    let candidates = 0;
    let page: Subscription[] = [];
    for await (const subscription of streamSubscriptions(trx, { newsletterId: edition.newsletterId }, PAGE)) {
      candidates += 1;
      page.push(subscription);
      if (page.length < PAGE) continue;
      await preparePage(trx, edition, page, { variants, received, now });
      page = [];
    }
    await preparePage(trx, edition, page, { variants, received, now });
    const audience = { candidates, ...(await recount(trx, edition.id)) };
    verify(edition.id, audience);
    await trx
      .updateTable('editions')
      .set({ state: 'frozen', candidates })
      .where('id', '=', edition.id)
      .execute();
    return audience;
  });
}

/**
 * The draft as it stands now, for it may have been composed anew since the caller read it, and readers get what is kept.
 * Locks the row where the database locks rows; SQLite has taken its one write lock with the transaction.
 */
async function takeDraft(db: Database, id: string): Promise<EditionContent | undefined> {
  const query = db.selectFrom('editions').select('content').where('id', '=', id).where('state', '=', 'draft');
  const row = await (isPostgres(db) ? query.forUpdate() : query).executeTakeFirst();
  return row?.content ? JSON.parse(row.content) : undefined;
}

/** Two newsletters frozen side by side would not see what the other sends the same reader; SQLite has one writer anyway. */
async function oneAtATime(db: Database): Promise<void> {
  if (isPostgres(db)) await sql`select pg_advisory_xact_lock(${FREEZING})`.execute(db);
}

/** What freezing would come to at this moment, without writing anything. */
export async function countAudience(db: Database, edition: Edition, now: number): Promise<FrozenAudience> {
  const count = { candidates: 0, prepared: 0, excluded: 0 };
  const received = await receivedBefore(db, edition);
  for await (const subscription of streamSubscriptions(db, { newsletterId: edition.newsletterId }, PAGE)) {
    const suppressed = await suppressedAmong(db, [subscription.email]);
    const had = (await received([subscription.subscriberId])).get(subscription.subscriberId);
    const placed = place(edition, subscription, { isSuppressed: suppressed, had, now });
    count.candidates += 1;
    count['selection' in placed ? 'prepared' : 'excluded'] += 1;
  }
  return count;
}

interface Variant {
  readonly id: number;
  /** The how many-th that was met. */
  readonly place: number;
}

interface Preparing {
  /** By selection; grows as new ones are met. */
  readonly variants: Map<string, Variant>;
  readonly received: Received;
  readonly now: number;
}

async function preparePage(
  db: Database,
  edition: Edition,
  page: readonly Subscription[],
  { variants, received, now }: Preparing,
): Promise<void> {
  if (page.length === 0) return;
  const isSuppressed = await suppressedAmong(
    db,
    page.map(({ email }) => email),
  );
  const before = await received(page.map(({ subscriberId }) => subscriberId));
  const deliveries = [];
  const exclusions = [];
  for (const subscription of page) {
    const had = before.get(subscription.subscriberId);
    const placed = place(edition, subscription, { isSuppressed, had, now });
    if ('excluded' in placed)
      exclusions.push({ edition_id: edition.id, subscription_id: subscription.id, reason: placed.excluded });
    else {
      const variant = await variantFor(db, edition.id, selectionKey(placed.selection), variants);
      deliveries.push(newDelivery(edition.id, subscription, variant, now));
    }
  }
  if (deliveries.length > 0) await db.insertInto('deliveries').values(deliveries).execute();
  if (exclusions.length > 0) await db.insertInto('exclusions').values(exclusions).execute();
}

type Placed = { readonly excluded: string } | { readonly selection: Selection };

/** A subscription's place: what it gets, or why it gets nothing. */
function place(
  edition: Edition,
  subscription: Subscription,
  {
    isSuppressed,
    had = NOTHING,
    now,
  }: { isSuppressed: (email: string) => boolean; had: Selection | undefined; now: number },
): Placed {
  if (isSuppressed(subscription.email)) return { excluded: 'suppressed' };
  const reason = whyExcluded(subscription, now);
  if (reason) return { excluded: reason };
  if (subscription.frequency === 'weekly' && !edition.content.weekly)
    return { excluded: 'gets one a week, and this is not it' };
  const selection = select(edition.content, subscription, had);
  if (selection !== NOTHING) return { selection };
  // Whether a mute left nothing is nobody's business but theirs: it is counted with what they chose.
  return { excluded: had === NOTHING ? 'nothing in what they chose' : 'nothing they have not had' };
}

function whyExcluded(subscription: Subscription, now: number): string | undefined {
  if (subscription.state === 'pending') return 'not confirmed';
  if (subscription.state === 'unsubscribed') return 'unsubscribed';
  return subscription.pausedUntil !== null && subscription.pausedUntil > now ? 'paused' : undefined;
}

/**
 * Due at once, and in the order of their variants: readers of one mail follow each other, so that of thousands of variants
 * only a few are at hand at any time. The order is written as moments in the past, which the index of what is due has.
 */
function newDelivery(editionId: string, subscription: Subscription, { id, place }: Variant, now: number) {
  return {
    kind: 'edition' as const,
    edition_id: editionId,
    variant_id: id,
    subscription_id: subscription.id,
    email: subscription.email,
    state: 'waiting' as const,
    priority: EDITION_PRIORITY,
    attempt_count: 0,
    next_attempt_at: now - MOST_APART + Math.min(place, MOST_APART),
    created_at: now,
  };
}

async function variantFor(
  db: Database,
  editionId: string,
  selection: string,
  known: Map<string, Variant>,
): Promise<Variant> {
  const existing = known.get(selection);
  if (existing) return existing;
  const variant = { id: await variantOf(db, editionId, selection), place: known.size };
  known.set(selection, variant);
  return variant;
}

async function recount(db: Database, editionId: string): Promise<{ prepared: number; excluded: number }> {
  const count = async (table: 'deliveries' | 'exclusions') => {
    const query = db
      .selectFrom(table)
      .select(db.fn.countAll<number>().as('n'))
      .where('edition_id', '=', editionId);
    return Number((await query.executeTakeFirstOrThrow()).n);
  };
  return { prepared: await count('deliveries'), excluded: await count('exclusions') };
}

function verify(editionId: string, { candidates, prepared, excluded }: FrozenAudience): void {
  if (candidates === prepared + excluded) return;
  throw new AppError(
    'LEDGER_UNBALANCED',
    `${editionId}: ${candidates} candidates ≠ ${prepared} prepared + ${excluded} excluded`,
    {
      hint: 'Nothing was sent. Run the command again; if it says so twice, report it with the output of `broadsheet doctor`.',
    },
  );
}

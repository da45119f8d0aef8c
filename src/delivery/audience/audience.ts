import { sql } from 'kysely';
import { AppError } from '../../base/errors.ts';
import { newPublicId } from '../../base/public-id.ts';
import type { Edition, EditionContent } from '../../editions/edition.ts';
import { selectionKey } from '../../editions/selection.ts';
import { type Draft, lockDraft, markFrozen } from '../../editions/store/draft-store.ts';
import { isPostgres } from '../../storage/database.ts';
import type { Database } from '../../storage/schema/schema.ts';
import type { Subscription } from '../../subscribers/subscriber.ts';
import { EDITION_PRIORITY } from '../ledger.ts';
import { type Placement, placements } from './placement.ts';
import { inItsOwn, type Speaks, variantOf } from './variants.ts';

export interface FrozenAudience {
  readonly candidates: number;
  readonly prepared: number;
  readonly excluded: number;
}

export interface Freezing {
  /**
   * Asked about the row once nobody else can change it: an editor may have held it a moment ago.
   */
  readonly mayLeave?: (draft: Draft) => boolean;
  readonly speaks?: Speaks;
}

/** Milliseconds between the first and the last variant of an edition, at the most. */
const MOST_APART = 60_000;
/**
 * An arbitrary number that stands for "an audience is being frozen" among PostgreSQL's advisory
 * locks.
 */
const FREEZING = 7_201_640;

/**
 * Fixes who gets an edition and which variant of it, in one transaction: interrupted, it leaves
 * nothing; done, it is never done again. The numbers are counted anew from the rows and must add up
 * before the first message may go.
 * @returns undefined when the edition was frozen already, by whoever it was, or may not leave.
 * @throws AppError LEDGER_UNBALANCED, with nothing written, when candidates ≠ prepared + excluded.
 */
export async function freezeAudience(
  db: Database,
  { id, newsletterId, slot }: Omit<Edition, 'content'>,
  now: number,
  { mayLeave = () => true, speaks = inItsOwn }: Freezing = {},
): Promise<FrozenAudience | undefined> {
  return db.transaction().execute(async (trx) => {
    await oneAtATime(trx);
    const content = await takeDraft(trx, id, mayLeave);
    if (!content) return undefined;
    const edition = { id, newsletterId, slot, content };
    const variants = new Map<string, Variant>();
    let candidates = 0;
    for await (const page of placements(trx, edition, now)) {
      candidates += page.length;
      await preparePage(trx, edition, page, { variants, speaks, now });
    }
    const audience = { candidates, ...(await recount(trx, edition.id)) };
    verify(edition.id, audience);
    await markFrozen(trx, edition.id, { candidates, now });
    return audience;
  });
}

/**
 * Returns the draft as it stands now, for it may have been composed anew since the caller read it,
 * and readers get what is kept.
 */
async function takeDraft(
  db: Database,
  id: string,
  mayLeave: (draft: Draft) => boolean,
): Promise<EditionContent | undefined> {
  const draft = await lockDraft(db, id);
  return draft?.state === 'draft' && mayLeave(draft) ? draft.content : undefined;
}

/**
 * Two newsletters frozen side by side would not see what the other sends the same reader; SQLite
 * has one writer anyway.
 */
async function oneAtATime(db: Database): Promise<void> {
  if (isPostgres(db)) await sql`select pg_advisory_xact_lock(${FREEZING})`.execute(db);
}

/**
 * Counts the audience that freezing would make now, with the reasons for exclusions; writes
 * nothing.
 */
export async function countAudience(
  db: Database,
  edition: Edition,
  now: number,
): Promise<FrozenAudience & { readonly reasons: Readonly<Record<string, number>> }> {
  const count = { candidates: 0, prepared: 0, excluded: 0 };
  const reasons: Record<string, number> = {};
  for await (const page of placements(db, edition, now)) {
    count.candidates += page.length;
    for (const { placed } of page) {
      count['selection' in placed ? 'prepared' : 'excluded'] += 1;
      if ('excluded' in placed) reasons[placed.excluded] = (reasons[placed.excluded] ?? 0) + 1;
    }
  }
  return { ...count, reasons };
}

interface Variant {
  readonly id: number;
  /** The how many-th that was met. */
  readonly place: number;
}

interface Preparing {
  /** Variants by selection and language; grows as new ones are met. */
  readonly variants: Map<string, Variant>;
  readonly speaks: Speaks;
  readonly now: number;
}

async function preparePage(
  db: Database,
  edition: Edition,
  page: readonly Placement[],
  { variants, speaks, now }: Preparing,
): Promise<void> {
  const deliveries = [];
  const exclusions = [];
  for (const { subscription, placed } of page) {
    if ('excluded' in placed)
      exclusions.push({ edition_id: edition.id, subscription_id: subscription.id, reason: placed.excluded });
    else {
      const wanted = {
        selection: selectionKey(placed.selection),
        language: speaks(edition, subscription.language),
      };
      const variant = await variantFor(db, edition.id, wanted, variants);
      deliveries.push(newDelivery(edition.id, subscription, variant, now));
    }
  }
  if (deliveries.length > 0) await db.insertInto('deliveries').values(deliveries).execute();
  if (exclusions.length > 0) await db.insertInto('exclusions').values(exclusions).execute();
}

/**
 * Due at once, and in the order of their variants: readers of one mail follow each other, so that
 * of thousands of variants only a few are at hand at any time. The order is written as moments in
 * the past, which the index of what is due has.
 */
function newDelivery(editionId: string, subscription: Subscription, { id, place }: Variant, now: number) {
  return {
    public_id: newPublicId(),
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
  { selection, language }: { readonly selection: string; readonly language: string },
  known: Map<string, Variant>,
): Promise<Variant> {
  const key = selection + language;
  const existing = known.get(key);
  if (existing) return existing;
  const variant = { id: await variantOf(db, editionId, selection, language), place: known.size };
  known.set(key, variant);
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

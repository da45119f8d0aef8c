import { bitOf, NOTHING, type Selection, selectionKey, selectionOf, without } from '../editions/selection.ts';
import { contentOf } from '../editions/store/edition-store.ts';
import { placesIn, pulledIn } from '../editions/store/pulled.ts';
import type { Database } from '../storage/schema/schema.ts';

/**
 * Claims as they may leave: those whose mail tells a pulled story are moved to the mail without it,
 * and cancelled where nothing is left. So a story stays out also of what comes back late: deferred,
 * or left behind by a process that died.
 */
export async function withoutPulled<
  One extends {
    readonly id: number;
    readonly editionId: string | null;
    readonly variantId: number | null;
  },
>(db: Database, claims: readonly One[], now: number): Promise<One[]> {
  const editionIds = new Set(claims.flatMap(({ editionId }) => editionId ?? []));
  if ((await pulledIn(db, [...editionIds])).size === 0) return [...claims];
  const moves = await narrowed(db, [...new Set(claims.flatMap(({ variantId }) => variantId ?? []))]);
  const left = new Map(moves.map(({ from, to }) => [from, to]));
  const kept: One[] = [];
  for (const claim of claims) {
    const to = left.get(claim.variantId ?? 0);
    if (to !== undefined) await change(db, claim.id, to, now);
    if (to !== null) kept.push(to === undefined ? claim : { ...claim, variantId: to });
  }
  return kept;
}

async function change(db: Database, id: number, to: number | null, now: number): Promise<void> {
  const cancelled = { state: 'cancelled' as const, settled_at: now, detail: NOTHING_LEFT };
  await db
    .updateTable('deliveries')
    .set(to === null ? { ...cancelled, claimed_by: null, lease_until: null } : { variant_id: to })
    .where('id', '=', id)
    .execute();
}

/** Reason for cancelling a delivery that told only what was taken out. */
export const NOTHING_LEFT = 'its story was pulled';

/** Rows of one statement: each takes three of the 32,766 parameters that SQLite allows. */
export const VARIANTS_AT_ONCE = 4_000;

/** A variant with a pulled story, and the one in its place; null where nothing is left to tell. */
export interface Narrowed {
  readonly from: number;
  readonly to: number | null;
}

interface Told {
  readonly id: number;
  readonly edition_id: string;
  readonly selection: string;
  readonly language: string;
}

/**
 * For those of some variants that tell a pulled story: the variants without it, in their languages,
 * made where missing.
 */
export async function narrowed(db: Database, variantIds: readonly number[]): Promise<Narrowed[]> {
  if (variantIds.length === 0) return [];
  const variants = await db
    .selectFrom('variants')
    .select(['id', 'edition_id', 'selection', 'language'])
    .where('id', 'in', variantIds)
    .execute();
  const byEdition = Map.groupBy(variants, (variant) => variant.edition_id);
  const pulled = await pulledIn(db, [...byEdition.keys()]);
  const found: Narrowed[] = [];
  for (const [editionId, gone] of pulled)
    found.push(...(await narrowedOf(db, editionId, byEdition.get(editionId) ?? [], gone)));
  return found;
}

async function narrowedOf(
  db: Database,
  editionId: string,
  variants: readonly Told[],
  gone: Selection,
): Promise<Narrowed[]> {
  const telling = variants.filter(({ selection }) => (selectionOf(selection) & gone) !== NOTHING);
  if (telling.length === 0) return [];
  const content = await contentOf(db, editionId);
  if (!content) throw new Error(`${editionId} has variants and no content`);
  const wanted = telling.map(({ id, selection, language }) => {
    const left = without(content, selectionOf(selection), gone);
    return { from: id, selection: left === NOTHING ? null : selectionKey(left), language };
  });
  const made = await variantsFor(db, editionId, wanted);
  return wanted.map(({ from, selection, language }) => {
    if (selection === null) return { from, to: null };
    const to = made.get(`${selection} ${language}`);
    if (to === undefined) throw new Error(`${editionId} has no variant ${selection} ${language}`);
    return { from, to };
  });
}

/** All at once: thousands of readers can have thousands of selections. */
async function variantsFor(
  db: Database,
  editionId: string,
  wanted: readonly { readonly selection: string | null; readonly language: string }[],
): Promise<ReadonlyMap<string, number>> {
  const rows = wanted.flatMap(({ selection, language }) =>
    selection === null ? [] : [{ edition_id: editionId, selection, language }],
  );
  if (rows.length === 0) return new Map();
  await db
    .insertInto('variants')
    .values(rows.toSorted((a, b) => (a.selection < b.selection ? -1 : 1))) // one order, or two machines could wait for each other
    .onConflict((conflict) => conflict.columns(['edition_id', 'selection', 'language']).doNothing())
    .execute();
  const made = await db
    .selectFrom('variants')
    .select(['id', 'selection', 'language'])
    .where('edition_id', '=', editionId)
    .where(
      'selection',
      'in',
      rows.map(({ selection }) => selection),
    )
    .execute();
  return new Map(made.map(({ id, selection, language }) => [`${selection} ${language}`, id]));
}

/**
 * Counts the mails of an edition that tell a story, sent or not, and those of them that were
 * cancelled with nothing left to tell.
 */
export async function countTelling(
  db: Database,
  { editionId, articleId }: { readonly editionId: string; readonly articleId: number },
): Promise<{ readonly mails: number; readonly nothingLeft: number }> {
  const places = await placesIn(db, editionId);
  const story = places.find((one) => one.articleId === articleId);
  if (!story) return { mails: 0, nothingLeft: 0 };
  const groups = await db
    .selectFrom('deliveries')
    .innerJoin('variants', 'variants.id', 'variant_id')
    .select((row) => [
      'selection',
      row.fn.countAll<number>().as('n'),
      row.fn.sum<number>(row.case().when('detail', '=', NOTHING_LEFT).then(1).else(0).end()).as('nothing'),
    ])
    .where('deliveries.edition_id', '=', editionId)
    .groupBy('selection')
    .execute();
  const telling = groups.filter(({ selection }) => (selectionOf(selection) & bitOf(story)) !== NOTHING);
  return {
    mails: telling.reduce((sum, { n }) => sum + Number(n), 0),
    nothingLeft: telling.reduce((sum, { nothing }) => sum + Number(nothing), 0),
  };
}

/** Returns the next variants of an edition behind one, in the order they were made. */
export async function variantIdsAfter(
  db: Database,
  editionId: string,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<number[]> {
  const rows = await db
    .selectFrom('variants')
    .select('id')
    .where('edition_id', '=', editionId)
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

import { sql } from 'kysely';
import { type Clock, SECOND_MS } from '../base/clock.ts';
import type { EditionReason } from '../editions/reason.ts';
import { bitOf, NOTHING, selectionOf } from '../editions/selection.ts';
import { placesIn, takeOut } from '../editions/store/pulled.ts';
import { isPausedFor, resumeFrom } from '../editions/store/sending-store.ts';
import { isPostgres } from '../storage/database.ts';
import type { Database } from '../storage/schema/schema.ts';
import { pauseEdition } from './control.ts';
import {
  countTelling,
  type Narrowed,
  NOTHING_LEFT,
  narrowed,
  VARIANTS_AT_ONCE,
  variantIdsAfter,
} from './narrowing.ts';

export interface PullDeps {
  readonly db: Database;
  readonly clock: Clock;
  /** There is work again. */
  readonly wake?: () => void;
}

export interface PullOrder {
  readonly editionId: string;
  readonly articleId: number;
  /** Name of the person who orders it. */
  readonly by: string;
  /**
   * Time to wait for claimed mails to be given back; a process that died gives its own back within
   * 75 s.
   */
  readonly patienceMs?: number;
}

export type Pulled =
  | {
      readonly pulled: true;
      readonly headline: string;
      /** Still to come: they get the mail without it. */
      readonly without: number;
      /** It was all that was left for them: they get nothing. */
      readonly nothingLeft: number;
    }
  /**
   * The edition is paused, and this many of its mails are still at hand somewhere. Whatever leaves,
   * leaves without it.
   */
  | { readonly pulled: false; readonly held: number }
  | { readonly pulled: false; readonly held: 0; readonly why: string };

const PATIENCE_MS = 20 * SECOND_MS;
const LOOK_AGAIN_MS = 50;

/**
 * Takes a story out of an edition that has begun to go out: no mail that has not left goes out with
 * it. First it is written down that it is out, and from then on nothing is claimed with it
 * (`claim`): whatever happens afterwards, also a power cut, it stays out. Then the edition is held
 * until every process has given back what it had at hand, the mails that wait are made anew, and it
 * goes on, if it was going.
 */
export async function pullStory(deps: PullDeps, order: PullOrder): Promise<Pulled> {
  const { db, clock } = deps;
  // Counted before it is written down: from then on whoever claims a mail may already have moved it.
  const told = await countTelling(db, order);
  const headline = await takeOut(db, order, clock.now());
  if (headline === undefined)
    return { pulled: false, held: 0, why: 'There is no such story in an edition that has gone out.' };
  const reason: EditionReason = { code: 'taking-out', by: order.by, headline };
  const before = await standStill(deps, order, reason);
  if (before.held > 0) return { pulled: false, held: before.held };
  await moveWaiting(db, order.editionId, clock.now());
  // On PostgreSQL a claim may have been on its way to its commit when we looked; the move has waited for it.
  const after = await standStill(deps, order, reason);
  if (after.held > 0) return { pulled: false, held: after.held };
  // Not a pause of an editor who pressed the button meanwhile.
  if (before.pausedByUs || after.pausedByUs) await resumeFrom(db, order.editionId, 'taking-out');
  deps.wake?.();
  const left = await countTelling(db, order);
  return {
    pulled: true,
    headline,
    without: told.mails - left.mails,
    nothingLeft: left.nothingLeft - told.nothingLeft,
  };
}

/**
 * For each story of an edition, by article: to how many it went, and how many it will still go to.
 */
export async function reachOf(
  db: Database,
  editionId: string,
): Promise<ReadonlyMap<number, { readonly got: number; readonly toCome: number }>> {
  const groups = await db
    .selectFrom('deliveries')
    .innerJoin('variants', 'variants.id', 'variant_id')
    .select(['selection', 'state', db.fn.countAll<number>().as('n')])
    .where('deliveries.edition_id', '=', editionId)
    .where('state', 'not in', ['rejected', 'cancelled'])
    .groupBy(['selection', 'state'])
    .execute();
  const stories = await placesIn(db, editionId);
  return new Map(
    stories.map((story) => {
      const telling = groups.filter(({ selection }) => (selectionOf(selection) & bitOf(story)) !== NOTHING);
      const got = telling.filter(({ state }) => LEFT.has(state));
      return [story.articleId, { got: total(got), toCome: total(telling) - total(got) }];
    }),
  );
}

const LEFT: ReadonlySet<string> = new Set(['accepted', 'uncertain', 'transmitting']);

function total(groups: readonly { readonly n: number }[]): number {
  return groups.reduce((sum, { n }) => sum + Number(n), 0);
}

/**
 * Until nothing of the edition is at hand anywhere. Whoever resumes it meanwhile is early, and it
 * is held again.
 */
async function standStill(
  { db, clock }: PullDeps,
  { editionId, patienceMs = PATIENCE_MS }: PullOrder,
  reason: EditionReason,
): Promise<{ held: number; pausedByUs: boolean }> {
  let pausedByUs = await isPausedFor(db, editionId, 'taking-out');
  for (let waited = 0; ; waited += LOOK_AGAIN_MS) {
    if (await pauseEdition(db, editionId, reason)) pausedByUs = true;
    const held = await atHand(db, editionId);
    if (held === 0 || waited >= patienceMs) return { held, pausedByUs };
    await clock.sleep(LOOK_AGAIN_MS);
  }
}

/**
 * Claimed by some process. What is being transmitted has left; should it come back, `claim` leaves
 * the story out.
 */
async function atHand(db: Database, editionId: string): Promise<number> {
  const { n } = await db
    .selectFrom('deliveries')
    .select(db.fn.countAll<number>().as('n'))
    .where('edition_id', '=', editionId)
    .where('state', '=', 'claimed')
    .executeTakeFirstOrThrow();
  return Number(n);
}

/** In bulk, some thousand variants at a time, so that nobody else waits long for the database. */
async function moveWaiting(db: Database, editionId: string, now: number): Promise<void> {
  for (let last: number | undefined = 0; last !== undefined; ) {
    const after: number = last;
    last = await db.transaction().execute((trx) => moveSome(trx, editionId, { after, now }));
  }
}

/** An arbitrary number that stands for "a story is being taken out" among PostgreSQL's advisory locks. */
const TAKING_OUT = 7_201_643;

/**
 * Moves what waits with some variants; returns the last of these, undefined when there are no more.
 * One at a time for each edition: whoever takes another story out at the same moment sees the
 * variants made here, and moves on what was moved to them.
 */
async function moveSome(
  trx: Database,
  editionId: string,
  { after, now }: { readonly after: number; readonly now: number },
): Promise<number | undefined> {
  if (isPostgres(trx))
    await sql`select pg_advisory_xact_lock(${TAKING_OUT}, hashtext(${editionId}))`.execute(trx);
  const ids = await variantIdsAfter(trx, editionId, { after, limit: VARIANTS_AT_ONCE });
  const moves = await narrowed(trx, ids);
  await moveTo(trx, editionId, moves);
  await cancelAll(trx, editionId, moves, now);
  return ids.at(-1);
}

async function moveTo(db: Database, editionId: string, moves: readonly Narrowed[]): Promise<void> {
  const pairs = moves.flatMap(({ from, to }) =>
    to === null ? [] : [sql`(cast(${from} as bigint), cast(${to} as bigint))`],
  );
  if (pairs.length === 0) return;
  await sql`
    with moves (told, left_over) as (values ${sql.join(pairs)})
    update deliveries set variant_id = moves.left_over from moves
    where deliveries.edition_id = ${editionId} and deliveries.variant_id = moves.told
    and deliveries.state in ('waiting', 'deferred')`.execute(db);
}

async function cancelAll(
  db: Database,
  editionId: string,
  moves: readonly Narrowed[],
  now: number,
): Promise<void> {
  const ids = moves.filter(({ to }) => to === null).map(({ from }) => from);
  if (ids.length === 0) return;
  await db
    .updateTable('deliveries')
    .set({ state: 'cancelled', settled_at: now, detail: NOTHING_LEFT })
    .where('edition_id', '=', editionId)
    .where('variant_id', 'in', ids)
    .where('state', 'in', ['waiting', 'deferred'])
    .execute();
}

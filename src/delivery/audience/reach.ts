import type { Edition, EditionStory } from '../../editions/edition.ts';
import { type Selection, storiesIn } from '../../editions/selection.ts';
import type { Database } from '../../storage/schema/schema.ts';
import { PLACED_AT_ONCE, placements } from './placement.ts';

/** Reach of a draft among readers now, for the board: every one of a few, a sample of many. */
export interface Reach {
  /** Number of readers looked at who get a mail. */
  readonly readers: number;
  /** Everybody was looked at. */
  readonly exact: boolean;
  /** Counts those whose mail fits. */
  whoGet(fits: (stories: readonly EditionStory[]) => boolean): number;
}

/**
 * A page of readers at each of so many places between the first and the newest: a sample of those
 * who came early and late.
 */
const PLACES = 4;

/** Takes tens of milliseconds, however many readers there are. */
export async function draftReach(db: Database, edition: Edition, now: number): Promise<Reach> {
  const starts = await placesToLook(db, edition.newsletterId);
  const bySelection = new Map<Selection, number>();
  for (const after of starts ?? [0])
    for await (const page of placements(db, edition, now, after)) {
      for (const { placed } of page)
        if ('selection' in placed)
          bySelection.set(placed.selection, (bySelection.get(placed.selection) ?? 0) + 1);
      if (starts) break;
    }
  const mails = [...bySelection].map(([selection, count]) => ({
    count,
    stories: storiesIn(edition.content, selection),
  }));
  const sum = (counted: typeof mails) => counted.reduce((total, { count }) => total + count, 0);
  return {
    readers: sum(mails),
    exact: starts === undefined,
    whoGet: (fits) => sum(mails.filter(({ stories }) => fits(stories))),
  };
}

/**
 * The ids of subscriptions after which to look; undefined where there are few enough to look at
 * them all.
 */
async function placesToLook(db: Database, newsletterId: string): Promise<number[] | undefined> {
  const { n, first, last } = await db
    .selectFrom('subscriptions')
    .select((row) => [
      row.fn.countAll<number>().as('n'),
      row.fn.min('id').as('first'),
      row.fn.max('id').as('last'),
    ])
    .where('newsletter_id', '=', newsletterId)
    .executeTakeFirstOrThrow();
  if (Number(n) <= PLACES * PLACED_AT_ONCE) return undefined;
  const step = Math.floor((Number(last) - Number(first)) / PLACES);
  return Array.from({ length: PLACES }, (_, at) => Number(first) - 1 + at * step);
}

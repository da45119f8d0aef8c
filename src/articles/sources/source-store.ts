import { type Selectable, sql } from 'kysely';
import { DAY_MS } from '../../base/clock.ts';
import { shorten } from '../../base/text/one-line.ts';
import type { Database } from '../../storage/schema/schema.ts';
import type { SourceTable } from '../../storage/schema/schema-articles.ts';
import type { Refusal, Validators } from '../article.ts';
import { readSourceFailure, type SourceFailure } from './source-failure.ts';

/** Figures from the last time a source had something to say. */
export interface SourceReading {
  /** UTC milliseconds. */
  readonly at: number;
  /** Articles that could be read, new or not. */
  readonly offered: number;
  readonly added: number;
  readonly updated: number;
  /** New ones of a feed that were left for the next time; absent in what older releases kept. */
  readonly later?: number;
  /** Articles of a folder whose file is gone. */
  readonly withdrawn: number;
  /** The first of them, and the first of what was left out as its publisher means it. */
  readonly refused: readonly Refusal[];
  /** Without what was left out as its publisher means it. */
  readonly refusedInAll: number;
  /** Absent in readings of earlier versions, which left nothing out. */
  readonly leftOutInAll?: number;
}

/** State of a source after its last collections. */
export interface SourceState extends Validators {
  readonly id: string;
  /** UTC milliseconds. */
  readonly checkedAt: number;
  readonly succeededAt: number | null;
  /** Null after a success. */
  readonly failure: SourceFailure | null;
  /** Older than `succeededAt` where the source has not changed since. Null before the first. */
  readonly reading: SourceReading | null;
}

type NewReading = Omit<SourceReading, 'at' | 'refusedInAll' | 'leftOutInAll'>;

/**
 * Outcome of collecting a source. An unchanged or failed one keeps its validators and its reading.
 */
export type SourceOutcome =
  | {
      readonly kind: 'collected';
      readonly validators: Validators;
      readonly reading: NewReading;
    }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'failed'; readonly reason: SourceFailure };

/** Nobody mends more at once, and a hostile feed does not fill the table. */
const MOST_REFUSALS = 50;
const MOST_CHARACTERS = 300;

export async function recordSource(
  db: Database,
  id: string,
  outcome: SourceOutcome,
  now: number,
): Promise<void> {
  const change = {
    checked_at: now,
    last_error: outcome.kind === 'failed' ? JSON.stringify(outcome.reason) : null,
    ...(outcome.kind === 'failed' ? {} : { succeeded_at: now }),
    ...(outcome.kind === 'collected'
      ? {
          etag: outcome.validators.etag,
          last_modified: outcome.validators.lastModified,
          last_report: JSON.stringify(bounded(outcome.reading, now)),
        }
      : {}),
  };
  await db
    .insertInto('sources')
    .values({ id, etag: null, last_modified: null, succeeded_at: null, last_report: null, ...change })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(change))
    .execute();
}

function bounded(reading: NewReading, at: number): SourceReading {
  const faults = reading.refused.filter(({ leftOut }) => !leftOut);
  const meant = reading.refused.filter(({ leftOut }) => leftOut);
  const refused = [...faults.slice(0, MOST_REFUSALS), ...meant.slice(0, MOST_REFUSALS)].map((one) => ({
    ...one,
    what: shorten(one.what, MOST_CHARACTERS),
    reason: shorten(one.reason, MOST_CHARACTERS),
  }));
  return { ...reading, at, refused, refusedInAll: faults.length, leftOutInAll: meant.length };
}

/** Every source that was ever asked, by id. */
export async function sourceStates(db: Database): Promise<Map<string, SourceState>> {
  const rows = await db.selectFrom('sources').selectAll().orderBy('id').execute();
  return new Map(rows.map((row) => [row.id, stateOf(row)]));
}

function stateOf(row: Selectable<SourceTable>): SourceState {
  return {
    id: row.id,
    etag: row.etag,
    lastModified: row.last_modified,
    checkedAt: row.checked_at,
    succeededAt: row.succeeded_at,
    failure: row.last_error === null ? null : readSourceFailure(row.last_error),
    reading: row.last_report === null ? null : (JSON.parse(row.last_report) as SourceReading),
  };
}

/** Volume and regularity of a source. */
export interface SourceActivity {
  /** All that ever came from it and stands. */
  readonly articles: number;
  /** Time the newest of them was first seen: UTC milliseconds. */
  readonly lastBroughtAt: number;
  /** New in the last seven days. */
  readonly lately: number;
  /** Number of those that appeared in an edition. */
  readonly latelyTold: number;
  /**
   * The longest there was between two of its articles lately, in milliseconds; null where too few
   * came to say.
   */
  readonly longestGap: number | null;
}

const LATELY_MS = 7 * DAY_MS;
const RHYTHM_MS = 60 * DAY_MS;
/** Fewer say nothing about how often a source has something. */
const ENOUGH_FOR_RHYTHM = 5;

/**
 * Returns the activity of every source that ever brought an article, by id.
 * @param told counts, by source, the articles first seen since a moment that readers were sent.
 */
export async function sourceActivity(
  db: Database,
  {
    now,
    told: toldSince,
  }: { readonly now: number; readonly told: (since: number) => Promise<ReadonlyMap<string, number>> },
): Promise<Map<string, SourceActivity>> {
  const [totals, gaps, told] = await Promise.all([
    totalsOf(db, now - LATELY_MS),
    gapsOf(db, now - RHYTHM_MS, now),
    toldSince(now - LATELY_MS),
  ]);
  return new Map(
    totals.map(({ source_id: id, articles, newest, lately }) => [
      id,
      {
        articles: Number(articles),
        lastBroughtAt: Number(newest),
        lately: Number(lately),
        latelyTold: told.get(id) ?? 0,
        longestGap: gaps.get(id) ?? null,
      },
    ]),
  );
}

function totalsOf(db: Database, since: number) {
  return db
    .selectFrom('articles')
    .select(({ fn }) => [
      'source_id',
      fn.countAll<number>().as('articles'),
      fn.max<number>('first_seen_at').as('newest'),
      sql<number>`sum(case when first_seen_at >= ${since} then 1 else 0 end)`.as('lately'),
    ])
    .groupBy('source_id')
    .execute();
}

async function gapsOf(db: Database, since: number, now: number): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom((query) =>
      query
        .selectFrom('articles')
        .select([
          'source_id',
          sql<number>`published_at - lag(published_at) over (partition by source_id order by published_at)`.as(
            'gap',
          ),
        ])
        .where('published_at', '>=', since)
        .where('published_at', '<=', now)
        .as('steps'),
    )
    .select(({ fn }) => ['source_id', fn.max<number>('gap').as('longest')])
    .groupBy('source_id')
    .having(({ fn }) => fn.countAll(), '>=', ENOUGH_FOR_RHYTHM)
    .execute();
  return new Map(rows.map((row) => [row.source_id, Number(row.longest)]));
}

import { DAY_MS, HOUR_MS } from '../base/clock.ts';
import type { SignUpConfig } from '../config/sign-up.ts';
import type { Database } from '../storage/schema.ts';
import { isLarge } from './address-policy.ts';

/** A sign-up as the ceilings see it. */
export interface Knock {
  /** `203.0.113.0/24` */
  readonly network: string;
  readonly domain: string;
  /** The form could not show when it was opened. */
  readonly plain: boolean;
  readonly now: number;
}

export interface Verdict {
  /** The ceiling it is over; undefined when it may go on. */
  readonly over: string | undefined;
  /** It is the first in this hour to be over that ceiling. */
  readonly first: boolean;
}

/** Sign-ups that were dropped, by the ceiling they were over. */
export interface Dropped {
  readonly scope: string;
  readonly count: number;
}

const KEPT_HOURS = 48;

/**
 * Counts sign-ups and says of each, in their order, whether it is over a ceiling. Every sign-up counts, whatever its
 * address is to us already: a count that only some addresses raise would tell which. The network comes first, and what
 * is over one ceiling is not counted further, so that one network cannot use up what is everybody's.
 *
 * One statement for each kind of ceiling, always in the same order and each with its rows in order: processes that count
 * at once then never wait for each other in a circle.
 */
export async function countSignUps(
  db: Database,
  knocks: readonly Knock[],
  policy: SignUpConfig,
): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = knocks.map(() => ({ over: undefined, first: false }));
  for (const ceiling of CEILINGS) {
    const scopes = knocks.map((knock, at) =>
      verdicts[at]?.over ? undefined : ceiling.scopeOf(knock, policy),
    );
    const places = await placesIn(db, scopes, knocks);
    for (const [at, place] of places.entries()) {
      const limit = ceiling.limit(policy);
      if (place > limit) verdicts[at] = { over: scopes[at], first: place === limit + 1 };
    }
  }
  return verdicts;
}

/** What was dropped in the last day, most first. */
export async function droppedSignUps(db: Database, policy: SignUpConfig, now: number): Promise<Dropped[]> {
  const rows = await db
    .selectFrom('sign_up_counts')
    .select(['scope', 'count'])
    .where('period', '>', hourOf(now - DAY_MS))
    .execute();
  const dropped = new Map<string, number>();
  for (const { scope, count } of rows) {
    const over = Number(count) - limitOf(scope, policy);
    if (over > 0) dropped.set(scope, (dropped.get(scope) ?? 0) + over);
  }
  return [...dropped]
    .map(([scope, count]) => ({ scope, count }))
    .sort((a, b) => b.count - a.count || (a.scope < b.scope ? -1 : 1));
}

interface Ceiling {
  /** Undefined for a sign-up that this ceiling is not over. */
  scopeOf(knock: Knock, policy: SignUpConfig): string | undefined;
  limit(policy: SignUpConfig): number;
}

const CEILINGS: readonly Ceiling[] = [
  {
    scopeOf: ({ plain, network }) => (plain ? `plain-net:${network}` : undefined),
    limit: (policy) => policy.plain_forms_per_network,
  },
  { scopeOf: ({ network }) => `net:${network}`, limit: (policy) => policy.per_network },
  {
    scopeOf: ({ domain }, policy) => (isLarge(domain, policy) ? undefined : `domain:${domain}`),
    limit: (policy) => policy.per_domain,
  },
  { scopeOf: ({ plain }) => (plain ? 'plain' : undefined), limit: (policy) => policy.plain_forms },
  { scopeOf: () => 'all', limit: (policy) => policy.all },
];

function limitOf(scope: string, policy: SignUpConfig): number {
  if (scope.startsWith('plain-net:')) return policy.plain_forms_per_network;
  if (scope.startsWith('net:')) return policy.per_network;
  if (scope.startsWith('domain:')) return policy.per_domain;
  return scope === 'plain' ? policy.plain_forms : policy.all;
}

/** Which in its hour each sign-up is in its scope: 1 for the first. 0 where it has none. */
async function placesIn(
  db: Database,
  scopes: readonly (string | undefined)[],
  knocks: readonly Knock[],
): Promise<readonly number[]> {
  const rows = new Map<string, { scope: string; period: number; count: number }>();
  const own = scopes.map((scope, at) => {
    if (scope === undefined) return undefined;
    const period = hourOf(knocks[at]?.now ?? 0);
    const row = rows.get(`${period} ${scope}`) ?? { scope, period, count: 0 };
    row.count += 1;
    rows.set(`${period} ${scope}`, row);
    return { key: `${period} ${scope}`, nth: row.count };
  });
  const after = await increase(db, [...rows.values()]);
  return own.map((one) => {
    if (!one) return 0;
    return (after.get(one.key) ?? 0) - (rows.get(one.key)?.count ?? 0) + one.nth;
  });
}

async function increase(
  db: Database,
  rows: { scope: string; period: number; count: number }[],
): Promise<ReadonlyMap<string, number>> {
  if (rows.length === 0) return new Map();
  const sorted = rows.sort((a, b) => (a.scope < b.scope ? -1 : a.scope > b.scope ? 1 : a.period - b.period));
  const counted = await db
    .insertInto('sign_up_counts')
    .values(sorted)
    .onConflict((conflict) =>
      conflict
        .columns(['scope', 'period'])
        .doUpdateSet((eb) => ({ count: eb('sign_up_counts.count', '+', eb.ref('excluded.count')) })),
    )
    .returning(['scope', 'period', 'count'])
    .execute();
  const isNewHour = sorted.some(({ scope, period, count }) =>
    counted.some(
      (row) => scope === 'all' && row.scope === 'all' && row.period === period && Number(row.count) === count,
    ),
  );
  if (isNewHour) await forget(db, Math.max(...sorted.map(({ period }) => period)));
  return new Map(counted.map((row) => [`${row.period} ${row.scope}`, Number(row.count)]));
}

/** Networks and domains are nobody's name, but neither are they ours to keep. */
async function forget(db: Database, hour: number): Promise<void> {
  await db
    .deleteFrom('sign_up_counts')
    .where('period', '<', hour - KEPT_HOURS)
    .execute();
}

function hourOf(now: number): number {
  return Math.floor(now / HOUR_MS);
}

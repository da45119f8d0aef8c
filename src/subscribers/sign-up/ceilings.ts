import { DAY_MS, HOUR_MS } from '../../base/clock.ts';
import type { SignUpConfig } from '../../config/sign-up-config.ts';
import type { Database } from '../../storage/schema/schema.ts';
import {
  CEILINGS,
  type Door,
  FULL_MAILBOXES,
  isFinal,
  type Knock,
  limitOf,
  type ScopeOf,
  SHARED,
} from './ceiling-scopes.ts';
import { forgetCounts, increase } from './sign-up-counts.ts';

export interface Verdict {
  /**
   * `in`; `asked` where its sender has to work or wait first; `dropped` where nothing comes of it
   * and nothing is said. No address decides between them, but for its domain, which only ever
   * drops.
   */
  readonly fate: 'in' | 'asked' | 'dropped';
  /** The ceiling it is over; undefined when it is in. */
  readonly over: string | undefined;
  /** It is the first in this hour to be over that ceiling. */
  readonly first: boolean;
}

/** Parameters in one statement. */
const MOST_AT_ONCE = 5000;
/** Share of everybody's ceiling from which it counts as near. */
const NEAR = 0.8;

/** Sign-ups over a ceiling. */
export interface TurnedAway {
  readonly scope: string;
  readonly count: number;
  /** They were dropped; otherwise they were let in only with work done or after a wait. */
  readonly dropped: boolean;
}

/**
 * Counts sign-ups and says of each, in their order, whether it is over a ceiling. Every sign-up
 * counts, whatever its address is to us already: a count that only some addresses raise would tell
 * which. Networks come first, the narrowest before the wider, and what is over one ceiling is not
 * counted further, so that one network cannot use up what is everybody's. What is over at the door
 * of trust and shows an effort is counted anew at the door for that.
 */
export async function countSignUps(
  db: Database,
  knocks: readonly Knock[],
  policy: SignUpConfig,
): Promise<readonly Verdict[]> {
  const onTrust = await countAt(db, knocks, policy, () => 'trust');
  const doors = onTrust.map(({ fate }, at): Door | undefined => {
    const effort = knocks[at]?.effort ?? 'none';
    return fate === 'asked' && effort !== 'none' ? effort : undefined;
  });
  const shown = await countAt(db, knocks, policy, (at) => doors[at]);
  return onTrust.map((verdict, at) => (doors[at] ? (shown[at] ?? verdict) : verdict));
}

/**
 * Reports whether so many sign-ups came in this hour that the ceiling on trust is near: from then
 * on forms do their work before they are sent, and hardly anybody has to be asked for it.
 */
export async function isNearlyFull(db: Database, policy: SignUpConfig, now: number): Promise<boolean> {
  const row = await db
    .selectFrom('sign_up_counts')
    .select('count')
    .where('scope', '=', 'all')
    .where('period', '=', hourOf(now))
    .executeTakeFirst();
  return Number(row?.count ?? 0) >= NEAR * policy.all;
}

/** Returns the scopes that were over a ceiling in the last day, most first. */
export async function turnedAway(db: Database, policy: SignUpConfig, now: number): Promise<TurnedAway[]> {
  const rows = await db
    .selectFrom('sign_up_counts')
    .select(['scope', 'count'])
    .where('period', '>', hourOf(now - DAY_MS))
    .where('scope', 'not like', 'mailbox:%')
    // A flood leaves many thousands of counts that are over nothing.
    .where((row) => row.or([row('count', '>', leastOf(policy)), row('scope', '=', FULL_MAILBOXES)]))
    .execute();
  const over = new Map<string, number>();
  for (const { scope, count } of rows) {
    const more = Number(count) - limitOf(scope, policy);
    if (more > 0) over.set(scope, (over.get(scope) ?? 0) + more);
  }
  return [...over]
    .map(([scope, count]) => ({ scope, count, dropped: isFinal(scope) }))
    .sort((a, b) => b.count - a.count || (a.scope < b.scope ? -1 : 1));
}

function leastOf(policy: SignUpConfig): number {
  const { per_network, per_domain, all, plain_forms_per_network, plain_forms } = policy;
  return Math.min(per_network, per_domain, all, plain_forms_per_network, plain_forms);
}

/**
 * One statement for each kind of ceiling, always in the same order and each with its rows in order:
 * processes that count at once then never wait for each other in a circle. What comes from a wide
 * network that is full already is counted there alone: each of its 65,536 small ones would leave a
 * row.
 */
async function countAt(
  db: Database,
  knocks: readonly Knock[],
  policy: SignUpConfig,
  doorOf: (at: number) => Door | undefined,
): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = knocks.map(() => ({ fate: 'in', over: undefined, first: false }));
  const scopeAt = (scopeOf: ScopeOf, at: number) => {
    const [knock, door] = [knocks[at], doorOf(at)];
    return knock && door && scopeOf(knock, door, policy);
  };
  const shared = knocks.map((_, at) => SHARED.flatMap((scopeOf) => scopeAt(scopeOf, at) ?? []));
  const full = await fullAmong(db, knocks, shared, policy);
  for (const scopeOf of CEILINGS) {
    const scopes = knocks.map((_, at) => {
      const scope = verdicts[at]?.over ? undefined : scopeAt(scopeOf, at);
      return full[at] === undefined || full[at] === scope ? scope : undefined;
    });
    const places = await placesIn(db, scopes, knocks);
    for (const [at, place] of places.entries()) {
      const over = scopes[at];
      const limit = over === undefined ? 0 : limitOf(over, policy);
      if (over === undefined || place <= limit) continue;
      verdicts[at] = { fate: isFinal(over) ? 'dropped' : 'asked', over, first: place === limit + 1 };
    }
  }
  return verdicts;
}

/** Finds for each sign-up the first of its scopes that is full in this hour. */
async function fullAmong(
  db: Database,
  knocks: readonly Knock[],
  scopes: readonly (readonly string[])[],
  policy: SignUpConfig,
): Promise<readonly (string | undefined)[]> {
  const distinct = [...new Set(scopes.flat())];
  const full = new Set<string>();
  for (let start = 0; start < distinct.length; start += MOST_AT_ONCE) {
    const rows = await db
      .selectFrom('sign_up_counts')
      .select(['scope', 'period', 'count'])
      .where('scope', 'in', distinct.slice(start, start + MOST_AT_ONCE))
      .where('period', 'in', [...new Set(knocks.map(({ now }) => hourOf(now)))])
      .execute();
    for (const { scope, period, count } of rows)
      if (Number(count) >= limitOf(scope, policy)) full.add(`${period} ${scope}`);
  }
  return knocks.map(({ now }, at) => scopes[at]?.find((scope) => full.has(`${hourOf(now)} ${scope}`)));
}

/**
 * Returns each sign-up's position in its scope and hour: 1 for the first. 0 where it has no scope.
 */
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
  const isNewHour = [...rows.values()].some(
    ({ scope, period, count }) => scope === 'all' && after.get(`${period} ${scope}`) === count,
  );
  if (isNewHour) await forgetCounts(db, Math.max(...[...rows.values()].map(({ period }) => period)));
  return own.map((one) => {
    if (!one) return 0;
    return (after.get(one.key) ?? 0) - (rows.get(one.key)?.count ?? 0) + one.nth;
  });
}

function hourOf(now: number): number {
  return Math.floor(now / HOUR_MS);
}

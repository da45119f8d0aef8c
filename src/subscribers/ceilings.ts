import { DAY_MS, HOUR_MS } from '../base/clock.ts';
import type { SignUpConfig } from '../config/sign-up.ts';
import type { Database } from '../storage/schema.ts';
import { isLarge } from './address-policy.ts';
import { forgetCounts, increase } from './sign-up-counts.ts';

/** What a form has to show where no more are let in on trust: its browser worked for it, or its sender waited. */
export type Effort = 'none' | 'waited' | 'worked';

/** A sign-up as the ceilings see it. */
export interface Knock {
  /** From the narrowest: `203.0.113.0/24`, `203.0.0.0/16`. */
  readonly networks: readonly string[];
  readonly domain: string;
  /** The form could not show when it was opened. */
  readonly plain: boolean;
  readonly effort: Effort;
  readonly now: number;
}

export interface Verdict {
  /**
   * `in`; `asked` where its sender has to work or wait first; `dropped` where nothing comes of it and nothing is said.
   * No address decides between them, but for its domain, which only ever drops.
   */
  readonly fate: 'in' | 'asked' | 'dropped';
  /** The ceiling it is over; undefined when it is in. */
  readonly over: string | undefined;
  /** It is the first in this hour to be over that ceiling. */
  readonly first: boolean;
}

/** Sign-ups over a ceiling. */
export interface TurnedAway {
  readonly scope: string;
  readonly count: number;
  /** They were dropped; otherwise they were let in only with work done or after a wait. */
  readonly dropped: boolean;
}

/** Mail that was not sent since its mailbox had enough is counted here. */
export const FULL_MAILBOXES = 'mailboxes';

/** On trust, or by what was shown. Each has its own ceilings, so that who floods one leaves the others open. */
type Door = 'trust' | 'waited' | 'worked';

const WIDEST = 4;
/** Of everybody's ceiling: from here on it is near. */
const NEAR = 0.8;
/** How many times a single network's number a wider one has, by its prefix length. */
const SHARES: Readonly<Record<string, number>> = { '56': 2, '48': 3, '32': 20, '16': 10 };

/**
 * Counts sign-ups and says of each, in their order, whether it is over a ceiling. Every sign-up counts, whatever its
 * address is to us already: a count that only some addresses raise would tell which. Networks come first, the narrowest
 * before the wider, and what is over one ceiling is not counted further, so that one network cannot use up what is
 * everybody's. What is over at the door of trust and shows an effort is counted anew at the door for that.
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
  const wasAtDomain = onTrust.map(({ over }) => over === 'plain' || over === 'all');
  const shown = await countAt(db, knocks, policy, (at) => doors[at], wasAtDomain);
  return onTrust.map((verdict, at) => (doors[at] ? (shown[at] ?? verdict) : verdict));
}

/**
 * Whether so many sign-ups came in this hour that what is let in on trust runs out soon: then forms do their work before
 * they are sent, and hardly anybody has to be asked for it.
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

/** What was over a ceiling in the last day, most first. */
export async function turnedAway(db: Database, policy: SignUpConfig, now: number): Promise<TurnedAway[]> {
  const rows = await db
    .selectFrom('sign_up_counts')
    .select(['scope', 'count'])
    .where('period', '>', hourOf(now - DAY_MS))
    .where('scope', 'not like', 'mailbox:%')
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

/**
 * One statement for each kind of ceiling, always in the same order and each with its rows in order: processes that
 * count at once then never wait for each other in a circle.
 */
async function countAt(
  db: Database,
  knocks: readonly Knock[],
  policy: SignUpConfig,
  doorOf: (at: number) => Door | undefined,
  wasAtDomain: readonly boolean[] = [],
): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = knocks.map(() => ({ fate: 'in', over: undefined, first: false }));
  for (const scopeOf of CEILINGS) {
    const scopes = knocks.map((knock, at) => {
      const door = doorOf(at);
      const scope = door && !verdicts[at]?.over ? scopeOf(knock, door, policy) : undefined;
      return scope?.startsWith('domain:') && wasAtDomain[at] ? undefined : scope;
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

/** The name of a sign-up's count; undefined for a sign-up that this ceiling is not over. */
type ScopeOf = (knock: Knock, door: Door, policy: SignUpConfig) => string | undefined;

const CEILINGS: readonly ScopeOf[] = [
  ...Array.from({ length: WIDEST }, (_, width) => [
    network('plain-net', width, ({ plain }, door) => plain && door === 'trust'),
    network('net', width, (_knock, door) => door === 'trust'),
    network('waited-net', width, (_knock, door) => door === 'waited'),
    network('worked-net', width, (_knock, door) => door === 'worked'),
  ]).flat(),
  ({ domain }, _door, policy) => (isLarge(domain, policy) ? undefined : `domain:${domain}`),
  ({ plain }, door) => (plain && door === 'trust' ? 'plain' : undefined),
  (_knock, door) => (door === 'trust' ? 'all' : door),
];

function network(name: string, width: number, applies: (knock: Knock, door: Door) => boolean): ScopeOf {
  return (knock, door) => {
    const one = knock.networks[width];
    return one !== undefined && applies(knock, door) ? `${name}:${one}` : undefined;
  };
}

/** Over the others, a sign-up is let in by another door. */
function isFinal(scope: string): boolean {
  return /^(?:domain:|waited|worked|mailboxes$)/.test(scope);
}

function limitOf(scope: string, policy: SignUpConfig): number {
  const [kind = '', ...rest] = scope.split(':');
  const share = SHARES[rest.join(':').split('/')[1] ?? ''] ?? 1;
  switch (kind) {
    case 'plain-net':
    case 'waited-net':
      return policy.plain_forms_per_network * share;
    case 'net':
    case 'worked-net':
      return policy.per_network * share;
    case 'domain':
      return policy.per_domain;
    case 'plain':
    case 'waited':
      return policy.plain_forms;
    default:
      return kind === FULL_MAILBOXES ? 0 : policy.all;
  }
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

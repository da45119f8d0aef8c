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
 * Counts a sign-up, in a transaction of its own, and says whether it is over a ceiling. Every sign-up counts, whatever
 * its address is to us already: a count that only some addresses raise would tell which. The network comes first, and
 * what is over one ceiling is not counted further, so that one network cannot use up what is everybody's.
 */
export async function countSignUp(db: Database, knock: Knock, policy: SignUpConfig): Promise<Verdict> {
  return db.transaction().execute(async (trx) => {
    for (const scope of scopesOf(knock, policy)) {
      const limit = limitOf(scope, policy);
      const count = await increase(trx, scope, hourOf(knock.now));
      if (scope === 'all' && count === 1) await forget(trx, hourOf(knock.now));
      if (count > limit) return { over: scope, first: count === limit + 1 };
    }
    return { over: undefined, first: false };
  });
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

/** Always in this order, so that processes which count at once never wait for each other in a circle. */
function scopesOf({ network, domain, plain }: Knock, policy: SignUpConfig): string[] {
  return [
    ...(plain ? [`plain-net:${network}`] : []),
    `net:${network}`,
    ...(isLarge(domain, policy) ? [] : [`domain:${domain}`]),
    ...(plain ? ['plain'] : []),
    'all',
  ];
}

function limitOf(scope: string, policy: SignUpConfig): number {
  if (scope.startsWith('plain-net:')) return policy.plain_forms_per_network;
  if (scope.startsWith('net:')) return policy.per_network;
  if (scope.startsWith('domain:')) return policy.per_domain;
  return scope === 'plain' ? policy.plain_forms : policy.all;
}

async function increase(db: Database, scope: string, period: number): Promise<number> {
  const { count } = await db
    .insertInto('sign_up_counts')
    .values({ scope, period, count: 1 })
    .onConflict((conflict) =>
      conflict
        .columns(['scope', 'period'])
        .doUpdateSet((eb) => ({ count: eb('sign_up_counts.count', '+', 1) })),
    )
    .returning('count')
    .executeTakeFirstOrThrow();
  return Number(count);
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

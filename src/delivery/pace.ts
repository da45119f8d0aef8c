import { DAY_MS, MINUTE_MS, SECOND_MS } from '../base/clock.ts';
import type { PaceConfig } from '../config/newsletters.ts';
import type { Verdict } from '../transport/reply.ts';
import type { ReceivingGroup } from './receiving-group.ts';

/** What one receiving group, or the relay as a whole, may be asked to take. Absent means as much as it takes. */
export interface Limit {
  readonly connections?: number | undefined;
  readonly perSecond?: number | undefined;
}

export interface PaceLimits {
  readonly relay: Limit;
  readonly groups: Readonly<Record<ReceivingGroup, Limit>>;
  /** Most messages in one UTC day: for a new sending address that receivers do not know yet. */
  readonly perDay?: number | undefined;
}

/** What the providers' own pages and the tables of large senders suggest for one sender; see docs/OPERATING.md. */
export const GROUP_PRESETS: Readonly<Record<ReceivingGroup, Limit>> = {
  google: { connections: 5 },
  microsoft: { connections: 5 },
  yahoo: { connections: 20 },
  apple: { connections: 10 },
  gmx: { connections: 5 },
  orange: { connections: 3 },
  comcast: { connections: 25 },
};

/** The operator's limits over the presets. */
export function paceLimits(config: PaceConfig): PaceLimits {
  const own = Object.entries(config.receivers).map(([group, limit]): [ReceivingGroup, Limit] => [
    group,
    { connections: limit.connections, perSecond: limit.per_second },
  ]);
  return {
    relay: { perSecond: config.per_second },
    groups: { ...GROUP_PRESETS, ...Object.fromEntries(own) },
    perDay: config.per_day,
  };
}

/** A server that asks us to slow down is taken at its word: half the rate, then up again by a quarter at a time. */
const SLOWER = 0.5;
const FASTER = 1.25;
const SPEED_UP_AFTER_ACCEPTED = 50;
/** At a message a minute, fifty of them would take an hour. */
const SPEED_UP_AFTER_MS = MINUTE_MS;
const SLOWEST_PER_SECOND = 1 / 60;
const FASTEST_SEEN_PER_SECOND = 1_000;
/** After a slow-down, further complaints of messages that were under way already are not counted anew. */
const ONE_COMPLAINT_MS = 10 * SECOND_MS;
const RATE_WINDOW_MS = MINUTE_MS;

interface Lane {
  readonly limit: Limit;
  underWay: number;
  /** The rate we were asked down to; undefined while nobody complained. */
  slowedTo: number | undefined;
  complainedAt: number;
  changedAt: number;
  acceptedSinceChange: number;
  /** The next moment a message may start: a bucket of one token, so that nothing goes out in bursts. */
  nextAt: number;
  /** For knowing how fast we are when a complaint comes. */
  recent: number;
  windowStart: number;
}

export type Admission = { readonly admitted: true } | { readonly admitted: false; readonly until: number };

const ADMITTED: Admission = { admitted: true };

/**
 * Decides when the next message may start, for the relay and for each receiving group. Pure but for what it remembers:
 * every call is told the time.
 */
export class Pace {
  readonly #limits: PaceLimits;
  readonly #relay: Lane;
  readonly #groups = new Map<ReceivingGroup, Lane>();
  #day = 0;
  #startedToday = 0;

  constructor(limits: PaceLimits) {
    this.#limits = limits;
    this.#relay = lane(limits.relay);
  }

  /** Tells how many messages this day has seen already, by whomever they were sent. */
  countDay(started: number, now: number): void {
    this.#day = Math.floor(now / DAY_MS);
    this.#startedToday = started;
  }

  /** Whether a message to this group may start now; if not, when to ask again. */
  admit(group: ReceivingGroup, now: number): Admission {
    this.#turnDay(now);
    if (this.#limits.perDay !== undefined && this.#startedToday >= this.#limits.perDay)
      return { admitted: false, until: (this.#day + 1) * DAY_MS };
    const until = Math.max(waitFor(this.#relay, now), waitFor(this.#lane(group), now));
    return until <= now ? ADMITTED : { admitted: false, until };
  }

  /** A message that was admitted starts. */
  begin(group: ReceivingGroup, now: number): void {
    this.#turnDay(now);
    this.#startedToday += 1;
    start(this.#relay, now);
    start(this.#lane(group), now);
  }

  /** It came to its verdict. */
  end(group: ReceivingGroup, verdict: Verdict, now: number): void {
    this.#relay.underWay -= 1;
    const slowed = this.#lane(group);
    slowed.underWay -= 1;
    if (asksToSlowDown(verdict)) slowDown(slowed, now);
    else if (verdict.outcome === 'accepted') speedUp(slowed, now);
  }

  /** The groups that are being held back, and to how many messages a second. */
  slowed(): ReadonlyMap<ReceivingGroup, number> {
    const held = [...this.#groups].flatMap(([group, { slowedTo }]): [ReceivingGroup, number][] =>
      slowedTo === undefined ? [] : [[group, slowedTo]],
    );
    return new Map(held);
  }

  #lane(group: ReceivingGroup): Lane {
    const known = this.#groups.get(group);
    if (known) return known;
    const made = lane(this.#limits.groups[group] ?? {});
    this.#groups.set(group, made);
    return made;
  }

  #turnDay(now: number): void {
    const day = Math.floor(now / DAY_MS);
    if (day === this.#day) return;
    this.#day = day;
    this.#startedToday = 0;
  }
}

/** 421, and 4.7.x as Gmail and Yahoo say it when we come too fast. */
export function asksToSlowDown({ outcome, reply }: Verdict): boolean {
  return outcome === 'deferred' && /^421\b|\b4\.7\.\d+\b|\[TSS?\d+\]/.test(reply);
}

function lane(limit: Limit): Lane {
  return {
    limit,
    underWay: 0,
    slowedTo: undefined,
    complainedAt: Number.NEGATIVE_INFINITY,
    changedAt: 0,
    acceptedSinceChange: 0,
    nextAt: 0,
    recent: 0,
    windowStart: 0,
  };
}

function rateOf({ limit, slowedTo }: Lane): number | undefined {
  return slowedTo === undefined
    ? limit.perSecond
    : Math.min(slowedTo, limit.perSecond ?? Number.POSITIVE_INFINITY);
}

/** A full set of connections empties with the next verdict, which nobody can foretell: ask again soon. */
const ASK_AGAIN_MS = 50;

function waitFor(one: Lane, now: number): number {
  if (one.limit.connections !== undefined && one.underWay >= one.limit.connections) return now + ASK_AGAIN_MS;
  const rate = rateOf(one);
  return rate === undefined ? now : startsAt(one, rate, now);
}

/** The next start, but not one from before the clock was set back: that would be waited for until the clock is there again. */
function startsAt(one: Lane, rate: number, now: number): number {
  return one.nextAt - now > (2 * SECOND_MS) / rate ? now : one.nextAt;
}

function start(one: Lane, now: number): void {
  one.underWay += 1;
  if (now - one.windowStart > RATE_WINDOW_MS) {
    one.windowStart = now;
    one.recent = 0;
  }
  one.recent += 1;
  const rate = rateOf(one);
  if (rate !== undefined) one.nextAt = Math.max(startsAt(one, rate, now), now) + SECOND_MS / rate;
}

function slowDown(one: Lane, now: number): void {
  if (now - one.complainedAt < ONE_COMPLAINT_MS) return;
  const seen = (one.recent / Math.max(now - one.windowStart, SECOND_MS)) * SECOND_MS;
  const current = rateOf(one) ?? Math.min(seen, FASTEST_SEEN_PER_SECOND);
  one.slowedTo = Math.max(current * SLOWER, SLOWEST_PER_SECOND);
  one.nextAt = now + SECOND_MS / one.slowedTo;
  one.complainedAt = now;
  one.changedAt = now;
  one.acceptedSinceChange = 0;
}

function speedUp(one: Lane, now: number): void {
  if (one.slowedTo === undefined) return;
  one.acceptedSinceChange += 1;
  if (one.acceptedSinceChange < SPEED_UP_AFTER_ACCEPTED && now - one.changedAt < SPEED_UP_AFTER_MS) return;
  const faster = one.slowedTo * FASTER;
  const fastest = one.limit.perSecond ?? FASTEST_SEEN_PER_SECOND;
  one.slowedTo = faster >= fastest ? undefined : faster;
  one.acceptedSinceChange = 0;
  one.changedAt = now;
}

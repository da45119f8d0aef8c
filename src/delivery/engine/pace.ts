import { DAY_MS, SECOND_MS } from '../../base/clock.ts';
import type { PaceConfig } from '../../config/pace-config.ts';
import { isTooFast, wordsOf } from '../../transport/refusal-words.ts';
import type { Verdict } from '../../transport/reply.ts';
import { Lane, type Limit } from './lane.ts';
import type { ReceivingGroup } from './receiving-group.ts';

export interface PaceLimits {
  readonly relay: Limit;
  readonly groups: Readonly<Record<ReceivingGroup, Limit>>;
  /** Most messages in one UTC day: for a new sending address that receivers do not know yet. */
  readonly perDay?: number | undefined;
}

/**
 * Rate limits by receiver, from the providers' own pages and the tables of large senders, for one
 * sender; see docs/OPERATING.md.
 */
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

export type Admission = { readonly admitted: true } | { readonly admitted: false; readonly until: number };

const ADMITTED: Admission = { admitted: true };

/** Lane that a server complained about, and whether it will soon take what it refused. */
export interface Complaint {
  readonly of: 'relay' | 'group';
  /** It named a rate: what it refuses now it takes in seconds. */
  readonly passesSoon: boolean;
}

/**
 * Receivers that complain at once within this time complain of one thing, and that is the relay
 * between us and them.
 */
const AT_ONCE_MS = 10 * SECOND_MS;
/** A receiver that has had no more messages than this cannot mean that it had too many. */
const HARDLY_ANY = 2;
/**
 * An audience may be at so many domains; those that nothing is on its way to are forgotten first.
 */
const MOST_LANES = 10_000;

/**
 * Decides when the next message may start, for the relay and for each receiving group. Pure but for
 * what it remembers: every call is told the time.
 */
export class Pace {
  readonly #limits: PaceLimits;
  readonly #relay: Lane;
  readonly #groups = new Map<ReceivingGroup, Lane>();
  readonly #complained = new Map<ReceivingGroup, number>();
  #day = 0;
  #startedToday = 0;

  constructor(limits: PaceLimits) {
    this.#limits = limits;
    this.#relay = new Lane(limits.relay);
  }

  /** Tells how many messages this day has seen already, by whomever they were sent. */
  countDay(started: number, now: number): void {
    this.#day = Math.floor(now / DAY_MS);
    this.#startedToday = started;
  }

  /** Reports whether a message to this group may start now; if not, when to ask again. */
  admit(group: ReceivingGroup, now: number): Admission {
    this.#turnDay(now);
    if (this.#limits.perDay !== undefined && this.#startedToday >= this.#limits.perDay)
      return { admitted: false, until: (this.#day + 1) * DAY_MS };
    const until = Math.max(this.#relay.startsAt(now), this.#lane(group).startsAt(now));
    return until <= now ? ADMITTED : { admitted: false, until };
  }

  /** A message that was admitted starts. */
  begin(group: ReceivingGroup, now: number): void {
    this.#turnDay(now);
    this.#startedToday += 1;
    this.#relay.begin(now);
    this.#lane(group).begin(now);
  }

  /** It came to its verdict. @returns what it complained of, if it did. */
  end(group: ReceivingGroup, verdict: Verdict, now: number): Complaint | undefined {
    const complaint = this.#complaintOf(group, verdict, now);
    const accepted = verdict.outcome === 'accepted';
    this.#relay.end({ accepted, complains: complaint?.of === 'relay' }, now);
    this.#lane(group).end({ accepted, complains: complaint?.of === 'group' }, now);
    return complaint;
  }

  /** The groups that are being held back, and to how many messages a second. */
  slowed(): ReadonlyMap<ReceivingGroup, number> {
    const held = [...this.#groups].flatMap(([group, { slowedTo }]): [ReceivingGroup, number][] =>
      slowedTo === undefined ? [] : [[group, slowedTo]],
    );
    return new Map(held);
  }

  /** Messages a second to which the relay as a whole is throttled; undefined where it is not. */
  get relaySlowedTo(): number | undefined {
    return this.#relay.slowedTo;
  }

  #complaintOf(group: ReceivingGroup, verdict: Verdict, now: number): Complaint | undefined {
    if (verdict.outcome !== 'deferred') return undefined;
    const passesSoon = namesARate(verdict);
    if (!passesSoon && !asksToSlowDown(verdict)) return undefined;
    const isRelays = this.#isOfRelay(group, verdict, now);
    if (passesSoon) this.#complained.set(group, now);
    return { of: isRelays ? 'relay' : 'group', passesSoon };
  }

  /**
   * Before the recipient is named, and after the message, the relay speaks for itself; of a
   * recipient it may pass on what it heard.
   */
  #isOfRelay(group: ReceivingGroup, { phase, reply, ...verdict }: Verdict, now: number): boolean {
    if (phase !== 'rcpt' && phase !== 'body') return true;
    if (!namesARate({ phase, reply, ...verdict })) return false;
    if (phase === 'body' || /^(432|454)\b/.test(reply)) return true;
    const isProvider = !group.includes('.');
    if (!isProvider && this.#lane(group).started <= HARDLY_ANY) return true;
    for (const [other, at] of this.#complained)
      if (Math.abs(now - at) > AT_ONCE_MS) this.#complained.delete(other);
    return [...this.#complained.keys()].some((other) => other !== group);
  }

  #lane(group: ReceivingGroup): Lane {
    const known = this.#groups.get(group);
    if (known) return known;
    if (this.#groups.size >= MOST_LANES) this.#forgetIdle();
    const made = new Lane(this.#limits.groups[group] ?? {});
    this.#groups.set(group, made);
    return made;
  }

  #forgetIdle(): void {
    for (const [group, lane] of this.#groups) if (lane.isIdle) this.#groups.delete(group);
  }

  #turnDay(now: number): void {
    const day = Math.floor(now / DAY_MS);
    if (day === this.#day) return;
    this.#day = day;
    this.#startedToday = 0;
  }
}

/** 421, and 4.7.x as Gmail and Yahoo say it when we come too fast. */
function asksToSlowDown({ reply }: Verdict): boolean {
  return /^421\b|\b4\.7\.\d+\b|\[TSS?\d+\]/.test(reply);
}

/**
 * Throttling, a rate, too much at once; or an allowance that is used up, which a slow lane finds
 * out about when it comes back.
 */
function namesARate({ reply, cause }: Verdict): boolean {
  return /^4/.test(reply) && (cause === 'account' || /^(432|454)\b/.test(reply) || isTooFast(wordsOf(reply)));
}

import { createHash } from 'node:crypto';
import { type Clock, DAY_MS, MINUTE_MS, SECOND_MS } from '../base/clock.ts';

const FIRST_WAIT_MS = MINUTE_MS;
const LONGEST_WAIT_MS = 15 * MINUTE_MS;
/** So long after the last wrong one they are forgotten. */
const FORGOTTEN_MS = DAY_MS;
/** More than this is a flood, and must not fill our memory too. */
const MOST_KEYS = 10_000;
/** Longest key counted as it is; a longer one, of any length, is counted under its digest. */
const LONGEST_KEY = 254;

interface Tally {
  readonly wrong: number;
  readonly at: number;
  /** No attempt is looked at before. */
  readonly until: number;
}

/** Counts wrong passwords, and asks whoever gives them for ever longer waits. */
export class Attempts {
  readonly #clock: Clock;
  readonly #free: number;
  readonly #tallies = new Map<string, Tally>();

  /** @param free so many may be wrong without a wait; each further one doubles it. */
  constructor(clock: Clock, free: number) {
    this.#clock = clock;
    this.#free = free;
  }

  /** Milliseconds until the next attempt may be made; 0 when it may be made now. */
  wait(who: string): number {
    const key = shortKey(who);
    return Math.max(0, (this.#tally(key)?.until ?? 0) - this.#clock.now());
  }

  /** Counts an attempt as wrong. @returns what takes that back; attempts that were counted since stay counted. */
  count(who: string): () => void {
    const key = shortKey(who);
    const before = this.#tally(key);
    const now = this.#clock.now();
    const wrong = (before?.wrong ?? 0) + 1;
    const counted = { wrong, at: now, until: now + this.#waitAfter(wrong) };
    this.#put(key, counted);
    return () => {
      const today = this.#tallies.get(key);
      if (today === counted) this.#put(key, before);
      else if (today) this.#put(key, { ...today, wrong: today.wrong - 1 });
    };
  }

  /** Forgets what was counted: whoever it stood for has shown who they are. */
  forget(who: string): void {
    this.#tallies.delete(shortKey(who));
  }

  #tally(key: string): Tally | undefined {
    const tally = this.#tallies.get(key);
    return tally && this.#clock.now() - tally.at < FORGOTTEN_MS ? tally : undefined;
  }

  /**
   * Moves a tally to the end, so that where there are too many the one longest unused is dropped.
   */
  #put(key: string, tally: Tally | undefined): void {
    this.#tallies.delete(key);
    if (tally) this.#tallies.set(key, tally);
    const [oldest] = this.#tallies.keys();
    if (this.#tallies.size > MOST_KEYS && oldest !== undefined) this.#tallies.delete(oldest);
  }

  #waitAfter(wrong: number): number {
    const beyond = wrong - this.#free;
    return beyond < 0 ? 0 : Math.min(FIRST_WAIT_MS * 2 ** beyond, LONGEST_WAIT_MS);
  }
}

function shortKey(who: string): string {
  return who.length <= LONGEST_KEY ? who : createHash('sha256').update(who).digest('hex');
}

/**
 * Limits on guessing passwords: from one network, and at one account from anywhere. In memory: a
 * restart forgets them.
 */
export interface GuessLimits {
  readonly network: Attempts;
  readonly account: Attempts;
  /** Accounts with networks that they were opened from: there an account's own waits do not count. */
  readonly known: Set<string>;
  /** Number of passwords being checked now. */
  looking: number;
}

/** Twice as many for an account as for a network. And who guesses at an account never locks its owner out, where they have been in. */
export function guessLimits(clock: Clock): GuessLimits {
  return { network: new Attempts(clock, 10), account: new Attempts(clock, 20), known: new Set(), looking: 0 };
}

/** To look takes a processor for a third of a second: when many come at once from everywhere, the others come again. */
const MOST_AT_ONCE = 16;
const COME_AGAIN_MS = 10 * SECOND_MS;

/**
 * Result of a password: the account it opens, if any; or a refusal to look, for so many
 * milliseconds more.
 */
export type Guess<Opened> =
  | { readonly looked: true; readonly opened: Opened | undefined }
  | { readonly looked: false; readonly wait: number };

/**
 * Looks at a password, unless there were too many wrong ones. It is counted before it is looked at and taken back when it was right:
 * of a hundred that come at one moment no more are looked at than of a hundred that come one by one.
 */
export async function guess<Opened>(
  limits: GuessLimits,
  { network, account }: { readonly network: string; readonly account: string },
  look: () => Promise<Opened | undefined>,
): Promise<Guess<Opened>> {
  const way = shortKey(`${account} ${network}`);
  const ofAccount = limits.known.has(way) ? 0 : limits.account.wait(account);
  const wait = Math.max(limits.network.wait(network), ofAccount);
  if (wait > 0) return { looked: false, wait };
  if (limits.looking >= MOST_AT_ONCE) return { looked: false, wait: COME_AGAIN_MS };
  const takeBack = limits.network.count(network);
  limits.account.count(account);
  limits.looking += 1;
  const opened = await look().finally(() => {
    limits.looking -= 1;
  });
  if (opened === undefined) return { looked: true, opened };
  takeBack();
  limits.account.forget(account);
  remember(limits.known, way);
  return { looked: true, opened };
}

/** Moves an entry to the end; where there are too many, drops the one used longest ago. */
function remember(known: Set<string>, way: string): void {
  known.delete(way);
  known.add(way);
  const [oldest] = known;
  if (known.size > MOST_KEYS && oldest !== undefined) known.delete(oldest);
}

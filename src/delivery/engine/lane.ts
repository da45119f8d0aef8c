import { MINUTE_MS, SECOND_MS } from '../../base/clock.ts';

/**
 * Rate limit of one receiving group, or of the relay as a whole. Absent means as fast as it takes
 * it.
 */
export interface Limit {
  readonly connections?: number | undefined;
  readonly perSecond?: number | undefined;
}

/**
 * A server that asks us to slow down says by what it took how much it takes: a tenth less than
 * that, and never less than half.
 */
const BELOW_WHAT_WAS_TAKEN = 0.9;
const MOST_SLOWER = 0.5;
const SLOWEST_PER_SECOND = 1 / 60;
/** Time without complaints after which the rate is raised, step by step. */
const CONTENT_FOR_MS = 10 * SECOND_MS;
const FASTER = 1.1;
const FASTEST_SEEN_PER_SECOND = 1_000;
/**
 * After a complaint nothing starts for a moment, then one message alone; while that one is refused,
 * the moment doubles.
 */
const FIRST_PAUSE_MS = SECOND_MS;
const LONGEST_PAUSE_MS = MINUTE_MS;
/**
 * A full set of connections empties with the next verdict, which nobody can foretell: ask again
 * soon.
 */
const ASK_AGAIN_MS = 50;
const WINDOW_MS = SECOND_MS;

/**
 * Limits how many messages may start, and when, on the way to one receiver or to the relay. Every
 * call is told the time.
 */
export class Lane {
  readonly #limit: Limit;
  #underWay = 0;
  /** The rate we were asked down to; undefined while nobody complained. */
  #slowedTo: number | undefined;
  #changedAt = Number.NEGATIVE_INFINITY;
  /** Messages that were under way when a complaint came: their own complaints are the same one. */
  #sameComplaint = 0;
  #pauseMs = FIRST_PAUSE_MS;
  /** Until the next message is accepted, one goes at a time. */
  #feelsItsWay = false;
  /**
   * The next moment a message may start: a bucket of one token, so that nothing goes out in bursts.
   */
  #nextAt = 0;
  /** Messages accepted in this second and in the one before. */
  #window = { start: 0, accepted: 0, before: 0 };
  #started = 0;

  constructor(limit: Limit) {
    this.#limit = limit;
  }

  /** Messages a second that it is held back to; undefined where it is not. */
  get slowedTo(): number | undefined {
    return this.#slowedTo;
  }

  /** Nothing is on its way, and nothing is held back: a new lane would do as well. */
  get isIdle(): boolean {
    return this.#underWay === 0 && this.#slowedTo === undefined;
  }

  /** Messages that have started since it was made. */
  get started(): number {
    return this.#started;
  }

  /** The moment at which a message may start, which is `now` or past when it may start at once. */
  startsAt(now: number): number {
    const { connections } = this.#limit;
    const most = this.#feelsItsWay ? 1 : connections;
    if (most !== undefined && this.#underWay >= most) return now + ASK_AGAIN_MS;
    const rate = this.#rate();
    if (rate === undefined) return now;
    // Not a moment from before the clock was set back: that would be waited for until the clock is there again.
    const furthest = Math.max((2 * SECOND_MS) / rate, this.#pauseMs);
    return this.#nextAt - now > furthest ? now : this.#nextAt;
  }

  begin(now: number): void {
    this.#underWay += 1;
    this.#started += 1;
    const rate = this.#rate();
    if (rate !== undefined) this.#nextAt = Math.max(this.startsAt(now), now) + SECOND_MS / rate;
  }

  /**
   * A message came to its end. @param complains whether its server asked for fewer; true is
   * returned where that slowed us down.
   */
  end(how: { readonly accepted: boolean; readonly complains: boolean }, now: number): boolean {
    this.#underWay -= 1;
    const isOld = this.#sameComplaint > 0;
    if (isOld) this.#sameComplaint -= 1;
    if (how.accepted) this.#accept(now, isOld);
    if (!how.complains || isOld) return false;
    this.#slowDown(now);
    return true;
  }

  #rate(): number | undefined {
    const { perSecond } = this.#limit;
    if (this.#slowedTo === undefined) return perSecond;
    return Math.min(this.#slowedTo, perSecond ?? Number.POSITIVE_INFINITY);
  }

  #accept(now: number, isOld: boolean): void {
    this.#turnWindow(now);
    this.#window.accepted += 1;
    if (this.#slowedTo === undefined || isOld) return;
    this.#feelsItsWay = false;
    this.#pauseMs = FIRST_PAUSE_MS;
    if (now - this.#changedAt < CONTENT_FOR_MS) return;
    const faster = this.#slowedTo * FASTER;
    this.#slowedTo = faster >= (this.#limit.perSecond ?? FASTEST_SEEN_PER_SECOND) ? undefined : faster;
    this.#changedAt = now - CONTENT_FOR_MS + SECOND_MS; // the next step in a second
  }

  #slowDown(now: number): void {
    const taken = this.#takenPerSecond(now);
    const current = this.#rate() ?? Math.max(taken, 1);
    const wanted = Math.min(taken * BELOW_WHAT_WAS_TAKEN, current * BELOW_WHAT_WAS_TAKEN);
    this.#slowedTo = Math.max(wanted, current * MOST_SLOWER, SLOWEST_PER_SECOND);
    this.#pauseMs = this.#feelsItsWay ? Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS) : FIRST_PAUSE_MS;
    this.#nextAt = now + Math.max(this.#pauseMs, SECOND_MS / this.#slowedTo);
    this.#feelsItsWay = true;
    this.#sameComplaint = this.#underWay;
    this.#changedAt = now;
    this.#window = { start: now, accepted: 0, before: 0 };
  }

  #takenPerSecond(now: number): number {
    this.#turnWindow(now);
    const { start, accepted, before } = this.#window;
    const spanMs = now - start + (before > 0 ? WINDOW_MS : 0);
    return ((accepted + before) / Math.max(spanMs, WINDOW_MS)) * SECOND_MS;
  }

  #turnWindow(now: number): void {
    const { start, accepted } = this.#window;
    const past = now - start;
    if (past >= 0 && past < WINDOW_MS) return;
    const isNext = past >= 0 && past < 2 * WINDOW_MS;
    this.#window = { start: isNext ? start + WINDOW_MS : now, accepted: 0, before: isNext ? accepted : 0 };
  }
}

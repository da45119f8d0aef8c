import { MINUTE_MS, SECOND_MS } from '../base/clock.ts';

/**
 * Milliseconds that a relay may take, step by step: RFC 5321 §4.5.3.2 says how long a client must
 * be ready to wait. Each is for the whole answer, however lively the line is in between.
 */
export interface Patience {
  /** For everything up to the first message, and for RSET between two. */
  readonly connectMs: number;
  /** For the answer to MAIL, and for the one to RCPT. */
  readonly commandMs: number;
  /** For the answer to DATA. */
  readonly dataMs: number;
  /** For each block of a message to be taken. */
  readonly blockMs: number;
  /** For the answer after the final dot. */
  readonly finalMs: number;
}

export const PATIENCE: Patience = {
  connectMs: 30 * SECOND_MS,
  commandMs: 5 * MINUTE_MS,
  dataMs: 2 * MINUTE_MS,
  blockMs: 3 * MINUTE_MS,
  finalMs: 10 * MINUTE_MS,
};

/** The usual patience, with at most so many seconds for the answers to MAIL, RCPT and DATA. */
export function patienceOf(answerSeconds: number): Patience {
  const most = answerSeconds * SECOND_MS;
  return {
    ...PATIENCE,
    commandMs: Math.min(PATIENCE.commandMs, most),
    dataMs: Math.min(PATIENCE.dataMs, most),
  };
}

/** Calls `late` after so many milliseconds, unless the function it returns is called before. */
export type Timer = (late: () => void, ms: number) => () => void;

export const realTimer: Timer = (late, ms) => {
  const timeout = setTimeout(late, ms);
  return () => clearTimeout(timeout);
};

/** The one deadline of a conversation, set anew at each step of it. */
export class Deadline {
  readonly #timer: Timer;
  readonly #onMissed: (what: string) => void;
  #stop: () => void = () => undefined;
  #over = false;

  /** @param onMissed told what did not come in time, once. */
  constructor(timer: Timer, onMissed: (what: string) => void) {
    this.#timer = timer;
    this.#onMissed = onMissed;
  }

  /** From now on this is waited for, and nothing else. */
  expect(what: string, ms: number): void {
    this.#stop();
    if (this.#over) return;
    this.#stop = this.#timer(() => {
      this.#over = true;
      this.#onMissed(`no ${what} after ${ms / SECOND_MS} s`);
    }, ms);
  }

  /** Nothing is waited for any more. */
  end(): void {
    this.#over = true;
    this.#stop();
  }
}

/**
 * Calls `onReply` for each reply that is complete, of however many lines (RFC 5321 §4.2.1). Handed
 * all bytes that come in.
 */
export function replyCounter(onReply: () => void): (chunk: Buffer) => void {
  let at = 0;
  let goesOn = false;
  return (chunk) => {
    for (const byte of chunk) {
      if (byte === LINE_FEED) {
        if (!goesOn && at > 0) onReply();
        at = 0;
        goesOn = false;
        continue;
      }
      if (at === CODE_DIGITS) goesOn = byte === HYPHEN;
      at += 1;
    }
  };
}

const LINE_FEED = 0x0a;
const HYPHEN = 0x2d;
const CODE_DIGITS = 3;

/**
 * Reason that a page cannot be shown. Each has words in every language, under `problems.<code>`.
 */
export interface Problem {
  readonly status: number;
  readonly code: string;
}

/** Words for a page about a problem, in the visitor's language. */
export interface ProblemWords {
  readonly language: string;
  readonly direction: 'ltr' | 'rtl';
  say(key: string): string;
}

const CODES: Readonly<Record<number, string>> = {
  400: 'BAD_REQUEST',
  404: 'NOT_FOUND',
  405: 'NOT_ALLOWED',
  413: 'TOO_LARGE',
  415: 'UNREADABLE',
  429: 'TOO_MANY',
  500: 'FAILED',
};
const BAD_REQUEST = 400;
const OUR_FAULT = 500;

/** The problem of a status; one that has no words of its own is told as the nearest that has. */
export function problemOf(status: number): Problem {
  const code = CODES[status];
  if (code) return { status, code };
  if (status > OUR_FAULT || status < BAD_REQUEST) return problemOf(OUR_FAULT);
  return { ...problemOf(BAD_REQUEST), status };
}

/** Returns the values that the page about a problem is filled with. */
export function problemView({ status, code }: Problem, words: ProblemWords) {
  return {
    status,
    language: words.language,
    direction: words.direction,
    heading: words.say(`problems.${code}.heading`),
    explanation: words.say(`problems.${code}.body`),
    front: words.say('problems.front'),
  };
}

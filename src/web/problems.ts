/** What a person reads when a page cannot be shown. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly heading: string;
  readonly explanation: string;
}

const PROBLEMS: readonly Problem[] = [
  problem(
    400,
    'BAD_REQUEST',
    'That did not arrive whole',
    'Part of what was sent could not be read. Please go back and try once more.',
  ),
  problem(
    404,
    'NOT_FOUND',
    'This page is not in the paper',
    'There is nothing at this address. If a link in a mail brought you here, it may have been cut in two: copy all of it.',
  ),
  problem(405, 'NOT_ALLOWED', 'That is not how this works', 'This address cannot be used in that way.'),
  problem(413, 'TOO_LARGE', 'That is more than fits', 'What was sent is larger than this form takes.'),
  problem(
    415,
    'UNREADABLE',
    'That cannot be read here',
    'What was sent is in a form that this page does not read.',
  ),
  problem(
    429,
    'TOO_MANY',
    'One moment, please',
    'There have been a great many requests from your network. Nothing is lost: wait a few minutes and try again.',
  ),
];
const OUR_FAULT = problem(
  500,
  'FAILED',
  'Something went wrong on our side',
  'It is not your doing, and it has been noted. Please try again in a minute.',
);
const BAD_REQUEST = 400;

/** The problem of a status; one that has no words of its own is told as the nearest that has. */
export function problemOf(status: number): Problem {
  const known = PROBLEMS.find((candidate) => candidate.status === status);
  if (known) return known;
  return status >= 500 || status < BAD_REQUEST ? OUR_FAULT : { ...problemOf(BAD_REQUEST), status };
}

function problem(status: number, code: string, heading: string, explanation: string): Problem {
  return { status, code, heading, explanation };
}

import { sourceFailureWords } from '../../articles/sources/failure-words.ts';
import type { SourceFailure } from '../../articles/sources/source-failure.ts';
import type { SourceReading, SourceState } from '../../articles/sources/source-store.ts';
import { DAY_MS, HOUR_MS } from '../../base/clock.ts';
import type { SourceConfig } from '../../config/newsletters.ts';
import { count, distance } from '../studio-words.ts';

/** "3 new, 1 changed, 2 refused, 4 left out": what was found at one reading. */
export function found(reading: SourceReading): string {
  const { added, updated, later = 0, withdrawn, refused, refusedInAll, leftOutInAll = 0 } = reading;
  // What came without a part of it is counted as come; beyond those that were kept nobody knows.
  const partly = refused.filter((one) => one.partly).length;
  const parts = [
    added > 0 ? `${count(added)} new` : 'nothing new',
    later > 0 && `${count(later)} more next time`,
    updated > 0 && `${count(updated)} changed`,
    withdrawn > 0 && `${count(withdrawn)} withdrawn`,
    refusedInAll > partly && `${count(refusedInAll - partly)} refused`,
    partly > 0 && `${count(partly)} left out in part`,
    leftOutInAll > 0 && `${count(leftOutInAll)} left out`,
  ];
  return parts.filter(Boolean).join(', ');
}

/** Describes the last collection of a source, in a sentence. */
export function lastRun(state: SourceState, now: number): string {
  if (state.failure !== null) return `It could not be read: ${sourceFailureWords(state.failure)}.`;
  const { reading, succeededAt } = state;
  if (!reading) return 'Nothing has changed.';
  if (succeededAt !== null && reading.at < succeededAt)
    return `Nothing has changed since it was read ${distance(reading.at, now)}.`;
  const offered = `${count(reading.offered)} ${reading.offered === 1 ? 'article' : 'articles'}`;
  return `${offered} found: ${found(reading)}.`;
}

const OF_THE_FEED = ({ id }: SourceConfig) =>
  `Put the feed’s own address under sources, ${id}, in newsletters.yaml.`;
const OF_THE_NETWORK = () =>
  'If you mean an address in your own network, set allow_private: true for the source in newsletters.yaml.';
const OF_A_MOVE = ({ id }: SourceConfig) =>
  `Open its address in a browser. If the feed has moved, put the new address under sources, ${id}, in newsletters.yaml.`;
const OF_THE_PUBLISHER = () => 'Ask the publisher to allow this server; its User-Agent says who it is.';
const OF_THE_MOMENT = () =>
  'This usually passes by itself: the source is checked again before every edition.';

type WayOut = (source: SourceConfig) => string;

const WAYS: Readonly<Partial<Record<SourceFailure['code'], WayOut>>> = {
  'folder-unreadable': ({ id }) =>
    `Check that the folder exists and that the user Broadsheet runs as can read it. Its path is under sources, ${id}, in newsletters.yaml.`,
  'web-page': OF_THE_FEED,
  'not-a-feed': OF_THE_FEED,
  'not-an-xml-feed': OF_THE_FEED,
  'not-a-json-feed': OF_THE_FEED,
  'not-public': OF_THE_NETWORK,
  port: OF_THE_NETWORK,
  'no-such-host': OF_A_MOVE,
  'no-answer': OF_THE_MOMENT,
  'no-result': OF_THE_MOMENT,
  'not-all-here': OF_THE_MOMENT,
  'connection-refused': OF_THE_MOMENT,
};

/** Says what to do about a source that cannot be read. */
export function wayOut(source: SourceConfig, failure: SourceFailure): string {
  const known = wayOf(failure)?.(source);
  if (known !== undefined) return known;
  return 'folder' in source
    ? 'Look at the folder, then check again.'
    : 'Open its address in a browser to see the answer, then check again.';
}

/** Returns the remedy for a failure. A failure after a redirect is a failure of its target. */
function wayOf(failure: SourceFailure): WayOut | undefined {
  switch (failure.code) {
    case 'answered':
      return wayOfAnswer(failure.status);
    case 'broken-connection':
      return PASSING.has(failure.cause ?? '') ? OF_THE_MOMENT : undefined;
    case 'redirect-refused':
      return wayOf(failure.why);
    default:
      return WAYS[failure.code];
  }
}

/** Codes of connection errors that may pass by tomorrow; a wrong certificate stays wrong. */
const PASSING: ReadonlySet<string> = new Set([
  ...['ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
  ...['UND_ERR_SOCKET', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'],
]);

function wayOfAnswer(status: number): WayOut | undefined {
  if (status === 401 || status === 403) return OF_THE_PUBLISHER;
  if (status === 404 || status === 410) return OF_A_MOVE;
  return status === 429 || status >= 500 ? OF_THE_MOMENT : undefined;
}

/** "9 hours", "3 days" */
export function span(ms: number): string {
  const [size, unit] = ms < 2 * DAY_MS ? [HOUR_MS, 'hour'] : [DAY_MS, 'day'];
  const number = Math.max(1, Math.round(ms / size));
  return `${count(number)} ${unit}${number === 1 ? '' : 's'}`;
}

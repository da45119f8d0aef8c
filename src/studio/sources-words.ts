import type { SourceReading, SourceState } from '../articles/source-store.ts';
import { DAY_MS, HOUR_MS } from '../base/clock.ts';
import type { SourceConfig } from '../config/newsletters.ts';
import { count, distance } from './words.ts';

/** "3 new, 1 changed, 2 refused, 4 left out": what was found at one reading. */
export function found(reading: SourceReading): string {
  const { added, updated, later = 0, withdrawn, refused, refusedInAll, leftOutInAll = 0 } = reading;
  // What came without a part of it is counted as come; beyond those that were kept nobody knows.
  const partly = refused.filter((one) => one.partly).length;
  const parts = [
    added > 0 ? `${count(added)} new` : 'nothing new',
    later > 0 && `${count(later)} more new ones are taken the next time`,
    updated > 0 && `${count(updated)} changed`,
    withdrawn > 0 && `${count(withdrawn)} withdrawn`,
    refusedInAll > partly && `${count(refusedInAll - partly)} refused`,
    partly > 0 && `${count(partly)} left out in part`,
    leftOutInAll > 0 && `${count(leftOutInAll)} left out`,
  ];
  return parts.filter(Boolean).join(', ');
}

/** What came of asking a source the last time, in a sentence. */
export function lastRun(state: SourceState, now: number): string {
  if (state.lastError !== null) return `It could not be read: ${state.lastError}.`;
  const { reading, succeededAt } = state;
  if (!reading) return 'It answered that nothing has changed.';
  if (succeededAt !== null && reading.at < succeededAt)
    return `Nothing has changed since it was read ${distance(reading.at, now)}.`;
  const offered = `${count(reading.offered)} ${reading.offered === 1 ? 'article' : 'articles'}`;
  return `${offered} there: ${found(reading)}.`;
}

const WAYS: readonly (readonly [RegExp, (source: SourceConfig) => string])[] = [
  [
    /^the folder .* cannot be read/,
    ({ id }) =>
      `Look whether the folder is there and may be read by the user that Broadsheet runs as; its path is under sources, ${id}, in newsletters.yaml.`,
  ],
  [
    /web page|not a feed|JSON Feed|RSS, RDF or Atom/,
    ({ id }) => `Put the address of the feed itself under sources, ${id}, in newsletters.yaml.`,
  ],
  [
    /not on the public internet|not 80 or 443/,
    () =>
      'If an address within your own network is meant, give the source allow_private: true in newsletters.yaml.',
  ],
  [
    /answered (401|403)/,
    () => 'Ask its publisher to let this site’s server read it: it says who asks in its User-Agent.',
  ],
  [
    /answered (404|410)|there is no host/,
    ({ id }) =>
      `Open its address in a browser. If the feed has moved, put the new address under sources, ${id}, in newsletters.yaml.`,
  ],
  [
    /answered (429|5\d\d)|no answer|no result|refuses the connection|socket|timed? ?out/i,
    () => 'That mostly passes by itself: it is asked again before every edition.',
  ],
];

/** What to do about a source that cannot be read. */
export function wayOut(source: SourceConfig, reason: string): string {
  const way = WAYS.find(([pattern]) => pattern.test(reason));
  if (way) return way[1](source);
  return 'folder' in source
    ? 'Look at the folder, and ask it again.'
    : 'Open its address in a browser and see what it answers; then ask it again.';
}

/** "9 hours", "3 days" */
export function span(ms: number): string {
  const [size, unit] = ms < 2 * DAY_MS ? [HOUR_MS, 'hour'] : [DAY_MS, 'day'];
  const number = Math.max(1, Math.round(ms / size));
  return `${count(number)} ${unit}${number === 1 ? '' : 's'}`;
}

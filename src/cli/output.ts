import type { SourceReport } from '../articles/sources/collect.ts';
import { sourceFailureWords } from '../articles/sources/failure-words.ts';
import { SECOND_MS } from '../base/clock.ts';
import { AppError, ERROR_CODES, messageOf } from '../base/errors.ts';
import { oneLine, shorten } from '../base/text/one-line.ts';
import type { Decision } from '../composing/decision.ts';
import { decisionWords } from '../composing/decision-words.ts';
import type { RelayTrouble } from '../delivery/engine/relay-trouble.ts';
import { describeLedger, type EditionStatus, unsettled } from '../delivery/progress.ts';
import type { PutOff, Watch } from '../delivery/watch-edition.ts';
import { storiesInWords } from '../editions/edition.ts';
import { reasonInWords } from '../editions/words/reason-words.ts';
import { storageProblem } from '../storage/storage-problem.ts';

/** Exit codes, as DESIGN's surface names them; the errors' own are in `base/errors.ts`. */
/** 130 is what a shell expects of a command that was interrupted. */
export const EXIT = { done: 0, notAllDelivered: 1, someRejected: 1, notReady: 3, interrupted: 130 } as const;

/** Name under which a command acts: it has no account. */
export const BY = 'the command line';

/** A line for people on stdout. */
export function say(text = ''): void {
  process.stdout.write(`${text}\n`);
}

/** One JSON document on stdout, for programs. */
export function sayJson(value: unknown): void {
  say(JSON.stringify(value, null, 2));
}

/** Tells a person what went wrong and how to mend it, on stderr; returns the exit code. */
export function explain(thrown: unknown): number {
  const error = storageProblem(thrown) ?? thrown;
  const write = (text: string) => process.stderr.write(`${text}\n`);
  if (!(error instanceof AppError)) {
    write(`broadsheet: ${messageOf(error)}`);
    if (error instanceof Error && error.stack) write(error.stack.split('\n').slice(1).join('\n'));
    return 3;
  }
  write(`broadsheet: ${ERROR_CODES[error.code].meaning} (${error.code})`);
  for (const line of error.message.split('\n')) write(`  ${line}`);
  if (error.hint) write(`  → ${error.hint}`);
  return error.exitCode;
}

/**
 * `magazine   18 articles, 18 new`, with what was left out or mended beneath, each with its reason.
 */
export function sourceLines(reports: readonly SourceReport[]): string[] {
  return reports.flatMap((report) => [
    `${report.sourceId.padEnd(14)} ${sourceSummary(report)}`,
    ...report.refused.map(({ what, reason }) => `${''.padEnd(14)} ${shorten(oneLine(what), 60)}: ${reason}`),
  ]);
}

/** Each article with the reason it is in or out. */
export function decisionLines(decisions: readonly Decision[]): string[] {
  return decisions.map(({ article, in: chosen, reason }) => {
    const when = new Date(article.publishedAt).toISOString().slice(0, 16).replace('T', ' ');
    return `${chosen ? '+' : '-'} ${when}  ${shorten(article.headline, 68).padEnd(68)}  ${decisionWords(reason)}`;
  });
}

/** @param waits of a draft on the desk: how it stands. */
export function editionLine(status: EditionStatus, waits?: string): string {
  const about = waits ?? (reasonInWords(status.reason) || storiesInWords(status));
  return `${status.id.padEnd(24)} ${status.state.padEnd(9)} ${about}`;
}

/** The equation, and the addresses that may hold two copies. */
export function ledgerLines(status: EditionStatus): string[] {
  const lines = [describeLedger(status)];
  if (status.possibleSecondCopies > 0)
    lines.push(`${status.possibleSecondCopies} may hold two copies: sent again after an uncertain attempt`);
  return lines;
}

/**
 * `12.5 a second, about 40 s left`, what is put off, and what servers said: of attempts, where the
 * ledger counts people.
 */
export function watchLines({ pace, putOff, replies }: Watch): string[] {
  return [
    ...(pace ? [`${pace.perSecond} a second, about ${inWords(pace.secondsLeft)} left`] : []),
    ...(putOff ? [putOffInWords(putOff)] : []),
    ...replies.map(
      ({ outcome, reply, attempts }) => `${counted(attempts, 'attempt', 'attempts')} ${outcome}: ${reply}`,
    ),
  ];
}

/** `13 deferred, next attempt at 08:15`, by this machine's clock. */
export function putOffInWords({ people, nextAttemptAt }: PutOff): string {
  return `${people} deferred, next attempt at ${timeOfDay(nextAttemptAt)}`;
}

function timeOfDay(at: number): string {
  return new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' }).format(at);
}

/** `The relay cannot be used since …`, with the last error; none while it can. */
export function relayLines(trouble: RelayTrouble | undefined, now: number): string[] {
  if (!trouble) return [];
  const ago = (at: number) => inWords(Math.max(0, Math.round((now - at) / SECOND_MS)));
  return [
    `The relay cannot be used since ${new Date(trouble.since).toISOString().slice(0, 16).replace('T', ' ')} UTC (${ago(trouble.since)}): ${trouble.lastError}`,
    `  Last tried ${ago(trouble.lastTriedAt)} ago. What is prepared waits; \`broadsheet doctor\` looks at the relay.`,
  ];
}

/** `40 s`, `3 min`, `2 h`. */
export function inWords(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

/**
 * 0 when everybody prepared was accepted or had left; 1 when somebody did not get it, or not yet.
 */
export function exitCodeOf(statuses: readonly EditionStatus[]): number {
  const fine = statuses.every(
    (status) =>
      status.balanced && status.deliveries.rejected + status.deliveries.uncertain + unsettled(status) === 0,
  );
  return fine ? EXIT.done : EXIT.notAllDelivered;
}

function sourceSummary(report: SourceReport): string {
  if (report.reason) return `failed: ${sourceFailureWords(report.reason)}`;
  if (report.kind === 'unchanged') return 'nothing new since last time';
  const parts = [`${report.offered} articles`, `${report.added} new`];
  if (report.later > 0) parts.push(`${report.later} more new ones left for the next time`);
  if (report.updated > 0) parts.push(`${report.updated} updated`);
  if (report.withdrawn > 0) parts.push(`${report.withdrawn} withdrawn`);
  const leftOut = report.refused.filter((one) => one.leftOut).length;
  if (leftOut > 0) parts.push(`${leftOut} left out`);
  return parts.join(', ');
}

/** `1 story`, `18 stories`. */
export function counted(count: number, one: string, several: string): string {
  return `${count} ${count === 1 ? one : several}`;
}

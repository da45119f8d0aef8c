import type { Verdict } from './verdict.ts';

export type Outcome =
  | { readonly judge: string; readonly verdict: Verdict }
  /** Why the judge could not be asked: what is to be installed, or what went wrong. */
  | { readonly judge: string; readonly notRun: string };

const COLUMNS = ['judge', 'score', 'limit', 'verdict'];
const MOST_DETAILS = 12;

/** A line for each judge, and below it what was found, at most `mostDetails` lines. */
export function table(outcomes: readonly Outcome[], mostDetails = MOST_DETAILS): string {
  const rows = [COLUMNS, ...outcomes.map(cells)];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column === 1 || column === 2 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  return lines.flatMap((line, at) => [line, ...detailsOf(outcomes[at - 1], mostDetails)]).join('\n');
}

/** For a program to read; a judge that could not be asked says why in place of its score. */
export function json(outcomes: readonly Outcome[]): string {
  const plain = outcomes.map((outcome) =>
    'verdict' in outcome
      ? {
          judge: outcome.judge,
          score: outcome.verdict.score,
          limit: outcome.verdict.limit,
          pass: outcome.verdict.pass,
        }
      : { judge: outcome.judge, score: `not run: ${outcome.notRun}`, limit: null, pass: false },
  );
  return JSON.stringify(plain, null, 2);
}

function cells(outcome: Outcome): string[] {
  if ('notRun' in outcome) return [outcome.judge, '', '', `not run: ${outcome.notRun}`];
  const { score, limit, pass } = outcome.verdict;
  return [outcome.judge, String(score), String(limit), pass ? 'pass' : 'FAIL'];
}

function detailsOf(outcome: Outcome | undefined, most: number): string[] {
  if (!outcome || 'notRun' in outcome) return [];
  const { details } = outcome.verdict;
  const more = details.length - most;
  return [...details.slice(0, most), ...(more > 0 ? [`and ${more} more`] : [])].map((line) => `    ${line}`);
}

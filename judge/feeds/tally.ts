import type { Verdict } from '../verdict.ts';
import type { Kind } from './answers.ts';
import type { Compared } from './compare.ts';

const UNEXPLAINED = 'unexplained';
const MOST_CHARACTERS = 160;

/**
 * Counts how the answers about one field stand to each other. The score is the share of feedparser's answers, in per
 * cent, on which both agree; an answer that only we have is no disagreement. It passes when the score reaches the limit
 * and every difference is explained.
 * @param list each difference on a line of its own, instead of one line for each explanation.
 */
export function verdictOf(all: readonly Compared[], limit: number, list: boolean): Verdict {
  const count = (kind: Kind) => all.filter((one) => one.kind === kind).length;
  const questions = all.filter(({ kind }) => kind === 'differ' || kind === 'only theirs');
  const unexplained = questions.filter(({ because }) => because === undefined);
  const answered = count('agree') + questions.length;
  const score = answered === 0 ? 100 : Math.floor((count('agree') / answered) * 10_000) / 100;
  return {
    score,
    limit,
    pass: score >= limit && unexplained.length === 0,
    details: [
      `${all.length} entries: ${count('agree')} agree, ${count('differ')} differ, only one answered ${count('only ours') + count('only theirs')} (ours ${count('only ours')}, theirs ${count('only theirs')}), neither ${count('neither')}`,
      ...(list ? questions.map(lineOf) : [...unexplained.map(lineOf), ...groups(questions)]),
    ],
  };
}

/** A line for each explanation, with how often it holds. */
function groups(questions: readonly Compared[]): string[] {
  const explained = Map.groupBy(
    questions.filter(({ because }) => because !== undefined),
    ({ kind, because }) => `${kind}: ${because}`,
  );
  return [...explained].map(([reason, some]) => `${some.length} × ${reason}`);
}

function lineOf({ feed, kind, ours, theirs, because = UNEXPLAINED }: Compared): string {
  return `${feed}: ${kind}, ${shown(ours)} ≠ ${shown(theirs)}: ${because}`;
}

function shown(text: string): string {
  return text === '' ? 'nothing' : JSON.stringify(text.slice(0, MOST_CHARACTERS));
}

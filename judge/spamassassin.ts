import { debian, run } from './tool.ts';
import type { Judge, SentMessage } from './verdict.ts';

/** Without the network, where a rule about the sender's standing could neither help nor harm. */
const ALONE = ['--local', '--test-mode', '--nocreate-prefs', '--cf=use_bayes 0', '--cf=use_txrep 0'];
const LIMIT = 0.5;
const AT_ONCE = 2;

/** What a widespread spam filter makes of the message; from 5 points on it would be spam. */
export const spamassassin: Judge = {
  name: 'SpamAssassin',
  needs: debian('spamassassin', 'spamassassin', ['--version']),
  async judge(messages) {
    const queue = messages.values();
    const reports: Report[] = [];
    const work = async () => {
      for (const message of queue) reports.push(await reportOn(message));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    const worst = reports.toSorted((a, b) => b.score - a.score);
    const score = worst[0]?.score ?? Number.NaN;
    return {
      score,
      limit: LIMIT,
      pass: score <= LIMIT,
      details: worst.filter((report, at) => at === 0 || report.score > LIMIT).map(describe),
    };
  },
};

interface Report {
  readonly message: SentMessage;
  readonly score: number;
  /** Those that gave or took points. */
  readonly rules: readonly string[];
}

async function reportOn(message: SentMessage): Promise<Report> {
  const { out } = await run('spamassassin', ALONE, message.raw);
  const score = /\(([\d.-]+) points, [\d.]+ required\)/.exec(out)?.[1];
  if (score === undefined)
    throw new Error(`spamassassin said nothing of ${message.name}: ${out.slice(-500)}`);
  const rules = [...out.matchAll(/^ *(-?\d+\.\d) ([A-Z][A-Z0-9_]+) /gm)]
    .filter(([, points]) => Number(points) !== 0)
    .map(([, points, rule]) => `${rule} ${points}`);
  // They stand in the report and in a header that quotes it.
  return { message, score: Number(score), rules: [...new Set(rules)] };
}

function describe({ message, score, rules }: Report): string {
  return `${message.name}: ${score}${rules.length > 0 ? ` (${rules.join(', ')})` : ''}`;
}

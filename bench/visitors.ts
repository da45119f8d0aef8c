import { runScript } from './child.ts';
import { alone, compare, type Line, median } from './figures.ts';
import type { Options } from './options.ts';
import type { Sink } from './sink.ts';
import type { VisitedRun, VisitedTask } from './visited.ts';

const VISITORS = 100;
/** Half of what is sent alone is left beside them; a third at least. */
const GOAL = { of: 'ratio', better: 'higher', goal: 0.5, floor: 0.33 } as const;

/** Messages a second while a hundred visitors ask for the page of an edition without a pause, against nobody asking. */
export async function visitors(options: Options, { port }: Sink): Promise<Line[]> {
  const { rounds, messages, connections } = options;
  const rates: { ours: number; theirs: number }[] = [];
  const visits: number[] = [];
  const longest: number[] = [];
  const run = (visitors: number) =>
    runScript<VisitedRun>('visited.ts', { port, connections, messages, visitors } satisfies VisitedTask);
  for (let round = 0; round < rounds; round += 1) {
    const [alone, beside] = [await run(0), await run(VISITORS)];
    rates.push({ ours: messages / beside.seconds, theirs: messages / alone.seconds });
    visits.push(beside.visits.count / beside.seconds);
    longest.push(beside.visits.slowestMs);
  }
  return [
    compare(`sending beside ${VISITORS} visitors of an edition, against sending alone`, 'msg/s', rates, GOAL),
    alone('… pages meanwhile', '/s', [median(visits)]),
    alone('… the slowest of them', 'ms', [median(longest)]),
  ];
}

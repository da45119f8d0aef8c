import { runScript } from './child.ts';
import { alone, type Figure, type Line } from './figures.ts';
import type { Options } from './options.ts';
import type { Sink } from './sink.ts';
import type { TakeRun, TakeTask } from './take-sign-ups.ts';

/** 200 sign-ups a second for half a minute, while an edition is being sent as fast as the sink takes it. */

const PER_SECOND = 200;
const SECONDS = 30;
const QUICK_SECONDS = 5;
/** An edition that is not through before the sign-ups are. */
const MESSAGES_A_SECOND = 2500;

/** @throws when the ledger does not hold every reader's mail and every sign-up that was said yes to. */
export async function signUps({ quick, connections }: Options, { port }: Sink): Promise<Line[]> {
  const seconds = quick ? QUICK_SECONDS : SECONDS;
  const task: TakeTask = {
    port,
    connections,
    perSecond: PER_SECOND,
    seconds,
    messages: MESSAGES_A_SECOND * seconds,
  };
  const run = await runScript<TakeRun>('take-sign-ups.ts', task);
  const at = (share: number) => run.tookMs[Math.floor((run.tookMs.length - 1) * share)] ?? Number.NaN;
  return [
    errors(run),
    alone('sign-ups taken', '/s', [run.tookMs.length / run.seconds]),
    alone('… answered within, the half of them', 'ms', [at(0.5)]),
    alone('… 99 of 100', 'ms', [at(0.99)]),
    alone('confirmations sent meanwhile', '/s', [run.confirmedMeanwhile / run.seconds]),
    alone('messages of the edition meanwhile', '/s', [run.sentMeanwhile / run.seconds]),
    alone('all of both settled after', 's', [run.settledSeconds]),
  ];
}

function errors({ errors: all, tookMs }: TakeRun): Figure {
  for (const one of new Set(all)) console.error(`${all.filter((other) => other === one).length} × ${one}`);
  return alone(`sign-ups that failed, of ${all.length + tookMs.length}`, '', [all.length], {
    of: 'ours',
    better: 'lower',
    goal: 0,
    floor: 0,
  });
}

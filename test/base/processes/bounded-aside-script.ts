import { answerBounded } from '../../../src/base/processes/bounded-aside.ts';

const kept: string[][] = [];

/** Does what it is asked to, good or bad. */
answerBounded<string, string>(async (task) => {
  if (task === 'loop') for (;;) kept.length = 0;
  if (task === 'backtrack') return String(/^(a+)+$/.test(`${'a'.repeat(60)}b`));
  if (task === 'hang') return new Promise<string>(() => undefined);
  if (task === 'throw') throw new Error('it was asked to throw');
  if (task === 'exit') process.exit(1);
  if (task === 'grow') for (;;) kept.push(Array.from({ length: 100_000 }, (_, n) => `${n}${kept.length}`));
  if (task === 'pid') return String(process.pid);
  return `${task}, done`;
});

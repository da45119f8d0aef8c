import { AppError } from '../../../src/base/errors.ts';
import { piecesOfThread } from '../../../src/base/processes/thread.ts';

export interface Counting {
  readonly upTo: number;
  readonly atLast?: 'fail' | 'refuse' | 'die';
  /** Counts the pieces that were made. */
  readonly made?: SharedArrayBuffer;
}

/** Counts, and then does as it is told. */
piecesOfThread<Counting, number>(async function* ({ upTo, atLast, made }) {
  for (let n = 1; n <= upTo; n += 1) {
    if (made) Atomics.add(new Int32Array(made), 0, 1);
    yield n;
  }
  if (atLast === 'fail') throw new TypeError('it cannot count further');
  if (atLast === 'refuse')
    throw new AppError('IMPORT_STOPPED', 'it will not count further', { hint: 'Rest.' });
  if (atLast === 'die') process.exit();
});

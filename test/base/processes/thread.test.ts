import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../src/base/errors.ts';
import { inThread } from '../../../src/base/processes/thread.ts';
import type { Counting } from './thread-script.ts';

const script = new URL('./thread-script.ts', import.meta.url);
const count = (task: Counting) => inThread<Counting, number>(script, task);

describe('pieces made in a thread', () => {
  test('come in their order, to the last', async () => {
    expect(await all(count({ upTo: 100 }))).toEqual(Array.from({ length: 100 }, (_, n) => n + 1));
    expect(await all(count({ upTo: 0 }))).toEqual([]);
  });

  test('are made one ahead and no further, however long each is used', async () => {
    const made = new SharedArrayBuffer(4);
    const furthest: number[] = [];
    for await (const n of count({ upTo: 1_000, made })) {
      await expect.poll(() => new Int32Array(made)[0]).toBeGreaterThan(n);
      await delay(20);
      furthest.push((new Int32Array(made)[0] ?? 0) - n);
      if (n === 3) break;
    }
    expect(furthest).toEqual([1, 1, 1]);
    await delay(20);
    expect(new Int32Array(made)[0]).toBe(4);
  });

  test('that cannot go on say why, after those that were made, with code and hint', async () => {
    const failing = count({ upTo: 1, atLast: 'fail' });
    expect(await failing.next()).toEqual({ done: false, value: 1 });
    await expect(failing.next()).rejects.toThrow(new TypeError('it cannot count further'));
    const refused = all(count({ upTo: 1, atLast: 'refuse' }));
    await expect(refused).rejects.toThrow(AppError);
    await expect(refused).rejects.toMatchObject({
      ...{ code: 'IMPORT_STOPPED', message: 'it will not count further', hint: 'Rest.' },
    });
  });

  test('whose thread ends before it is done are no end, but an error', async () => {
    await expect(all(count({ upTo: 1, atLast: 'die' }))).rejects.toThrow(
      'thread-script.ts ended before it was done',
    );
  });
});

async function all<Piece>(pieces: AsyncIterable<Piece>): Promise<Piece[]> {
  const made: Piece[] = [];
  for await (const piece of pieces) made.push(piece);
  return made;
}

import { fork } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { BoundedAside } from '../../../src/base/processes/bounded-aside.ts';

const SCRIPT = new URL('./bounded-aside-script.ts', import.meta.url);
const LONG_MS = 30_000;
const SHORT_MS = 300;

async function withAside(work: (aside: BoundedAside<string, string>) => Promise<void>): Promise<void> {
  const aside = new BoundedAside<string, string>(SCRIPT);
  await work(aside).finally(() => aside.close());
}

test('tasks are answered in the order they were asked', () =>
  withAside(async (aside) => {
    const answers = await Promise.all(['a', 'b', 'c'].map((task) => aside.ask(task, LONG_MS)));
    expect(answers).toEqual(['a', 'b', 'c'].map((task) => ({ kind: 'done', result: `${task}, done` })));
  }));

test.each([
  ['never stops', 'loop', SHORT_MS, { kind: 'ended', why: 'deadline' }],
  ['is caught in a regular expression', 'backtrack', SHORT_MS, { kind: 'ended', why: 'deadline' }],
  ['waits for ever', 'hang', SHORT_MS, { kind: 'ended', why: 'deadline' }],
  ['fills its memory', 'grow', LONG_MS, { kind: 'ended', why: 'memory' }],
  ['exits', 'exit', LONG_MS, { kind: 'ended', why: 'crashed' }],
  ['throws', 'throw', LONG_MS, { kind: 'threw', reason: 'it was asked to throw' }],
] as const)('a task that %s costs itself and no other', (_what, task, deadlineMs, expected) =>
  withAside(async (aside) => {
    const before = aside.ask('before', LONG_MS);
    const bad = aside.ask(task, deadlineMs);
    const after = aside.ask('after', LONG_MS);
    expect(await bad).toEqual(expected);
    expect([await before, await after]).toEqual([
      { kind: 'done', result: 'before, done' },
      { kind: 'done', result: 'after, done' },
    ]);
  }),
);

test('this process goes on while a task never stops', () =>
  withAside(async (aside) => {
    const bad = aside.ask('loop', SHORT_MS);
    let turns = 0;
    const counting = setInterval(() => {
      turns += 1;
    }, 10);
    await bad;
    clearInterval(counting);
    expect(turns).toBeGreaterThan(3);
  }));

test('waiting for others does not count against a task', () =>
  withAside(async (aside) => {
    const [, , last] = await Promise.all([
      aside.ask('loop', SHORT_MS),
      aside.ask('hang', SHORT_MS),
      aside.ask('patient', LONG_MS),
    ]);
    expect(last).toEqual({ kind: 'done', result: 'patient, done' });
  }));

test('closing ends what runs and answers what waits', async () => {
  const aside = new BoundedAside<string, string>(SCRIPT);
  const answers = ['loop', 'b'].map((task) => aside.ask(task, LONG_MS));
  await delay(SHORT_MS);
  await aside.close();
  expect(await Promise.all([...answers, aside.ask('c', LONG_MS)])).toEqual(
    Array.from({ length: 3 }, () => ({ kind: 'ended', why: 'closed' })),
  );
});

test('a process that is asked nothing ends, and the next task begins another', () =>
  withAside(async (aside) => {
    const first = await pidOf(aside);
    expect(await pidOf(aside)).toBe(first);
    await expect.poll(() => isAlive(first), { timeout: 20_000 }).toBe(false);
    expect(await pidOf(aside)).not.toBe(first);
  }));

test('a busy process ends with the one that asked, also when that one is killed', async () => {
  const asker = fork(fileURLToPath(new URL('./bounded-aside-asker.ts', import.meta.url)), { execArgv: [] });
  const pid = await new Promise<number>((resolve) =>
    asker.on('message', (message) => resolve(Number(message))),
  );
  expect(isAlive(pid)).toBe(true);
  asker.kill('SIGKILL');
  await expect.poll(() => isAlive(pid), { timeout: 20_000 }).toBe(false);
});

async function pidOf(aside: BoundedAside<string, string>): Promise<number> {
  const answer = await aside.ask('pid', LONG_MS);
  return answer.kind === 'done' ? Number(answer.result) : 0;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

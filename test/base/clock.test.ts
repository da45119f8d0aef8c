import { expect, test } from 'vitest';
import { clockAt, systemClock } from '../../src/base/clock.ts';

test('a sleep that is called off ends at once and without an error', async () => {
  const calledOff = new AbortController();
  const started = performance.now();
  const sleeping = systemClock.sleep(60_000, calledOff.signal);
  calledOff.abort();
  await sleeping;
  await systemClock.sleep(60_000, AbortSignal.abort());
  expect(performance.now() - started).toBeLessThan(5_000);
});

test('a clock that stands still shows its moment, and still sleeps', async () => {
  const clock = clockAt(1_605_078_000_000);
  const started = performance.now();
  await clock.sleep(20);
  expect(performance.now() - started).toBeGreaterThan(10);
  expect(clock.now()).toBe(1_605_078_000_000);
});

test('a sleep until a moment that is past, or that is no moment, ends at once and warns nobody', async () => {
  const warnings: string[] = [];
  const hear = ({ name }: Error) => void warnings.push(name);
  process.on('warning', hear);
  for (const ms of [-5, Number.NEGATIVE_INFINITY, Number.NaN, 0]) await systemClock.sleep(ms);
  await new Promise(setImmediate);
  process.off('warning', hear);
  expect(warnings).toEqual([]);
});

test.each([2 ** 31, 90 * 86_400_000, Number.POSITIVE_INFINITY])(
  'a sleep of %d ms does not end at once',
  async (ms) => {
    const calledOff = new AbortController();
    let isOver = false;
    const sleeping = systemClock.sleep(ms, calledOff.signal).then(() => {
      isOver = true;
    });
    await systemClock.sleep(50);
    expect(isOver).toBe(false);
    calledOff.abort();
    await sleeping;
  },
);

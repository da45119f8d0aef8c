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

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ProgressBar } from '../../src/cli/progress-bar.ts';

let written = '';
beforeEach(() => {
  written = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written += text;
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

const START = 1_000_000;

test('on a terminal it is a bar that redraws itself and leaves nothing behind', () => {
  const bar = new ProgressBar('delivered', START, true);
  bar.update(50, 100, START + 10_000);
  expect(written).toBe(
    `\r\x1b[2K${'█'.repeat(14)}${'░'.repeat(14)} delivered 50 of 100, 5 a second, about 10 s left`,
  );
  bar.finish();
  expect(written.endsWith('\r\x1b[2K')).toBe(true);
});

test('in a log it is a line every ten seconds, and none at all for short work', () => {
  const bar = new ProgressBar('delivered', START, false);
  for (let second = 0; second < 9; second += 1) bar.update(second, 100, START + second * 1_000);
  expect(written).toBe('');
  for (let second = 9; second <= 25; second += 1) bar.update(second, 100, START + second * 1_000);
  expect(written).toBe(
    'delivered 10 of 100, 1 a second, about 2 min left\ndelivered 20 of 100, 1 a second, about 2 min left\n',
  );
  bar.finish();
});

test.each([
  ['before it has begun', 0, 5_000, ''],
  ['in its first second', 10, 500, ''],
  ['while it only waits', 1, 30_000, ''],
  ['for hours to come', 60, 60_000, ', 1 a second, about 166 min left'],
  ['at the end', 10_000, 10_000, ', 1000 a second'],
])('%s it promises what can be known', (_when, done, elapsed, pace) => {
  const bar = new ProgressBar('delivered', START, true);
  bar.update(done, 10_000, START + elapsed);
  expect(written).toMatch(new RegExp(`delivered ${done} of 10000${pace}$`));
});

test('what only waits has a moment in place of a pace', () => {
  const bar = new ProgressBar('delivered', START, true);
  bar.update(9_987, 10_000, START + 60_000, '13 deferred, next attempt at 08:15');
  expect(written).toMatch(/delivered 9987 of 10000, 13 deferred, next attempt at 08:15$/);
});

test('nothing to do is no bar', () => {
  const bar = new ProgressBar('delivered', START, true);
  bar.update(0, 0, START);
  bar.finish();
  expect(written).toBe('');
});

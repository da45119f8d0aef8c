import { afterEach, expect, test, vi } from 'vitest';
import { App } from '../../src/app.ts';
import { clockAt, HOUR_MS, MINUTE_MS } from '../../src/base/clock.ts';
import { loadConfig } from '../../src/config/config.ts';
import { openFolder } from '../cli/command.ts';
import { SILENT } from '../delivery/fixture.ts';

const START = Date.UTC(2026, 10, 22, 7);

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test('a clock that leaps two days ahead wakes the schedule, and writes no line for each minute in between', async () => {
  const folder = openFolder();
  const config = loadConfig(
    { DATA_DIR: `${folder.path}/data`, PORT: '0' },
    `${folder.path}/newsletters.yaml`,
  );
  const app = await App.open(config, SILENT, clockAt(START));
  const lines: unknown[] = [];
  for (const stream of [process.stderr, process.stdout])
    vi.spyOn(stream, 'write').mockImplementation((line) => lines.push(line) > 0);
  for (const way of ['log', 'info', 'warn', 'error', 'debug'] as const)
    vi.spyOn(console, way).mockImplementation((line) => void lines.push(line));
  const looked = vi.spyOn(app, 'runSchedule').mockResolvedValue();
  vi.useFakeTimers({
    now: START,
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'],
  });
  app.startSchedule();
  await vi.advanceTimersByTimeAsync(2 * MINUTE_MS);
  vi.setSystemTime(START + 53 * HOUR_MS);
  await vi.advanceTimersByTimeAsync(3 * MINUTE_MS);
  const times = looked.mock.calls.length;
  vi.useRealTimers();
  vi.restoreAllMocks();
  expect(times).toBeGreaterThan(2);
  await app.close();
  folder[Symbol.dispose]();
  expect(lines).toEqual([]);
});

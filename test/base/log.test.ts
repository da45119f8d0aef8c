import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { abridge } from '../../src/base/log.ts';

test.each([
  ['anna.maria@example.org', 'a…@example.org'],
  ['a@example.org', 'a…@example.org'],
  ['"odd@one"@example.org', '"…@example.org'],
  ['erased', '…'],
  ['@example.org', '…'],
  ['', '…'],
])('%j is abridged to %j: a hint, not an address', (address, abridged) => {
  expect(abridge(address)).toBe(abridged);
});

test('a log writes JSON lines to stderr, from its level on, and leaves stdout alone', async () => {
  const { stdout, stderr } = await loggingProcess('info', false);
  expect(stdout).toBe('');
  const lines = stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toEqual([
    { level: 30, time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/), source: 'folder', msg: 'Collected' },
    {
      level: 50,
      time: expect.any(String),
      error: expect.objectContaining({ message: 'gone' }),
      msg: 'Failed',
    },
  ]);
});

test('on a terminal a log is lines for a person', async () => {
  const { stderr } = await loggingProcess('info', true);
  expect(stderr).toMatch(/INFO.*Collected/);
  expect(stderr).not.toContain('"msg"');
});

test('a silent log says nothing', async () => {
  expect(await loggingProcess('silent', false)).toEqual({ stdout: '', stderr: '' });
});

function loggingProcess(level: string, terminal: boolean): Promise<{ stdout: string; stderr: string }> {
  const module = new URL('../../src/base/log.ts', import.meta.url).href;
  const script = `
    const { createLog } = await import(${JSON.stringify(module)});
    const log = createLog(${JSON.stringify(level)}, ${terminal});
    log.debug('Too small to tell');
    log.info({ source: 'folder' }, 'Collected');
    log.error({ error: new Error('gone') }, 'Failed');`;
  return promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
}

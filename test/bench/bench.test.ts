import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { alone, compare, json, median, table, verdict } from '../../bench/figures.ts';
import { MESSAGE_BYTES } from '../../bench/newsroom.ts';
import { readOptions } from '../../bench/options.ts';
import { summarise } from '../../bench/profile.ts';
import { renderSample } from '../../bench/sample.ts';
import { mergeMessage, prepareMessage } from '../../src/mail/mime/message.ts';

const BENCH = resolve(import.meta.dirname, '../../bench/bench.ts');
const GOAL = { of: 'ratio', better: 'higher', goal: 0.7, floor: 0.5 } as const;

describe('a figure', () => {
  test('has the median of its rounds, and of their ratios', () => {
    const rounds = [
      { ours: 50, theirs: 100 },
      { ours: 10, theirs: 100 },
      { ours: 60, theirs: 100 },
    ];
    const figure = compare('sending', 'msg/s', rounds, GOAL);
    expect(figure).toMatchObject({ ours: 50, theirs: 100, ratio: 0.5, spread: [0.1, 0.6] });
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  test('reaches its goal, its floor, or neither', () => {
    const at = (ours: number) => verdict(compare('sending', 'msg/s', [{ ours, theirs: 1 }], GOAL));
    expect([0.7, 0.69, 0.49].map(at)).toEqual(['goal', 'floor', 'no']);
    const memory = { of: 'ours', better: 'lower', goal: 200, floor: 300 } as const;
    expect([200, 201, 301].map((mb) => verdict(alone('memory', 'MB', [mb], memory)))).toEqual([
      'goal',
      'floor',
      'no',
    ]);
  });

  test('that could not be measured is said in the table and left out of the JSON', () => {
    const lines = [alone('memory', 'MB', [1]), { name: 'signed', missing: 'not built yet' }];
    expect(table(lines)).toContain('signed  not built yet');
    expect(JSON.parse(json(lines))).toEqual([
      { name: 'memory', ours: 1, theirs: null, ratio: null, unit: 'MB' },
    ]);
  });
});

test('the message both sides send is as long as smtp-source is told', async () => {
  const { mail, messageHeaders, recipient } = await renderSample();
  const { length } = mergeMessage(prepareMessage(mail, messageHeaders), recipient(1));
  expect(Math.abs(length - MESSAGE_BYTES)).toBeLessThan(MESSAGE_BYTES * 0.03);
});

test('an option that is none is refused in words', () => {
  expect(() => readOptions(['--rounds', 'many'])).toThrow('--rounds is a whole number of at least 1');
  expect(() => readOptions(['--sink', 'kitchen'])).toThrow('--sink is postfix or in-repo');
});

test('a profile is read by owner and by function, without the idle time', () => {
  const frame = (functionName: string, url = '') => ({ functionName, url, lineNumber: 0 });
  const nodes = [
    { id: 1, callFrame: frame('(idle)') },
    { id: 2, callFrame: frame('claim', 'file:///x/src/delivery/engine/claim.ts') },
    { id: 3, callFrame: frame('compile', 'file:///x/node_modules/kysely/dist/a.js') },
  ];
  const summary = summarise({ nodes, samples: [1, 2, 3], timeDeltas: [900, 75, 25] });
  expect(summary).toContain('75.0 %  src/delivery');
  expect(summary).toContain('25.0 %  kysely');
});

test('sends through the whole application to a sink of its own, and leaves no process behind', async () => {
  const args = [BENCH, '--only', 'send', '--sink', 'in-repo', '--rounds', '1', '--messages', '60', '--json'];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { timeout: 50_000 });
  const [pool] = JSON.parse(stdout);
  expect(pool).toMatchObject({ name: expect.stringContaining("nodemailer's pool"), unit: 'msg/s' });
  expect(pool.ratio).toBeGreaterThan(0);
  expect(stderr).toContain('in-repo sink');
});

import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createLog } from '../../src/base/log.ts';
import { ourVocabulary } from '../../src/config/vocabulary.ts';
import { createServer } from '../../src/web/server.ts';
import { Turnstile } from '../../src/web/turnstile.ts';

test('as many as fit enter at once, the others in the turns that follow, in the order they came', async () => {
  const turnstile = new Turnstile(2);
  const entered: number[] = [];
  for (let visitor = 1; visitor <= 5; visitor += 1) turnstile.enter(() => entered.push(visitor));
  expect(entered).toEqual([1, 2]);
  await turn();
  expect(entered).toEqual([1, 2, 3, 4]);
  await turn();
  expect(entered).toEqual([1, 2, 3, 4, 5]);
});

test('who comes while others wait does not pass them', async () => {
  const turnstile = new Turnstile(1);
  const entered: string[] = [];
  const enter = (name: string) => turnstile.enter(() => entered.push(name));
  enter('first');
  enter('second');
  await turn();
  enter('third');
  expect(entered).toEqual(['first', 'second']);
  await turn();
  expect(entered).toEqual(['first', 'second', 'third']);
});

test('after an idle time a visitor enters at once', async () => {
  const turnstile = new Turnstile(1);
  const entered: string[] = [];
  turnstile.enter(() => entered.push('early'));
  await turn();
  await turn();
  turnstile.enter(() => entered.push('late'));
  expect(entered).toEqual(['early', 'late']);
});

test('between two of very many visitors whatever else the process does has its turn', async () => {
  const app = await createServer({ log: createLog('silent'), words: () => ourVocabulary().in('en') });
  try {
    let turns = 0;
    const turnsSeen: number[] = [];
    app.get('/page', async () => {
      turnsSeen.push(turns);
      return 'a page';
    });
    await app.ready();
    let crowded = true;
    const others = (async () => {
      for (; crowded; turns += 1) await turn();
    })();
    const answers = await Promise.all(Array.from({ length: 50 }, () => app.inject('/page')));
    crowded = false;
    await others;
    expect(answers.every(({ statusCode }) => statusCode === 200)).toBe(true);
    expect(new Set(turnsSeen).size).toBeGreaterThanOrEqual(49);
  } finally {
    await app.close();
  }
});

import { setTimeout as delay } from 'node:timers/promises';
import { answer } from './child.ts';

/** Readers who sign up, so many a second whatever the server does: each from a network and at a domain of their own. */

export interface AskTask {
  readonly port: number;
  readonly perSecond: number;
  readonly seconds: number;
}

export interface AskRun {
  /** What was answered otherwise than with the page that says to look in the inbox. */
  readonly errors: readonly string[];
  /** From asking to the whole answer, in milliseconds, sorted. */
  readonly tookMs: readonly number[];
  /** From the first asking to the last answer. */
  readonly seconds: number;
}

const GOOD = 'Look in your inbox';

await answer<AskTask>(async ({ port, perSecond, seconds }) => {
  const began = performance.now();
  const asked: Promise<string | number>[] = [];
  while (asked.length < perSecond * seconds) {
    const due = Math.min(perSecond * seconds, ((performance.now() - began) / 1000) * perSecond);
    while (asked.length < due) asked.push(ask(port, asked.length));
    await delay(2);
  }
  const answers = await Promise.all(asked);
  const run: AskRun = {
    errors: answers.filter((one) => typeof one === 'string'),
    tookMs: answers.filter((one) => typeof one === 'number').sort((a, b) => a - b),
    seconds: (performance.now() - began) / 1000,
  };
  return run;
});

async function ask(port: number, n: number): Promise<string | number> {
  const began = performance.now();
  try {
    const response = await fetch(`http://127.0.0.1:${port}/subscribe`, {
      method: 'POST',
      body: new URLSearchParams({ email: `new-${n}@town-${n}.example`, newsletter: 'daily' }),
      headers: { accept: 'text/html', 'x-forwarded-for': `10.${n >> 8}.${n & 255}.1` },
    });
    const page = await response.text();
    if (response.status !== 200 || !page.includes(GOOD)) return `answered ${response.status}`;
    return performance.now() - began;
  } catch (error) {
    return String(error instanceof Error ? (error.cause ?? error) : error);
  }
}

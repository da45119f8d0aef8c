import { answer } from './child.ts';

/** Visitors who ask for one page again and again, each as soon as they have it, until the site no longer answers. */

export interface VisitTask {
  readonly url: string;
  readonly visitors: number;
}

export interface VisitRun {
  readonly count: number;
  readonly slowestMs: number;
}

const CLOSING = 503;

await answer<VisitTask>(async ({ url, visitors }) => {
  let [count, slowestMs] = [0, 0];
  const visitor = async () => {
    for (;;) {
      const began = performance.now();
      const status = await ask(url);
      if (status === undefined || status === CLOSING) return; // everything was sent
      if (status !== 200) throw new Error(`${url} answered ${status}`);
      count += 1;
      slowestMs = Math.max(slowestMs, performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: visitors }, visitor));
  return { count, slowestMs } satisfies VisitRun;
});

/** Returns the status of an answer that was read to its end; undefined where the site is gone. */
async function ask(url: string): Promise<number | undefined> {
  try {
    const response = await fetch(url);
    await response.text();
    return response.status;
  } catch {
    return undefined;
  }
}

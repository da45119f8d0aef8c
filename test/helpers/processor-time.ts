/**
 * Processor time of this thread, in milliseconds of a machine that does nothing else. A machine shared with other work gives
 * each millisecond less: what took longer than it may is held against a fixed piece of work, done right beside it.
 */

/** What `reference` takes on an idle machine of two cores; a slower machine's milliseconds are scaled to it. */
const REFERENCE_MS = 20;
const ATTEMPTS = 4;
/** Further attempts would not bring down what takes so many times as long as it may. */
const HOPELESS = 3;

/** Returns the least time of a few attempts; one that stays below `limit` is enough. What `work` throws is no matter here. */
export async function processorMs(work: () => unknown, limit: number): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    least = Math.min(least, await scaledMs(work, limit));
    if (least < limit || (attempt > 0 && least > HOPELESS * limit)) break;
  }
  return least;
}

async function scaledMs(work: () => unknown, limit: number): Promise<number> {
  const took = await threadMs(work);
  if (took < limit) return took;
  const slowness = (await threadMs(reference)) / REFERENCE_MS;
  return took / Math.max(1, slowness);
}

async function threadMs(work: () => unknown): Promise<number> {
  const before = process.threadCpuUsage();
  try {
    await work();
  } catch {
    // A parser may refuse what it is given.
  }
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

/** A fixed piece of work like that of the parsers: a megabyte is searched, parted and put together again. */
function reference(): number {
  const text = '日 a line & <b>text</b>;\n'.repeat(45_000);
  const lines = text.replace(/<\/?b>/g, '').split('\n');
  const words = lines.map((line) => line.split(' '));
  return words.map((line) => line.join('-')).join('').length;
}

import { readFetched } from '../../../src/articles/sources/feeds/feed-source.ts';
import type { SourceTask } from '../../../src/articles/sources/source-reader.ts';
import type { SourceResult } from '../../../src/articles/sources/source-result.ts';
import { answerBounded } from '../../../src/base/processes/bounded-aside.ts';

/** Reads feeds as ever, but never comes to an end with one whose address says that it hangs, as a parser with a fault would. */
answerBounded<SourceTask, SourceResult>(async (task) => {
  if (task.kind !== 'feed') throw new Error('only feeds are read here');
  while (task.fetched.url.endsWith('/hangs'));
  return readFetched(task.source, task.fetched, task.now);
});

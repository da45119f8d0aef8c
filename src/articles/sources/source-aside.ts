/** The process in which sources are read. */
import { answerBounded } from '../../base/processes/bounded-aside.ts';
import { readFetched } from './feeds/feed-source.ts';
import { readFolderSource } from './files/folder-source.ts';
import type { SourceTask } from './source-reader.ts';
import type { SourceResult } from './source-result.ts';

answerBounded<SourceTask, SourceResult>(async (task) =>
  task.kind === 'feed'
    ? readFetched(task.source, task.fetched, task.now)
    : readFolderSource(task.place, task.now),
);

/** The process in which sources are read. */
import { answerBounded } from '../base/bounded-aside.ts';
import type { SourceResult } from './article.ts';
import { readFetched } from './feed-source.ts';
import { readFolderSource } from './folder-source.ts';
import type { SourceTask } from './source-reader.ts';

answerBounded<SourceTask, SourceResult>(async (task) =>
  task.kind === 'feed'
    ? readFetched(task.source, task.fetched, task.now)
    : readFolderSource(task.place, task.now),
);

import { createReadStream } from 'node:fs';
import { inThread } from '../../base/processes/thread.ts';
import type { OpenList } from './csv/import-source.ts';
import type { Batch, ReadTask } from './read-batches.ts';

/** A list of readers: its bytes, to see what it is, and its rows, read and understood. */
export interface ReaderList {
  readonly open: OpenList;
  readonly batches: (task: ReadTask) => AsyncGenerator<Batch>;
}

export interface ThreadTask extends ReadTask {
  readonly path: string;
}

/**
 * A list in a file, whose rows are read in a thread of their own: reading takes about as long as
 * writing does, and each has a core to itself.
 */
export function listInFile(path: string): ReaderList {
  const script = new URL('./import-thread.ts', import.meta.url);
  return {
    open: () => createReadStream(path),
    batches: (task) => inThread<ThreadTask, Batch>(script, { ...task, path }),
  };
}

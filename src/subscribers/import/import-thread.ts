import { createReadStream } from 'node:fs';
import { piecesOfThread } from '../../base/processes/thread.ts';
import type { ThreadTask } from './import-list.ts';
import { type Batch, readBatches } from './read-batches.ts';

piecesOfThread<ThreadTask, Batch>(({ path, ...task }) => readBatches(() => createReadStream(path), task));

import { on } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { AppError, type ErrorCode } from '../errors.ts';

type Reply<Piece> =
  | { readonly piece: Piece }
  | { readonly end: true }
  | { readonly failure: unknown; readonly told?: { readonly code: ErrorCode; readonly hint?: string } };

/** V8 sweeps the more lazily the more a heap may grow. */
const HEAP = { maxOldGenerationSizeMb: 256 };

/**
 * Yields pieces that a script makes on another core while the earlier ones are used here. The
 * script runs one piece ahead and no further, so memory stays flat however much is to come. Task
 * and pieces are plain data. For work with an end: the memory of a thread stays with the process
 * (see `Aside`).
 * @param script calls `piecesOfThread`.
 * @throws the script's own error, or an error when its thread ended early.
 */
export async function* inThread<Task, Piece>(script: URL, task: Task): AsyncGenerator<Piece> {
  const thread = new Worker(script, { workerData: task, execArgv: [], resourceLimits: HEAP });
  try {
    thread.postMessage('next');
    for await (const [message] of on(thread, 'message', { close: ['exit'] })) {
      const reply: Reply<Piece> = message;
      if ('failure' in reply) throw thrown(reply);
      if ('end' in reply) return;
      thread.postMessage('next');
      yield reply.piece;
    }
    throw new Error(`${fileURLToPath(script)} ended before it was done`);
  } finally {
    await thread.terminate();
  }
}

/** Called by a script: makes a piece whenever one is asked for. */
export function piecesOfThread<Task, Piece>(make: (task: Task) => AsyncGenerator<Piece>): void {
  const pieces = make(workerData);
  parentPort?.on('message', async () => {
    const reply: Reply<Piece> = await pieces.next().then(
      ({ done, value }) => (done ? { end: true } : { piece: value }),
      (failure) => ({ failure, ...(failure instanceof AppError && { told: toldBy(failure) }) }),
    );
    parentPort?.postMessage(reply);
  });
}

/** Returns the fields that an error loses between threads, where it becomes a plain `Error`. */
function toldBy({ code, hint }: AppError) {
  return { code, ...(hint !== undefined && { hint }) };
}

function thrown({ failure, told }: Extract<Reply<unknown>, { failure: unknown }>): unknown {
  if (!told || !(failure instanceof Error)) return failure;
  const { code, ...hint } = told;
  return new AppError(code, failure.message, { ...hint, cause: failure.cause });
}

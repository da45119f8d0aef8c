import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Question {
  readonly id: number;
  readonly task: unknown;
}

export interface Reply {
  readonly id: number;
  readonly result?: unknown;
  /** Message of the error that the script threw. */
  readonly failure?: string;
}

interface Waiting<Result> {
  resolve(result: Result): void;
  reject(reason: Error): void;
}

const IDLE_MS = 2_000;

/**
 * Work done beside this process by a script that calls `answerAside`, so that what it loads neither
 * holds up the sending of mail nor stays in memory: the other process ends when nothing was asked
 * for a while, and begins again when it is. Not a thread, whose memory the process keeps when it
 * has ended. Tasks and results are plain data.
 */
export class Aside<Task, Result> {
  readonly #script: string;
  readonly #waiting = new Map<number, Waiting<Result>>();
  #child: ChildProcess | undefined;
  #idle: NodeJS.Timeout | undefined;
  #asked = 0;

  constructor(script: URL) {
    this.#script = fileURLToPath(script);
  }

  /** @throws what the script threw, or when its process ended. */
  ask(task: Task): Promise<Result> {
    clearTimeout(this.#idle);
    const child = this.#child ?? this.#start();
    child.ref(); // somebody waits for it
    child.channel?.ref();
    this.#asked += 1;
    const id = this.#asked;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      child.send({ id, task } satisfies Question, (error) => error && this.#giveUp(child, error));
    });
  }

  #start(): ChildProcess {
    const child = fork(this.#script, { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    child.on('message', (reply: Reply) => this.#settle(reply));
    child.on('error', (error) => this.#giveUp(child, error));
    child.on('exit', () => this.#giveUp(child, new Error(`${this.#script} ended`)));
    this.#child = child;
    return child;
  }

  #settle({ id, result, failure }: Reply): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (failure === undefined) waiting?.resolve(result as Result);
    else waiting?.reject(new Error(failure));
    if (this.#waiting.size > 0) return;
    this.#child?.unref(); // nobody does: this process may end
    this.#child?.channel?.unref();
    this.#idle = setTimeout(() => this.#rest(), IDLE_MS).unref();
  }

  #rest(): void {
    const child = this.#child;
    this.#child = undefined;
    child?.disconnect();
  }

  #giveUp(child: ChildProcess, error: Error): void {
    if (this.#child !== child) return; // it was sent to rest
    this.#child = undefined;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/**
 * Called by a script: answers each task that is asked of its process, which ends with the one that
 * asks.
 */
export function answerAside<Task, Result>(work: (task: Task) => Promise<Result>): void {
  process.on('disconnect', () => process.exit());
  // A terminal and a service manager tell all processes at once to stop; the one that asks may still be finishing.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
  process.on('message', async ({ id, task }: { id: number; task: Task }) => {
    const reply: Reply = await work(task).then(
      (result) => ({ id, result }),
      (error) => ({ id, failure: error instanceof Error ? error.message : String(error) }),
    );
    process.send?.(reply);
  });
}

import { type ChildProcess, fork } from 'node:child_process';
import { flushCompileCache, getCompileCacheDir } from 'node:module';
import { Socket } from 'node:net';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { answerAside, type Question, type Reply } from './aside.ts';

/** Result of a task: its value, the script's error, or the end of its process. */
export type BoundedAnswer<Result> =
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'threw'; readonly reason: string }
  | { readonly kind: 'ended'; readonly why: ProcessEnd };

/** Reason a process ended before it answered: its deadline, its memory, `close`, or a crash. */
export type ProcessEnd = 'deadline' | 'memory' | 'closed' | 'crashed';

const MOST_MEMORY_MB = 384;
/** Time that an idle process stays alive, in milliseconds. */
const IDLE_MS = 2_000;
/** Most characters read of a dying process's output. */
const LAST_WORDS = 4_000;

/**
 * Runs tasks that may never end, such as reading what a stranger wrote, in another process: one
 * task at a time, each with a deadline and bounded memory. A task that breaks either costs only
 * itself, since the next one gets a new process. It is not a thread, because a thread that runs out
 * of memory takes its whole process along. A process that was asked nothing for two seconds ends.
 * Tasks and results are plain data.
 */
export class BoundedAside<Task, Result> {
  readonly #script: string;
  #child: ChildProcess | undefined;
  /** Settles when the tasks asked so far are answered. */
  #turn: Promise<unknown> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;
  #closed = false;

  /** @param script calls `answerBounded`. */
  constructor(script: URL) {
    this.#script = fileURLToPath(script);
  }

  get isRunning(): boolean {
    return this.#child !== undefined;
  }

  /**
   * Never rejects: what goes wrong is part of the answer.
   * @param deadlineMs counts from the moment the process begins with this task: neither other tasks
   * nor a slow start count.
   */
  ask(task: Task, deadlineMs: number): Promise<BoundedAnswer<Result>> {
    const answer = this.#turn.then(() => this.#answer(task, deadlineMs));
    this.#turn = answer;
    return answer;
  }

  /** Ends the process and answers every task that still waits with `closed`. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#end();
    await this.#turn;
  }

  async #answer(task: Task, deadlineMs: number): Promise<BoundedAnswer<Result>> {
    clearTimeout(this.#idle);
    if (this.#closed) return { kind: 'ended', why: 'closed' };
    const isNew = this.#child === undefined;
    const child = this.#child ?? this.#begin();
    hold(child);
    const answer = await exchange<Task, Result>(child, { task, deadlineMs, isNew });
    if (answer.kind === 'ended') {
      this.#end();
      return this.#closed ? { kind: 'ended', why: 'closed' } : answer;
    }
    letGo(child);
    this.#idle = setTimeout(() => this.#end(), IDLE_MS).unref();
    return answer;
  }

  #begin(): ChildProcess {
    const child = begin(this.#script);
    child.on('exit', () => {
      if (this.#child === child) this.#child = undefined;
    });
    child.on('error', () => undefined); // of one that is being ended
    this.#child = child;
    return child;
  }

  #end(): void {
    clearTimeout(this.#idle);
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }
}

/**
 * Without our environment: what reads a stranger's words holds none of our secrets. It is told
 * where compiled code is kept.
 */
function begin(script: string): ChildProcess {
  const compiled = getCompileCacheDir();
  return fork(script, {
    execArgv: [`--max-old-space-size=${MOST_MEMORY_MB}`],
    env: compiled === undefined ? {} : { NODE_COMPILE_CACHE: dirname(compiled) },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}

/** Somebody waits for it: this process may not end. */
function hold(child: ChildProcess): void {
  child.ref();
  child.channel?.ref();
}

function letGo(child: ChildProcess): void {
  child.unref();
  child.channel?.unref();
  if (child.stderr instanceof Socket) child.stderr.unref();
}

interface Exchange<Task> {
  readonly task: Task;
  readonly deadlineMs: number;
  /** The process has yet to say that it has loaded its script. */
  readonly isNew: boolean;
}

function exchange<Task, Result>(
  child: ChildProcess,
  { task, deadlineMs, isNew }: Exchange<Task>,
): Promise<BoundedAnswer<Result>> {
  return new Promise((resolve) => {
    let said = '';
    let alarm: NodeJS.Timeout | undefined;
    const settle = (answer: BoundedAnswer<Result>) => {
      clearTimeout(alarm);
      child.off('message', answered).off('error', ended).off('close', ended);
      child.stderr?.off('data', listen);
      resolve(answer);
    };
    const listen = (words: Buffer) => {
      said = `${said}${words}`.slice(0, LAST_WORDS);
    };
    const begin = () => {
      alarm = setTimeout(() => settle({ kind: 'ended', why: 'deadline' }), deadlineMs);
      child.send({ id: 0, task } satisfies Question, (error) => error && ended());
    };
    const answered = (reply: Reply | typeof READY) => {
      if (reply === READY) return begin();
      const { result, failure } = reply;
      if (failure === undefined) settle({ kind: 'done', result: result as Result });
      else settle({ kind: 'threw', reason: failure });
    };
    const ended = () => settle({ kind: 'ended', why: /out of memory/i.test(said) ? 'memory' : 'crashed' });
    child.on('message', answered).on('error', ended).on('close', ended);
    child.stderr?.on('data', listen);
    if (!isNew) begin();
  });
}

/**
 * Called by a script: answers each task that is asked of its process. The process ends with the one
 * that asks, also while a task keeps it busy: a thread watches that.
 */
export function answerBounded<Task, Result>(work: (task: Task) => Promise<Result>): void {
  new Worker(WATCH, { eval: true, execArgv: [], workerData: process.ppid }).unref();
  answerAside(work);
  flushCompileCache(); // a process that is killed keeps nothing of what it compiled
  process.send?.(READY);
}

const READY = 'ready';

const WATCH = `
  const { workerData } = require('node:worker_threads');
  setInterval(() => process.ppid === workerData || process.kill(process.pid, 'SIGKILL'), 1_000);
`;

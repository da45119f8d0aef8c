import { type ChildProcess, fork, type StdioOptions, spawn } from 'node:child_process';
import { join } from 'node:path';

const GIVE_UP_AFTER_MS = 30 * 60_000;
const running = new Set<ChildProcess>();

// Whatever ends the bench ends its children; those that miss this see their channel close and leave by themselves.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

/** One of this folder's scripts in a process of its own, so that memory, processor time and garbage are its own. */
export async function runScript<Result>(
  script: string,
  task: object,
  nodeOptions: readonly string[] = [],
): Promise<Result> {
  const child = start(script, task, nodeOptions);
  const late = setTimeout(() => child.kill('SIGKILL'), GIVE_UP_AFTER_MS);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    const result = await firstMessage<Result>(child, script);
    await ended; // a profile is written on the way out
    return result;
  } finally {
    clearTimeout(late);
  }
}

export interface Server {
  readonly port: number;
  stop(): void;
}

/** A script that listens, says where, and goes on until it is stopped. */
export async function startServer(script: string, task: object = {}): Promise<Server> {
  const child = start(script, task);
  const { port } = await firstMessage<{ port: number }>(child, script);
  return { port, stop: () => child.kill('SIGKILL') };
}

/**
 * A program that serves until it is stopped. A shell stands between: it ends the program when its own input closes, as
 * it does also when the bench is killed, so that the shell must not be killed before.
 */
export function keepRunning(program: string, args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  const script = '"$@" & read -r _; kill -9 $!';
  return spawn('sh', ['-c', script, 'sh', program, ...args], { env, stdio: ['pipe', 'ignore', 'inherit'] });
}

/** A program that ends by itself. Resolves to how many seconds it took. */
export function timeProgram(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const began = performance.now();
  const child = follow(
    spawn(program, args, { env, stdio: ['ignore', 'ignore', 'inherit'], timeout: GIVE_UP_AFTER_MS }),
  );
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0
        ? resolve((performance.now() - began) / 1000)
        : reject(new Error(`${program} ended with ${code ?? 'a signal'}`)),
    );
  });
}

/** Called by a script: does the task it was given, sends the result to the bench, and ends. */
export async function answer<Task>(work: (task: Task) => Promise<object>): Promise<void> {
  process.on('disconnect', () => process.exit());
  process.send?.(await work(readTask<Task>()), () => process.disconnect());
}

/** Called by a script that listens until the bench is done with it. */
export async function serve<Task>(listen: (task: Task) => Promise<number>): Promise<void> {
  process.on('disconnect', () => process.exit());
  process.send?.({ port: await listen(readTask<Task>()) });
}

function readTask<Task>(): Task {
  return JSON.parse(process.argv[2] ?? '{}');
}

/** The flags of `npm start`, for both sides alike. */
const AS_IT_RUNS = ['--max-semi-space-size=8'];

function start(script: string, task: object, execArgv: readonly string[] = []): ChildProcess {
  // What a script prints must not get between the lines of --json.
  const stdio: StdioOptions = ['ignore', 'ignore', 'inherit', 'ipc'];
  const path = join(import.meta.dirname, script);
  return follow(fork(path, [JSON.stringify(task)], { execArgv: [...AS_IT_RUNS, ...execArgv], stdio }));
}

function follow<Child extends ChildProcess>(child: Child): Child {
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

function firstMessage<Message>(child: ChildProcess, script: string): Promise<Message> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as Message));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${script} ended with ${code ?? 'a signal'}`)));
  });
}

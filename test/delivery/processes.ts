import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const PRELUDE = `
  const load = (file) => import(${JSON.stringify(new URL('../../src/', import.meta.url).href)} + file);
  const say = (value) => console.log(JSON.stringify({ said: value }));
  const ready = () => new Promise((resolve) => { process.stdin.once('data', resolve); console.log('ready'); });
`;

/**
 * Runs a script in several processes at once. It may `load` modules of `src`, waits at `ready` until all have come
 * that far, and `say`s its answer. Returns the answers in the order of the processes.
 */
export async function runInProcesses(count: number, script: string): Promise<unknown[]> {
  const running = Array.from({ length: count }, () => {
    const source = `${PRELUDE}${script}\nprocess.stdin.destroy();`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    return { child, ended: once(child, 'exit'), lines: createInterface({ input: child.stdout }) };
  });
  const answers: unknown[] = new Array(count).fill(undefined);
  const allReady = running.map(
    ({ lines }, at) =>
      new Promise<void>((resolve) => {
        lines.on('line', (line) => {
          if (line === 'ready') resolve();
          else answers[at] = JSON.parse(line).said;
        });
      }),
  );
  const started = Promise.all(allReady).then(() => {
    for (const { child } of running) child.stdin.write('go\n');
  });
  const codes = await Promise.all(running.map(async ({ ended }) => (await ended)[0]));
  if (codes.some((code) => code !== 0)) throw new Error(`processes ended with ${codes.join(', ')}`);
  await started;
  return answers;
}

/** Ends a process as a power cut would, and waits until the system has forgotten it. */
export async function killHard(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

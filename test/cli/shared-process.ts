import { Readable } from 'node:stream';
import { run } from '../../src/cli.ts';
import type { CommandLine, Ran } from './command.ts';

// Runs the command lines it is sent, one after the other, each in its folder and with its settings, until nobody sends any more.

process.umask(0o077);

let last: Promise<unknown> = Promise.resolve();
process.on('message', (line: CommandLine) => {
  last = last.then(async () => process.send?.(await runHere(line)));
});
process.on('disconnect', () => process.exit());

async function runHere({ args, cwd, env, input }: CommandLine): Promise<Ran> {
  process.chdir(cwd);
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, env);
  const stdin = Readable.from(input === '' ? [] : [Buffer.from(input)]);
  Object.defineProperty(process, 'stdin', { value: stdin, configurable: true });
  const stdout = listenTo(process.stdout);
  const stderr = listenTo(process.stderr);
  const code = await run(args);
  // A command listens for Ctrl-C until its process ends, which here goes on.
  for (const signal of ['SIGINT', 'SIGTERM']) process.removeAllListeners(signal);
  return { code, stdout: stdout(), stderr: stderr() };
}

/** Keeps what is written from now on instead of showing it; returns what was. */
function listenTo(stream: NodeJS.WriteStream): () => string {
  const said: Uint8Array[] = [];
  type Done = (error?: Error | null) => void;
  stream.write = (chunk: string | Uint8Array, encoding?: BufferEncoding | Done, done?: Done) => {
    said.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    const settle = typeof encoding === 'function' ? encoding : done;
    if (settle) process.nextTick(settle);
    return true;
  };
  return () => Buffer.concat(said).toString();
}

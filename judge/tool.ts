import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Need } from './verdict.ts';

export interface Run {
  readonly code: number;
  readonly out: string;
}

const GIVE_UP_AFTER_MS = 120_000;
/** Debian's packages are Debian's Python's, which need not be the first in the path. */
const DEBIANS_PYTHON = '/usr/bin/python3';
export const PYTHON = existsSync(DEBIANS_PYTHON) ? DEBIANS_PYTHON : 'python3';
/** Every Python that may have a module, Debian's first. */
export const PYTHONS: readonly string[] = [DEBIANS_PYTHON, 'python3'];

/** Runs a program to its end. @throws when it cannot be started; how it ended is data. */
export function run(program: string, args: readonly string[], input: string | Buffer = ''): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { timeout: GIVE_UP_AFTER_MS });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? -1, out: Buffer.concat(chunks).toString('utf8') }));
    // A program that does not want its input has closed the pipe by now.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

/** A Debian package that is there when one of its commands works. */
export function debian(name: string, program: string, args: readonly string[]): Need {
  return {
    package: name,
    isThere: () =>
      run(program, args).then(
        ({ code }) => code === 0,
        () => false,
      ),
  };
}

/** The first Python of `PYTHONS` that can import a module; undefined where none can. */
export async function pythonWith(module: string): Promise<string | undefined> {
  for (const python of PYTHONS) {
    if (await debian(module, python, ['-c', `import ${module}`]).isThere()) return python;
  }
  return undefined;
}

import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { fakeTimeOf } from './fake-time.ts';

/** `npm run soak`: what takes too long for every change. The tests on another day, and the crash test in its long form. */

const HELP = `npm run soak -- [options]

  --only NAMES   days, crash; both without it
  --on MOMENT    the day of "days": +45d (the default), -30d, +400d, or a date in UTC such as "2028-02-29 09:30:00"
  --tests PATHS  some test files or folders for "days", with commas between

"days" needs the program faketime (apt install faketime). "crash" prints its seed; CRASH_SEED=… draws the same moments again,
and CRASH_FACTOR=5 makes do with a fifth of the kills.
Ends with 0 when all passed, 1 when something failed, 2 when something could not be run.`;

/** Twenty-five times the kills of \`npm test\`: a thousand on SQLite, 375 on PostgreSQL. */
const CRASH_FACTOR = '25';

interface Lane {
  readonly name: string;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

async function main(args: readonly string[]): Promise<number> {
  const options = {
    only: { type: 'string', default: 'days,crash' },
    on: { type: 'string', default: '+45d' },
    tests: { type: 'string', default: '' },
    help: { type: 'boolean' },
  } as const;
  const { values } = parseArgs({ args: [...args], options });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const when = fakeTimeOf(values.on, Date.now());
  if (when === undefined)
    throw new Error(`--on takes +45d, -30d or "2028-02-29 09:30:00", and not "${values.on}"`);
  const lanes: readonly Lane[] = [
    {
      name: 'days',
      command: ['faketime', '-f', when, 'npx', 'vitest', 'run', ...values.tests.split(',').filter(Boolean)],
    },
    {
      name: 'crash',
      command: ['npx', 'vitest', 'run', 'test/delivery/engine/crash.test.ts'],
      env: { CRASH_FACTOR: process.env.CRASH_FACTOR ?? CRASH_FACTOR },
    },
  ];
  const wanted = values.only.split(',');
  const known = lanes.map(({ name }) => name);
  if (wanted.some((name) => !known.includes(name)))
    throw new Error(`--only takes some of ${known.join(', ')}`);
  let code = 0;
  for (const lane of lanes.filter(({ name }) => wanted.includes(name)))
    code = Math.max(code, await run(lane));
  return code;
}

async function run({ name, command, env = {} }: Lane): Promise<number> {
  const [program = '', ...args] = command;
  console.log(`\n${name}: ${command.join(' ')}`);
  const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  const ended = new Promise<number>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      console.error(
        error.code === 'ENOENT' ? `${program} is missing: apt install ${program}` : error.message,
      );
      resolve(2);
    });
    child.once('exit', (code) => resolve(code === 0 ? 0 : 1));
  });
  return ended;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}

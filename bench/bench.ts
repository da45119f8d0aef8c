import { existsSync, statfsSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { care } from './care.ts';
import { collecting } from './collecting.ts';
import { json, type Line, table } from './figures.ts';
import { importing } from './import.ts';
import { makingMail } from './mail.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { durability, farAway } from './relays.ts';
import { audience, cost, repeats, variants } from './scale.ts';
import { sending, signedSending } from './sending.ts';
import { signUps } from './sign-ups.ts';
import { openSink, type Sink } from './sink.ts';
import { stories } from './stories.ts';
import { visitors } from './visitors.ts';

/** `npm run bench`: ratios, each with both its sides measured in this run. See docs/PERFORMANCE.md. */

/** What sends nothing, and needs nobody to take it. */
const QUIET: Readonly<Record<string, (options: Options) => Promise<Line[]>>> = {
  mail: makingMail,
  care,
  stories,
  collecting,
  import: importing,
  repeats,
};
const SENDING: Readonly<Record<string, (options: Options, sink: Sink) => Promise<Line[]>>> = {
  send: sending,
  dkim: signedSending,
  far: farAway,
  audience,
  cost,
  durability,
  variants,
  'sign-ups': signUps,
  visitors,
};
const TMPFS = 0x01021994;

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options === 'help') {
    console.log(HELP);
    return 0;
  }
  const known = [...Object.keys(QUIET), ...Object.keys(SENDING)];
  const names = options.only === '' ? known : options.only.split(',');
  if (names.some((name) => !known.includes(name)))
    throw new Error(`--only takes some of ${known.join(', ')}`);
  console.error(`${machine()}\n${options.rounds} rounds`);
  const lines = await measured(names, options);
  console.log(options.json ? json(lines) : table(lines));
  return 0;
}

async function measured(names: readonly string[], options: Options): Promise<Line[]> {
  const lines: Line[] = [];
  let sink: Sink | undefined;
  try {
    for (const name of names) {
      console.error(`measuring: ${name} …`);
      const sending = SENDING[name];
      if (sending && !sink) {
        sink = await openSink(options.sink);
        console.error(`sink: ${sink.name}`);
      }
      if (sending && sink) lines.push(...(await sending(options, sink)));
      else lines.push(...((await QUIET[name]?.(options)) ?? []));
    }
  } finally {
    sink?.stop();
  }
  return lines;
}

/** What the figures were measured on, and what would make them lie. */
function machine(): string {
  const [busy = 0] = loadavg();
  const warnings = [
    ...(statfsSync(existsSync(tmpdir()) ? tmpdir() : '/').type === TMPFS
      ? ['the temporary folder is in memory: commits cost nothing here, so point TMPDIR to a disk']
      : []),
    ...(busy > 0.5
      ? [`the machine is busy (load ${busy.toFixed(1)}): both sides of a ratio suffer alike`]
      : []),
  ];
  const what = `Node ${process.versions.node}, ${availableParallelism()} cores, ${cpus()[0]?.model.trim()}`;
  return [what, ...warnings.map((warning) => `note: ${warning}`)].join('\n');
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}

import { existsSync, statfsSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { json, type Line, table } from './figures.ts';
import { makingMail } from './mail.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { durability, farAway } from './relays.ts';
import { audience, cost, repeats } from './scale.ts';
import { sending, signedSending } from './sending.ts';
import { openSink, type Sink } from './sink.ts';

/** `npm run bench`: ratios, each with both its sides measured in this run. See docs/PERFORMANCE.md. */

const GROUPS: Readonly<Record<string, (options: Options, sink: Sink) => Promise<Line[]>>> = {
  mail: makingMail,
  send: sending,
  dkim: signedSending,
  far: farAway,
  audience,
  cost,
  durability,
  repeats,
};
const TMPFS = 0x01021994;

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options === 'help') {
    console.log(HELP);
    return 0;
  }
  const names = options.only === '' ? Object.keys(GROUPS) : options.only.split(',');
  const wanted = Object.entries(GROUPS).filter(([name]) => names.includes(name));
  if (wanted.length === 0 || names.some((name) => !(name in GROUPS)))
    throw new Error(`--only takes some of ${Object.keys(GROUPS).join(', ')}`);
  const sink = await openSink(options.sink);
  const lines: Line[] = [];
  try {
    console.error(`${machine()}\nsink: ${sink.name}, ${options.rounds} rounds`);
    for (const [name, measure] of wanted) {
      console.error(`measuring: ${name} …`);
      lines.push(...(await measure(options, sink)));
    }
  } finally {
    sink.stop();
  }
  console.log(options.json ? json(lines) : table(lines));
  return 0;
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

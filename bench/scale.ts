import { runScript } from './child.ts';
import { alone, compare, type Figure, type Line } from './figures.ts';
import type { FortnightRun } from './fortnight.ts';
import type { AudienceRun } from './freeze-audience.ts';
import type { Options } from './options.ts';
import type { OurRun } from './send-ours.ts';
import type { Sink } from './sink.ts';

/** What becomes of the figures when the audience grows. */

const MILLION = 1_000_000;
const MEMORY_GOAL = { of: 'ours', better: 'lower', goal: 200, floor: 300 } as const;
const COST_GOAL = { of: 'ratio', better: 'lower', goal: 1.05, floor: 1.15 } as const;

export async function audience({ rounds, quick, million }: Options): Promise<Line[]> {
  const lines = await audienceOf(quick ? 20_000 : 100_000, rounds);
  return million ? [...lines, ...(await audienceOf(MILLION, 1))] : lines;
}

async function audienceOf(readers: number, rounds: number): Promise<Figure[]> {
  const runs = await inTurn(rounds, () => runScript<AudienceRun>('freeze-audience.ts', { readers }));
  const name = `audience of ${readers.toLocaleString('en-GB')}`;
  const scale = readers / MILLION;
  const goal = { of: 'ours', better: 'lower', goal: 10 * scale, floor: 25 * scale } as const;
  const seconds = runs.map(({ seconds, bareSeconds }) => ({ ours: seconds, theirs: bareSeconds }));
  return [
    compare(`${name}, ${runs[0]?.variants} variants, against the bare insert`, 's', seconds, goal),
    alone(
      `${name}, memory`,
      'MB',
      runs.map(({ mostMemoryMb }) => mostMemoryMb),
    ),
  ];
}

/** Ten readers to a variant, everything rendered on the way, against eight variants that are there. */
export async function variants({ rounds, quick, connections }: Options, { port }: Sink): Promise<Line[]> {
  const messages = quick ? 4_032 : 20_160;
  const run = (manyVariants: boolean) =>
    runScript<OurRun>('send-ours.ts', { port, connections, messages, manyVariants });
  const pairs = await inTurn(rounds, async () => ({ few: await run(false), many: await run(true) }));
  const each = pairs.map(({ few, many }) => ({
    ours: (many.seconds / messages) * 1e6,
    theirs: (few.seconds / messages) * 1e6,
  }));
  return [
    compare('a message of 2,016 variants, rendered on the way, against eight', 'µs', each),
    compare(
      'resident memory with 2,016 variants, against eight',
      'MB',
      pairs.map(({ few, many }) => ({ ours: many.mostMemoryMb, theirs: few.mostMemoryMb })),
      MEMORY_GOAL,
    ),
  ];
}

/** Fourteen days of two newsletters with stories in common: nobody may be sent one twice, or one they mute. */
export async function repeats({ quick }: Options): Promise<Line[]> {
  const readers = quick ? 10_000 : 100_000;
  const run = await runScript<FortnightRun>('fortnight.ts', { readers });
  const none = { of: 'ours', better: 'lower', goal: 0, floor: 0 } as const;
  const name = (what: string) =>
    `${what}, ${readers.toLocaleString('en-GB')} readers, ${run.editions} editions`;
  return [
    alone(name('stories sent'), '', [run.storiesSent]),
    alone(name('of these sent twice'), '', [run.repeats], none),
    alone(name('of these muted'), '', [run.muted], none),
    alone(name('most variants of one edition'), '', [run.variants]),
    alone(name('slowest edition, from collecting to frozen'), 's', [run.secondsToFreeze]),
  ];
}

export async function cost(options: Options, { port }: Sink): Promise<Line[]> {
  const { rounds, quick, million, connections } = options;
  const small = quick ? 2_000 : 10_000;
  const large = [quick ? 10_000 : 100_000, ...(million ? [MILLION] : [])];
  const send = (messages: number) => runScript<OurRun>('send-ours.ts', { port, connections, messages });
  const lines: Line[] = [];
  for (const messages of large) {
    const pairs = await inTurn(messages === MILLION ? 1 : rounds, async () => ({
      few: await send(small),
      many: await send(messages),
    }));
    const name = `at ${messages.toLocaleString('en-GB')}`;
    const against = `, against ${small.toLocaleString('en-GB')}`;
    const each = (of: 'seconds' | 'cpuSeconds') =>
      pairs.map(({ few, many }) => ({ ours: (many[of] / messages) * 1e6, theirs: (few[of] / small) * 1e6 }));
    const tenths = pairs.map(({ many }) => ({
      ours: 1e6 / (many.rates.at(-1) ?? 0),
      theirs: 1e6 / (many.rates[0] ?? 0),
    }));
    lines.push(
      compare(`cost ${name}${against}`, 'µs/msg', each('seconds'), COST_GOAL),
      compare(`processor time ${name}${against}`, 'µs/msg', each('cpuSeconds')),
      compare(`cost in the last tenth ${name}, against the first`, 'µs/msg', tenths),
      alone(
        `resident memory ${name}`,
        'MB',
        pairs.map(({ many }) => many.mostMemoryMb),
        MEMORY_GOAL,
      ),
      compare(
        `resident memory at the end ${name}, against the start`,
        'MB',
        pairs.map(({ many }) => ({ ours: many.memoryMb.at(-1) ?? 0, theirs: many.memoryMb[0] ?? 0 })),
      ),
    );
  }
  return lines;
}

async function inTurn<T>(rounds: number, run: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let round = 0; round < rounds; round += 1) results.push(await run());
  return results;
}

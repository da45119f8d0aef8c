import { parseArgs } from 'node:util';

export interface Options {
  /** Names of groups, with commas between; everything when empty. */
  readonly only: string;
  readonly rounds: number;
  readonly connections: number;
  readonly quick: boolean;
  readonly million: boolean;
  readonly json: boolean;
  readonly sink: 'postfix' | 'in-repo';
  /** How many messages our side sends in each round. */
  readonly messages: number;
  /** A folder for processor profiles of our side. */
  readonly profile: string | undefined;
}

export const HELP = `npm run bench -- [options]

  --only NAMES      some groups, with commas between: send, dkim, far, audience, cost, mail, durability, care,
                    stories, collecting, import, repeats, variants, sign-ups, visitors
  --rounds N        how often each comparison is made (5; with --quick 2)
  --connections N   to the relay (20)
  --messages N      that our side sends in a round (20,000; with --quick 3,000)
  --quick           small and rough
  --million         audience, cost and memory at 1,000,000 as well (many minutes)
  --sink KIND       postfix (the default: needs apt and the network) or in-repo
  --profile DIR     processor profiles of our sending side, for \`node bench/profile.ts FILE\`
  --json            an array of {name, ours, theirs, ratio, unit}`;

/** @throws with a sentence for whoever typed it. */
export function readOptions(args: readonly string[]): Options | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', default: '' },
      rounds: { type: 'string' },
      connections: { type: 'string', default: '20' },
      messages: { type: 'string' },
      quick: { type: 'boolean', default: false },
      million: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      sink: { type: 'string', default: 'postfix' },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  if (values.sink !== 'postfix' && values.sink !== 'in-repo') throw new Error('--sink is postfix or in-repo');
  const { only, quick, million, json, sink, profile } = values;
  return {
    ...{ only, quick, million, json, sink, profile },
    rounds: count('--rounds', values.rounds ?? (quick ? '2' : '5')),
    connections: count('--connections', values.connections),
    messages: count('--messages', values.messages ?? (quick ? '3000' : '20000')),
  };
}

function count(name: string, value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new Error(`${name} is a whole number of at least 1`);
  return number;
}

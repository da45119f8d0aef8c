import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { LAYOUTS } from '../src/config/newsletters.ts';
import { LETTER_KINDS } from '../src/mail/views/letter-view.ts';
import { NOTICE_KINDS } from '../src/mail/views/notice-view.ts';

/** What a mail is drawn as: one of the layouts, or a letter. */
export const KINDS = [...LAYOUTS, ...LETTER_KINDS, ...NOTICE_KINDS] as const;
export type Kind = (typeof KINDS)[number];
export const WIDTHS = [390, 700, 1280] as const;
export const MODES = ['light', 'dark', 'forced-dark', 'no-pictures'] as const;
export type Mode = (typeof MODES)[number];

export interface Options {
  /** Names of cases, of layouts and letters, or of both; everything when empty. */
  readonly only: readonly string[];
  readonly widths: readonly number[];
  readonly modes: readonly Mode[];
  readonly png: boolean;
  readonly curated: boolean;
  /** The folder that is drawn into; what an earlier run left in it goes. */
  readonly out: string;
}

export const HELP = `npm run gallery -- [options]

  --only NAMES    cases, layouts and letters, with commas between: usual,brief shows the usual edition as a brief
  --width N       ${WIDTHS.join(', ')}: some of them, with commas between, or any other
  --mode NAMES    ${MODES.join(', ')}: some of them, with commas between
  --png           without loss, for a closer look; slower and many times larger
  --out DIR       another folder than gallery/out
  --curated       only the dozen in docs/images/gallery, small enough to keep

Draws an index.html to look through, and beside it every picture that it shows.`;

/** @throws with a sentence for whoever typed it. */
export function readOptions(args: readonly string[]): Options | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', default: '' },
      width: { type: 'string', default: WIDTHS.join(',') },
      mode: { type: 'string', default: MODES.join(',') },
      png: { type: 'boolean', default: false },
      curated: { type: 'boolean', default: false },
      out: { type: 'string', default: join(import.meta.dirname, 'out') },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const { png, curated } = values;
  return {
    only: list(values.only),
    widths: list(values.width).map(readWidth),
    modes: list(values.mode).map(readMode),
    png,
    curated,
    out: resolve(values.out),
  };
}

function list(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
}

function readWidth(text: string): number {
  const width = Number(text);
  if (Number.isInteger(width) && width >= 200 && width <= 2000) return width;
  throw new Error(`--width takes whole numbers from 200 to 2000, not "${text}"`);
}

function readMode(text: string): Mode {
  const mode = MODES.find((one) => one === text);
  if (mode) return mode;
  throw new Error(`--mode takes some of ${MODES.join(', ')}, not "${text}"`);
}

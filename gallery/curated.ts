import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { launchBrowser } from './browser.ts';
import { allCases, type Case } from './cases.ts';
import { Desk, type View } from './draw.ts';
import { htmlOf } from './exhibition.ts';
import type { Newsroom } from './newsroom.ts';
import type { Kind } from './options.ts';

/** The dozen that documents show: a window of each mail, small enough for a repository. */

interface Chosen extends View {
  readonly file: string;
  readonly of: string;
  readonly kind: Kind;
  /** Pixels of the mail that are shown, from its top. */
  readonly height: number;
}

const FOLDER = join(import.meta.dirname, '../docs/images/gallery');
const MOST_BYTES = 60 * 1024;
const QUALITIES = [72, 66, 60, 52, 44];

const CHOSEN: readonly Chosen[] = [
  { file: 'magazine', of: 'usual', kind: 'magazine', width: 700, mode: 'light', height: 1100 },
  { file: 'magazine-dark', of: 'usual', kind: 'magazine', width: 700, mode: 'dark', height: 1100 },
  { file: 'magazine-phone', of: 'named', kind: 'magazine', width: 390, mode: 'light', height: 844 },
  { file: 'magazine-phone-dark', of: 'usual', kind: 'magazine', width: 390, mode: 'dark', height: 844 },
  {
    file: 'magazine-forced-dark',
    of: 'usual',
    kind: 'magazine',
    width: 390,
    mode: 'forced-dark',
    height: 844,
  },
  {
    file: 'magazine-no-pictures',
    of: 'usual',
    kind: 'magazine',
    width: 390,
    mode: 'no-pictures',
    height: 844,
  },
  { file: 'brief', of: 'usual', kind: 'brief', width: 700, mode: 'light', height: 1100 },
  { file: 'brief-phone', of: 'usual', kind: 'brief', width: 390, mode: 'light', height: 844 },
  { file: 'arabic', of: 'arabic', kind: 'magazine', width: 390, mode: 'light', height: 844 },
  { file: 'brand', of: 'brand', kind: 'magazine', width: 700, mode: 'light', height: 1100 },
  { file: 'confirmation', of: 'usual', kind: 'confirmation', width: 390, mode: 'light', height: 844 },
  { file: 'welcome', of: 'usual', kind: 'welcome', width: 390, mode: 'light', height: 844 },
];

/** Draws them into `docs/images/gallery`, in place of those that are there. */
export async function drawCurated(room: Newsroom): Promise<number> {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const cases = allCases(room);
  const browser = await launchBrowser();
  try {
    const desk = await Desk.open(browser, room);
    for (const chosen of CHOSEN) {
      const bytes = await small(await drawChosen(desk, room, cases, chosen));
      const file = join(FOLDER, `${chosen.file}.jpg`);
      writeFileSync(file, bytes);
      console.log(`${file} (${Math.ceil(bytes.length / 1024)} KB)`);
    }
  } finally {
    await browser.close();
  }
  return 0;
}

async function drawChosen(
  desk: Desk,
  room: Newsroom,
  cases: readonly Case[],
  { of, kind, width, mode, height }: Chosen,
): Promise<Buffer> {
  const one = cases.find(({ id }) => id === of);
  if (!one) throw new Error(`There is no case "${of}"`);
  const html = await htmlOf(room, { one, kind });
  for await (const { image } of desk.draw(html, [{ width, mode }], { type: 'png', height })) return image;
  throw new Error(`"${of}" was not drawn`);
}

/** As good as it can be within the limit. */
export async function small(image: Buffer): Promise<Buffer> {
  let bytes = image;
  for (const quality of QUALITIES) {
    bytes = await sharp(image).jpeg({ quality, mozjpeg: true }).toBuffer();
    if (bytes.length <= MOST_BYTES) break;
  }
  return bytes;
}

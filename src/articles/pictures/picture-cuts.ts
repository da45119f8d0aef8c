import type { OutputInfo, Sharp as Pipeline } from 'sharp';
import { SECOND_MS, systemClock } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import type { PictureFault } from './picture-fault.ts';
import { pictureKind } from './picture-kind.ts';
import { type CutName, MAX_PICTURE_BYTES, type PictureRefusal, pictureRefused } from './pictures.ts';

/** A cut that is not kept yet. */
export interface CutJpeg {
  readonly width: number;
  readonly height: number;
  readonly bytes: Buffer;
}

export type CutResult =
  | { readonly ok: true; readonly cuts: Readonly<Record<CutName, CutJpeg>> }
  | PictureRefusal;

interface Shape {
  readonly width: number;
  readonly height: number;
  readonly maxBytes: number;
}

/**
 * Twice what the layout shows. One wide, six cards and eleven thumbs at their most come to 644 KB.
 */
const SHAPES = {
  wide: { width: 1280, height: 720, maxBytes: 160_000 },
  card: { width: 720, height: 480, maxBytes: 55_000 },
  thumb: { width: 240, height: 180, maxBytes: 14_000 },
} as const satisfies Record<CutName, Shape>;

const MAX_PIXELS = 50_000_000;
/**
 * An AVIF is unpacked whole, at 19 bytes a pixel: this many take 300 MB, as much as anything else
 * at its most.
 */
const MAX_AVIF_PIXELS = 16_000_000;
const LEAST = { width: 200, height: 100 };
/**
 * From fine to what still looks like a photograph; below that a smaller picture looks better than a
 * coarser one.
 */
const QUALITIES = [82, 70, 58, 46];
const SMALLER = 0.75;
const STEP_SECONDS = 15;
/** The paper of the mail: transparent pictures lie on it. */
const PAPER = '#fbf8f4';

type Sharp = typeof import('sharp').default;
/** Plain pixels: sRGB, three channels. */
interface Raw {
  readonly data: Buffer;
  readonly info: OutputInfo;
}

let turn: Promise<unknown> = Promise.resolve();

/**
 * Cuts a picture to the shapes of the layout: upright, in sRGB, without its metadata, each around
 * what draws the eye, never larger than the original, each within its bytes. Whatever is wrong with
 * the bytes is a reason. One picture at a time: several would only hold more memory and take the
 * cores from the sending.
 * @throws where the picture library cannot be loaded on this machine.
 */
export function cutPicture(bytes: Buffer): Promise<CutResult> {
  const mine = turn.then(() => cutNow(bytes));
  turn = mine.catch(() => undefined);
  return mine;
}

async function cutNow(bytes: Buffer): Promise<CutResult> {
  const kind = pictureKind(bytes);
  if (!kind.ok) return kind;
  if (bytes.length > MAX_PICTURE_BYTES)
    return pictureRefused({ code: 'too-large', bytes: MAX_PICTURE_BYTES });
  const library = await loadSharp();
  try {
    const problem = await sizeProblem(
      library,
      bytes,
      kind.extension === 'avif' ? MAX_AVIF_PIXELS : MAX_PIXELS,
    );
    if (problem) return pictureRefused(problem);
    const picture = await decode(library, bytes);
    const wide = await cutShape(library, picture, SHAPES.wide);
    const card = await cutShape(library, picture, SHAPES.card);
    const thumb = await cutShape(library, picture, SHAPES.thumb);
    return { ok: true, cuts: { wide, card, thumb } };
  } catch (error) {
    return pictureRefused(faultOf(error));
  }
}

let loaded: Promise<Sharp> | undefined;

/** Loaded when it is first needed: it is 20 MB of code that most commands never call. */
function loadSharp(): Promise<Sharp> {
  loaded ??= import('sharp').then(({ default: library }) => {
    library.cache(false);
    library.concurrency(1);
    // Whatever a file claims to be, no other decoder ever sees it.
    library.block({ operation: ['VipsForeignLoad'] });
    library.unblock({
      operation: ['Jpeg', 'Png', 'Nsgif', 'Webp', 'Heif'].map((name) => `VipsForeignLoad${name}Buffer`),
    });
    return library;
  });
  return loaded;
}

/** Read from the header, before a single pixel is unpacked. */
async function sizeProblem(library: Sharp, bytes: Buffer, most: number): Promise<PictureFault | undefined> {
  const { autoOrient } = await library(bytes, { limitInputPixels: false }).metadata();
  const { width, height } = autoOrient;
  if (width * height > most) return { code: 'too-many-pixels', width, height, most };
  const isSmall = width < LEAST.width || height < LEAST.height;
  return isSmall ? { code: 'too-small', width, height, least: LEAST } : undefined;
}

/**
 * The whole picture once, as small as all three cuts allow: cutting that is ten times cheaper than
 * the original.
 */
function decode(library: Sharp, bytes: Buffer): Promise<Raw> {
  // Of an animation the first frame. Warnings are let pass: cameras write odd metadata, and the pixels are fine.
  const step = library(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'error', autoOrient: true })
    .flatten({ background: PAPER })
    .resize(SHAPES.wide.width, SHAPES.wide.height, { fit: 'outside', withoutEnlargement: true })
    .raw()
    .timeout({ seconds: STEP_SECONDS })
    .toBuffer({ resolveWithObject: true });
  return inTime(step);
}

async function cutShape(library: Sharp, picture: Raw, shape: Shape): Promise<CutJpeg> {
  // A picture smaller than the shape gives a smaller cut of the same proportions.
  const scale = Math.min(1, picture.info.width / shape.width, picture.info.height / shape.height);
  const step = pixels(library, picture)
    .resize(Math.round(shape.width * scale), Math.round(shape.height * scale), {
      fit: 'cover',
      position: library.strategy.attention,
    })
    .raw()
    .timeout({ seconds: STEP_SECONDS })
    .toBuffer({ resolveWithObject: true });
  return encodeWithin(library, await inTime(step), shape.maxBytes);
}

async function encodeWithin(library: Sharp, cut: Raw, maxBytes: number): Promise<CutJpeg> {
  const { width, height } = cut.info;
  for (const quality of QUALITIES) {
    const bytes = await pixels(library, cut).jpeg({ quality, mozjpeg: true }).toBuffer();
    if (bytes.length <= maxBytes) return { width, height, bytes };
  }
  const smaller = await pixels(library, cut)
    .resize(Math.round(width * SMALLER), Math.round(height * SMALLER), { fit: 'fill' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return encodeWithin(library, smaller, maxBytes);
}

function pixels(library: Sharp, { data, info }: Raw): Pipeline {
  return library(data, { raw: { width: info.width, height: info.height, channels: info.channels } });
}

/** A step took all the time it may have; the library says so in words alone. */
class TooSlow extends Error {}

async function inTime<Result>(step: Promise<Result>): Promise<Result> {
  const began = systemClock.now();
  try {
    return await step;
  } catch (error) {
    throw systemClock.now() - began >= STEP_SECONDS * SECOND_MS ? new TooSlow() : error;
  }
}

function faultOf(error: unknown): PictureFault {
  if (error instanceof TooSlow) return { code: 'too-slow', seconds: STEP_SECONDS };
  const [says = ''] = messageOf(error).split('\n');
  return { code: 'damaged', says: says.trim() };
}

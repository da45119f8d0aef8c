import { crc32 } from 'node:zlib';
import { avifWithoutMetadata } from './avif-metadata.ts';
import { exifWith, orientationIn } from './exif.ts';
import { jpegWithoutMetadata } from './jpeg-metadata.ts';
import type { PictureExtension } from './picture-kind.ts';

/**
 * A picture without what its camera and its programs wrote into it: where and when it was taken,
 * with what, by whom, small copies of it, what a telephone hangs behind it. Pixels, colour profile,
 * transparency, animation and which side is up stay as they are; nothing is compressed anew. Work
 * grows with the length of the file alone.
 * @returns undefined where the file is not built as its kind is, so that nobody can say what is in
 * it.
 */
export function withoutMetadata(bytes: Buffer, kind: PictureExtension): Buffer | undefined {
  try {
    return STRIP[kind](bytes);
  } catch (error) {
    // Reading beyond the end: the file is cut off in the middle of a length.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const STRIP: Readonly<Record<PictureExtension, (bytes: Buffer) => Buffer | undefined>> = {
  jpg: jpegWithoutMetadata,
  png: pngWithoutMetadata,
  gif: gifWithoutMetadata,
  webp: webpWithoutMetadata,
  avif: avifWithoutMetadata,
};

const PNG_HEAD_BYTES = 8;
/** All that pixels, colours and animation need (PNG third edition, §11). */
const PNG_KEPT = new Set(
  'IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD pHYs sPLT acTL fcTL fdAT'.split(' '),
);

function pngWithoutMetadata(bytes: Buffer): Buffer {
  const kept = [bytes.subarray(0, PNG_HEAD_BYTES)];
  let orientation = 1;
  let at = PNG_HEAD_BYTES;
  while (at < bytes.length) {
    const end = at + 12 + bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (PNG_KEPT.has(type)) kept.push(bytes.subarray(at, end));
    if (type === 'eXIf') orientation = orientationIn(bytes.subarray(at + 8, end - 4));
    // What stands behind the end is no part of the picture.
    if (type === 'IEND') break;
    at = end;
  }
  const [head, first, ...rest] = kept;
  if (orientation === 1 || !head || !first) return Buffer.concat(kept);
  return Buffer.concat([head, first, pngExif(orientation), ...rest]);
}

function pngExif(orientation: number): Buffer {
  const body = Buffer.concat([Buffer.from('eXIf'), exifWith(orientation)]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length - 4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

const GIF_TRAILER = 0x3b;
const GIF_EXTENSION = 0x21;
const GIF_IMAGE = 0x2c;
const GIF_COMMENT = 0xfe;
const GIF_APPLICATION = 0xff;

function gifWithoutMetadata(bytes: Buffer): Buffer | undefined {
  let at = 13 + colourTable(bytes.readUInt8(10));
  const kept = [bytes.subarray(0, at)];
  for (;;) {
    const from = at;
    // Some end without the trailer, and are shown all the same.
    const introducer = bytes[at] ?? GIF_TRAILER;
    if (introducer === GIF_TRAILER) return Buffer.concat([...kept, Buffer.from([GIF_TRAILER])]);
    if (introducer === GIF_IMAGE) at = endOfBlocks(bytes, at + 11 + colourTable(bytes.readUInt8(at + 9)));
    else if (introducer === GIF_EXTENSION) at = endOfBlocks(bytes, at + 2);
    else return undefined;
    if (introducer === GIF_IMAGE || !isGifMetadata(bytes, from)) kept.push(bytes.subarray(from, at));
  }
}

/** Comments, and applications beside those that say how often it plays. */
function isGifMetadata(bytes: Buffer, at: number): boolean {
  const label = bytes.readUInt8(at + 1);
  if (label !== GIF_APPLICATION) return label === GIF_COMMENT;
  return !/^(?:NETSCAPE|ANIMEXTS)/.test(bytes.toString('latin1', at + 3, at + 14));
}

function colourTable(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}

function endOfBlocks(bytes: Buffer, from: number): number {
  let at = from;
  for (let size = bytes.readUInt8(at); size > 0; size = bytes.readUInt8(at)) at += size + 1;
  return at + 1;
}

const WEBP_KEPT = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP']);
const WEBP_EXIF_FLAG = 0x08;
const WEBP_XMP_FLAG = 0x04;

function webpWithoutMetadata(bytes: Buffer): Buffer {
  const kept: Buffer[] = [];
  const end = Math.min(bytes.length, 8 + bytes.readUInt32LE(4));
  let orientation = 1;
  for (let at = 12; at + 8 <= end; ) {
    const type = bytes.toString('latin1', at, at + 4);
    const size = bytes.readUInt32LE(at + 4);
    const next = at + 8 + size + (size % 2);
    if (WEBP_KEPT.has(type)) kept.push(Buffer.from(bytes.subarray(at, next)));
    if (type === 'EXIF') orientation = orientationIn(bytes.subarray(at + 8, at + 8 + size));
    at = next;
  }
  const extended = kept.find((chunk) => chunk.toString('latin1', 0, 4) === 'VP8X');
  if (extended) {
    const isTurned = orientation !== 1;
    const flags = extended.readUInt8(8) & ~(WEBP_EXIF_FLAG | WEBP_XMP_FLAG);
    extended.writeUInt8(isTurned ? flags | WEBP_EXIF_FLAG : flags, 8);
    if (isTurned) kept.push(riffChunk('EXIF', exifWith(orientation)));
  }
  const body = Buffer.concat([Buffer.from('WEBP'), ...kept]);
  return riffChunk('RIFF', body);
}

function riffChunk(type: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(type, 'latin1');
  head.writeUInt32LE(content.length, 4);
  return Buffer.concat([head, content, Buffer.alloc(content.length % 2)]);
}

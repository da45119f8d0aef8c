import { exifWith, orientationIn } from './exif.ts';

const SCAN = 0xda;
const END = 0xd9;
const APP0 = 0xe0;
const APP1 = 0xe1;
const APP2 = 0xe2;
const APP14 = 0xee;
const APP15 = 0xef;
const COMMENT = 0xfe;

/** A JPEG without EXIF, XMP, IPTC, comments, previews and what hangs behind its end. */
export function jpegWithoutMetadata(bytes: Buffer): Buffer | undefined {
  const kept: Buffer[] = [];
  let orientation = 1;
  let at = 2;
  for (;;) {
    // Any number of fill bytes may stand before a marker (ITU T.81 §B.1.1.2), and readers pass over others, too.
    while (bytes.readUInt8(at) !== 0xff || bytes[at + 1] === 0xff) at += 1;
    const from = at;
    const marker = bytes.readUInt8(at + 1);
    if (marker === END) return assembled(kept, orientation, true);
    const content = at + 4;
    const end = at + 2 + bytes.readUInt16BE(at + 2);
    const segment = bytes.subarray(content, end);
    if (marker === APP1 && segment.toString('latin1', 0, 6) === 'Exif\0\0') {
      const found = orientationIn(segment);
      if (orientation === 1) orientation = found;
    }
    at = marker === SCAN ? endOfScan(bytes, end) : end;
    if (isKept(marker, segment)) kept.push(bytes.subarray(from, Math.min(at, bytes.length)));
    // A file that was cut off shows as much as it has.
    if (at >= bytes.length) return marker === SCAN ? assembled(kept, orientation, false) : undefined;
  }
}

function isKept(marker: number, segment: Buffer): boolean {
  if (marker === COMMENT) return false;
  if (marker < APP0 || marker > APP15) return true;
  const name = segment.toString('latin1', 0, 12);
  // JFIF's pixel density, the colour profile, and which colours Adobe's programs mean. Previews have a name of their own.
  if (marker === APP0) return name.startsWith('JFIF\0') && segment.length <= 14;
  if (marker === APP2) return name.startsWith('ICC_PROFILE\0');
  return marker === APP14 && name.startsWith('Adobe');
}

/**
 * Behind the pixels of a scan: the next marker that is none of them (0) and no restart (D0 to D7).
 */
function endOfScan(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1];
    if (next === undefined) return bytes.length;
    if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  return bytes.length;
}

function assembled(segments: readonly Buffer[], orientation: number, isWhole: boolean): Buffer {
  const isJfif = segments[0]?.[1] === APP0;
  const [first, rest] = isJfif ? [segments.slice(0, 1), segments.slice(1)] : [[], segments];
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    ...first,
    ...(orientation === 1 ? [] : [exifSegment(orientation)]),
    ...rest,
    ...(isWhole ? [Buffer.from([0xff, END])] : []),
  ]);
}

function exifSegment(orientation: number): Buffer {
  const content = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exifWith(orientation)]);
  const head = Buffer.from([0xff, APP1, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
}

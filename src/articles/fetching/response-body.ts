import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import type { FailureAtOnce } from './fetch-failure.ts';

export interface BodyLimits {
  /** Bytes transferred, before unpacking. */
  readonly wireBytes: number;
  /** After decompression. */
  readonly bodyBytes: number;
}

export type BodyResult =
  | { readonly ok: true; readonly bytes: Buffer }
  | { readonly ok: false; readonly reason: BodyFailure };

type BodyFailure =
  | Extract<FailureAtOnce, { bytes: number }>
  | { readonly code: 'compressed-twice' | 'compression-damaged' };

type Decompress = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const gunzip: Decompress = promisify(zlib.gunzip);
const inflate: Decompress = promisify(zlib.inflate);
const inflateRaw: Decompress = promisify(zlib.inflateRaw);
const brotli: Decompress = promisify(zlib.brotliDecompress);
/** Not in every Node that this runs on. */
const zstd: Decompress | undefined = zlib.zstdDecompress && promisify(zlib.zstdDecompress);

/**
 * A server may compress what its files hold compressed already; nobody but a bomb needs a third
 * layer.
 */
const MOST_LAYERS = 2;

/**
 * Reads a response body within its limits. The wire is counted chunk by chunk, and zlib stops at
 * `maxOutputLength` while it works, so neither an endless answer nor a decompression bomb is ever
 * held whole. The first bytes say how a body is compressed, whatever its label says; only for what
 * has no such mark is the label asked.
 * @param encoding the Content-Encoding header.
 */
export async function readBody(
  body: AsyncIterable<Uint8Array>,
  encoding: string,
  limits: BodyLimits,
): Promise<BodyResult> {
  const wire = await readWire(body, limits.wireBytes);
  if (!wire) return refused({ code: 'too-large', bytes: limits.wireBytes });
  const labels = encoding
    .toLowerCase()
    .split(',')
    .map((label) => label.trim());
  return unpack(wire, labels, limits.bodyBytes);
}

async function readWire(body: AsyncIterable<Uint8Array>, max: number): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > max) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function unpack(wire: Buffer, labels: readonly string[], max: number): Promise<BodyResult> {
  let bytes = wire;
  for (let layer = 0; layer < MOST_LAYERS; layer += 1) {
    const decompress = markedBy(bytes);
    if (!decompress) break;
    const unpacked = await attempt(decompress, bytes, max);
    if (!unpacked.ok) return unpacked;
    bytes = unpacked.bytes;
  }
  if (markedBy(bytes)) return refused({ code: 'compressed-twice' });
  return bytes === wire ? unmarked(wire, labels, max) : { ok: true, bytes };
}

/** Returns the decompressor for bytes, recognised by their first few. */
function markedBy(bytes: Buffer): Decompress | undefined {
  const [first = 0, second = 0, third = 0] = bytes;
  if (first === 0x1f && second === 0x8b && third === 8) return gunzip;
  // zlib's two bytes are a multiple of 31 (RFC 1950 §2.2); no text begins with "x" and one of these.
  if (first === 0x78 && [0x01, 0x5e, 0x9c, 0xda].includes(second)) return inflate;
  return zstd && bytes.length > 4 && bytes.readUInt32LE(0) === 0xfd2fb528 ? zstd : undefined;
}

/**
 * Brotli and bare deflate have no mark: what cannot be unpacked that way and reads as text was
 * never compressed.
 */
async function unmarked(wire: Buffer, labels: readonly string[], max: number): Promise<BodyResult> {
  const decompress = labels.includes('br') ? brotli : labels.includes('deflate') ? inflateRaw : undefined;
  if (!decompress || wire.length === 0) return { ok: true, bytes: wire };
  const unpacked = await attempt(decompress, wire, max);
  return !unpacked.ok && unpacked.reason.code === 'compression-damaged' && isText(wire)
    ? { ok: true, bytes: wire }
    : unpacked;
}

function isText(bytes: Buffer): boolean {
  return /^(\xef\xbb\xbf)?\s*[<{[A-Za-z]/.test(bytes.toString('latin1', 0, 200));
}

async function attempt(decompress: Decompress, bytes: Buffer, max: number): Promise<BodyResult> {
  try {
    return { ok: true, bytes: await decompress(bytes, { maxOutputLength: max }) };
  } catch (error) {
    const tooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    return refused(tooLarge ? { code: 'unpacks-too-large', bytes: max } : { code: 'compression-damaged' });
  }
}

function refused(reason: BodyFailure): BodyResult {
  return { ok: false, reason };
}

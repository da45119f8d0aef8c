import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib';

export interface BodyLimits {
  /** As transferred. */
  readonly wireBytes: number;
  /** After decompression. */
  readonly bodyBytes: number;
}

export type BodyResult =
  | { readonly ok: true; readonly bytes: Buffer }
  | { readonly ok: false; readonly reason: string };

type Decompress = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const DECODERS: Readonly<Record<string, Decompress>> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  br: promisify(brotliDecompress),
  deflate: inflateEither,
};

/**
 * Reads a response body within its limits. The wire is counted chunk by chunk, and zlib stops at `maxOutputLength`
 * while it works, so neither an endless answer nor a decompression bomb is ever held whole.
 * @param encoding the Content-Encoding header; a second layer is refused, since nobody but a bomb needs one.
 */
export async function readBody(
  body: AsyncIterable<Uint8Array>,
  encoding: string,
  limits: BodyLimits,
): Promise<BodyResult> {
  const layers = encoding
    .toLowerCase()
    .split(',')
    .map((layer) => layer.trim())
    .filter((layer) => layer !== '' && layer !== 'identity');
  if (layers.length > 1) return refused(`it is compressed more than once (${encoding})`);
  const [layer] = layers;
  const decompress = layer ? DECODERS[layer] : undefined;
  if (layer && !decompress) return refused(`its compression is not known here (${layer})`);
  const wire = await readWire(body, limits.wireBytes);
  if (!wire) return refused(`it is larger than ${megabytes(limits.wireBytes)}`);
  if (!decompress || wire.length === 0) return { ok: true, bytes: wire };
  return unpack(wire, decompress, limits.bodyBytes);
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

async function unpack(wire: Buffer, decompress: Decompress, max: number): Promise<BodyResult> {
  try {
    return { ok: true, bytes: await decompress(wire, { maxOutputLength: max }) };
  } catch (error) {
    const tooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    return refused(
      tooLarge ? `it unpacks to more than ${megabytes(max)}` : 'its compressed content is damaged',
    );
  }
}

/** "deflate" is zlib by RFC 9110, yet some servers send the bare stream; zlib's first byte tells them apart. */
function inflateEither(bytes: Buffer, options: { maxOutputLength: number }): Promise<Buffer> {
  const zlib = ((bytes[0] ?? 0) & 0x0f) === 8;
  return promisify(zlib ? inflate : inflateRaw)(bytes, options);
}

function refused(reason: string): BodyResult {
  return { ok: false, reason };
}

function megabytes(bytes: number): string {
  return `${Number((bytes / 1024 / 1024).toFixed(2))} MB`;
}

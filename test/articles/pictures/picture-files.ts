import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';

/** Pictures as sources send them: real ones, drawn for the test. */

/** Left half red, right half blue, so that turning and cutting can be seen; as a picture of the size given. */
export function halves(width: number, height: number): Sharp {
  const half = { width: Math.floor(width / 2), height, channels: 3 as const, background: '#c01030' };
  return sharp({ create: { width, height, channels: 3, background: '#1030c0' } }).composite([
    { input: { create: half }, left: 0, top: 0 },
  ]);
}

/** Nothing compresses worse. */
export function noise(width: number, height: number): Sharp {
  const grain = { type: 'gaussian' as const, mean: 128, sigma: 90 };
  return sharp({ create: { width, height, channels: 3, background: '#888', noise: grain } });
}

export function jpeg(width = 1600, height = 900): Promise<Buffer> {
  return halves(width, height).jpeg().toBuffer();
}

/** A GIF that is red first and then green and blue. */
export async function animation(width: number, height: number): Promise<Buffer> {
  const frames = ['#ff0000', '#00ff00', '#0000ff'].map((background) => ({
    create: { width, height, channels: 3 as const, background },
  }));
  const pngs = await Promise.all(frames.map((frame) => sharp(frame).png().toBuffer()));
  return sharp(pngs, { join: { animated: true } })
    .gif({ delay: [100, 100, 100] })
    .toBuffer();
}

/** A PNG of a few hundred bytes that claims to be as large as that: unpacked it would fill the memory. */
export function pngClaiming(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8; // bits for each of
  header[9] = 2; // red, green and blue
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(Buffer.alloc(100_000))),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** The mean colour of a part of a picture, as [red, green, blue]. */
export async function colourAt(
  bytes: Buffer,
  part: { left: number; top: number; width: number; height: number },
): Promise<number[]> {
  const { channels } = await sharp(await sharp(bytes).extract(part).png().toBuffer()).stats();
  return channels.map(({ mean }) => Math.round(mean));
}

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { exifWith, orientationIn } from '../../../src/articles/pictures/exif.ts';
import { pictureKind } from '../../../src/articles/pictures/picture-kind.ts';
import { withoutMetadata } from '../../../src/articles/pictures/picture-metadata.ts';
import { animation, halves } from './picture-files.ts';

const SECRET = 'Hidden Cottage Lane';
/** With a place, a camera and an owner, a colour profile, and lying on its side. */
const photograph = (width = 400, height = 240): Sharp =>
  halves(width, height)
    .withMetadata({ orientation: 6 })
    .withIccProfile('p3')
    .withExifMerge({
      IFD0: { Copyright: SECRET, Make: SECRET },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1', GPSAreaInformation: SECRET },
    })
    .withXmp(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><a>${SECRET}</a></x:xmpmeta>`);

function clean(bytes: Buffer): Buffer {
  const kind = pictureKind(bytes);
  const cleaned = kind.ok ? withoutMetadata(bytes, kind.extension) : undefined;
  if (!cleaned) throw new Error('it was not read');
  return cleaned;
}

const upright = (bytes: Buffer) => sharp(bytes).autoOrient().raw().toBuffer();

describe('a picture loses what its camera and its owner wrote into it, and nothing that is seen', () => {
  test.each([
    ['JPEG', (picture: Sharp) => picture.jpeg()],
    ['progressive JPEG', (picture: Sharp) => picture.jpeg({ progressive: true, mozjpeg: true })],
    ['PNG', (picture: Sharp) => picture.png()],
    ['WebP', (picture: Sharp) => picture.webp()],
    ['WebP without loss', (picture: Sharp) => picture.webp({ lossless: true })],
    ['AVIF', (picture: Sharp) => picture.avif({ effort: 0 })],
  ] as const)('%s', async (_name, as) => {
    const original = await as(photograph()).toBuffer();
    const before = await sharp(original).metadata();
    expect(original.includes(SECRET)).toBe(true);
    const cleaned = clean(original);
    expect(cleaned.includes(SECRET)).toBe(false);
    expect(cleaned.includes(Buffer.from('GPS'))).toBe(false);
    const after = await sharp(cleaned).metadata();
    expect(after.icc).toEqual(before.icc);
    expect(after.autoOrient).toEqual(before.autoOrient);
    expect(after.xmp?.some((byte) => byte !== 0) ?? false).toBe(false);
    expect(await upright(cleaned)).toEqual(await upright(original));
    expect(clean(cleaned)).toEqual(cleaned);
  });

  test('a JPEG loses a comment, captions, previews, and what a telephone hangs behind its end', async () => {
    const plain = await halves(300, 200).jpeg().toBuffer();
    const segment = (marker: number, text: string) => {
      const content = Buffer.from(text, 'latin1');
      const head = Buffer.from([0xff, marker, 0, 0]);
      head.writeUInt16BE(content.length + 2, 2);
      return Buffer.concat([head, content]);
    };
    const original = Buffer.concat([
      plain.subarray(0, 2),
      segment(0xfe, SECRET),
      segment(0xed, `Photoshop 3.0\0${SECRET}`),
      segment(0xe2, `MPF\0${SECRET}`),
      segment(0xe0, `JFXX\0${SECRET}`),
      plain.subarray(2),
      Buffer.from(`ftypmp42${SECRET}`),
    ]);
    expect(clean(original)).toEqual(plain);
  });

  test('a GIF loses its comments and goes on playing', async () => {
    const plain = await animation(220, 120);
    const comment = Buffer.concat([Buffer.from([0x21, 0xfe, SECRET.length]), Buffer.from(`${SECRET}\0`)]);
    const original = Buffer.concat([plain.subarray(0, -1), comment, plain.subarray(-1), Buffer.from(SECRET)]);
    expect(clean(original)).toEqual(plain);
    expect((await sharp(clean(original), { animated: true }).metadata()).pages).toBe(3);
  });

  test('an animated WebP keeps its frames', async () => {
    const original = await sharp(await animation(220, 120), { animated: true })
      .withExif({ IFD0: { Copyright: SECRET } })
      .webp()
      .toBuffer();
    const cleaned = clean(original);
    expect(cleaned.includes(SECRET)).toBe(false);
    expect((await sharp(cleaned, { animated: true }).metadata()).pages).toBe(3);
  });
});

test('a picture that was cut off keeps what it has, or is none', async () => {
  for (const as of ['jpeg', 'png', 'webp', 'avif', 'gif'] as const) {
    const whole = await photograph(320, 200).toFormat(as).toBuffer();
    const kind = pictureKind(whole);
    if (!kind.ok) throw new Error(kind.reason.code);
    for (let length = 13; length < whole.length; length += 37)
      expect(withoutMetadata(whole.subarray(0, length), kind.extension)?.includes(SECRET) ?? false).toBe(
        false,
      );
  }
});

test('orientation is read in either byte order, and nonsense is upright', () => {
  for (const orientation of [2, 3, 6, 8]) expect(orientationIn(exifWith(orientation))).toBe(orientation);
  const little = Buffer.from('49492a0008000000010012010300010000000600000000000000', 'hex');
  expect(orientationIn(Buffer.concat([Buffer.from('Exif\0\0'), little]))).toBe(6);
  for (const nonsense of ['', 'II', 'MM\0*\xff\xff\xff\xff', 'plain words'])
    expect(orientationIn(Buffer.from(nonsense, 'latin1'))).toBe(1);
});

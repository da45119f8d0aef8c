import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { type CutResult, cutPicture } from '../../../src/articles/pictures/picture-cuts.ts';
import { pictureFaultWords } from '../../../src/articles/sources/failure-words.ts';
import { animation, colourAt, halves, jpeg, noise, pngClaiming } from './picture-files.ts';

type Cuts = Extract<CutResult, { ok: true }>['cuts'];

async function cutsOf(bytes: Buffer): Promise<Cuts> {
  const result = await cutPicture(bytes);
  if (!result.ok) throw new Error(pictureFaultWords(result.reason));
  return result.cuts;
}

async function reasonFor(bytes: Buffer): Promise<string> {
  const result = await cutPicture(bytes);
  return result.ok ? 'not refused' : pictureFaultWords(result.reason);
}

const sizesOf = (cuts: Cuts) =>
  Object.fromEntries(Object.entries(cuts).map(([name, { width, height }]) => [name, `${width}×${height}`]));

const FULL = { wide: '1280×720', card: '720×480', thumb: '240×180' };
const RED = [192, 16, 48];
const BLUE = [16, 48, 192];

function expectNear(colour: readonly number[], wanted: readonly number[], by = 12): void {
  const apart = Math.max(...wanted.map((value, at) => Math.abs(value - (colour[at] ?? -999))));
  expect(apart, `${colour} and ${wanted}`).toBeLessThanOrEqual(by);
}

describe('a picture is cut to the three shapes', () => {
  const KINDS: Record<string, () => Promise<Buffer>> = {
    JPEG: () => jpeg(3000, 2000),
    PNG: () => halves(3000, 2000).png().toBuffer(),
    GIF: () => halves(1500, 1000).gif().toBuffer(),
    WebP: () => halves(1500, 1000).webp().toBuffer(),
    AVIF: () => halves(1500, 1000).avif({ effort: 0 }).toBuffer(),
    'progressive JPEG': () => halves(3000, 2000).jpeg({ progressive: true }).toBuffer(),
    'grey JPEG': () => halves(1500, 1000).greyscale().jpeg().toBuffer(),
    '16-bit PNG': () => halves(1500, 1000).toColourspace('rgb16').png().toBuffer(),
    'PNG with a palette': () => halves(1500, 1000).png({ palette: true }).toBuffer(),
  };

  test.each(Object.keys(KINDS))('whether it is a %s', async (kind) => {
    const cuts = await cutsOf((await KINDS[kind]?.()) ?? Buffer.alloc(0));
    expect(sizesOf(cuts)).toEqual(FULL);
    for (const { bytes, width, height } of Object.values(cuts)) {
      const is = await sharp(bytes).metadata();
      expect(is).toMatchObject({
        format: 'jpeg',
        width,
        height,
        space: 'srgb',
        channels: 3,
        isProgressive: true,
      });
    }
  });

  test('and a smaller one to smaller cuts of the same shapes, never enlarged', async () => {
    expect(sizesOf(await cutsOf(await jpeg(640, 640)))).toEqual({
      wide: '640×360',
      card: '640×427',
      thumb: '240×180',
    });
    expect(sizesOf(await cutsOf(await jpeg(200, 100)))).toEqual({
      wide: '178×100',
      card: '150×100',
      thumb: '133×100',
    });
  });

  test.each([
    [8000, 400],
    [400, 8000],
  ])('also a strip of %i × %i', async (width, height) => {
    const { wide, thumb } = await cutsOf(await jpeg(width, height));
    expect(wide.width / wide.height).toBeCloseTo(16 / 9, 1);
    expect(wide.width).toBeLessThanOrEqual(Math.min(width, 1280));
    expect([thumb.width, thumb.height]).toEqual([240, 180]);
  });

  test('around what draws the eye', async () => {
    // A grey wall with a red face far to the right: cut from the middle, it would be gone.
    const face = await sharp({ create: { width: 300, height: 300, channels: 3, background: '#d08060' } })
      .png()
      .toBuffer();
    const wall = sharp({ create: { width: 3000, height: 600, channels: 3, background: '#777777' } });
    const { card } = await cutsOf(
      await wall
        .composite([{ input: face, left: 2600, top: 150 }])
        .jpeg()
        .toBuffer(),
    );
    const { channels } = await sharp(card.bytes).stats();
    expect(channels[0]?.max).toBeGreaterThan(190);
  });
});

test('a picture that was taken with the camera turned stands upright, and says nothing of where it was taken', async () => {
  // Turned by 90° clockwise it is just as wide as the widest cut, and what was left is above.
  const turned = await halves(720, 1280)
    .jpeg()
    .withExif({ IFD0: { Artist: 'Ada' }, IFD3: { GPSLatitude: '51/1 30/1 0/1' } })
    .withMetadata({ orientation: 6 })
    .toBuffer();
  const before = await sharp(turned).metadata();
  expect(before.orientation).toBe(6);
  expect(before.exif?.includes('Ada')).toBe(true);
  const { wide } = await cutsOf(turned);
  const is = await sharp(wide.bytes).metadata();
  expect([is.orientation, is.exif, is.icc, is.xmp]).toEqual([undefined, undefined, undefined, undefined]);
  expectNear(await colourAt(wide.bytes, { left: 0, top: 0, width: 1280, height: 100 }), RED);
  expectNear(await colourAt(wide.bytes, { left: 0, top: 620, width: 1280, height: 100 }), BLUE);
});

test('a picture for print (CMYK) has the colours it had on paper', async () => {
  const printed = await halves(1500, 1000).toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer();
  expect((await sharp(printed).metadata()).space).toBe('cmyk');
  const { card } = await cutsOf(printed);
  const [red = 0, , blue = 255] = await colourAt(card.bytes, { left: 0, top: 0, width: 100, height: 400 });
  expect(red - blue).toBeGreaterThan(80);
});

test('a picture in a wide colour space is converted and not only relabelled', async () => {
  const wide = await sharp({ create: { width: 900, height: 600, channels: 3, background: '#20a040' } })
    .withIccProfile('p3')
    .png()
    .toBuffer();
  expect((await sharp(wide).metadata()).icc).toBeDefined();
  const { card } = await cutsOf(wide);
  expectNear(await colourAt(card.bytes, { left: 0, top: 0, width: 100, height: 100 }), [0x20, 0xa0, 0x40], 6);
});

test('a transparent picture lies on the paper of the mail, not on black', async () => {
  const clear = { r: 0, g: 0, b: 0, alpha: 0 };
  const dot = await sharp({ create: { width: 200, height: 200, channels: 3, background: '#c01030' } })
    .png()
    .toBuffer();
  const png = await sharp({ create: { width: 1280, height: 720, channels: 4, background: clear } })
    .composite([{ input: dot, left: 540, top: 260 }])
    .png()
    .toBuffer();
  const { wide } = await cutsOf(png);
  expectNear(await colourAt(wide.bytes, { left: 0, top: 0, width: 200, height: 200 }), [251, 248, 244], 3);
  expectNear(await colourAt(wide.bytes, { left: 560, top: 280, width: 160, height: 160 }), RED);
});

test('of an animation the first frame is shown', async () => {
  const gif = await animation(400, 300);
  expect((await sharp(gif).metadata()).pages).toBe(3);
  const { wide } = await cutsOf(gif);
  expect([wide.width, wide.height]).toEqual([400, 225]);
  expectNear(await colourAt(wide.bytes, { left: 0, top: 0, width: 400, height: 225 }), [255, 0, 0]);
});

describe('each cut stays within its bytes', () => {
  test('also of a noisy picture of 24 million pixels', async () => {
    const { wide, card, thumb } = await cutsOf(await noise(6000, 4000).jpeg({ quality: 60 }).toBuffer());
    expect(wide.bytes.length).toBeLessThanOrEqual(160_000);
    expect(card.bytes.length).toBeLessThanOrEqual(55_000);
    expect(thumb.bytes.length).toBeLessThanOrEqual(14_000);
    expect(wide.bytes.length + 6 * card.bytes.length + 11 * thumb.bytes.length).toBeLessThan(800_000);
  });

  test('where coarser is not enough, by a smaller cut of the same shape', async () => {
    const { wide, thumb } = await cutsOf(await noise(1280, 960).png().toBuffer());
    expect(wide.bytes.length).toBeLessThanOrEqual(160_000);
    expect(wide.width).toBeLessThan(1280);
    expect(wide.width / wide.height).toBeCloseTo(16 / 9, 2);
    expect(thumb.bytes.length).toBeLessThanOrEqual(14_000);
  });

  test('and the same picture gives the same bytes, so that it has one name on every machine', async () => {
    const original = await noise(900, 600).jpeg().toBuffer();
    const [first, second] = [await cutsOf(original), await cutsOf(original)];
    expect(first.card.bytes.equals(second.card.bytes)).toBe(true);
  });
});

describe('a picture is refused with the reason', () => {
  test('when its header claims more pixels than fit the memory, before they are unpacked', async () => {
    const before = process.memoryUsage().rss;
    expect(await reasonFor(pngClaiming(60_000, 60_000))).toBe(
      'it has 60000 × 60000 pixels, and more than 50 million are not unpacked',
    );
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
  });

  test.each([
    [1, 1],
    [199, 400],
    [468, 60],
  ])('when it is too small to be one: %i × %i', async (width, height) => {
    expect(await reasonFor(await plain(width, height))).toBe(
      `it has ${width} × ${height} pixels, and a picture needs at least 200 × 100`,
    );
  });

  test('when it is cut off', async () => {
    const whole = await noise(1600, 900).jpeg().toBuffer();
    expect(await reasonFor(whole.subarray(0, whole.length / 2))).toMatch(/^it is damaged or cut off \(.+\)$/);
    expect(await reasonFor(whole.subarray(0, 20))).toMatch(/^it is damaged or cut off \(.+\)$/);
    const png = await noise(800, 600).png().toBuffer();
    expect(await reasonFor(png.subarray(0, png.length / 2))).toMatch(/^it is damaged or cut off \(.+\)$/);
  });

  test('when it is an AVIF that would take more memory than it is worth', async () => {
    const avif = await sharp({ create: { width: 4100, height: 4100, channels: 3, background: '#c01030' } })
      .avif({ effort: 0 })
      .toBuffer();
    expect(await reasonFor(avif)).toBe(
      'it has 4100 × 4100 pixels, and more than 16 million are not unpacked',
    );
  });

  test('when it claims a size that its pixels do not fill', async () => {
    expect(await reasonFor(pngClaiming(5000, 5000))).toMatch(/^it is damaged or cut off/);
  });

  test.each([
    ['', 'it is empty'],
    ['<!doctype html><title>Not found</title>', 'it is a web page and not a picture'],
    ['<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', /^it is an SVG drawing/],
    ['%PDF-1.7', 'it is not a JPEG, PNG, GIF, WebP or AVIF picture'],
    ['II*\0\b\0\0\0', 'it is not a JPEG, PNG, GIF, WebP or AVIF picture'],
    [
      'GIF89a<svg xmlns="http://www.w3.org/2000/svg" width="400" height="400"/>',
      /^it is an? |^it is damaged/,
    ],
  ])('when it is something else: %j', async (content, reason) => {
    expect(await reasonFor(Buffer.from(content))).toMatch(reason);
  });

  test('when its file is too large', async () => {
    const large = Buffer.concat([await jpeg(), Buffer.alloc(15 * 1024 * 1024)]);
    expect(await reasonFor(large)).toBe('it is larger than 15 MB');
  });

  test('and the next one is cut all the same', async () => {
    const [broken, good] = await Promise.all([
      cutPicture(Buffer.from('\xff\xd8\xff', 'latin1')),
      cutPicture(await jpeg()),
    ]);
    expect([broken.ok, good.ok]).toEqual([false, true]);
  });
});

function plain(width: number, height: number): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: '#c01030' } })
    .jpeg()
    .toBuffer();
}

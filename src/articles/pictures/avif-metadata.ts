/** A box of an ISO media file: its kind, and where its content lies (ISO/IEC 14496-12 §4.2). */
interface Box {
  readonly type: string;
  readonly from: number;
  readonly to: number;
}

interface Extent {
  readonly from: number;
  readonly length: number;
}

/** Boxes at the top of a file that hold no picture. */
const NO_PICTURE = new Set(['uuid', 'free', 'skip', 'udta']);

/**
 * An AVIF whose EXIF and XMP are zeros. They stand in items of their own, which the file finds by
 * their place, so nothing may move; which side is up is said elsewhere (`irot`, `imir`).
 * @returns undefined where its table of items cannot be read.
 */
export function avifWithoutMetadata(original: Buffer): Buffer | undefined {
  const bytes = Buffer.from(original);
  const top = [...boxesIn(bytes, 0, bytes.length)];
  for (const { type, from, to } of top) if (NO_PICTURE.has(type)) bytes.fill(0, from, to);
  const meta = top.find(({ type }) => type === 'meta');
  if (!meta) return undefined;
  const inside = [...boxesIn(bytes, meta.from + 4, meta.to)];
  const find = (name: string) => inside.find(({ type }) => type === name);
  const [items, places] = [find('iinf'), find('iloc')];
  if (!items || !places) return undefined;
  const metadata = metadataItems(bytes, items);
  const data = find('idat');
  for (const [id, extents] of extentsOf(bytes, places, data?.from)) {
    if (!metadata.has(id)) continue;
    for (const { from, length } of extents) bytes.fill(0, from, Math.min(from + length, bytes.length));
  }
  return bytes;
}

function* boxesIn(bytes: Buffer, from: number, to: number): Generator<Box> {
  for (let at = from; at + 8 <= to; ) {
    const short = bytes.readUInt32BE(at);
    const head = short === 1 ? 16 : 8;
    const size = short === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : short === 0 ? to - at : short;
    if (size < head) return;
    yield { type: bytes.toString('latin1', at + 4, at + 8), from: at + head, to: Math.min(at + size, to) };
    at += size;
  }
}

/** Numbers of the items that are EXIF or XMP (§8.11.6). */
function metadataItems(bytes: Buffer, { from, to }: Box): ReadonlySet<number> {
  const version = bytes.readUInt8(from);
  const ids = new Set<number>();
  for (const entry of boxesIn(bytes, from + (version === 0 ? 6 : 8), to)) {
    const isLong = bytes.readUInt8(entry.from) >= 3;
    const at = entry.from + 4;
    const id = isLong ? bytes.readUInt32BE(at) : bytes.readUInt16BE(at);
    const typeAt = at + (isLong ? 6 : 4);
    if (/^(?:Exif|mime|uri )$/.test(bytes.toString('latin1', typeAt, typeAt + 4))) ids.add(id);
  }
  return ids;
}

/** Yields the extents of each item's content (§8.11.3). */
function* extentsOf(bytes: Buffer, box: Box, dataFrom: number | undefined): Generator<[number, Extent[]]> {
  const version = bytes.readUInt8(box.from);
  const sizes = bytes.readUInt16BE(box.from + 4);
  const size = (shift: number) => (sizes >> shift) & 0xf;
  const [offsetSize, lengthSize, baseSize, indexSize] = [
    size(12),
    size(8),
    size(4),
    version > 0 ? size(0) : 0,
  ];
  let at = box.from + 6;
  const take = (length: number) => {
    const value =
      length === 8 ? Number(bytes.readBigUInt64BE(at)) : length ? bytes.readUIntBE(at, length) : 0;
    at += length;
    return value;
  };
  const idSize = version < 2 ? 2 : 4;
  for (let left = take(idSize); left > 0; left -= 1) {
    const id = take(idSize);
    const method = version > 0 ? take(2) & 0xf : 0;
    at += 2;
    const base = take(baseSize) + (method === 1 ? (dataFrom ?? bytes.length) : 0);
    const extents: Extent[] = [];
    for (let parts = take(2); parts > 0; parts -= 1) {
      at += indexSize;
      extents.push({ from: base + take(offsetSize), length: take(lengthSize) || bytes.length });
    }
    yield [id, extents];
  }
}

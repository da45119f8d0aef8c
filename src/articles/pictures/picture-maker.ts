import { SECOND_MS } from '../../base/clock.ts';
import { type FetchLimits, guardedFetch, type Resolver } from '../fetching/guarded-fetch.ts';
import { keepFile, readMedia } from './kept-pictures.ts';
import { type CutJpeg, cutPicture } from './picture-cuts.ts';
import {
  MAX_PICTURE_BYTES,
  type PictureCut,
  type PictureRefusal,
  type PictureResult,
  pictureRefused,
} from './pictures.ts';

export interface PictureDeps {
  readonly mediaDir: string;
  /** The User-Agent, as `userAgentOf` makes it. */
  readonly userAgent: string;
  readonly limits?: Partial<FetchLimits>;
  readonly resolve?: Resolver;
}

const FETCH_LIMITS: Partial<FetchLimits> = {
  headersMs: 10 * SECOND_MS,
  totalMs: 20 * SECOND_MS,
  wireBytes: MAX_PICTURE_BYTES,
  bodyBytes: MAX_PICTURE_BYTES,
};
/** Servers that make formats to order send the ones that are quick to read. */
const ACCEPT = 'image/jpeg,image/png,image/webp,image/*;q=0.8';

type Original = { readonly ok: true; readonly bytes: Buffer } | PictureRefusal;

/**
 * Fetches a picture, cuts it, and keeps the cuts in the media folder. What is wrong with the
 * picture is a reason.
 * @param url an http(s) address, or `media:<file>` for one that was kept when its article was
 * collected.
 * @param allowPrivate lifts the guard for the host and port of this address.
 * @throws where the media folder cannot be written.
 */
export async function makePicture(
  deps: PictureDeps,
  url: string,
  allowPrivate: boolean,
): Promise<PictureResult> {
  const original = url.startsWith('media:')
    ? await originalInFolder(deps, url)
    : await originalFrom(deps, url, allowPrivate);
  if (!original.ok) return original;
  const cut = await cutPicture(original.bytes);
  if (!cut.ok) return cut;
  const keep = (jpeg: CutJpeg) => keepCut(deps.mediaDir, jpeg);
  const [wide, card, thumb] = await Promise.all([
    keep(cut.cuts.wide),
    keep(cut.cuts.card),
    keep(cut.cuts.thumb),
  ]);
  return { ok: true, cuts: { wide, card, thumb } };
}

async function originalInFolder({ mediaDir }: PictureDeps, url: string): Promise<Original> {
  const bytes = await readMedia(mediaDir, url);
  return bytes ? { ok: true, bytes } : pictureRefused({ code: 'not-in-media-folder' });
}

async function originalFrom(deps: PictureDeps, url: string, allowPrivate: boolean): Promise<Original> {
  const result = await guardedFetch(url, {
    userAgent: deps.userAgent,
    validators: { etag: null, lastModified: null },
    allowPrivate,
    accept: ACCEPT,
    limits: { ...FETCH_LIMITS, ...deps.limits },
    ...(deps.resolve ? { resolve: deps.resolve } : {}),
  });
  if (result.kind === 'fetched') return { ok: true, bytes: result.body };
  return pictureRefused(result.kind === 'failed' ? result.reason : { code: 'unchanged' });
}

async function keepCut(mediaDir: string, { width, height, bytes }: CutJpeg): Promise<PictureCut> {
  return { url: await keepFile(mediaDir, bytes, 'jpg'), width, height, bytes: bytes.length };
}

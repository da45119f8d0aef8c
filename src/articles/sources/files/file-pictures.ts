import type { Picture } from '../../article.ts';
import { keepPicture } from '../../pictures/kept-pictures.ts';
import type { FilePictureFault } from '../../pictures/picture-fault.ts';
import { filePictureWords } from '../failure-words.ts';
import type { FilePicture } from '../formats/front-matter-values.ts';
import { lineOf, pictureUrl } from '../text/content.ts';
import { isOrnament } from '../text/html-pictures.ts';
import { MEND, type Problem } from './file-problems.ts';

interface PicturePlace {
  /** Absolute: nothing outside it is read. */
  readonly folder: string;
  readonly mediaDir: string;
  /** Address of the article on the web: pictures missing from the folder may be there. */
  readonly address: string | undefined;
  /**
   * Every picture in the folder by the name of its file, as a path from there: a vault names them
   * so.
   */
  readonly pictures: ReadonlyMap<string, string>;
}

/** Nobody illustrates an article with more, and each is read. */
const MOST_CANDIDATES = 8;
/** A copy is kept of each that lies in the folder. */
const MOST_KEPT = 3;

export interface FilePictures {
  readonly picture: Picture | null;
  readonly otherPictures: readonly Picture[];
  readonly problems: readonly Problem[];
}

/**
 * The pictures of a file that are some, in its order. What is wrong with the first is said; others
 * may step in.
 */
export async function picturesOf(
  candidates: readonly FilePicture[],
  file: string,
  place: PicturePlace,
): Promise<FilePictures> {
  const kept = new Map<string, Picture>();
  let fault: FilePictureFault | undefined;
  for (const [at, candidate] of candidates.slice(0, MOST_CANDIDATES).entries()) {
    if (kept.size === MOST_KEPT) break;
    const one = await keep(candidate, file, place);
    if (!one.ok) {
      if (at === 0) fault = one.reason;
    } else if (!kept.has(one.picture.url)) kept.set(one.picture.url, one.picture);
  }
  const [picture = null, ...otherPictures] = kept.values();
  return {
    picture,
    otherPictures,
    problems:
      fault === undefined
        ? []
        : [
            {
              reason: `its picture was left out: ${filePictureWords(fault)}`,
              mend: MEND.picture,
              partly: true,
            },
          ],
  };
}

type Kept =
  | { readonly ok: true; readonly picture: Picture }
  | { readonly ok: false; readonly reason: FilePictureFault };

async function keep({ source, alt, caption }: FilePicture, file: string, place: PicturePlace): Promise<Kept> {
  const texts = { alt: lineOf(alt), caption: lineOf(caption) };
  if (/^(?:[a-z][a-z\d+.-]*:|\/\/)/i.test(source)) {
    const url = pictureUrl(source.startsWith('//') ? `https:${source}` : source);
    if (!url) return { ok: false, reason: { code: 'not-taken' } };
    if (isOrnament(url)) return { ok: false, reason: { code: 'ornament' } };
    return { ok: true, picture: { url, ...texts } };
  }
  const kept = await keepPicture(source, file, place.folder, place.mediaDir);
  if (kept.ok) return { ok: true, picture: { url: kept.url, ...texts } };
  const named = place.pictures.get(source.split('/').at(-1)?.toLowerCase() ?? '');
  const found = named ? await keepPicture(`/${named}`, file, place.folder, place.mediaDir) : kept;
  if (found.ok) return { ok: true, picture: { url: found.url, ...texts } };
  const onTheWeb = place.address && pictureUrl(source, place.address);
  return onTheWeb && !isOrnament(onTheWeb) ? { ok: true, picture: { url: onTheWeb, ...texts } } : kept;
}

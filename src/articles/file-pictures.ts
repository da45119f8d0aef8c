import type { Picture } from './article.ts';
import { lineOf, pictureUrl } from './content.ts';
import { MEND, type Problem } from './file-problems.ts';
import type { FilePicture } from './front-matter-values.ts';
import { keepPicture } from './media.ts';

interface PicturePlace {
  /** Absolute: nothing outside it is read. */
  readonly folder: string;
  readonly mediaDir: string;
}

/** Nobody illustrates an article with more, and each is read. */
const MOST_CANDIDATES = 8;

/** The first picture of a file that is one. What is wrong with the others counts only where none is. */
export async function pictureOf(
  candidates: readonly FilePicture[],
  file: string,
  place: PicturePlace,
): Promise<{ kept: Picture | null; problems: readonly Problem[] }> {
  const reasons: string[] = [];
  for (const candidate of candidates.slice(0, MOST_CANDIDATES)) {
    const one = await keep(candidate, file, place);
    if (one.ok) return { kept: one.picture, problems: [] };
    reasons.push(one.reason);
  }
  const [reason] = reasons;
  return {
    kept: null,
    problems:
      reason === undefined
        ? []
        : [{ reason: `its picture was left out: ${reason}`, mend: MEND.picture, partly: true }],
  };
}

type Kept =
  | { readonly ok: true; readonly picture: Picture }
  | { readonly ok: false; readonly reason: string };

async function keep({ source, alt, caption }: FilePicture, file: string, place: PicturePlace): Promise<Kept> {
  const texts = { alt: lineOf(alt), caption: lineOf(caption) };
  if (/^(?:[a-z][a-z\d+.-]*:|\/\/)/i.test(source)) {
    const url = pictureUrl(source.startsWith('//') ? `https:${source}` : source);
    return url
      ? { ok: true, picture: { url, ...texts } }
      : { ok: false, reason: 'only files and http(s) addresses are taken' };
  }
  const kept = await keepPicture(source, file, place.folder, place.mediaDir);
  return kept.ok ? { ok: true, picture: { url: kept.url, ...texts } } : kept;
}

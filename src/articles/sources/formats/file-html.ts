import { withoutData } from '../text/content.ts';
import { picturesIn } from '../text/html-pictures.ts';
import { readHtml } from '../text/html-tokens.ts';
import type { FilePicture } from './front-matter-values.ts';

/**
 * Stands for the folder while the addresses in a file's HTML are resolved: no such host can exist
 * (RFC 6761 §6.4).
 */
const HERE = 'http://this-folder.invalid/';

/**
 * The pictures of a file's HTML, in its order. A path comes back as one from the folder's root,
 * with a slash before it.
 * @param name the file's path in its folder, which relative addresses are relative to.
 */
export function picturesInFile(html: string, name: string): FilePicture[] {
  const path = name.split('/').map(encodeURIComponent).join('/');
  return picturesIn(html, HERE + path).map(({ url, alt, caption }) => ({
    source: url.startsWith(HERE) ? decoded(url.slice(HERE.length - 1)) : url,
    alt,
    caption,
  }));
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Without programs, styles and inlined pictures no page of an article is longer. */
const MAX_CHARACTERS = 250_000;
const MAX_DEPTH = 200;
const MAX_ELEMENTS = 30_000;
/** Elements that end without a tag: opening one says nothing about depth. */
const ENDS_BY_ITSELF = new Set(
  'p li dt dd tr td th thead tbody tfoot option optgroup colgroup rp rt area base br col embed hr img input link meta param source track wbr'.split(
    ' ',
  ),
);

/**
 * A page small and shallow enough to be made into a tree: without scripts and styles, and cut
 * before it is nested absurdly deep.
 */
export function boundedHtml(html: string): string {
  const text = withoutData(withoutPrograms(html)).slice(0, MAX_CHARACTERS);
  let depth = 0;
  let elements = 0;
  let end = text.length;
  readHtml(text, {
    text: () => undefined,
    open: (name, _attributes, isSelfClosed, at) => {
      elements += 1;
      if (elements > MAX_ELEMENTS) end = Math.min(end, at);
      if (isSelfClosed || ENDS_BY_ITSELF.has(name)) return;
      depth += 1;
      if (depth > MAX_DEPTH) end = Math.min(end, at);
    },
    close: (name) => {
      if (!ENDS_BY_ITSELF.has(name)) depth = Math.max(0, depth - 1);
    },
  });
  return text.slice(0, end);
}

const PROGRAM = /<(script|style)(?=[\s>/])[^<>]{0,2000}>/gi;

/** Saved pages carry megabytes of them before their text. What they say as linked data stays. */
function withoutPrograms(html: string): string {
  const parts: string[] = [];
  let from = 0;
  const ends: Record<string, RegExp> = { script: /<\/script/gi, style: /<\/style/gi };
  const opening = new RegExp(PROGRAM);
  for (let tag = opening.exec(html); tag; tag = opening.exec(html)) {
    const end = ends[tag[1]?.toLowerCase() ?? ''];
    if (!end) break;
    end.lastIndex = opening.lastIndex;
    const closing = end.exec(html);
    // One that is never closed is left to whoever reads tags.
    if (!closing) break;
    opening.lastIndex = closing.index;
    if (/ld\+json/i.test(tag[0])) continue;
    parts.push(html.slice(from, tag.index));
    from = html.indexOf('>', closing.index) + 1 || html.length;
    opening.lastIndex = from;
  }
  return parts.join('') + html.slice(from);
}

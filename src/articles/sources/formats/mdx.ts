/** Names of imported pictures: `import weir from './weir.jpg'`. */
const PICTURE_IMPORT =
  /^import\s+(\w{1,60})\s+from\s+["']([^"'\n]{1,300}\.(?:jpe?g|png|gif|webp|avif))["']/gm;
/** Imports and exports stand at the beginning of a line and go on to the next empty one. */
const MODULE_LINES = /^(?:import|export)\s(?:[^\n]+\n?)*/gm;
const PICTURE_TAGS = /^(?:Image|Img|Figure|Picture|Photo|StaticImage|NextImage)$/;

export function importedPictures(text: string): ReadonlyMap<string, string> {
  return new Map([...text.matchAll(PICTURE_IMPORT)].map(([, name = '', path = '']) => [name, path]));
}

const META =
  /^export\s+const\s+(?:metadata|meta|frontmatter|frontMatter|post|attributes)\b[^={]{0,100}=\s{0,9}\{([^{}]{0,4000})/m;
const META_ENTRY =
  /(?:^|[,{\n])\s{0,99}["']?(\w{1,60})["']?\s{0,9}:\s{0,9}(?:"([^"\n]*)"|'([^'\n]*)'|`([^`\n]*)`|(true|false|\d{1,15}))/g;

/**
 * Reads `export const metadata = { title: "…", draft: true }`, which Next.js has in place of front
 * matter.
 */
export function exportedData(text: string): [key: string, value: string][] {
  const inside = META.exec(text)?.[1] ?? '';
  return [...inside.matchAll(META_ENTRY)].map(([, key = '', ...values]) => [
    key,
    values.find((value) => value !== undefined) ?? '',
  ]);
}

/**
 * MDX as Markdown: without imports, exports, expressions and comments; of components the text
 * between their tags, and a picture of those that show one.
 */
export function withoutJsx(text: string, pictures: ReadonlyMap<string, string>): string {
  const plain = text
    .replace(MODULE_LINES, (lines, at: number) => (at === 0 || text[at - 1] === '\n' ? '\n' : lines))
    .replace(/\{\/\*[^*]{0,5000}\*\/\}/g, '');
  return tagsAsHtml(plain, pictures).replace(/\{[^{}\n]{0,1000}\}/g, '');
}

/**
 * Goes from tag to tag; a component's attributes may hold whole programs, so braces and quotes are
 * counted.
 */
function tagsAsHtml(text: string, pictures: ReadonlyMap<string, string>): string {
  const parts: string[] = [];
  let from = 0;
  const opening = /<\/?([A-Z][\w.]{0,60})?(?=[\s/>])/g;
  for (let tag = opening.exec(text); tag; tag = opening.exec(text)) {
    const [found, name] = tag;
    const isFragment = name === undefined && /^>/.test(text.slice(opening.lastIndex, opening.lastIndex + 1));
    if (name === undefined && !isFragment) continue;
    const end = endOfTag(text, opening.lastIndex);
    parts.push(
      text.slice(from, tag.index),
      asImage(name ?? '', text.slice(tag.index + found.length, end), pictures),
    );
    from = end;
    opening.lastIndex = end;
  }
  return parts.join('') + text.slice(from);
}

const MAX_TAG = 10_000;

function endOfTag(text: string, from: number): number {
  let depth = 0;
  let quote = '';
  const last = Math.min(text.length, from + MAX_TAG);
  for (let at = from; at < last; at += 1) {
    const character = text[at] ?? '';
    if (quote) quote = character === quote ? '' : quote;
    else if (/["'`]/.test(character)) quote = character;
    else if (character === '{') depth += 1;
    else if (character === '}') depth -= 1;
    else if (character === '>' && depth <= 0) return at + 1;
  }
  return last;
}

function asImage(name: string, attributes: string, pictures: ReadonlyMap<string, string>): string {
  if (!PICTURE_TAGS.test(name)) return '';
  const source = /\bsrc=(?:\{\s*)?(?:"([^"\n]{1,500})"|'([^'\n]{1,500})'|(\w{1,60}))/.exec(attributes);
  const address = source?.[1] ?? source?.[2] ?? pictures.get(source?.[3] ?? '');
  const alt = /\balt="([^"\n]{0,500})"/.exec(attributes)?.[1] ?? '';
  return address ? `<img src="${address}" alt="${alt}">` : '';
}

import { convert } from 'html-to-text';
import { Parser } from 'htmlparser2';
import { cleanText, oneLine } from '../base/one-line.ts';
import type { Picture } from './article.ts';

const MAX_PARAGRAPHS = 500;
const MAX_DEPTH = 100;
/** No article is longer; what is was made to keep us busy. */
const MAX_CHARACTERS = 1024 * 1024;
const SLICE_CHARACTERS = 4096;
/** Smaller pictures are icons, bylines and counting pixels. */
const MIN_PICTURE_PX = 100;

const BLOCK = { leadingLineBreaks: 2, trailingLineBreaks: 2 };
const NEVER_TEXT =
  'script style noscript template iframe object embed svg math canvas video audio img form button select textarea input nav footer figcaption title'.split(
    ' ',
  );
const PLAIN_BLOCKS =
  'h1 h2 h3 h4 h5 h6 ul ol li dl dt dd hr pre blockquote table tr section article div aside header'.split(
    ' ',
  );

const CONVERSION = {
  wordwrap: false as const,
  preserveNewlines: false,
  limits: { ellipsis: '', maxInputLength: MAX_CHARACTERS },
  selectors: [
    { selector: 'a', options: { ignoreHref: true } },
    { selector: 'p', options: BLOCK },
    { selector: 'td', format: 'inlineSurround', options: { prefix: ' ', suffix: ' ' } },
    { selector: 'th', format: 'inlineSurround', options: { prefix: ' ', suffix: ' ' } },
    ...PLAIN_BLOCKS.map((selector) => ({ selector, format: 'block', options: BLOCK })),
    ...NEVER_TEXT.map((selector) => ({ selector, format: 'skip' })),
  ],
};

/** Hostile HTML as paragraphs of plain, clean text: no markup, scripts, menus or forms, entities decoded. */
export function paragraphsOf(html: string): string[] {
  if (!html.trim()) return [];
  return plainParagraphs(convert(shallowPart(html), CONVERSION));
}

/**
 * The part before elements are nested absurdly deep. The parser's work per tag grows with the depth, so a megabyte of
 * `<ul><li>` would keep it busy for minutes; up to a bounded depth it is linear.
 */
function shallowPart(html: string): string {
  const bounded = html.slice(0, MAX_CHARACTERS);
  let depth = 0;
  let end = bounded.length;
  const parser: Parser = new Parser({
    onopentag: () => {
      depth += 1;
      if (depth > MAX_DEPTH) end = Math.min(end, parser.startIndex);
    },
    onclosetag: () => {
      depth -= 1;
    },
  });
  for (let at = 0; at < end; at += SLICE_CHARACTERS) parser.write(bounded.slice(at, at + SLICE_CHARACTERS));
  return bounded.slice(0, end);
}

/** Plain text as paragraphs: blank lines part them, line breaks inside are spaces. */
export function plainParagraphs(text: string): string[] {
  return cleanText(text)
    .split(/\n\s*\n/)
    .map(oneLine)
    .filter(Boolean)
    .slice(0, MAX_PARAGRAPHS);
}

const INLINE_MARKUP =
  /<\/?(a|abbr|b|big|br|cite|code|del|div|em|font|h[1-6]|i|img|ins|mark|p|q|s|script|small|span|strike|strong|style|sub|sup|svg|iframe|tt|u|wbr)[\s/>]|<!--/i;
const ENTITY = /&(#\d+|#x[\da-f]+|[a-z][a-z\d]*);/i;

/**
 * A headline or name, which may or may not be HTML, on one line. Only markup that people use there is taken out: in
 * "How the <canvas> element works" the element is the subject.
 */
export function lineOf(text: string): string {
  if (INLINE_MARKUP.test(text)) return paragraphsOf(text).join(' ');
  // A second layer of entities is a common fault of feeds: "AT&amp;amp;T".
  return oneLine(ENTITY.test(text) ? unescapeOnce(text) : text);
}

function unescapeOnce(text: string): string {
  return convert(text.replace(/</g, '&lt;'), { wordwrap: false, limits: CONVERSION.limits });
}

/** The first picture that is one: an http(s) source, not tiny, with its alternative text and caption. */
export function firstPicture(html: string, base?: string): Picture | null {
  let found: { url: string; alt: string } | undefined;
  let caption = '';
  let inCaption = false;
  let captionIsDone = false;
  const parser = new Parser({
    onopentag: (name, attributes) => {
      if (name === 'img' && !found) found = pictureOf(attributes, base);
      inCaption ||= name === 'figcaption' && found !== undefined && !captionIsDone;
    },
    ontext: (text) => {
      if (inCaption) caption += text;
    },
    onclosetag: (name) => {
      if (name !== 'figcaption' && name !== 'figure') return;
      captionIsDone ||= found !== undefined;
      inCaption = false;
    },
  });
  parser.end(shallowPart(html));
  return found ? { ...found, caption: oneLine(caption) } : null;
}

function pictureOf(
  attributes: Readonly<Record<string, string>>,
  base: string | undefined,
): { url: string; alt: string } | undefined {
  const sizes = [attributes.width, attributes.height].map((size) => Number.parseInt(size ?? '', 10));
  if (sizes.some((size) => size < MIN_PICTURE_PX)) return undefined;
  // Pages that load pictures late keep the true address beside a placeholder.
  const candidates = [attributes['data-src'], attributes.src];
  const url = candidates.map((source) => pictureUrl(source, base)).find((source) => source !== undefined);
  return url ? { url, alt: oneLine(attributes.alt ?? '') } : undefined;
}

/** An absolute http(s) address, or undefined for anything else. */
export function pictureUrl(source: string | undefined, base?: string): string | undefined {
  const text = source?.trim();
  if (!text) return undefined;
  const url = base ? URL.parse(text, base) : URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) return undefined;
  return url.href;
}

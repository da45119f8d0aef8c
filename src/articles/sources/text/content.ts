import { cleanText, oneLine } from '../../../base/text/one-line.ts';
import { htmlToText, LITERAL_LESS } from './html-text.ts';
import { asMarkup, withLiterals } from './markup.ts';

const MAX_PARAGRAPHS = 500;
/** No article is longer; what is was made to keep us busy. */
const MAX_CHARACTERS = 300_000;
/** No headline, name or link is longer. */
const MAX_LINE_CHARACTERS = 5000;
/** However often a publishing system has escaped its text, it has not done so more often. */
const MOST_LAYERS = 6;

const ENTITY = /&(#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,30});/i;

/**
 * Hostile HTML as paragraphs of plain, clean text: no markup, scripts, menus or players, entities
 * decoded, however often all of it was escaped. What names tags inside `code` keeps them.
 */
export function paragraphsOf(html: string): string[] {
  const text = withoutData(html).slice(0, MAX_CHARACTERS).replaceAll(LITERAL_LESS, '');
  return layersOf(text, MOST_LAYERS).map(withLiterals).slice(0, MAX_PARAGRAPHS);
}

/**
 * HTML without the files that are written into it: they may be a thousand times longer than its
 * text.
 */
export function withoutData(html: string): string {
  return html.includes('base64,') ? html.replace(/\bbase64,[\w+/=%-]{100,}/g, 'base64,') : html;
}

function layersOf(html: string, layers: number): string[] {
  if (!html.trim()) return [];
  const paragraphs = plainParagraphs(htmlToText(html));
  if (layers === 0) return paragraphs;
  return paragraphs.flatMap((paragraph) => {
    const markup =
      asMarkup(paragraph) ?? (ENTITY.test(paragraph) ? paragraph.replaceAll('<', '&lt;') : undefined);
    return markup === undefined ? [paragraph] : layersOf(markup, layers - 1);
  });
}

/** Text that is said to be plain, as paragraphs; tags in it are left out all the same. */
export function escapedText(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/\n[^\S\n]*\n\s*/g, '<p>');
}

/** Plain text as paragraphs: blank lines part them, line breaks inside are spaces. */
export function plainParagraphs(text: string): string[] {
  return cleanText(text)
    .split(/\n[^\S\n]*\n\s*/)
    .map(oneLine)
    .filter(Boolean)
    .slice(0, MAX_PARAGRAPHS);
}

const INLINE_MARKUP =
  /<\/?(a|abbr|acronym|b|big|blockquote|br|center|cite|code|del|div|em|figure|font|h[1-6]|hr|i|img|ins|li|mark|nobr|ol|p|picture|pre|q|s|script|section|small|span|strike|strong|style|sub|sup|svg|table|td|tr|iframe|tt|u|ul|wbr|[a-z]\w*[:-][\w:-]*)(\s[^<>]*)?\/?>|<!--/i;

/**
 * A headline or name, which may or may not be HTML, on one line. Only markup that people use there
 * is taken out: in "How the <canvas> element works" the element is the subject.
 */
export function lineOf(text: string): string {
  let line = text.slice(0, MAX_LINE_CHARACTERS).replaceAll(LITERAL_LESS, '');
  for (let layer = 0; layer < MOST_LAYERS; layer += 1) {
    const next = INLINE_MARKUP.test(line)
      ? plainParagraphs(htmlToText(onlyInline(line))).join(' ')
      : ENTITY.test(line)
        ? oneLine(htmlToText(line.replaceAll('<', '&lt;')))
        : line;
    if (next === line) break;
    line = next;
  }
  return withLiterals(oneLine(line));
}

/** Escapes every "<" that begins no inline markup, so that nothing else is lost with it. */
function onlyInline(line: string): string {
  return line.replace(/<[^<>]*>?/g, (piece) =>
    INLINE_MARKUP.test(piece) ? piece : piece.replace('<', '&lt;'),
  );
}

/** An absolute http(s) address, or undefined for anything else. */
export function pictureUrl(source: string | undefined, base?: string): string | undefined {
  const text = source?.trim();
  if (!text || text.length > 4000) return undefined;
  const url = base ? URL.parse(text, base) : URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) return undefined;
  return url.href;
}

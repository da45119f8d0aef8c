/** A row with quotation marks, as cells. */
export interface QuotedRow {
  readonly cells: readonly string[];
  /** Position of its line break. */
  readonly end: number;
  /**
   * True when a cell begins with a quotation mark whose partner does not end it: both are part of
   * its text.
   */
  readonly isOdd: boolean;
}

interface Stretch {
  /** Position of the row's beginning. */
  readonly from: number;
  /** Position it may reach at most. */
  readonly limit: number;
  readonly separator: string;
  /** Number of cells in the heading; 0 when unknown. */
  readonly width: number;
  /** False where there is no backslash that could stand before a quotation mark. */
  readonly hasBackslash: boolean;
}

/**
 * Reads a row whose cells may be in quotation marks, over line breaks too. A quotation mark within
 * is written twice (RFC 4180) or has a backslash before it, as some programs write it: whichever of
 * the two makes a row as wide as the heading.
 * @returns undefined when a quotation mark has no partner up to the limit.
 */
export function readQuotedRow(text: string, stretch: Stretch): QuotedRow | undefined {
  const doubled = read(text, stretch, false);
  const isSound = doubled && !doubled.isOdd;
  if (isSound && (stretch.width === 0 || doubled.cells.length === stretch.width)) return doubled;
  const escaped = stretch.hasBackslash ? read(text, stretch, true) : undefined;
  if (!escaped || escaped.isOdd) return doubled;
  return isSound && escaped.cells.length !== stretch.width ? doubled : escaped;
}

function read(
  text: string,
  { from, limit, separator: mark }: Stretch,
  backslash: boolean,
): QuotedRow | undefined {
  const separator = mark.charCodeAt(0);
  const cells: string[] = [];
  let isOdd = false;
  for (let at = from; ; at += 1) {
    const start = afterBlanks(text, at, limit, separator);
    const close = text.charCodeAt(start) === QUOTE ? partnerOf(text, start + 1, limit, backslash) : start;
    if (close === undefined) return undefined;
    const after = close > start ? afterBlanks(text, close + 1, limit, separator) : start;
    const end = cellEnd(text, after, limit, separator);
    if (end === undefined) return undefined;
    const isQuoted = close > start && end === after;
    cells.push(isQuoted ? inner(text.slice(start + 1, close), backslash) : text.slice(at, end).trim());
    isOdd ||= close > start && !isQuoted;
    if (text.charCodeAt(end) === LINE_FEED) return { cells, end, isOdd };
    at = end;
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LINE_FEED = 0x0a;
const TAB = 0x09;
const SPACE = 0x20;
const NO_BREAK_SPACE = 0xa0;

/** The quotation mark that closes what was opened before `from`. */
function partnerOf(text: string, from: number, limit: number, backslash: boolean): number | undefined {
  for (let at = from; at < limit; at += 1) {
    const letter = text.charCodeAt(at);
    if (letter === QUOTE) {
      if (text.charCodeAt(at + 1) !== QUOTE) return at;
      at += 1;
    } else if (backslash && letter === BACKSLASH) at += 1;
  }
  return undefined;
}

function inner(text: string, backslash: boolean): string {
  if (!text.includes('"')) return text;
  return text.replace(backslash ? /(?:\\(?=["\\])|"(?="))(.)/g : /"(")/g, '$1');
}

function afterBlanks(text: string, from: number, limit: number, separator: number): number {
  for (let at = from; at < limit; at += 1) {
    const letter = text.charCodeAt(at);
    const isBlank = letter === SPACE || letter === TAB || letter === NO_BREAK_SPACE;
    if (!isBlank || letter === separator) return at;
  }
  return limit;
}

function cellEnd(text: string, from: number, limit: number, separator: number): number | undefined {
  for (let at = from; at < limit; at += 1) {
    const letter = text.charCodeAt(at);
    if (letter === separator || letter === LINE_FEED) return at;
  }
  return undefined;
}

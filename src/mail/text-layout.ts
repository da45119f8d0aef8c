/** Columns of a plain-text mail. */
export const TEXT_WIDTH = 72;

/** Chinese, Japanese and Korean signs and emoji take two columns each. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u;
const PLAIN = /^[\u0020-\u02ff\u2010-\u2027]*$/u;
/** Signs that may not begin a line in Chinese and Japanese, and signs that may not end one. */
const CLINGS = /^[\p{Pe}\p{Pf}\p{Po}ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々]/u;
const OPENS = /[\p{Ps}\p{Pi}]$/u;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Counts the columns of a text in which every sign is as wide as every other, or twice that. */
export function columnsOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of graphemes.segment(text)) columns += WIDE.test(segment) ? 2 : 1;
  return columns;
}

const LONG_WORD = 20;

/** True of "Generalmusikdirektor": set large, it would be torn apart on a telephone. */
export function hasLongWord(text: string): boolean {
  return piecesOf(text).some(({ piece }) => columnsOf(piece) >= LONG_WORD);
}

/**
 * Breaks one line of text between words, and between signs where a script sets no spaces. A word
 * that is longer than a line stays whole: it may be a link.
 * @param indent columns before every line; `first` stands in those of the first one.
 */
export function wrapText(text: string, { indent = 0, first = '', width = TEXT_WIDTH } = {}): string {
  const room = width - indent;
  const lines: string[] = [];
  let line = '';
  let used = Math.max(0, columnsOf(first) - indent);
  for (const { piece, glued } of piecesOf(text)) {
    const columns = columnsOf(piece);
    const gap = line === '' || glued ? 0 : 1;
    if (line !== '' && used + gap + columns > room) {
      lines.push(line);
      line = piece;
      used = columns;
    } else {
      line += gap ? ` ${piece}` : piece;
      used += gap + columns;
    }
  }
  const margin = ' '.repeat(indent);
  return [...lines, line].map((one, at) => (at === 0 && first ? first : margin) + one).join('\n');
}

interface Piece {
  readonly piece: string;
  /** It follows the piece before it without a space. */
  readonly glued: boolean;
}

function piecesOf(text: string): Piece[] {
  return text
    .split(/[^\S\u00a0\u202f]+/u)
    .filter((word) => word !== '')
    .flatMap((word) =>
      PLAIN.test(word) || !WIDE.test(word) ? [{ piece: word, glued: false }] : signsOf(word),
    );
}

/** A word of wide signs, cut wherever a line may end. */
function signsOf(word: string): Piece[] {
  const pieces: string[] = [];
  for (const { segment } of graphemes.segment(word)) {
    const before = pieces.at(-1);
    const together =
      before !== undefined &&
      (CLINGS.test(segment) ||
        OPENS.test(before.slice(-2)) ||
        !(WIDE.test(segment) || WIDE.test(before.at(-1) ?? '')));
    if (together) pieces[pieces.length - 1] = before + segment;
    else pieces.push(segment);
  }
  return pieces.map((piece, at) => ({ piece, glued: at > 0 }));
}

/** The rendered text part without the blank lines that template blocks leave behind. */
export function tidyText(text: string): string {
  return `${text
    .replace(/(?<![^\S\n])[^\S\n]+$/gm, '')
    .replace(/\n{4,}/g, '\n\n\n')
    .trim()}\n`;
}

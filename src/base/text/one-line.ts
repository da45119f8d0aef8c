/**
 * Control characters, bidirectional marks, overrides and isolates, zero-width spaces, the byte
 * order mark and the private-use area. The last because the mail's slots are marked with
 * private-use characters: text from outside must never be able to forge one. Zero-width joiners
 * stay; emoji and several scripts need them.
 */
const UNWANTED =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ue000-\uf8ff\ufff9-\ufffb]/gu;

/**
 * Quotes, dashes and other signs of windows-1252 at U+0080 to U+009F, where careless programs leave
 * them; five places are empty.
 */
const WINDOWS_SIGNS = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/**
 * Removes what no visible text needs and an attacker might; lone surrogates become U+FFFD. Line
 * breaks stay, and what stands in the place of control characters of windows-1252 becomes the sign
 * that was meant.
 */
export function cleanText(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\u0080-\u009f]/g, (control) => WINDOWS_SIGNS[control.charCodeAt(0) - 0x80] ?? '')
    .replace(UNWANTED, '')
    .replace(/\r\n?/g, '\n');
}

/** `cleanText` on one line, with white space folded: safe for a header, a title, an attribute. */
export function oneLine(text: string): string {
  return cleanText(text).replace(/\s+/gu, ' ').trim();
}

/** Returns text with its first letter in upper case. */
export function capitalised(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/**
 * At most `max` characters, cut between words and never within an emoji, with an ellipsis where
 * something was left out.
 */
export function shorten(text: string, max: number): string {
  const characters = [...text];
  if (characters.length <= max) return text;
  const cut = wholeGraphemes(characters, max - 1);
  const space = cut.lastIndexOf(' ');
  return `${(space > max / 2 ? cut.slice(0, space) : cut).replace(/[\s,;:–—-]+$/u, '')}…`;
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

function wholeGraphemes(characters: readonly string[], max: number): string {
  const cut = characters.slice(0, max).join('');
  // With the next character in view, a grapheme that the cut goes through reaches over its end.
  const last = graphemes.segment(characters.slice(0, max + 1).join('')).containing(cut.length - 1);
  return last && last.index + last.segment.length > cut.length ? cut.slice(0, last.index) : cut;
}

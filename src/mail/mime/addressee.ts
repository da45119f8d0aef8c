const MOST_CHARACTERS = 40;
/**
 * Letters with their marks, joined by what names are joined by. A list of what may be, not of what
 * may not: digits, "@", slashes, brackets, line breaks, controls and bidirectional marks are all
 * kept out by it. The two joiners are letters' own business in Persian and several Indian scripts.
 */
const NAME = /^[\p{L}\p{M}\p{Join_Control} .,'’‘·‐-]+$/u;
/** "evil.example": mail programs make a link of it. "J. R. Hartley" stays a name. */
const LINKLIKE = /\.[\p{L}\p{M}]{2}|\bwww\b/iu;
/** Commas by the script of the name. */
const COMMAS: readonly [RegExp, string][] = [
  [/\p{Script=Arabic}/u, '، '],
  [/\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}/u, '、'],
];
/** More marks on one letter than any script has would reach into the lines above and below. */
const TOWER = /\p{M}{4}/u;

/**
 * Returns the text after a greeting: `, Anna Smith`, the whole name as its owner typed it, or
 * nothing. A name is dropped rather than mended when it is longer than 40 characters or holds
 * anything that people's names do not: it came from a form or a file, and appears in a mail under
 * the publisher's name.
 */
export function addresseeOf(name: string): string {
  const line = name
    .replace(/\p{Zs}+/gu, ' ')
    .replace(/^ | $/g, '')
    .normalize('NFC');
  const isName =
    [...line].length <= MOST_CHARACTERS &&
    NAME.test(line) &&
    /\p{L}/u.test(line) &&
    !LINKLIKE.test(line) &&
    !TOWER.test(line);
  if (!isName) return '';
  const [, comma = ', '] = COMMAS.find(([script]) => script.test(line)) ?? [];
  return comma + line.replace(/\.$/, ''); // a sentence goes on or ends here with a stop of its own
}

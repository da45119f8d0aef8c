/**
 * Something of which a reader sees more than a mark: a letter, a digit, an emoji. Fillers and
 * blanks are letters to Unicode, but nobody sees them: U+3164, U+115F and their kin are
 * default-ignorable, and two blank hieroglyphs are not even that.
 */
const SEEN = /(?![\p{Default_Ignorable_Code_Point}\u{13441}\u{13442}])[\p{L}\p{N}\p{Extended_Pictographic}]/u;

/**
 * Returns false for words that show a reader nothing: joiners, fillers, combining marks or
 * punctuation alone.
 */
export function saysSomething(words: string): boolean {
  return SEEN.test(words);
}

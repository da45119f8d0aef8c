/** Letters without an accent to lose, and the apostrophe that typesetters prefer. */
const SPELLED: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
  '’': "'",
  '‘': "'",
};
const ASCII = /^[\x20-\x7e]*$/;

/** Returns text as it is compared: in lower case, without accents, and with plain letters for those that have none to lose. */
export function folded(text: string): string {
  const lower = text.toLowerCase();
  if (ASCII.test(lower)) return lower;
  const plain = lower.normalize('NFKD').replace(/\p{M}/gu, '');
  return plain.replace(/[ßæœøłđðþı’‘]/g, (letter) => SPELLED[letter] ?? letter);
}

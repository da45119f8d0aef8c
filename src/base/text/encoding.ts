/** The encoding a text names with its first bytes, or undefined when it has no such mark. */
export function byteOrderMark(bytes: Uint8Array): 'utf-8' | 'utf-16be' | 'utf-16le' | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return undefined;
}

/**
 * Tells UTF-8 from windows-1252 (which is what "Latin-1" means on the web) by all the letters
 * beyond ASCII. Text in a single-byte encoding practically never forms valid UTF-8 by accident, and
 * one broken byte in UTF-8 must not turn every other accent into two wrong letters: the majority
 * decides.
 */
export class LetterTally {
  #whole = 0;
  #broken = 0;

  /** @param text a piece of the text, decoded as UTF-8 with U+FFFD for what is not. */
  count(text: string): void {
    this.#broken += text.split('\ufffd').length - 1;
    this.#whole += (text.match(/[^\u0000-\u007f\ufffd]/gu) ?? []).length;
  }

  get encoding(): 'utf-8' | 'windows-1252' {
    return this.#broken > this.#whole ? 'windows-1252' : 'utf-8';
  }
}

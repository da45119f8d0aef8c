import { HEAD_LETTERS, type Word, wordsOf } from './subject-words.ts';

interface Part {
  readonly text: string;
  /** Any ending will do. */
  readonly isStem: boolean;
}

interface Entry<Value> {
  readonly parts: readonly Part[];
  readonly value: Value;
}

export interface Found<Value> {
  readonly value: Value;
  /** Words, from the first up to but not including the last. */
  readonly from: number;
  readonly to: number;
}

/**
 * Phrases by their first word, so that a word of a text is looked up once for all rules together,
 * whatever their number.
 */
export class PhraseIndex<Value> {
  readonly #whole = new Map<string, Entry<Value>[]>();
  /** Entries by their first three letters: no stem is shorter. */
  readonly #stems = new Map<string, Entry<Value>[]>();

  /** @param phrase as the rules are written: `miscarr*`, `passed|passes away`. */
  add(phrase: string, value: Value): void {
    for (const parts of spellings(phrase)) {
      const [first] = parts;
      if (!first) continue;
      const [entries, key] = first.isStem
        ? [this.#stems, first.text.slice(0, HEAD_LETTERS)]
        : [this.#whole, first.text];
      entries.set(key, [...(entries.get(key) ?? []), { parts, value }]);
    }
  }

  /** Every phrase that begins at this word. */
  at(words: readonly Word[], from: number): readonly Found<Value>[] {
    const word = words[from];
    const whole = word && this.#whole.get(word.folded);
    const stems = word && this.#stems.get(word.head);
    if (!whole && !stems) return NONE;
    return [...(whole ?? []), ...(stems ?? [])]
      .filter(({ parts }) => stands(parts, words, from))
      .map(({ parts, value }) => ({ value, from, to: from + parts.length }));
  }
}

/** Most words begin no phrase at all. */
const NONE: readonly never[] = [];

function stands(parts: readonly Part[], words: readonly Word[], from: number): boolean {
  return parts.every(({ text, isStem }, at) => {
    const word = words[from + at]?.folded;
    return isStem ? word?.startsWith(text) : word === text;
  });
}

/** `lost|losing her baby` is two phrases. */
function spellings(phrase: string): Part[][] {
  const places = phrase.split(/\s+/u).map((place) => place.split('|').map(partsOf));
  return places.reduce<Part[][]>(
    (all, alternatives) => all.flatMap((begun) => alternatives.map((parts) => [...begun, ...parts])),
    [[]],
  );
}

function partsOf(word: string): Part[] {
  const words = wordsOf(word);
  return words.map(({ folded }, at) => ({
    text: folded,
    isStem: word.endsWith('*') && at === words.length - 1,
  }));
}

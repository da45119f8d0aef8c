import { type StoryText, traitsOf } from './story-traits.ts';
import { stem } from './story-words.ts';

/**
 * Among few articles every word looks rare: so many others are taken to use it, until there are
 * more than a few.
 */
const DOUBT = 2;
const FEW = 100;

/**
 * Word statistics of the articles at hand: how many of them use a word, and whether it is
 * capitalised in the middle of a sentence. They tell a rare word from a common one, and names in a
 * headline that shouts.
 */
export class StoryCorpus {
  #size = 0;
  readonly #articles = new Map<string, number>();
  readonly #names = new Map<string, number>();
  readonly #lower = new Map<string, number>();
  readonly #places = new Map<string, number>();

  /** Second words of names by their first: who else is called Anna. */
  readonly #surnames = new Map<string, Set<string>>();

  constructor(texts: Iterable<StoryText> = []) {
    for (const text of texts) this.add(text);
  }

  add(text: StoryText): void {
    this.#size += 1;
    const stems = new Set<string>();
    for (const [word, { casing, located }] of traitsOf(text).words) {
      stems.add(stem(word));
      if (casing === 'name') count(this.#names, word);
      if (casing === 'name' && located) count(this.#places, word);
      if (casing === 'lower') count(this.#lower, word);
    }
    for (const [first = '', second] of traitsOf(text).runs)
      if (second) this.#surnames.set(first, (this.#surnames.get(first) ?? new Set()).add(second));
    for (const one of stems) count(this.#articles, one);
  }

  /** 1 for a word that only the two articles compared use, less for one that many do. */
  rarity(stemmed: string, loss = 0.35): number {
    const others =
      Math.max(0, (this.#articles.get(stemmed) ?? 0) - 2) + DOUBT / (1 + (this.#size / FEW) ** 2);
    return 1 / (1 + loss * Math.log1p(others));
  }

  /** Returns the weight of a first name alone: little where two people have it. */
  firstName(word: string): number {
    return (this.#surnames.get(word)?.size ?? 0) > 1 ? 0.4 : 0.85;
  }

  isName(word: string): boolean {
    return (this.#names.get(word) ?? 0) > (this.#lower.get(word) ?? 0);
  }

  isPlace(word: string): boolean {
    return (this.#places.get(word) ?? 0) > (this.#names.get(word) ?? 0) / 4;
  }

  isPlain(word: string): boolean {
    return (this.#lower.get(word) ?? 0) > (this.#names.get(word) ?? 0);
  }
}

function count(counts: Map<string, number>, word: string): void {
  counts.set(word, (counts.get(word) ?? 0) + 1);
}

import { folded } from '../../base/text/folded.ts';
import { MIN_STEM_LETTERS } from '../../config/sensitive.ts';

/** No stem is shorter. */
export const HEAD_LETTERS = MIN_STEM_LETTERS;

/**
 * One word of a text, folded so that capitals, accents and the kind of apostrophe make no
 * difference.
 */
export interface Word {
  readonly folded: string;
  /** Its first three letters: what stems are looked up by. */
  readonly head: string;
  /** Start of the word in its text. */
  readonly start: number;
  readonly end: number;
}

const WORD = /[\p{L}\p{N}\p{M}]+/gu;
const SENTENCE_END = /(?<=[.!?…]["'”’»)]?)\s+|\n+/u;

/** Hyphens and apostrophes part words: "self-harm" is two, and so are "l’hôpital" and "baby's". */
export function wordsOf(text: string): Word[] {
  return [...text.matchAll(WORD)].map(({ 0: word, index }) => {
    const plain = folded(word);
    return { folded: plain, head: plain.slice(0, HEAD_LETTERS), start: index, end: index + word.length };
  });
}

export function sentencesOf(text: string): string[] {
  return text.split(SENTENCE_END).filter(Boolean);
}

/** Words that stand in nearly every sentence of a language and seldom in another's. */
const COMMON: Readonly<Record<string, ReadonlySet<string>>> = {
  en: new Set('the and of to is with for her his she he on at was has after'.split(' ')),
  de: new Set('der die das und ist mit fur von sie er ein eine nicht nach ihr im den'.split(' ')),
  fr: new Set('le la les des et est une dans pour avec elle du sa au apres ses'.split(' ')),
  es: new Set('el la los las y en con por una su del tras un al sus para'.split(' ')),
  pt: new Set('o os as e em com por uma sua do da nao um ao seu apos na no'.split(' ')),
};

/** Characters that say as much of the language as the whole text. */
const ENOUGH_TO_GUESS = 20_000;

/** The language whose commonest words a text has most of; English where none stands out. */
export function guessLanguage(text: string): string {
  const words = wordsOf(text.slice(0, ENOUGH_TO_GUESS));
  const counts = Object.entries(COMMON).map(([language, common]) => ({
    language,
    count: words.filter(({ folded }) => common.has(folded)).length,
  }));
  return counts.reduce((best, one) => (one.count > best.count ? one : best)).language;
}

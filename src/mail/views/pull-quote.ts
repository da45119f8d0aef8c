/** Words set large by themselves. */
export interface PullQuote {
  readonly words: string;
  /** Somebody said them: they stand in the quotation marks they came with. */
  readonly spoken: boolean;
}

/**
 * With their marks, in the custom of any language; not the single ones, which are apostrophes just
 * as often.
 */
const SPOKEN = /“[^“”„]+”|„[^„“”]+[“”]|«[^«»]+»|»[^«»]+«|「[^「」]+」|"[^"]+"/u;
const LEAST = { spoken: 24, said: 48 } as const;
const MOST = 130;
/** One sentence, which does not lean on the headline before it. */
const SENTENCE =
  /^(?!(?:he|she|it|they|his|her|their|this|that|these|those|here|but|and|so|inside)\b)\P{Ll}[^.!?。！？…]+[.!?。！？]$/iu;

/**
 * Finds the part of a standfirst to set large: a quotation in it, or the whole of it when it is one
 * good sentence.
 */
export function pullQuoteOf(standfirst: string): PullQuote | null {
  // "… so wicked," she said: the comma belongs to what follows.
  const words = (SPOKEN.exec(standfirst)?.[0] ?? '').replace(/[,;](?=[”“"»«」]$)/u, '');
  if (fits(words, LEAST.spoken)) return { words, spoken: true };
  return fits(standfirst, LEAST.said) && SENTENCE.test(standfirst)
    ? { words: standfirst, spoken: false }
    : null;
}

function fits(words: string, least: number): boolean {
  const { length } = [...words];
  return length >= least && length <= MOST;
}

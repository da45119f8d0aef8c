/** Typographic habits of a language. A word is the unit to tell apart; the names are ISO 15924. */
export interface Writing {
  readonly direction: 'ltr' | 'rtl';
  /** `Latn`, `Arab`, `Jpan` … */
  readonly script: string;
  /** Compounds too long for a telephone's line are divided as the language divides them. */
  readonly hyphenated: boolean;
  /** It has capitals and room between letters, and an italic that is one. */
  readonly spaced: boolean;
  /** True for English, the language of our own few words. */
  readonly isEnglish: boolean;
}

const RIGHT_TO_LEFT = new Set(['Arab', 'Hebr', 'Syrc', 'Thaa', 'Nkoo', 'Adlm']);
const SPACED = new Set(['Latn', 'Grek', 'Cyrl']);
const HYPHENATED = new Set(['de', 'nl', 'da', 'sv', 'nb', 'nn', 'no', 'fi', 'is', 'hu']);

/**
 * The language as BCP 47 if it is one, else English: a mistyped language must not stop an edition.
 */
export function languageTag(language: string): string {
  try {
    return Intl.getCanonicalLocales(language)[0] ?? 'en';
  } catch {
    return 'en';
  }
}

/**
 * The locale in which days and numbers are written: "en" alone would give the American order; who
 * wants that says "en-US".
 */
export function localeOf(language: string): string {
  const tag = languageTag(language);
  return tag === 'en' ? 'en-GB' : tag;
}

const known = new Map<string, Writing>();

export function writingOf(language: string): Writing {
  const found = known.get(language) ?? findWriting(language);
  known.set(language, found);
  return found;
}

function findWriting(language: string): Writing {
  const { script = 'Latn', language: plain } = new Intl.Locale(languageTag(language)).maximize();
  return {
    direction: RIGHT_TO_LEFT.has(script) ? 'rtl' : 'ltr',
    script,
    hyphenated: HYPHENATED.has(plain),
    spaced: SPACED.has(script),
    isEnglish: plain === 'en',
  };
}

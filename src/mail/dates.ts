const RIGHT_TO_LEFT = new Set(['ar', 'he', 'fa', 'ur']);

/** The language as BCP 47 if it is one, else English: a mistyped language must not stop an edition. */
export function languageTag(language: string): string {
  try {
    return Intl.getCanonicalLocales(language)[0] ?? 'en';
  } catch {
    return 'en';
  }
}

/** Which way the language is written. */
export function directionOf(language: string): 'ltr' | 'rtl' {
  return RIGHT_TO_LEFT.has(languageTag(language).split('-')[0] ?? '') ? 'rtl' : 'ltr';
}

/** "Sunday 22 November 2026": the day of the slot where the newsletter is at home. */
export function longDate(slot: number, language: string, timeZone: string): string {
  return new Intl.DateTimeFormat(locale(language), { dateStyle: 'full', timeZone }).format(slot);
}

/** "Sunday 22 November": for a subject, where the year says nothing. */
export function dayAndMonth(slot: number, language: string, timeZone: string): string {
  return new Intl.DateTimeFormat(locale(language), {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    timeZone,
  }).format(slot);
}

/** "en" alone would give the American order; a publisher who wants that says "en-US". */
function locale(language: string): string {
  const tag = languageTag(language);
  return tag === 'en' ? 'en-GB' : tag;
}

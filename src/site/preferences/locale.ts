import type { Vocabulary, Words } from '../../config/vocabulary.ts';

/** Time zones as people look for them: by continent, then by city. */
export interface ZoneGroup {
  readonly continent: string;
  readonly zones: readonly { readonly id: string; readonly city: string }[];
}

const ZONES = Intl.supportedValuesOf('timeZone').filter((id) => id.includes('/'));

const ourZones = new WeakMap<Words, readonly ZoneGroup[]>();

/** @param also a zone that a newsletter or a reader has under a name that is not in the list. */
export function zoneGroups(also: string | null, words: Words): readonly ZoneGroup[] {
  if (also !== null && !ZONES.includes(also)) return grouped([also, ...ZONES], words);
  const known = ourZones.get(words) ?? grouped(ZONES, words);
  ourZones.set(words, known);
  return known;
}

function grouped(ids: readonly string[], words: Words): readonly ZoneGroup[] {
  const collator = new Intl.Collator(words.language);
  const groups = Map.groupBy(ids, (id) => id.split('/')[0] ?? id);
  return [...groups].map(([continent, of]) => ({
    continent: words.name('continents', continent),
    zones: of.map((id) => ({ id, city: cityOf(id, words) })).sort((a, b) => collator.compare(a.city, b.city)),
  }));
}

/** `America/Argentina/Buenos_Aires` → "Buenos Aires, Argentina". */
export function cityOf(zone: string, words: Words): string {
  const [, ...places] = zone.replaceAll('_', ' ').split('/');
  return (
    places
      .reverse()
      .map((place) => words.name('cities', place))
      .join(', ') || zone
  );
}

/**
 * Reads the chosen language: null is the newsletter's own, undefined one that is not offered.
 * @param before the language they have already, which stays theirs even where it has no words.
 */
export function readLanguage(
  text: string,
  before: string | null,
  { languages }: Vocabulary,
): string | null | undefined {
  if (text === '') return null;
  return text === before ? text : languages.find(({ tag }) => tag === text)?.tag;
}

/** @param before what they have already, which stays theirs whatever it is called. */
export function readZone(text: string, before: string | null): string | null | undefined {
  if (text === '') return null;
  return text === before || ZONES.includes(text) ? text : undefined;
}

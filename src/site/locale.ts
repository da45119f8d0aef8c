/** The languages our own few words are written in, each by its own name. */
export const LANGUAGES: readonly { readonly tag: string; readonly name: string }[] = [
  { tag: 'en', name: 'English' },
];

/** Time zones as people look for them: by continent, then by city. */
export interface ZoneGroup {
  readonly continent: string;
  readonly zones: readonly { readonly id: string; readonly city: string }[];
}

const ZONES = Intl.supportedValuesOf('timeZone').filter((id) => id.includes('/'));

/** @param also a zone that a newsletter or a reader has under a name that is not in the list. */
export function zoneGroups(also: string | null): readonly ZoneGroup[] {
  const ids = also === null || ZONES.includes(also) ? ZONES : [also, ...ZONES];
  const groups = Map.groupBy(ids, (id) => id.split('/')[0] ?? id);
  return [...groups].map(([continent, of]) => ({
    continent,
    zones: of.map((id) => ({ id, city: cityOf(id) })),
  }));
}

/** `America/Argentina/Buenos_Aires` → "Buenos Aires, Argentina". */
export function cityOf(zone: string): string {
  const [, ...places] = zone.replaceAll('_', ' ').split('/');
  return places.reverse().join(', ') || zone;
}

/** What was chosen: null is the newsletter's own, undefined nothing that is offered. */
export function readLanguage(text: string): string | null | undefined {
  return text === '' ? null : LANGUAGES.find(({ tag }) => tag === text)?.tag;
}

/** @param before what they have already, which stays theirs whatever it is called. */
export function readZone(text: string, before: string | null): string | null | undefined {
  if (text === '') return null;
  return text === before || ZONES.includes(text) ? text : undefined;
}

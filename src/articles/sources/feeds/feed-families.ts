/**
 * Vocabularies that feeds are written in. `core` is RSS and Atom alike: they are told apart by the
 * names they use.
 */
export type Family =
  | 'core'
  | 'dc'
  | 'dcterms'
  | 'content'
  | 'media'
  | 'itunes'
  | 'feedburner'
  | 'xhtml'
  | 'rdf'
  | 'other';

const URIS: readonly (readonly [RegExp, Family])[] = [
  [
    /w3\.org\/2005\/atom|purl\.org\/atom|backend\.userland\.com|purl\.org\/rss\/1\.0\/?$|my\.netscape\.com|channel\.netscape\.com|blogs\.law\.harvard\.edu|cyber\.(law\.)?harvard\.edu|purl\.org\/net\/rss1\.1|rssboard\.org\/rss/i,
    'core',
  ],
  [/purl\.org\/rss\/1\.0\/modules\/content/i, 'content'],
  [/purl\.org\/dc\/elements|purl\.org\/metadata\/dublin_core/i, 'dc'],
  [/purl\.org\/dc\/terms/i, 'dcterms'],
  [/search\.yahoo\.com\/mrss|tools\.search\.yahoo\.com/i, 'media'],
  [/itunes\.com\/dtds|google\.com\/schemas\/play-podcasts/i, 'itunes'],
  [/feedburner/i, 'feedburner'],
  [/rssnamespace\.org\/feedburner/i, 'feedburner'],
  [/w3\.org\/1999\/xhtml/i, 'xhtml'],
  [/w3\.org\/1999\/02\/22-rdf-syntax|w3\.org\/tr\/rdf/i, 'rdf'],
];

/** Prefixes of feeds that forgot to declare them. */
const PREFIXES: Readonly<Record<string, Family>> = {
  '': 'core',
  rss: 'core',
  atom: 'core',
  atom10: 'core',
  atom03: 'core',
  a10: 'core',
  dc: 'dc',
  dcterms: 'dcterms',
  content: 'content',
  media: 'media',
  itunes: 'itunes',
  googleplay: 'itunes',
  feedburner: 'feedburner',
  xhtml: 'xhtml',
  rdf: 'rdf',
};

/**
 * The namespace of each prefix that is in use, after the declarations among an element's
 * attributes.
 */
export function knownUris(
  attributes: ReadonlyMap<string, string>,
  around: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<string, string> {
  let uris: Map<string, string> | undefined;
  for (const [key, value] of attributes) {
    const [, prefix] = /^xmlns(?::(.+))?$/i.exec(key) ?? [undefined, undefined];
    if (!/^xmlns/i.test(key)) continue;
    uris ??= new Map(around);
    uris.set((prefix ?? '').toLowerCase(), value.trim());
  }
  return uris ?? around;
}

/** Name of the document's own element: its vocabulary is `core`, whatever its prefix. */
export interface Core {
  readonly prefix: string;
  readonly uri: string | undefined;
}

/** The vocabulary of a prefix where it is used. */
export function familyOf(prefix: string, uris: ReadonlyMap<string, string>, core: Core | undefined): Family {
  const uri = uris.get(prefix);
  const known = uri ? familyOfUri(uri) : undefined;
  if (known) return known;
  if (uri ? uri === core?.uri : prefix === core?.prefix) return 'core';
  return PREFIXES[prefix] ?? 'other';
}

const families = new Map<string, Family | undefined>();
const MOST_REMEMBERED = 1000;

function familyOfUri(uri: string): Family | undefined {
  if (families.has(uri)) return families.get(uri);
  const found = URIS.find(([pattern]) => pattern.test(uri))?.[1];
  if (families.size < MOST_REMEMBERED) families.set(uri, found);
  return found;
}

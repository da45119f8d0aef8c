/** A picture as a file names it: a path, or an http(s) address. */
export interface FilePicture {
  readonly source: string;
  readonly alt: string;
  readonly caption: string;
}

/** Most characters of one value that anything looks at. */
const MAX_VALUE = 4_000;
const MAX_LIST = 100;
/**
 * Groups in which tools keep what others keep at the top: Hugo's params, Zola's extra and
 * taxonomies.
 */
const GROUPS = new Set(['params', 'extra', 'taxonomies', 'metadata', 'frontmatter', 'acf']);
const NOTHING = /^(?:~|null|nil|none|undefined)?$/i;

/**
 * Front matter of a file, by key. Capitals and the signs between words make no difference:
 * publishDate, publish_date and publish-date are one key. Anything may be anywhere, so callers ask
 * for each value by the shape it should have. A dot leads into an object: `cover.image`.
 */
export class FrontMatter {
  /** Every key with its value, in order, also those that stand twice. */
  readonly entries: readonly (readonly [key: string, value: unknown])[];
  readonly #values: ReadonlyMap<string, unknown>;

  constructor(entries: readonly (readonly [key: string, value: unknown])[]) {
    const own = entries.map(([key, value]) => [foldKey(key), value] as const);
    const grouped = own.flatMap(([key, value]) =>
      GROUPS.has(key) && isRecord(value)
        ? Object.entries(value).map(([inner, one]) => [foldKey(inner), one] as const)
        : [],
    );
    this.entries = [...grouped, ...own];
    // What stands at the top counts before what stands in a group, and of two the last.
    this.#values = new Map(this.entries);
  }

  get isEmpty(): boolean {
    return this.entries.length === 0;
  }

  /** With what is said elsewhere; what stands here counts before it. */
  with(others: readonly (readonly [key: string, value: unknown])[]): FrontMatter {
    return new FrontMatter([...others, ...this.entries]);
  }

  /** The value as the file gives it, of any shape. */
  value(path: string): unknown {
    const [first = '', ...inner] = path.split('.').map(foldKey);
    return inner.reduce((at, key) => (isRecord(at) ? fieldOf(at, key) : undefined), this.#values.get(first));
  }

  /** The first of these that holds text. */
  text(...paths: readonly string[]): string {
    return this.texts(...paths)[0] ?? '';
  }

  /** Returns the texts at these keys, in this order. */
  texts(...paths: readonly string[]): string[] {
    return paths.map((path) => textOf(this.value(path))).filter(Boolean);
  }

  /**
   * Names in the first of these that has any: a list, an object with a name, or one text with
   * commas.
   */
  names(...paths: readonly string[]): string[] {
    return paths.map((path) => namesIn(this.value(path))).find((names) => names.length > 0) ?? [];
  }

  /** Names in all of these. */
  allNames(...paths: readonly string[]): string[] {
    return paths.flatMap((path) => namesIn(this.value(path)));
  }

  /**
   * Every picture that these name, in this order: addresses, objects with an address, or lists of
   * either.
   */
  pictures(...paths: readonly string[]): FilePicture[] {
    return paths.flatMap((path) => {
      const found = picturesIn(this.value(path));
      const [alt, caption] = [
        this.text(`${path}_alt`, `${path}_alt_text`),
        this.text(`${path}_caption`, `${path}_credit`),
      ];
      return found.map((one) => ({ ...one, alt: one.alt || alt, caption: one.caption || caption }));
    });
  }
}

export function foldKey(key: string): string {
  return key
    .slice(0, 100)
    .toLowerCase()
    .replace(/[\s_.:-]+/g, '');
}

/** A scalar as text, cut to a length; empty for anything else and for the words for nothing. */
export function textOf(value: unknown): string {
  const text = typeof value === 'string' ? value.slice(0, MAX_VALUE).trim() : '';
  return NOTHING.test(text) ? '' : text;
}

function namesIn(value: unknown): string[] {
  if (typeof value === 'string') return listOf(textOf(value));
  const found = Array.isArray(value) ? value.slice(0, MAX_LIST).map(nameOf) : [nameOf(value)];
  return found.filter(Boolean);
}

function nameOf(value: unknown): string {
  if (!isRecord(value)) return unlinked(textOf(value));
  const named = ['name', 'title', 'displayname', 'fullname', 'label']
    .map((key) => textOf(fieldOf(value, key)))
    .find(Boolean);
  if (named) return named;
  const parts = ['firstname', 'lastname', 'givenname', 'familyname'].map((key) =>
    textOf(fieldOf(value, key)),
  );
  return parts.filter(Boolean).join(' ') || textOf(fieldOf(value, 'slug'));
}

/** Names in a list that was written as one: "royals, fashion". */
export function listOf(text: string): string[] {
  return text
    .slice(0, MAX_VALUE)
    .split(/[,;]/)
    .map((name) => unlinked(name.trim()))
    .filter(Boolean)
    .slice(0, MAX_LIST);
}

/** `[[people/Nora Quist|Nora]]`, a link within an Obsidian vault, as the name it shows. */
function unlinked(text: string): string {
  const inner = /^\[\[([^[\]]+)\]\]$/.exec(text)?.[1];
  if (inner === undefined) return text;
  const shown = inner.split('|').at(-1) ?? '';
  return inner.includes('|') ? shown.trim() : (shown.split('#')[0]?.split('/').at(-1) ?? '').trim();
}

function picturesIn(value: unknown): FilePicture[] {
  if (Array.isArray(value)) return value.slice(0, MAX_LIST).flatMap(picturesIn);
  if (!isRecord(value)) {
    const source = pictureAddress(textOf(value));
    return source ? [{ source, alt: '', caption: '' }] : [];
  }
  const field = (...keys: string[]) => keys.map((key) => textOf(fieldOf(value, key))).find(Boolean) ?? '';
  const alt = field('alt', 'alttext', 'imagealt');
  const caption = field('caption', 'imagecaption');
  const sources = [
    'src',
    'url',
    'path',
    'image',
    'file',
    'filename',
    'source',
    'href',
    'large',
    'full',
    'original',
  ];
  const inner = sources.flatMap((key) => picturesIn(fieldOf(value, key)));
  return inner.map((one) => ({ ...one, alt: one.alt || alt, caption: one.caption || caption }));
}

/**
 * An address out of what people write around it: `![alt](a.jpg)`, `[[a.jpg]]`, `![[a.jpg|300]]`,
 * `"a.jpg"`.
 */
function pictureAddress(text: string): string {
  const wiki = /^!?\[\[([^[\]|]+)(?:\|[^[\]]*)?\]\]$/.exec(text)?.[1];
  const markdown = /^!\[[^\]]*\]\(\s*<?([^\s<>)]+)/.exec(text)?.[1];
  const address = (wiki ?? markdown ?? text).trim();
  return /^(?:true|false|yes|no|on|off)$/i.test(address) ? '' : address;
}

function fieldOf(record: Readonly<Record<string, unknown>>, key: string): unknown {
  const found = Object.entries(record).find(([name]) => foldKey(name) === key);
  return found?.[1];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import { type Core, type Family, familyOf, knownUris } from './feed-families.ts';
import { type ScanFault, scanXml } from './xml-scan.ts';

/** An element of a feed: told apart by its local name and the family of its namespace. */
export interface FeedElement {
  /** In lower case, without its prefix. */
  readonly name: string;
  readonly family: Family;
  /** Attributes by name in lower case: `href`, `xml:base`, `rdf:about`. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: (FeedElement | string)[];
  /**
   * `xml:base` of this element and those around it, resolved; undefined where none says anything.
   */
  readonly base: string | undefined;
  readonly language: string;
  /** It was still open when the text ended. */
  isCut: boolean;
}

export interface FeedTree {
  /** The document's element; undefined where there is none. */
  readonly root: FeedElement | undefined;
  readonly items: readonly FeedElement[];
  /** There are more than the most that are read. */
  readonly hasMore: boolean;
}

export type ReadTree = ({ readonly ok: true } & FeedTree) | { readonly ok: false; readonly fault: TreeFault };

/** Reason that a document cannot be read: it has more of something than any feed has. */
export type TreeFault = ScanFault | 'nested-too-deep' | 'too-many-elements';

export interface TreeLimits {
  readonly depth: number;
  readonly elements: number;
  readonly items: number;
}

const DEFAULT_LIMITS: TreeLimits = { depth: 128, elements: 60_000, items: 1000 };
const ITEM = new Set(['item', 'entry']);
const FRAME = new Set(['channel', 'rss', 'rdf', 'feed']);
/** Fields that hold text alone: another field's beginning is their end, where it was left out. */
const LEAVES = new Set(
  'title link guid id pubdate published updated issued modified date creator language comments'.split(' '),
);
const FIELDS = new Set(
  'title link guid id pubdate published updated issued modified date creator author category description summary encoded content enclosure comments language source'.split(
    ' ',
  ),
);
/** These begin a field even inside a text that holds markup of its own. */
const NEVER_MARKUP = new Set('guid pubdate published updated encoded enclosure creator'.split(' '));
const TEXTS = new Set(['description', 'summary', 'encoded']);

/**
 * Builds a bounded tree of a feed that may be broken: an item ends where the next begins, whatever
 * was left open in it, so that a flaw costs one item at most.
 * @param address what `xml:base` is relative to.
 */
export function readTree(text: string, address: string, limits: Partial<TreeLimits> = {}): ReadTree {
  const builder = new Builder(address, { ...DEFAULT_LIMITS, ...limits });
  const fault = scanXml(text, builder, () => builder.isDone) ?? builder.fault;
  if (fault) return { ok: false, fault };
  return { ok: true, ...builder.end() };
}

class Builder {
  fault: TreeFault | undefined;
  readonly #limits: TreeLimits;
  readonly #address: string;
  readonly #stack: { readonly element: FeedElement; readonly uris: ReadonlyMap<string, string> }[] = [];
  readonly #items: FeedElement[] = [];
  #root: FeedElement | undefined;
  /** The vocabulary of the document's own element, in which feeds write everything else. */
  #core: Core | undefined;
  #elements = 0;
  #hasMore = false;

  constructor(address: string, limits: TreeLimits) {
    this.#address = address;
    this.#limits = limits;
  }

  get isDone(): boolean {
    return this.fault !== undefined || this.#hasMore;
  }

  end(): FeedTree {
    if (!this.#hasMore) for (const { element } of this.#stack) element.isCut = true;
    return { root: this.#root, items: this.#items, hasMore: this.#hasMore };
  }

  text(text: string): void {
    this.#stack.at(-1)?.element.children.push(text);
  }

  open(qualified: string, attributes: ReadonlyMap<string, string>, isSelfClosed: boolean): void {
    this.#elements += 1;
    if (this.#elements > this.#limits.elements) this.#giveUp();
    if (this.isDone) return;
    const [prefix, name] = split(qualified);
    const uris = knownUris(attributes, this.#stack.at(-1)?.uris);
    const family = familyOf(prefix, uris, this.#core);
    const isItem = ITEM.has(name) && (family === 'core' || this.#root === undefined);
    if (isItem) this.#endDownTo((element) => FRAME.has(element.name));
    else this.#endLeaf(name, family);
    const parent = this.#stack.at(-1)?.element;
    const element = this.#elementOf(name, family, attributes, parent);
    if (!this.#root) {
      this.#root = element;
      if (family !== 'rdf') this.#core = { prefix, uri: uris.get(prefix) };
    }
    if (isItem && this.#items.length >= this.#limits.items) {
      this.#hasMore = true;
      return;
    }
    if (isItem) this.#items.push(element);
    else parent?.children.push(element);
    if (isSelfClosed) return;
    this.#stack.push({ element, uris });
    if (this.#stack.length > this.#limits.depth) this.fault = 'nested-too-deep';
  }

  close(qualified: string): void {
    const [, name] = split(qualified);
    const at = this.#stack.findLastIndex(({ element }) => element.name === name);
    const item = this.#stack.findLastIndex(({ element }) => ITEM.has(element.name));
    // An end tag inside an item that nothing in it begins ends nothing, unless it is that of the feed.
    if (at < 0 || (at < item && !FRAME.has(name))) return;
    this.#stack.length = at;
  }

  /** Takes the whole entries that came before it was too much. */
  #giveUp(): void {
    const open = this.#stack.find(({ element }) => this.#items.at(-1) === element);
    if (open) this.#items.pop();
    if (this.#items.length > 0) this.#hasMore = true;
    else this.fault = 'too-many-elements';
  }

  #endDownTo(isFrame: (element: FeedElement) => boolean): void {
    const frame = this.#stack.findLastIndex(({ element }) => isFrame(element));
    this.#stack.length = frame + 1;
  }

  #endLeaf(name: string, family: Family): void {
    const top = this.#stack.at(-1)?.element;
    if (!top || !FIELDS.has(name) || family === 'xhtml' || family === 'other') return;
    const isLeaf = LEAVES.has(top.name) && (top.family === 'core' || top.family === 'dc');
    const endsText = TEXTS.has(top.name) && NEVER_MARKUP.has(name);
    if ((isLeaf || endsText) && this.#stack.some(({ element }) => ITEM.has(element.name))) this.#stack.pop();
  }

  #elementOf(
    name: string,
    family: Family,
    given: ReadonlyMap<string, string>,
    parent: FeedElement | undefined,
  ): FeedElement {
    const attributes =
      given.size === 0 ? given : new Map([...given].map(([key, value]) => [key.toLowerCase(), value.trim()]));
    const own = attributes.get('xml:base');
    const base = own ? (URL.parse(own, parent?.base ?? this.#address)?.href ?? parent?.base) : parent?.base;
    const language = attributes.get('xml:lang') ?? parent?.language ?? '';
    return { name, family, attributes, children: [], base, language, isCut: false };
  }
}

function split(qualified: string): [prefix: string, name: string] {
  const colon = qualified.indexOf(':');
  const prefix = colon < 0 ? '' : qualified.slice(0, colon).toLowerCase();
  return [prefix, qualified.slice(colon + 1).toLowerCase()];
}

import { Parser } from 'htmlparser2';

export interface XmlLimits {
  readonly depth: number;
  readonly elements: number;
  /** Of one element. */
  readonly attributes: number;
}

export type GuardedXml =
  | {
      readonly ok: true;
      /** The document without its DOCTYPE. */
      readonly text: string;
      /** `feedburner:origLink` by the guid, id or link of its item: the address behind a redirecting one. */
      readonly originals: ReadonlyMap<string, string>;
    }
  | { readonly ok: false; readonly reason: string };

const DEFAULT_LIMITS: XmlLimits = { depth: 128, elements: 200_000, attributes: 1000 };
const SLICE_CHARACTERS = 64 * 1024;

/**
 * Walks a document before it is built in memory: refuses entity declarations (XXE, billion laughs), absurd depth and
 * numbers, and one that breaks off, so that what the feed parser sees is plain, bounded and whole. The plain DOCTYPE
 * of RSS 0.91 is harmless and taken out.
 */
export function guardXml(text: string, limits: Partial<XmlLimits> = {}): GuardedXml {
  const walk = new Walk({ ...DEFAULT_LIMITS, ...limits });
  const parser: Parser = new Parser(
    {
      onprocessinginstruction: (name, data) =>
        walk.declaration(name, data, parser.startIndex, parser.endIndex),
      onopentag: (name, attributes) => walk.open(name, attributes, parser.startIndex),
      onattribute: () => walk.attribute(),
      ontext: (part) => walk.text(part),
      onclosetag: (name, isImplied) => walk.close(name, isImplied, parser.startIndex),
    },
    { xmlMode: true, decodeEntities: true },
  );
  // In slices, so that a hostile document stops costing anything as soon as it is known to be one.
  for (let at = 0; at < text.length && !walk.problem; at += SLICE_CHARACTERS)
    parser.write(text.slice(at, at + SLICE_CHARACTERS));
  if (!walk.problem) parser.end();
  if (walk.problem) return { ok: false, reason: walk.problem };
  const { doctype } = walk;
  const plain = doctype ? text.slice(0, doctype.from) + text.slice(doctype.to) : text;
  return { ok: true, text: plain, originals: walk.originals };
}

const ITEM = /^(item|entry)$/i;
const NAMES_OF_AN_ITEM = /^(guid|id|link)$/i;
const ORIGINAL = /:origlink$/i;
/** The feed parser takes names apart bracket by bracket, and its work grows with the square of their number. */
const PERSON = /^(author|managingeditor|webmaster)$/i;
const MAX_PERSON_CHARACTERS = 4000;

class Walk {
  problem: string | undefined;
  doctype: { from: number; to: number } | undefined;
  readonly originals = new Map<string, string>();
  readonly #limits: XmlLimits;
  #depth = 0;
  #elements = 0;
  #attributes = 0;
  #itemDepth = 0;
  #personAt = 0;
  #names: string[] = [];
  #original = '';
  #text: string | undefined;

  constructor(limits: XmlLimits) {
    this.#limits = limits;
  }

  declaration(name: string, data: string, from: number, to: number): void {
    if (!name.startsWith('!')) return;
    if (name.toLowerCase() !== '!doctype' || data.includes('['))
      this.problem ??= 'it declares entities of its own, which feeds do not need and attackers do';
    else this.doctype ??= { from, to: to + 1 };
  }

  open(name: string, attributes: Readonly<Record<string, string>>, at: number): void {
    this.#depth += 1;
    this.#elements += 1;
    this.#attributes = 0;
    if (this.#depth > this.#limits.depth) this.problem ??= 'its elements are nested too deeply';
    if (this.#elements > this.#limits.elements) this.problem ??= 'it has too many elements';
    if (ITEM.test(name)) this.#beginItem();
    if (PERSON.test(name)) this.#personAt = at;
    this.#text = this.#itemDepth > 0 && this.#depth === this.#itemDepth + 1 ? '' : undefined;
    if (this.#text !== undefined && NAMES_OF_AN_ITEM.test(name) && attributes.href) {
      this.#names.push(attributes.href);
    }
  }

  attribute(): void {
    this.#attributes += 1;
    if (this.#attributes > this.#limits.attributes)
      this.problem ??= 'one of its elements has too many attributes';
  }

  text(part: string): void {
    if (this.#text !== undefined) this.#text += part;
  }

  close(name: string, isImplied: boolean, at: number): void {
    if (PERSON.test(name) && at - this.#personAt > MAX_PERSON_CHARACTERS)
      this.problem ??= 'an author in it has an endless name';
    const text = this.#text?.trim();
    if (text && NAMES_OF_AN_ITEM.test(name)) this.#names.push(text);
    if (text && ORIGINAL.test(name)) this.#original = text;
    this.#text = undefined;
    if (this.#depth === this.#itemDepth) this.#endItem();
    this.#depth -= 1;
    if (this.#depth === 0 && isImplied) this.problem ??= 'its XML breaks off before the end';
  }

  #beginItem(): void {
    this.#itemDepth = this.#depth;
    this.#names = [];
    this.#original = '';
  }

  #endItem(): void {
    if (this.#original) for (const name of this.#names) this.originals.set(name, this.#original);
    this.#itemDepth = 0;
  }
}

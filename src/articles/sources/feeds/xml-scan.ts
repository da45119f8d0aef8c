/** Takes the pieces of an XML text in their order. Names are as written. */
export interface XmlHandler {
  text(text: string): void;
  open(name: string, attributes: ReadonlyMap<string, string>, isSelfClosed: boolean): void;
  close(name: string): void;
}

const NAME = /([A-Za-z_:\u0080-\uffff][^\s<>/="']*)/y;
const ATTRIBUTE = /[\s/]*([^\s<>/="']+)(?:\s*=\s*(?:"([^"<]*)"|'([^'<]*)'|([^\s<>"']+)))?/y;
const TAG_END = /[\s/"']*>/y;
const CLOSING = /<\/\s*([^\s<>/]+)[^<>]*>/y;
const ENTITY = /&(amp|lt|gt|quot|apos|#\d{1,7}|#x[\da-f]{1,6});/gi;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const MOST_ATTRIBUTES = 1000;
/** An item that ends before a CDATA section does: the section was never closed. */
const ITEM_ENDS = /<\/(?:[\w-]+:)?(?:item|entry)\s*>/i;

/** Reason that a document is not scanned to its end. */
export type ScanFault = 'too-many-attributes';

/**
 * Walks XML that may be broken, in time that grows with its length alone: a "<" that begins no tag
 * is text, comments and CDATA sections that never end are taken for none, and declarations are
 * passed over. Entities that a document declares itself are never expanded.
 * @returns why it was given up, where it was.
 */
export function scanXml(text: string, handler: XmlHandler, isEnough: () => boolean): ScanFault | undefined {
  const scan = new Scan(text);
  while (scan.at < text.length && !isEnough()) {
    const less = scan.nextMarkup();
    const end = less < 0 ? text.length : less;
    if (end > scan.at) handler.text(decodeEntities(text.slice(scan.at, end)));
    scan.at = end;
    if (less < 0) break;
    const fault = scan.markup(handler);
    if (fault) return fault;
  }
  return undefined;
}

class Scan {
  at = 0;
  readonly #text: string;
  /** Ends that do not occur behind a place are not looked for again. */
  readonly #missing = new Set<string>();
  /** CDATA sections that begin before this place are never closed. */
  #openUntil = 0;
  /** The first ">" behind the last place where one was looked for. */
  #greater = -1;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next "<" that may begin markup: in a tag no other follows before its ">". */
  nextMarkup(): number {
    const text = this.#text;
    let less = text.indexOf('<', this.at);
    while (less >= 0 && !/[!?]/.test(text[less + 1] ?? '')) {
      const next = text.indexOf('<', less + 1);
      if (this.#greater < less) this.#greater = text.indexOf('>', less);
      if (this.#greater < 0) this.#greater = Number.POSITIVE_INFINITY;
      if (this.#greater < (next < 0 ? text.length : next)) break;
      less = next;
    }
    return less;
  }

  markup(handler: XmlHandler): ScanFault | undefined {
    const text = this.#text;
    if (text.startsWith('<!--', this.at)) this.#pass('<!--', '-->');
    else if (text.startsWith('<![CDATA[', this.at)) this.#section(handler);
    else if (text.startsWith('<!', this.at)) this.#declaration();
    else if (text.startsWith('<?', this.at)) this.#pass('<?', '?>');
    else if (text.startsWith('</', this.at)) this.#closing(handler);
    else return this.#opening(handler);
    return undefined;
  }

  #find(end: string, from: number): number {
    if (this.#missing.has(end)) return -1;
    const found = this.#text.indexOf(end, from);
    if (found < 0) this.#missing.add(end);
    return found;
  }

  #pass(begin: string, end: string): void {
    const found = this.#find(end, this.at + begin.length);
    this.at = found < 0 ? this.at + begin.length : found + end.length;
  }

  #section(handler: XmlHandler): void {
    const from = this.at + '<![CDATA['.length;
    const end = this.at < this.#openUntil ? -1 : this.#find(']]>', from);
    if (end < 0) {
      this.at = from;
      return;
    }
    const content = this.#text.slice(from, end);
    const nested = content.lastIndexOf('<![CDATA[');
    // Another section begins within it. Where an item ended before, this one was never closed; else it is told twice.
    if (nested >= 0 && ITEM_ENDS.test(content)) {
      this.#openUntil = from + nested;
      this.at = from;
      return;
    }
    handler.text(content.replaceAll('<![CDATA[', ''));
    this.at = end + ']]>'.length;
    while (this.#text.startsWith(']]>', this.at)) this.at += ']]>'.length;
  }

  /** A DOCTYPE may hold declarations between brackets, and these may hold ">". */
  #declaration(): void {
    const end = this.#find('>', this.at);
    const bracket = this.#text.slice(this.at, this.at + 1000).search(/\[/);
    const isSubset = /^<!doctype/i.test(this.#text.slice(this.at, this.at + 9));
    if (isSubset && bracket > 0 && this.at + bracket < end) {
      const close = /\]\s*>/g;
      close.lastIndex = this.at + bracket;
      const found = this.#missing.has(']>') ? null : close.exec(this.#text);
      if (!found) this.#missing.add(']>');
      this.at = found ? close.lastIndex : end + 1;
    } else this.at = end < 0 ? this.at + 2 : end + 1;
  }

  #closing(handler: XmlHandler): void {
    CLOSING.lastIndex = this.at;
    const match = CLOSING.exec(this.#text);
    if (match) {
      handler.close(match[1] ?? '');
      this.at = CLOSING.lastIndex;
    } else this.#literal(handler);
  }

  #opening(handler: XmlHandler): ScanFault | undefined {
    NAME.lastIndex = this.at + 1;
    const name = NAME.exec(this.#text)?.[1];
    if (!name) {
      this.#literal(handler);
      return undefined;
    }
    const attributes = new Map<string, string>();
    let to = NAME.lastIndex;
    for (let count = 0; ; count += 1) {
      if (count > MOST_ATTRIBUTES) return 'too-many-attributes';
      ATTRIBUTE.lastIndex = to;
      const match = ATTRIBUTE.exec(this.#text);
      if (!match) break;
      const [, key = '', double, single, bare] = match;
      if (!attributes.has(key)) attributes.set(key, decodeEntities(double ?? single ?? bare ?? ''));
      to = ATTRIBUTE.lastIndex;
    }
    TAG_END.lastIndex = to;
    const end = TAG_END.exec(this.#text)?.[0];
    if (end === undefined) this.#literal(handler);
    else {
      this.at = to + end.length;
      handler.open(name, attributes, end.includes('/'));
    }
    return undefined;
  }

  #literal(handler: XmlHandler): void {
    handler.text('<');
    this.at += 1;
  }
}

function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(ENTITY, (all, name: string) => {
    if (!name.startsWith('#')) return ENTITIES[name.toLowerCase()] ?? all;
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
  });
}

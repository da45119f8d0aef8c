import { parseAddress } from './address.ts';

/** An address as it stands in lists and address books, taken out of what is around it. */
export interface Unwrapped {
  /** For `parseAddress` to judge; the text as it is where nothing is around it. */
  readonly bare: string;
  /** The name that stood beside it; empty when there was none. */
  readonly name: string;
}

/**
 * Most characters of a text that can be an address with a name beside it; a longer one is left as
 * it is.
 */
const MOST_CHARACTERS = 1_000;
/**
 * Format characters, fillers and variation selectors: they come with what is copied out of pages
 * and mails, and nobody sees them.
 */
const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/gu;
/** HTML entities that remain in addresses copied from the source of a page. */
const ENTITIES: Readonly<Record<string, string>> = {
  ...{ '&lt;': '<', '&gt;': '>', '&quot;': '"', '&nbsp;': ' ', '&amp;': '&' },
  ...{ '&#64;': '@', '&#x40;': '@', '&commat;': '@', '\uff20': '@' },
};
const OPENING = new Set([...'\'"`´‘’‚“”„«»‹›<([{*']);
const CLOSING = new Set([...'\'"`´‘’“”«»‹›>)]}.,;:*/\\|']);
/** Prefixes of an address in lists and headers of mails: `To: `, `smtp:`, a bullet, a number. */
const BEFORE = /^(?:(?:e-?mail|mail|smtp|to|cc|bcc|an|para)\s{0,9}:|(?:[-–—•·*]|\d{1,6}[.)])\s)/i;
const WRAPPINGS = 6;

/**
 * Takes an address out of `Name <address>`, `address (Name)`, angle brackets, `mailto:`, quotation
 * marks and the apostrophe of a spreadsheet, and removes characters that nobody sees and full stops
 * behind it. It judges nothing: what is no address comes back as something that is none either.
 */
export function unwrapAddress(text: string): Unwrapped {
  if (text.length > MOST_CHARACTERS) return { bare: text, name: '' };
  const plain = text.replace(
    /&[a-z#0-9]{2,6};|\uff20/gi,
    (entity) => ENTITIES[entity.toLowerCase()] ?? entity,
  );
  const seen = plain.replace(INVISIBLE, '').trim();
  const { bare, name } = saidTwice(seen) ??
    fromAngles(seen) ??
    fromParentheses(seen) ?? { bare: seen, name: '' };
  return { bare: peeled(bare), name: peeled(name) };
}

/** True for an address, with or without anything around it. */
export function holdsAddress(text: string): boolean {
  return text.includes('@') && parseAddress(unwrapAddress(text).bare, { world: true }).ok;
}

/** The addresses in a text, where it holds nothing else; otherwise the text. */
export function addressesIn(text: string): readonly string[] {
  if (!text.includes('@') || holdsAddress(text)) return [text];
  const parts = text.split(/[,;\s]+/).filter((part) => /[\p{L}\p{N}]/u.test(part));
  return parts.length > 1 && parts.every(holdsAddress) ? parts : [text];
}

/** `ann@example.org [mailto:ann@example.org]`, as programs paste a link. */
function saidTwice(text: string): Unwrapped | undefined {
  const words = text
    .split(/[\s<>()[\]]+/)
    .filter((word) => word.includes('@'))
    .map(peeled);
  const [bare = ''] = words;
  const isTwice = words.length > 1 && words.every((word) => word.toLowerCase() === bare.toLowerCase());
  if (!isTwice) return undefined;
  const name = text.slice(0, text.indexOf(bare)).replace(/[<([\s]+$/, '');
  return { bare, name: name.includes('@') ? '' : name };
}

/** `Lee, Ann <ann@example.org>`; the last brackets hold the address. */
function fromAngles(text: string): Unwrapped | undefined {
  const open = text.lastIndexOf('<');
  const close = text.indexOf('>', open);
  if (open === -1 || close === -1 || !text.slice(open, close).includes('@')) return undefined;
  if (/[^\s.,;>'"]/.test(text.slice(close + 1))) return undefined;
  return { bare: text.slice(open + 1, close), name: text.slice(0, open) };
}

/** `ann@example.org (Ann Lee)` */
function fromParentheses(text: string): Unwrapped | undefined {
  const open = text.indexOf('(');
  if (open < 1 || !text.endsWith(')') || text.slice(open).includes('@')) return undefined;
  return { bare: text.slice(0, open), name: text.slice(open + 1, -1) };
}

function peeled(text: string): string {
  let rest = text.trim();
  for (let turn = 0; turn < WRAPPINGS; turn += 1) {
    const before = rest;
    if (OPENING.has(rest.charAt(0))) rest = rest.slice(1).trim();
    if (CLOSING.has(rest.slice(-1))) rest = rest.slice(0, -1).trim();
    rest = rest.replace(BEFORE, '').trim();
    if (/^mailto:/i.test(rest)) rest = fromUrl(rest.slice('mailto:'.length)).trim();
    if (rest === before) break;
  }
  return rest;
}

/** Returns the address of a `mailto:` URL (RFC 6068), without the fields after its `?`. */
function fromUrl(text: string): string {
  const [address = ''] = text.split('?');
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}

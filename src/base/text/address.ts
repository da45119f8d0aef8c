import { domainToASCII } from 'node:url';

/**
 * An address that has been through `parseAddress`: safe in a header and as SMTP recipient, domain
 * in A-labels. Where `needsUtf8` says so, only for servers that offer SMTPUTF8.
 */
export type EmailAddress = string & { readonly __brand: 'EmailAddress' };

/** Reasons that a text is not an address; "reason" says it in English. */
export type AddressFault = 'form' | 'long' | 'long_name' | 'letters' | 'characters' | 'domain';
export type ParsedAddress =
  | { ok: true; address: EmailAddress }
  | { ok: false; fault: AddressFault; reason: string };

const LOCAL_PART_MAX_OCTETS = 64; // RFC 5321 §4.5.3.1.1
const ADDRESS_MAX_OCTETS = 254; // RFC 5321 §4.5.3.1.3, less the angle brackets
/**
 * Most characters that are looked at: enough for an address of 254 octets however it was typed,
 * with white space around it.
 */
const TYPED_MAX = 1_000;
const DOT_ATOM = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/; // RFC 5322 §3.2.3
/**
 * The same with letters of all the world (RFC 6532 §3.1 allows more, such as marks that nobody
 * sees, which is how one address passes for another).
 */
const WORLD_ATOM = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;
/**
 * Characters allowed after the @. `domainToASCII` reads a URL's host: it stops at `/` or `?`, and
 * drops tabs and line breaks.
 */
const TYPED_DOMAIN = /^(?:[a-z0-9.-]|[^\x00-\x7f\s\p{C}])+$/iu;
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Reads one bare address, as typed into a form. Quoted local parts, comments, groups and display
 * names are refused: they are legal, nobody's mailbox needs them, and parsers disagree about them,
 * which is how mail gets misrouted.
 * @param options.world whether letters beyond ASCII are taken before the @ (RFC 6531).
 */
export function parseAddress(text: string, { world = false } = {}): ParsedAddress {
  if (text.length > TYPED_MAX) return refuse('long', 'it is longer than 254 characters');
  const typed = text.trim();
  const at = typed.lastIndexOf('@');
  if (at < 1 || at === typed.length - 1) return refuse('form', 'it needs the form name@example.org');
  const local = world ? inOneSpelling(typed.slice(0, at)) : typed.slice(0, at);
  if (!(world ? WORLD_ATOM : DOT_ATOM).test(local)) return localPartProblem(local, world);
  if (Buffer.byteLength(local) > LOCAL_PART_MAX_OCTETS)
    return refuse('long_name', 'the part before the @ is longer than 64 characters');
  const domain = readDomain(typed.slice(at + 1));
  if (domain === undefined) return refuse('domain', 'the part after the @ is not a domain name');
  const address = `${local}@${domain}`;
  if (Buffer.byteLength(address) > ADDRESS_MAX_OCTETS)
    return refuse('long', 'it is longer than 254 characters');
  return { ok: true, address: address as EmailAddress };
}

/**
 * Returns the key by which two spellings are one person: the whole address in lower case. Delivery
 * keeps the case of ASCII as typed.
 */
export function addressKey(address: string): string {
  return address.normalize('NFC').toLowerCase();
}

/** Reports whether mail to this address needs a server that offers SMTPUTF8 (RFC 6531). */
export function needsUtf8(address: string): boolean {
  return /[^\x00-\x7f]/.test(address);
}

/** The domain of an address, in lower case. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

/** `unsubscribe+tag@in.example.org`. */
export function withTag(address: EmailAddress, tag: string): string {
  const at = address.lastIndexOf('@');
  return `${address.slice(0, at)}+${tag}${address.slice(at)}`;
}

/**
 * Returns the tag after the "+" of a recipient that is `address` with a tag, in lower case;
 * undefined for any other recipient.
 */
export function tagIn(recipient: string, address: EmailAddress): string | undefined {
  const [before = '', after = ''] = withTag(address, '\n').toLowerCase().split('\n');
  const went = recipient.trim().toLowerCase();
  const isTagged =
    went.startsWith(before) && went.endsWith(after) && went.length > before.length + after.length;
  return isTagged ? went.slice(before.length, -after.length) : undefined;
}

function refuse(fault: AddressFault, reason: string): ParsedAddress {
  return { ok: false, fault, reason };
}

/**
 * Letters beyond ASCII are kept composed and in lower case: databases do not agree on what lower
 * case is of these.
 */
function inOneSpelling(typed: string): string {
  return needsUtf8(typed) ? typed.normalize('NFC').toLowerCase() : typed;
}

function localPartProblem(local: string, world: boolean): ParsedAddress {
  if (!world && needsUtf8(local))
    return refuse(
      'letters',
      'the part before the @ has letters that many mail servers cannot take; an address in plain letters (a to z) works everywhere',
    );
  return refuse('characters', 'the part before the @ has characters that an address cannot have');
}

/**
 * Letters, digits, hyphens and dots say the same in ASCII, unless a label is written in Punycode
 * and has to be looked at.
 */
const PLAIN_DOMAIN = /^(?!.*xn--)[a-z0-9.-]+$/;

function readDomain(typed: string): string | undefined {
  if (!TYPED_DOMAIN.test(typed)) return undefined;
  const lower = typed.toLowerCase();
  const domain = PLAIN_DOMAIN.test(lower) ? lower : domainToASCII(lower);
  const labels = domain.split('.');
  const named = labels.length >= 2 && labels.every((label) => LABEL.test(label));
  return named && !/^\d+$/.test(labels.at(-1) ?? '') ? domain : undefined; // an IP address is no domain
}

import { byteOrderMark, LetterTally } from '../base/encoding.ts';

const DECLARATION = /^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._:-]+)["']/;
const META = /<meta[^>]+charset\s*=\s*["']?([A-Za-z0-9._:-]+)/i;
const HEAD_BYTES = 2048;

/**
 * Bytes to text: the byte order mark, else the charset of the Content-Type header, else what the document says of
 * itself, else UTF-8 where the bytes are valid UTF-8, else windows-1252 (which is what "Latin-1" means on the web).
 * @param contentType the Content-Type header, or empty.
 */
export function decodeText(bytes: Uint8Array, contentType = ''): string {
  const marked = byteOrderMark(bytes);
  if (marked) return decode(bytes, marked);
  const head = Buffer.from(bytes.subarray(0, HEAD_BYTES)).toString('latin1');
  const named = [
    /charset\s*=\s*["']?([^\s;"']+)/i.exec(contentType),
    DECLARATION.exec(head),
    META.exec(head),
  ];
  const declared = named.map((match) => knownEncoding(match?.[1])).find((name) => name !== undefined);
  const utf8 = decodeStrictly(bytes);
  // Valid UTF-8 that has any letter beyond ASCII is UTF-8, whatever a server's default says: text in a single-byte
  // encoding practically never forms valid sequences by accident.
  if (utf8 !== undefined && (declared === undefined || isSingleByte(declared))) return utf8;
  if (utf8 !== undefined && declared === 'utf-8') return utf8;
  return declared === 'utf-8' ? mostlyUtf8(bytes) : decode(bytes, declared ?? 'windows-1252');
}

function knownEncoding(label: string | undefined): string | undefined {
  if (!label) return undefined;
  try {
    const name = new TextDecoder(label).encoding;
    // A document whose declaration could be read byte by byte is not UTF-16, whatever it says.
    return name.startsWith('utf-16') ? undefined : name;
  } catch {
    return undefined;
  }
}

function isSingleByte(encoding: string): boolean {
  return /^(windows-125\d|windows-874|iso-8859-\d+|macintosh|koi8-[ru]|ibm866)$/.test(encoding);
}

function decodeStrictly(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Said to be UTF-8 and is not quite. */
function mostlyUtf8(bytes: Uint8Array): string {
  const text = decode(bytes, 'utf-8');
  const tally = new LetterTally();
  tally.count(text);
  return tally.encoding === 'utf-8' ? text : decode(bytes, tally.encoding);
}

function decode(bytes: Uint8Array, encoding: string): string {
  return new TextDecoder(encoding).decode(bytes);
}

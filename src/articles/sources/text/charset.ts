import { byteOrderMark, LetterTally } from '../../../base/text/encoding.ts';

const DECLARATION = /<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._:-]+)["']/;
const META = /<meta[^<>]+charset\s*=\s*["']?([A-Za-z0-9._:-]+)/i;
const HEADER = /charset\s*=\s*["']?([^\s;"',]+)/i;
const LANGUAGE =
  /<language>\s*([a-z]{2})\b|xml:lang\s*=\s*["']([a-z]{2})\b|<html[^<>]*\slang\s*=\s*["']?([a-z]{2})\b/i;
const HEAD_BYTES = 2048;
/** Valid sequences of UTF-8 that no text in another encoding forms by accident. */
const CERTAIN_SEQUENCES = 3;

/**
 * Bytes to text; evidence counts more than labels. The byte order mark decides, then what UTF-16
 * looks like, then valid UTF-8; else the label that the bytes do not disprove: the Content-Type
 * header, unless it only names the default of servers, then what the document says of itself; else
 * windows-1252, which is what "Latin-1" means on the web.
 * @param contentType the Content-Type header, or empty.
 */
export function decodeText(bytes: Uint8Array, contentType = ''): string {
  const wide = byteOrderMark(bytes) ?? utf16Of(bytes);
  if (wide) return decode(bytes, wide);
  const head = Buffer.from(bytes.subarray(0, HEAD_BYTES)).toString('latin1');
  const header = knownEncoding(HEADER.exec(contentType)?.[1]);
  const declared = knownEncoding(DECLARATION.exec(head)?.[1]) ?? knownEncoding(META.exec(head)?.[1]);
  const labels = [header === 'windows-1252' ? undefined : header, declared, header].filter(
    (label) => label !== undefined,
  );
  const utf8 = decodeStrictly(bytes, 'utf-8');
  if (utf8 !== undefined && isUtf8(utf8, labels)) return utf8;
  const [label] = labels.filter((one) => one !== 'utf-8' && decodeStrictly(bytes, one) !== undefined);
  // Said to be UTF-8 and nothing else: one broken byte must not turn every accent into two wrong letters.
  if (labels.includes('utf-8') && (label === undefined || label === 'windows-1252'))
    return mostlyUtf8(bytes, head);
  return decode(bytes, label ?? labels[0] ?? habitOf(head));
}

/** A document that begins with "<", "{" or white space has a zero byte beside it in UTF-16. */
function utf16Of(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const [first = 0, second = 0, third = 0, fourth = 0] = bytes;
  const begins = (code: number) =>
    code === 0x3c || code === 0x7b || code === 0x20 || code === 0x0a || code === 0x0d;
  if (begins(first) && second === 0 && third !== 0 && fourth === 0) return 'utf-16le';
  return first === 0 && begins(second) && third === 0 && fourth !== 0 ? 'utf-16be' : undefined;
}

function knownEncoding(label: string | undefined): string | undefined {
  if (!label) return undefined;
  try {
    const name = new TextDecoder(label).encoding;
    // A document whose declaration could be read byte by byte is not UTF-16, whatever it says.
    return name.startsWith('utf-16') || name === 'replacement' ? undefined : name;
  } catch {
    return undefined;
  }
}

/**
 * Valid UTF-8 is UTF-8, unless it is so short that another label may be right, or writes ASCII in
 * escapes.
 */
function isUtf8(text: string, labels: readonly string[]): boolean {
  if (labels.length === 0 || labels.includes('utf-8') || labels.every(isSingleByte)) return true;
  const sequences = text.match(/[^\u0000-\u007f]/gu)?.length ?? 0;
  if (sequences === 0) return !text.includes('\u001b');
  return sequences >= CERTAIN_SEQUENCES;
}

function isSingleByte(encoding: string): boolean {
  return /^(windows-125\d|windows-874|iso-8859-\d+|macintosh|x-mac-cyrillic|koi8-[ru]|ibm866)/.test(encoding);
}

function decodeStrictly(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Said to be UTF-8 and is not quite. */
function mostlyUtf8(bytes: Uint8Array, head: string): string {
  const text = decode(bytes, 'utf-8');
  const tally = new LetterTally();
  tally.count(text);
  return tally.encoding === 'utf-8' ? text : decode(bytes, habitOf(head));
}

/** The encoding that a language was written in before Unicode. */
const HABITS: Readonly<Record<string, string>> = {
  ...{ ru: 'windows-1251', uk: 'windows-1251', bg: 'windows-1251', be: 'windows-1251', mk: 'windows-1251' },
  ...{ pl: 'iso-8859-2', cs: 'windows-1250', sk: 'windows-1250', hu: 'iso-8859-2', hr: 'windows-1250' },
  ...{ sl: 'windows-1250', ro: 'iso-8859-2', el: 'windows-1253', tr: 'windows-1254', he: 'windows-1255' },
  ...{ ar: 'windows-1256', et: 'windows-1257', lv: 'windows-1257', lt: 'windows-1257', vi: 'windows-1258' },
  ...{ th: 'windows-874', ja: 'shift_jis', ko: 'euc-kr', zh: 'gb18030' },
};

function habitOf(head: string): string {
  const match = LANGUAGE.exec(head);
  const language = (match?.[1] ?? match?.[2] ?? match?.[3] ?? '').toLowerCase();
  return HABITS[language] ?? 'windows-1252';
}

function decode(bytes: Uint8Array, encoding: string): string {
  return new TextDecoder(encoding).decode(bytes);
}

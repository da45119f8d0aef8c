/** Encodings in which feeds are written into the corpus. */
export type Encoding =
  | 'utf-8'
  | 'utf-16le'
  | 'utf-16be'
  | 'iso-8859-1'
  | 'iso-8859-2'
  | 'windows-1251'
  | 'windows-1252';

const MARK = '\ufeff';

/** Writes XML in an encoding: what it has no letter for becomes a character reference, UTF-16 begins with its mark. */
export function encode(text: string, encoding: Encoding): Buffer {
  if (encoding === 'utf-8') return Buffer.from(text);
  if (encoding === 'utf-16le') return Buffer.from(MARK + text, 'utf16le');
  if (encoding === 'utf-16be') return Buffer.from(MARK + text, 'utf16le').swap16();
  const table = tableOf(encoding);
  const bytes = [...text].flatMap((letter) => {
    const byte = table.get(letter);
    return byte === undefined ? [...Buffer.from(`&#${letter.codePointAt(0)};`)] : [byte];
  });
  return Buffer.from(bytes);
}

const tables = new Map<string, ReadonlyMap<string, number>>();

function tableOf(encoding: Encoding): ReadonlyMap<string, number> {
  const known = tables.get(encoding);
  if (known) return known;
  const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  // On the web "iso-8859-1" means windows-1252; a strict writer has only what both hold.
  const letters = encoding === 'iso-8859-1' ? latin1(all) : decode(all, encoding);
  const table = new Map([...letters].map((letter, byte) => [letter, byte]));
  tables.set(encoding, table);
  return table;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

function decode(bytes: Uint8Array, encoding: string): string {
  return new TextDecoder(encoding).decode(bytes);
}

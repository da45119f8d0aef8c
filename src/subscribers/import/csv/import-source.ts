import { isAscii } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { byteOrderMark, LetterTally } from '../../../base/text/encoding.ts';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/**
 * Opens the list from its beginning: it is read twice, once to see what it is and once to take it
 * in.
 */
export type OpenList = () => Readable;

export interface Inspected {
  /** SHA-256 of the bytes, hexadecimal. */
  readonly digest: string;
  readonly encoding: Encoding;
  /** Line breaks: what a progress bar takes for the number of rows. */
  readonly lines: number;
}

const LF = 0x0a;
const CR = 0x0d;

/**
 * Looks through the whole of a list: a first piece may be plain ASCII and the first accent stand in
 * its last row.
 * @throws what reading it throws.
 */
export async function inspect(open: OpenList): Promise<Inspected> {
  const digest = createHash('sha256');
  const utf8 = new TextDecoder();
  const tally = new LetterTally();
  const ends = { lf: 0, cr: 0 };
  let marked: Encoding | undefined;
  let head = Buffer.alloc(0);
  for await (const chunk of open()) {
    const bytes = Buffer.from(chunk);
    digest.update(bytes);
    if (head.length < 4) {
      head = Buffer.concat([head, bytes.subarray(0, 4)]);
      marked = byteOrderMark(head) ?? unmarkedUtf16(head);
    }
    ends.lf += occurrences(bytes, LF);
    ends.cr += occurrences(bytes, CR);
    if (!isAscii(bytes)) tally.count(utf8.decode(bytes, { stream: true }));
  }
  tally.count(utf8.decode());
  const encoding = marked ?? tally.encoding;
  return { digest: digest.digest('hex'), encoding, lines: Math.max(ends.lf, ends.cr) };
}

/**
 * The list as text, piece by piece, with one kind of line break: the CSV parser counts two lines
 * for a `\r\n` in quotes.
 */
export async function* readText(open: OpenList, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  let held = '';
  for await (const chunk of open()) {
    const text = held + decoder.decode(Buffer.from(chunk), { stream: true });
    held = text.endsWith('\r') ? '\r' : '';
    yield text.slice(0, text.length - held.length).replace(/\r\n?/g, '\n');
  }
  yield held.replace('\r', '\n') + decoder.decode();
}

/**
 * An address begins with two ASCII letters, and so does a heading: in UTF-16 every other byte of
 * them is 0.
 */
function unmarkedUtf16([first, second]: Buffer): Encoding | undefined {
  if (first && second === 0) return 'utf-16le';
  return first === 0 && second ? 'utf-16be' : undefined;
}

function occurrences(bytes: Buffer, byte: number): number {
  let count = 0;
  for (let at = bytes.indexOf(byte); at !== -1; at = bytes.indexOf(byte, at + 1)) count += 1;
  return count;
}

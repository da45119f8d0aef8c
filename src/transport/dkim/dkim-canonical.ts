/**
 * Relaxed canonicalization (RFC 6376 §3.4.2 and §3.4.4). Headers are handled as latin1 text, one
 * character for each byte; white space is space and tab alone, for `\s` and `trim` would take bytes
 * of other characters along.
 */

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const CRLF = '\r\n';
const FIELD_NAME = /^([!-9;-~]+)[ \t]*:/; // RFC 5322 §3.6.8

export interface SplitMessage {
  /** The header block without the empty line that ends it. */
  readonly head: string;
  readonly body: Buffer;
}

/** @throws when there is no header block, or when a line end in it is not CRLF. */
export function splitMessage(raw: Buffer): SplitMessage {
  const end = raw.indexOf('\r\n\r\n');
  if (end < 1) throw new Error('The message has no end of its headers');
  const head = raw.toString('latin1', 0, end);
  if (/\r(?!\n)|(?<!\r)\n/.test(head)) throw new Error('The headers have a bare CR or LF');
  return { head, body: raw.subarray(end + 4) };
}

/**
 * Header fields as they stand, folds and all, by lower-case name in order of appearance. @throws
 * when one has no name.
 */
export function fieldsByName(head: string): Map<string, string[]> {
  const fields = new Map<string, string[]>();
  for (const field of head.split(/\r\n(?![ \t])/)) {
    const name = nameOf(field);
    const known = fields.get(name);
    if (known) known.push(field);
    else fields.set(name, [field]);
  }
  return fields;
}

/** One header field without its line end. */
export function relaxedField(field: string): string {
  const value = field.slice(field.indexOf(':') + 1);
  return `${nameOf(field)}:${collapsed(value.replaceAll(CRLF, ''))}`;
}

/**
 * @throws when a line end is not CRLF: the transport would mend it, and break the signature by
 * that.
 */
export function relaxedBody(body: Buffer): Buffer {
  const canonical = Buffer.allocUnsafe(body.length + CRLF.length);
  let length = 0;
  let endOfContent = 0;
  let space = false;
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at] ?? 0;
    if (byte === SPACE || byte === TAB) {
      space = true;
      continue;
    }
    if (byte === LF || byte === CR) {
      if (byte === LF || body[at + 1] !== LF) throw new Error('The body has a bare CR or LF');
      at += 1;
      space = false; // at the end of a line it goes
      length += canonical.write(CRLF, length, 'latin1');
      continue;
    }
    if (space) canonical[length++] = SPACE;
    space = false;
    canonical[length++] = byte;
    endOfContent = length;
  }
  // Empty lines at the end go, and the last line gets its end if it has none; of an empty body nothing is left.
  if (endOfContent === 0) return canonical.subarray(0, 0);
  return canonical.subarray(0, endOfContent + canonical.write(CRLF, endOfContent, 'latin1'));
}

function nameOf(field: string): string {
  const [, name] = FIELD_NAME.exec(field) ?? [];
  if (name === undefined) throw new Error('The headers have a line that is no field');
  return name.toLowerCase();
}

/**
 * White space at both ends goes, in between it becomes one space. First the runs: the ends are then
 * one character.
 */
function collapsed(text: string): string {
  return text.replace(/[ \t]+/g, ' ').replace(/^ | $/g, '');
}

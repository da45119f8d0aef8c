/** Most bytes of a mail that are looked at: who it is from stands in its headers. */
export const HEAD_BYTES = 100 * 1024;

/** Parts of an incoming mail that matter here. */
export interface InboundMail {
  /** The first bytes; the headers at least. */
  readonly raw: Buffer;
  /** The envelope's sender: empty for a bounce; undefined where nobody handed it over. */
  readonly from?: string | undefined;
}

/**
 * Subject that the address in our mails asks a mail program to write; no answering machine writes
 * it unchanged.
 */
export const LEAVE_SUBJECT = 'unsubscribe';
/** Fields that answering machines from before RFC 3834 sign with. */
const MACHINES = /^(x-auto-?reply|x-auto-?respond(er)?|x-vacation|x-failed-recipients)$/;

/**
 * Reports whether a machine sent a mail by itself: a bounce, a vacation answer, a receipt (RFC 3834
 * §2 and §5, RFC 3464, RFC 8098). A mail program that writes because a reader pressed its button
 * does not count, although it may call that automatic: Apple Mail says `auto-replied`, and knows no
 * other way to unsubscribe.
 */
export function isAutomatic({ raw, from }: InboundMail): boolean {
  const fields = fieldsOf(raw);
  const value = (name: string) => fields.find(([known]) => known === name)?.[1].toLowerCase();
  const wasPressed = value('subject') === LEAVE_SUBJECT || value('x-apple-unsubscribe') === 'true';
  const submitted = wasPressed ? undefined : value('auto-submitted');
  const sender = from ?? value('return-path') ?? value('from') ?? '';
  return (
    /^\s*(<>)?\s*$/.test(sender) ||
    /\bmailer-daemon\b/i.test(sender) ||
    (submitted !== undefined && !/^no\b/.test(submitted)) ||
    /^multipart\/report\b/.test(value('content-type') ?? '') ||
    /^auto[_-]?reply\b/.test(value('precedence') ?? '') ||
    fields.some(([name]) => MACHINES.test(name))
  );
}

/**
 * Returns the recipients of a mail without an envelope: those the last server wrote down, then
 * those the sender wrote.
 */
export function recipientsIn(raw: Buffer): string[] {
  const fields = fieldsOf(raw);
  const values = ['delivered-to', 'x-original-to', 'envelope-to', 'to'].flatMap((name) =>
    fields.filter(([known]) => known === name).map(([, value]) => value),
  );
  // In pieces, and not by one pattern with the @ in it: that one takes a minute for a word as long as a mail may have it.
  return values.flatMap((value) => value.split(/[\s<>,;:"()]+/).filter((word) => word.indexOf('@') > 0));
}

/**
 * Reports whether a mail's first bytes hold all of its headers: of others nobody can tell whether a
 * person meant them.
 */
export function holdsHeaders(raw: Buffer): boolean {
  return raw.length < HEAD_BYTES || endOfHeaders(raw.toString('latin1')) !== undefined;
}

/** The headers alone: whatever the body is, nobody looks at it. */
function fieldsOf(raw: Buffer): [name: string, value: string][] {
  const text = raw.toString();
  return text
    .slice(0, endOfHeaders(text))
    .replace(/\r?\n(?=[ \t])/g, '')
    .split(/\r?\n/)
    .flatMap((line): [string, string][] => {
      const [, name, value = ''] = /^([!-9;-~]{1,100})[ \t]*:([\s\S]*)$/.exec(line) ?? [];
      return name ? [[name.toLowerCase(), value.replace(/\s+/g, ' ').trim()]] : [];
    });
}

function endOfHeaders(text: string): number | undefined {
  return /^\r?\n|\r?\n\r?\n/.exec(text)?.index;
}

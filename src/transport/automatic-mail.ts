/** What of a mail that came in matters here. */
export interface InboundMail {
  /** The first bytes; the headers at least. */
  readonly raw: Buffer;
  /** The envelope's sender: empty for a bounce; undefined where nobody handed it over. */
  readonly from?: string | undefined;
}

/** What the address in our mails asks a mail program to write, and no answering machine writes as it stands. */
export const LEAVE_SUBJECT = 'unsubscribe';
/** Fields that answering machines from before RFC 3834 sign with. */
const MACHINES = /^(x-auto-?reply|x-auto-?respond(er)?|x-vacation|x-failed-recipients)$/;

/**
 * Whether nobody meant a mail: a bounce, a vacation answer, a receipt, anything else that a machine sent by itself
 * (RFC 3834 §2 and §5, RFC 3464, RFC 8098). A mail program that writes because a reader pressed its button was told to, although
 * it may call that automatic: Apple Mail says `auto-replied`, and knows no other way to unsubscribe.
 */
export async function isAutomatic({ raw, from }: InboundMail): Promise<boolean> {
  const fields = await fieldsOf(raw);
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

/** Whom a mail was for, where no envelope says it: what the last server wrote down, and then what the sender wrote. */
export async function recipientsIn(raw: Buffer): Promise<string[]> {
  const fields = await fieldsOf(raw);
  const values = ['delivered-to', 'x-original-to', 'envelope-to', 'to'].flatMap((name) =>
    fields.filter(([known]) => known === name).map(([, value]) => value),
  );
  // In pieces, and not by one pattern with the @ in it: that one takes a minute for a word as long as a mail may have it.
  return values.flatMap((value) => value.split(/[\s<>,;:"()]+/).filter((word) => word.indexOf('@') > 0));
}

/** The headers alone: whatever the body is, nobody looks at it. */
async function fieldsOf(raw: Buffer): Promise<[name: string, value: string][]> {
  const end = /\r?\n\r?\n/.exec(raw.toString('latin1'))?.index ?? raw.length;
  const { simpleParser } = await import('mailparser'); // most commands never need it
  const { headerLines } = await simpleParser(raw.subarray(0, end));
  return headerLines.map(({ key, line }) => [
    key,
    line
      .slice(line.indexOf(':') + 1)
      .replace(/\s+/g, ' ')
      .trim(),
  ]);
}

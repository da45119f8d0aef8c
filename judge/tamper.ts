/** A signed message that somebody changed on the way: no verifier may let it pass. */
export interface Tampered {
  readonly what: string;
  readonly raw: Buffer;
}

/** One for each covered header field, one for each that must not be added once more, and one for the body. */
export function tamper(raw: Buffer): Tampered[] {
  const text = raw.toString('latin1');
  const signed = signedFields(text);
  const once = [...new Set(signed)];
  const twice = once.filter((name) => signed.indexOf(name) !== signed.lastIndexOf(name));
  const body = text.indexOf('\r\n\r\n') + 4;
  const middle = Math.floor((body + text.length) / 2);
  const other = text[middle] === 'x' ? 'y' : 'x';
  return [
    ...once
      .filter((name) => fieldAt(text, name))
      .map((name) => ({ what: `a changed ${name}`, text: altered(text, name) })),
    ...twice.map((name) => ({
      what: `a further ${name}`,
      text: `${name}: <mallory@evil.example>\r\n${text}`,
    })),
    { what: 'a changed body', text: text.slice(0, middle) + other + text.slice(middle + 1) },
  ].map(({ what, text }) => ({ what, raw: Buffer.from(text, 'latin1') }));
}

/** The names in the signature's h= tag, in lower case; a name twice means that none may be added. */
export function signedFields(text: string): string[] {
  const [signature = ''] = /^dkim-signature:(?:.*\r\n)(?:[ \t].*\r\n)*/im.exec(text) ?? [];
  const [, list = ''] = /[;\s]h=([^;]*)/.exec(signature) ?? [];
  return list.toLowerCase().replace(/\s/g, '').split(':').filter(Boolean);
}

function fieldAt(text: string, name: string): boolean {
  return new RegExp(`^${name}:`, 'im').test(head(text));
}

function altered(text: string, name: string): string {
  const before = head(text);
  const after = before.replace(
    new RegExp(`^(${name}:[^A-Za-z0-9]*)([A-Za-z0-9])`, 'im'),
    (_, start, letter) => start + (letter === 'x' ? 'y' : 'x'),
  );
  return after + text.slice(before.length);
}

function head(text: string): string {
  return text.slice(0, text.indexOf('\r\n\r\n') + 2);
}

import { simpleParser } from 'mailparser';
import { describe, expect, it } from 'vitest';
import { mergeMessage, prepareMessage } from '../../src/mail/message.ts';
import type { RenderedMail } from '../../src/mail/render.ts';
import { fillSlots, SLOTS } from '../../src/mail/slots.ts';
import { address, LINKS, newsletter } from './sample.ts';

const SLOT_VALUES = {
  unsubscribe: 'U'.repeat(38),
  preferences: 'P-_'.repeat(20),
  view: 'v',
  confirm: 'c'.repeat(38),
};
const RECIPIENT = {
  address: address('reader@example.org'),
  messageId: 'd1.abcdef@news.example',
  date: Date.UTC(2026, 10, 22, 7, 0, 1),
  slots: SLOT_VALUES,
};

function mail(changes: Partial<RenderedMail> = {}): RenderedMail {
  return {
    subject: 'The headline',
    preheader: 'Also',
    html: `<p>Grüße <a href="https://news.example/u/${SLOTS.unsubscribe}">Unsubscribe</a></p>\n`,
    text: `Grüße\n\nhttps://news.example/u/${SLOTS.unsubscribe}\n`,
    ...changes,
  };
}

type Headers = Parameters<typeof prepareMessage>[1];

function headers(changes: Partial<Headers> = {}): Headers {
  return {
    from: { name: 'The Daily Curtsey', address: address('daily@curtsey.example') },
    newsletter: newsletter(),
    kind: 'edition',
    listDomain: 'news.example',
    links: LINKS,
    editionId: 'daily-20261122T0700Z',
    ...changes,
  };
}

function message(changes: { mail?: Partial<RenderedMail>; headers?: Partial<Headers> } = {}): Buffer {
  return mergeMessage(prepareMessage(mail(changes.mail), headers(changes.headers)), RECIPIENT);
}

/** Header fields by lower-case name, unfolded, in order of appearance. */
function fieldsOf(bytes: Buffer): Map<string, string[]> {
  const head = bytes.toString('latin1').split('\r\n\r\n')[0] ?? '';
  const fields = new Map<string, string[]>();
  for (const line of head.replace(/\r\n(?=[ \t])/g, '').split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    fields.set(name, [...(fields.get(name) ?? []), line.slice(colon + 1).trim()]);
  }
  return fields;
}

function expectWellFormed(bytes: Buffer): void {
  const raw = bytes.toString('latin1');
  expect(raw).not.toMatch(/[^\r]\n|\r[^\n]|[^\x09\x0a\x0d\x20-\x7e]/);
  expect(raw.endsWith('\r\n')).toBe(true);
  const [head = '', ...body] = raw.split('\r\n\r\n');
  for (const line of head.split('\r\n')) expect(line.length).toBeLessThanOrEqual(998);
  for (const line of body.join('\r\n\r\n').split('\r\n')) expect(line.length).toBeLessThanOrEqual(76);
  for (const [word] of head.matchAll(/=\?utf-8\?[^\s]*/gi)) expect(word.length).toBeLessThanOrEqual(75);
}

describe('the headers of an edition', () => {
  it('carry each field once, with what the providers ask for', () => {
    const fields = fieldsOf(
      message({ headers: { replyTo: { name: '', address: address('desk@curtsey.example') } } }),
    );
    for (const values of fields.values()) expect(values).toHaveLength(1);
    expect(Object.fromEntries([...fields].map(([name, [value]]) => [name, value]))).toEqual({
      to: 'reader@example.org',
      date: 'Sun, 22 Nov 2026 07:00:01 +0000',
      'message-id': '<d1.abcdef@news.example>',
      from: '"The Daily Curtsey" <daily@curtsey.example>',
      'reply-to': 'desk@curtsey.example',
      subject: 'The headline',
      'auto-submitted': 'auto-generated',
      'list-id': '"The Daily Curtsey" <daily.news.example>',
      'list-unsubscribe': `<https://news.example/u/${SLOT_VALUES.unsubscribe}>`,
      'list-unsubscribe-post': 'List-Unsubscribe=One-Click',
      'list-help': '<https://news.example/?newsletter=daily>',
      'list-archive': '<https://news.example/archive/daily-20261122T0700Z>',
      'list-post': 'NO',
      precedence: 'bulk',
      'mime-version': '1.0',
      'content-type': expect.stringMatching(/^multipart\/alternative; boundary="=_[0-9a-f]{32}"$/),
    });
  });

  it('spell one-click unsubscribing byte for byte as RFC 8058 does, unfolded', () => {
    const raw = message().toString('latin1');
    expect(raw).toContain('\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n');
    expect(raw).toContain(`\r\nList-Unsubscribe: <https://news.example/u/${SLOT_VALUES.unsubscribe}>\r\n`);
  });

  it('keep the identifier of a list whatever its title, and the port of its host out of it', () => {
    const [value = ''] =
      fieldsOf(
        message({
          headers: { newsletter: newsletter({ title: 'Königliche Post' }), listDomain: 'Localhost:3000' },
        }),
      ).get('list-id') ?? [];
    expect(value).toBe('=?UTF-8?Q?K=C3=B6nigliche_Post?= <daily.localhost>');
  });
});

describe('the headers of letters', () => {
  it('keep the confirmation free of everything a list has', () => {
    const fields = fieldsOf(message({ headers: { kind: 'confirmation' } }));
    expect([...fields.keys()].filter((name) => name.startsWith('list-') || name === 'precedence')).toEqual(
      [],
    );
    expect(fields.get('auto-submitted')).toEqual(['auto-generated']);
  });

  it.each(['welcome', 'already-subscribed'] as const)(
    'let a %s letter be unsubscribed from, but not pass as bulk',
    (kind) => {
      const fields = fieldsOf(message({ headers: { kind } }));
      expect(fields.has('list-unsubscribe')).toBe(true);
      expect(fields.has('list-unsubscribe-post')).toBe(true);
      expect(fields.has('precedence')).toBe(false);
    },
  );
});

describe('a merged message', () => {
  it('is read by a parser as it was rendered, text first', async () => {
    const bytes = message();
    const parsed = await simpleParser(bytes, { skipTextToHtml: true });
    expect(parsed.subject).toBe('The headline');
    expect(parsed.text?.trim()).toBe(fillSlots(mail().text, SLOT_VALUES).trim());
    expect(String(parsed.html).trim()).toBe(fillSlots(mail().html, SLOT_VALUES).trim());
    expect(bytes.indexOf('text/plain')).toBeLessThan(bytes.indexOf('text/html'));
    expectWellFormed(bytes);
  });

  it('is the same bytes each time it is made', () => {
    expect(message().equals(message())).toBe(true);
  });

  it('differs from another reader’s only in what is personal', () => {
    const template = prepareMessage(mail(), headers());
    const other = { ...RECIPIENT, address: address('other@example.org'), messageId: 'd2@news.example' };
    const swap = (bytes: Buffer) =>
      bytes
        .toString('latin1')
        .replace('other@example.org', RECIPIENT.address)
        .replace('d2@news.example', RECIPIENT.messageId);
    expect(swap(mergeMessage(template, other))).toBe(mergeMessage(template, RECIPIENT).toString('latin1'));
  });

  it('refuses a slot without a value, and a value that would need encoding', () => {
    const template = prepareMessage(mail(), headers());
    expect(() => mergeMessage(template, { ...RECIPIENT, slots: {} })).toThrow('unsubscribe');
    for (const token of ['', 'a b', 'a=b', 'a\r\nBcc: x', 'ü', 'x'.repeat(61)])
      expect(() => mergeMessage(template, { ...RECIPIENT, slots: { unsubscribe: token } })).toThrow(
        'URL-safe',
      );
  });

  it('refuses a Message-ID that could end its field', () => {
    const template = prepareMessage(mail(), headers());
    for (const messageId of ['', 'x', 'a@b>\r\nBcc: <x@y', '<a@b>', 'a b@c', 'ü@b'])
      expect(() => mergeMessage(template, { ...RECIPIENT, messageId })).toThrow('Message-ID');
  });

  it('refuses a link whose token has been lost on the way', () => {
    const links = {
      ...LINKS,
      unsubscribe: (token: string) => `https://x.example/${encodeURIComponent(token)}`,
    };
    expect(() => prepareMessage(mail(), headers({ links }))).toThrow('unsubscribe');
  });
});

const ALPHABET = [
  'a', 'Z', '0', ' ', '  ', '\n', '\r\n', '\r', '.', '\n.\n', '=', '=?', '?=', '=?utf-8?Q?=0D=0ABcc:_x?=', '"', '\\', '<', '>', '(', ')', ',',
  ';', ':', '@', '\t', '\0', '\x7f', '\x1b', '\u2028', '\u2029', '\u0085', '\ud800', '\udc00', '\u{1f451}', 'é', 'ß', '漢', 'א', '\u202e',
  '\u200b', '\ue000', '\uf8ff', '--', '--=_', 'From ', 'Bcc: x@y.example', 'w'.repeat(90), '\u{1f451}'.repeat(30),
]; // biome-ignore format: one line says more

/** Always the same "random" texts: a failing one can be looked at again. */
function texts(count: number, pieces: number): string[] {
  let state = 20261122;
  const next = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state % below;
  };
  return Array.from({ length: count }, () =>
    Array.from({ length: next(pieces) }, () => ALPHABET[(next(65536) >> 4) % ALPHABET.length] ?? '').join(''),
  );
}

describe('whatever people write', () => {
  it('stays in its header field', async () => {
    for (const text of [...texts(300, 30), 'x'.repeat(2_000), '\u{1f451}'.repeat(500)]) {
      const bytes = message({
        mail: { subject: text },
        headers: {
          from: { name: text, address: address('daily@curtsey.example') },
          replyTo: { name: text, address: address('desk@curtsey.example') },
          newsletter: newsletter({ title: text }),
        },
      });
      const raw = bytes.toString('latin1');
      expect(raw).not.toMatch(/[^\r]\n|\r[^\n]|[^\x09\x0a\x0d\x20-\x7e]/);
      expect(fieldsOf(bytes).size).toBe(16);
      const parsed = await simpleParser(bytes, { skipTextToHtml: true });
      expect(parsed.from?.value.map((one) => one.address)).toEqual(['daily@curtsey.example']);
      expect(parsed.headers.has('bcc')).toBe(false);
    }
  });

  it('comes out of the body as it went in, in lines that are short enough', async () => {
    for (const text of texts(300, 120)) {
      const clean = text
        .toWellFormed()
        .replace(/[\ue000-\uf8ff]/gu, '')
        .replace(/\r\n?/g, '\n');
      const marked = `${clean}${SLOTS.preferences}${clean}${SLOTS.unsubscribe}\n${SLOTS.view}`;
      const bytes = message({ mail: { text: marked, html: marked } });
      expectWellFormed(bytes);
      const [, plain = ''] =
        /quoted-printable\r\n\r\n([\s\S]*?)\r\n--=_/.exec(bytes.toString('latin1')) ?? [];
      expect(decodeQuotedPrintable(plain)).toBe(fillSlots(marked, SLOT_VALUES));
    }
  });
});

/** RFC 2045 §6.7, written down a second time on purpose: the encoder must not be its own judge. */
function decodeQuotedPrintable(encoded: string): string {
  const joined = encoded.replace(/=\r\n/g, '').replace(/\r\n/g, '\n');
  const bytes: number[] = [];
  for (let at = 0; at < joined.length; at += 1) {
    if (joined[at] !== '=') {
      bytes.push(joined.charCodeAt(at));
      continue;
    }
    const hex = joined.slice(at + 1, at + 3);
    if (!/^[0-9A-F]{2}$/.test(hex)) throw new Error(`"=${hex}" is no quoted-printable`);
    bytes.push(Number.parseInt(hex, 16));
    at += 2;
  }
  return Buffer.from(bytes).toString('utf8');
}

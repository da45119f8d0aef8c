import { simpleParser } from 'mailparser';
import { describe, expect, it } from 'vitest';
import { fillSlots, SLOTS } from '../../../src/mail/mail-slots.ts';
import { relaxedBody } from '../../../src/transport/dkim/dkim-canonical.ts';
import { address, newsletter } from '../sample.ts';
import { expectWellFormed, fieldsOf, message, SLOT_VALUES } from './message-sample.ts';

const ALPHABET = [
  ...'aZ0 .="\\<>(),;:@\n\r\t\0\x7f\x1b\u2028\u2029\u0085éß漢א\u202e\u200b\ue000\uf8ff\u{1f451}',
  ...[
    '\ud800',
    '\udc00',
    '  ',
    '\r\n',
    '\n.\n',
    '=?',
    '?=',
    '=?utf-8?Q?=0D=0ABcc:_x?=',
    '--',
    '--=_',
    'From ',
  ],
  ...['Bcc: x@y.example', 'w'.repeat(90), '\u{1f451}'.repeat(30)],
];

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
      expect(fieldsOf(bytes).size).toBe(17);
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
      expectCanonicalBody(bytes);
      const [, plain = ''] =
        /quoted-printable\r\n\r\n([\s\S]*?)\r\n--=_/.exec(bytes.toString('latin1')) ?? [];
      expect(decodeQuotedPrintable(plain)).toBe(fillSlots(marked, SLOT_VALUES, 'plain'));
    }
  });
});

it('white space at any place leaves a body that is its own relaxed form', () => {
  for (const piece of [
    '  ',
    '\t',
    ' \t ',
    '   \n',
    '\n\n\n',
    '\t\n ',
    ' '.repeat(200),
    '\t'.repeat(80),
    `${'x'.repeat(73)}  y`,
  ])
    for (const text of [piece, `a${piece}`, `${piece}a`, `a${piece}b${piece}${SLOTS.view}${piece}c`, '']) {
      const bytes = message({ mail: { text, html: text.repeat(3) } });
      expectWellFormed(bytes);
      expectCanonicalBody(bytes);
    }
});

/** A signature hashes the body as it stands, trusting that it could not be any other. */
function expectCanonicalBody(bytes: Buffer): void {
  const body = bytes.subarray(bytes.indexOf('\r\n\r\n') + 4);
  expect(relaxedBody(body).equals(body)).toBe(true);
}

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

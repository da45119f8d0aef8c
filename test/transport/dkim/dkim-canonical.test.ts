import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  fieldsByName,
  relaxedBody,
  relaxedField,
  splitMessage,
} from '../../../src/transport/dkim/dkim-canonical.ts';
import { type SigningKey, signBytes } from '../../../src/transport/dkim/dkim-key.ts';
import { randomFrom } from '../../delivery/engine/random.ts';
import * as rfc8463 from '../../fixtures/dkim/rfc8463.ts';
import { relaxBody, relaxHeader, verifyStrictly } from '../../fixtures/dkim/strict-verifier.ts';

const relaxed = (body: string) => relaxedBody(Buffer.from(body, 'latin1')).toString('latin1');

describe('the example of RFC 8463 Appendix A', () => {
  it('has the body hash that is printed', () => {
    expect(hash('sha256', relaxedBody(Buffer.from(rfc8463.BODY)), 'base64')).toBe(rfc8463.BODY_HASH);
  });

  it.each([
    ['ed25519', rfc8463.ED25519_KEY, rfc8463.ED25519_SIGNATURE],
    ['rsa', rfc8463.RSA_KEY, rfc8463.RSA_SIGNATURE],
  ] as const)('is signed with %s bit for bit as printed', async (kind, privateKey, signature) => {
    const key: SigningKey = {
      domain: rfc8463.DOMAIN,
      selector: rfc8463.SELECTORS[kind],
      algorithm: `${kind}-sha256`,
      bits: undefined,
      privateKey,
    };
    const fields = fieldsByName(rfc8463.HEADERS.join('\r\n'));
    // Its h= names from, subject and date once more: those stand for nothing.
    const signed = ['from', 'to', 'subject', 'date', 'message-id']
      .map((name) => `${relaxedField(fields.get(name)?.[0] ?? '')}\r\n`)
      .join('');
    const data = Buffer.from(signed + relaxedField(rfc8463.OPEN_FIELDS[kind]));
    expect((await signBytes(key, data)).toString('base64')).toBe(signature);
  });

  it('passes the verifier that these tests judge by, and with a second From does not', async () => {
    const { createPublicKey } = await import('node:crypto');
    const signed = [
      rfc8463.OPEN_FIELDS.ed25519 + rfc8463.ED25519_SIGNATURE,
      rfc8463.OPEN_FIELDS.rsa + rfc8463.RSA_SIGNATURE,
      ...rfc8463.HEADERS,
      '',
      rfc8463.BODY,
    ].join('\r\n');
    const keys = {
      brisbane: createPublicKey(rfc8463.ED25519_KEY),
      test: createPublicKey(rfc8463.RSA_KEY),
    };
    const verdicts = (raw: string) => verifyStrictly(Buffer.from(raw), keys).map(({ verdict }) => verdict);
    expect(verdicts(signed)).toEqual(['pass', 'pass']);
    expect(verdicts(`From: Mallory <m@evil.example>\r\n${signed}`)).toEqual(['signature', 'signature']);
  });
});

describe('a relaxed body', () => {
  it.each([
    ['nothing', '', ''],
    ['only line ends', '\r\n\r\n\r\n', ''],
    ['only white space', ' \t\r\n \r\n', ''],
    ['the example of RFC 6376 §3.4.5', ' C \r\nD \t E\r\n\r\n\r\n', ' C\r\nD E\r\n'],
    ['no line end at its end', 'a', 'a\r\n'],
    ['white space at its end', 'a \t', 'a\r\n'],
    ['a line of white space between others', 'a\r\n \t \r\nb\r\n', 'a\r\n\r\nb\r\n'],
    ['a single tab', 'a\tb\r\n', 'a b\r\n'],
    ['bytes that latin1 takes for a space', 'a\xa0\xa0b\x85\r\n', 'a\xa0\xa0b\x85\r\n'],
  ])('of %s', (_what, body, expected) => {
    expect(relaxed(body)).toBe(expected);
  });

  it.each(['a\nb', 'a\rb', 'a\r', '\n', 'a\r\r\n', 'a\n\r\n'])('is refused for bare CR or LF: %j', (body) => {
    expect(() => relaxed(body)).toThrow('bare CR or LF');
  });

  it('is what a second reading of the RFC makes of it, and its own relaxed form', () => {
    const random = randomFrom(6376);
    const pieces = [' ', '  ', '\t', '\r\n', '\r\n\r\n', 'a', 'word', '=20', '\xa0', '\xff', '.', '--'];
    for (let round = 0; round < 2_000; round += 1) {
      const count = random.between(0, 40);
      const body = Array.from({ length: count }, () => pieces[random.between(0, pieces.length - 1)]).join('');
      expect(relaxed(body)).toBe(relaxBody(body));
      expect(relaxed(relaxed(body))).toBe(relaxed(body));
    }
  });

  it('takes time in proportion to its length, whatever it is made of', () => {
    for (const piece of [' ', '\t', '\r\n', ' \r\n', 'a ', ' \t\r\n a'])
      expect(relaxed(piece.repeat(1_000_000)).length).toBeLessThanOrEqual(piece.length * 1_000_000 + 2);
  });
});

describe('relaxed headers', () => {
  it.each([
    ['Subject:  a \t b  ', 'subject:a b'],
    ['SUBJect \t:a\r\n\tb\r\n c', 'subject:a b c'],
    ['A: X', 'a:X'],
    ['B : Y\t\r\n\tZ  ', 'b:Y Z'],
    ['Empty:', 'empty:'],
    ['Subject: \xa0caf\xe9\xa0', 'subject:\xa0caf\xe9\xa0'],
    ['X: a:b: c', 'x:a:b: c'],
  ])('%j', (field, expected) => {
    expect(relaxedField(field)).toBe(expected);
    expect(relaxHeader(field)).toBe(expected);
  });

  it('take time in proportion to their length', () => {
    for (const value of [' '.repeat(500_000), ' \t'.repeat(250_000), `${' '.repeat(500_000)}x`])
      expect(relaxedField(`Subject:${value}x`)).toMatch(/^subject:x?x? ?x?$/);
  });
});

describe('a message that cannot be read', () => {
  it.each([
    ['without headers', '\r\n\r\nbody\r\n'],
    ['without an end of its headers', 'From: a@b.example\r\n'],
    ['with a bare LF in its headers', 'From: a@b.example\nBcc: x@y.example\r\n\r\nbody\r\n'],
    ['with a bare CR in its headers', 'From: a@b.example\rx\r\n\r\nbody\r\n'],
  ])('%s is refused', (_what, raw) => {
    expect(() => splitMessage(Buffer.from(raw))).toThrow();
  });

  it.each(['From a@b Sun Nov 22', ': value', ' folded: first', 'From: x\r\nnonsense'])(
    'is refused with the line %j',
    (head) => {
      expect(() => fieldsByName(head)).toThrow('no field');
    },
  );
});

import { describe, expect, test } from 'vitest';
import { TOKEN_PURPOSES, TokenSigner } from '../../src/base/token.ts';

const SECRET = 'a secret of a length that would do in real life';
const OLD_SECRET = 'the secret of last year, from before the rotation';
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const CLAIM = { id: 4_711, issuedAt: Date.parse('2026-11-22T08:00:00Z') };
const signer = new TokenSigner([SECRET]);

describe.each(TOKEN_PURPOSES)('a token to %s', (purpose) => {
  const token = signer.sign(purpose, CLAIM);

  test('gives its claim back', () => {
    expect(signer.verify(purpose, token)).toEqual(CLAIM);
  });

  test('means nothing to any other purpose', () => {
    for (const other of TOKEN_PURPOSES.filter((one) => one !== purpose))
      expect(signer.verify(other, token)).toBeUndefined();
  });

  test('is refused with any one character changed to any other', () => {
    const accepted = [...token].flatMap((character, at) =>
      [...ALPHABET]
        .filter((other) => other !== character)
        .map((other) => token.slice(0, at) + other + token.slice(at + 1))
        .filter((altered) => signer.verify(purpose, altered) !== undefined),
    );
    expect(accepted).toEqual([]);
  });

  test('is refused with a character left out, doubled, or put between', () => {
    for (let at = 0; at < token.length; at += 1) {
      const [head, tail] = [token.slice(0, at), token.slice(at)];
      for (const altered of [head + tail.slice(1), `${head}A${tail}`, `${head}=${tail}`, `${head} ${tail}`])
        expect(signer.verify(purpose, altered)).toBeUndefined();
    }
  });
});

test.each([
  '',
  '=',
  `${signer.sign('confirm', CLAIM)}=`,
  'A'.repeat(38),
  '../../etc/passwd',
  '\0'.repeat(38),
  'ü',
])('something that is no token is refused: %j', (text) =>
  expect(signer.verify('confirm', text)).toBeUndefined(),
);

test('a token is 38 characters of the URL-safe alphabet, whatever it claims', () => {
  const claims = [0, 1, 255, 65_536, 2 ** 32, 2 ** 48 - 1].flatMap((id) =>
    [0, 1_000, CLAIM.issuedAt, Date.parse('9999-12-31T23:59:59Z')].map((issuedAt) => ({ id, issuedAt })),
  );
  for (const claim of claims) {
    const token = signer.sign('unsubscribe', claim);
    expect(token).toMatch(/^[A-Za-z0-9_-]{38}$/);
    expect(signer.verify('unsubscribe', token)).toEqual(claim);
  }
});

test('a claim that does not fit is an error, never another claim', () => {
  expect(() => signer.sign('confirm', { id: 2 ** 48, issuedAt: 0 })).toThrow(RangeError);
  expect(() => signer.sign('confirm', { id: -1, issuedAt: 0 })).toThrow(RangeError);
});

test('the moment is kept to the second', () => {
  const token = signer.sign('confirm', { id: 1, issuedAt: 1_700_000_000_999 });
  expect(signer.verify('confirm', token)).toEqual({ id: 1, issuedAt: 1_700_000_000_000 });
});

describe('after a rotation', () => {
  const rotated = new TokenSigner([SECRET, OLD_SECRET]);

  test('what the old key signed still holds', () => {
    const old = new TokenSigner([OLD_SECRET]).sign('unsubscribe', CLAIM);
    expect(rotated.verify('unsubscribe', old)).toEqual(CLAIM);
  });

  test('the new key signs', () => {
    expect(rotated.sign('unsubscribe', CLAIM)).toBe(signer.sign('unsubscribe', CLAIM));
  });

  test('a key that was dropped opens nothing', () => {
    const old = new TokenSigner([OLD_SECRET]).sign('unsubscribe', CLAIM);
    expect(signer.verify('unsubscribe', old)).toBeUndefined();
  });

  test('two keys whose short ids happen to be equal are told apart', () => {
    const firstByte = (secret: string) => new TokenSigner([secret]).sign('view', CLAIM).slice(0, 1);
    const twins = Array.from({ length: 400 }, (_, n) => `secret number ${n} of the search for twins`);
    const idOf = (secret: string) =>
      Buffer.from(new TokenSigner([secret]).sign('view', CLAIM), 'base64url').readUInt8(0);
    const twin = twins.find((one, at) => twins.slice(0, at).some((other) => idOf(other) === idOf(one))) ?? '';
    const other = twins.find((one) => one !== twin && idOf(one) === idOf(twin)) ?? '';
    expect(firstByte(other)).toBe(firstByte(twin));
    const token = new TokenSigner([twin]).sign('view', CLAIM);
    expect(new TokenSigner([other]).verify('view', token)).toBeUndefined();
    expect(new TokenSigner([other, twin]).verify('view', token)).toEqual(CLAIM);
  });
});

test('without a secret nothing is signed and nothing verified', () => {
  const none = new TokenSigner([]);
  expect(() => none.sign('confirm', CLAIM)).toThrow('needs a secret');
  expect(none.verify('confirm', signer.sign('confirm', CLAIM))).toBeUndefined();
});

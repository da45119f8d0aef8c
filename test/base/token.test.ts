import { describe, expect, test } from 'vitest';
import { newPublicId } from '../../src/base/public-id.ts';
import {
  caseless,
  fromCaseless,
  TOKEN_PURPOSES,
  type TokenPurpose,
  TokenSigner,
} from '../../src/base/token.ts';
import { oldToken } from '../helpers/old-tokens.ts';

const SECRET = 'a secret of a length that would do in real life';
const OLD_SECRET = 'the secret of last year, from before the rotation';
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const CLAIM = { publicId: '04d2a0b1c2d3e4f5', issuedAt: Date.parse('2026-11-22T08:00:00Z') };
const DELIVERY = { publicId: CLAIM.publicId, row: 4_711 };
const signer = new TokenSigner([SECRET]);

const FOR_DELIVERIES = ['address', 'view', 'bounce', 'message-id', 'review'] as const;
type ForDeliveries = (typeof FOR_DELIVERIES)[number];

function isForDelivery(purpose: TokenPurpose): purpose is ForDeliveries {
  return (FOR_DELIVERIES as readonly string[]).includes(purpose);
}

function sign(purpose: TokenPurpose, by = signer): string {
  return isForDelivery(purpose) ? by.signDelivery(purpose, DELIVERY) : by.sign(purpose, CLAIM);
}

function verify(purpose: TokenPurpose, token: string, by = signer) {
  return isForDelivery(purpose) ? by.verifyDelivery(purpose, token) : by.verify(purpose, token);
}

describe.each(TOKEN_PURPOSES)('a token to %s', (purpose) => {
  const token = sign(purpose);

  test('gives its claim back', () => {
    expect(verify(purpose, token)).toEqual(isForDelivery(purpose) ? DELIVERY : CLAIM);
  });

  test('means nothing to any other purpose', () => {
    for (const other of TOKEN_PURPOSES.filter((one) => one !== purpose))
      expect(verify(other, token)).toBeUndefined();
  });

  test('is no token of an earlier release, nor is one of those a token of today', () => {
    const old = oldToken(SECRET, purpose, 4_711, CLAIM.issuedAt);
    expect(old).toHaveLength(token.length);
    expect(verify(purpose, old)).toBeUndefined();
    expect(signer.verifyOld(purpose, token)).toBeUndefined();
    expect(signer.verifyOld(purpose, old)).toEqual({ row: 4_711, issuedAt: CLAIM.issuedAt });
    for (const other of TOKEN_PURPOSES.filter((one) => one !== purpose))
      expect(signer.verifyOld(other, old)).toBeUndefined();
  });

  test('is refused with any one character changed to any other', () => {
    const accepted = [...token].flatMap((character, at) =>
      [...ALPHABET]
        .filter((other) => other !== character)
        .map((other) => token.slice(0, at) + other + token.slice(at + 1))
        .filter((altered) => verify(purpose, altered) ?? signer.verifyOld(purpose, altered)),
    );
    expect(accepted).toEqual([]);
  });

  test('is refused with a character left out, doubled, or put between', () => {
    for (let at = 0; at < token.length; at += 1) {
      const [head, tail] = [token.slice(0, at), token.slice(at)];
      for (const altered of [head + tail.slice(1), `${head}A${tail}`, `${head}=${tail}`, `${head} ${tail}`])
        expect(verify(purpose, altered)).toBeUndefined();
    }
  });
});

test('a delivery’s token says nothing of its place in the table to who lacks the key', () => {
  const bytes = (row: number) => {
    const token = signer.signDelivery('message-id', { publicId: newPublicId(), row });
    return Buffer.from(token, 'base64url');
  };
  // Bits of the number that stand still over many tokens would tell how large it is.
  const seen = Array.from({ length: 200 }, () => bytes(7));
  for (let at = 1; at < 28; at += 1) {
    const values = new Set(seen.map((token) => token[at]));
    expect(values.size, `byte ${at}`).toBeGreaterThan(60);
  }
});

test('public ids are 16 hexadecimal digits, and no two are alike', () => {
  const ids = Array.from({ length: 50_000 }, newPublicId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !/^[0-9a-f]{16}$/.test(id))).toEqual([]);
});

test('an address can hold a token in 45 letters and digits, whatever their case becomes', () => {
  for (const token of [sign('unsubscribe'), oldToken(SECRET, 'unsubscribe', 1)]) {
    expect(caseless(token)).toMatch(/^[0-9a-v]{45}$/);
    expect(fromCaseless(caseless(token).toUpperCase())).toBe(token);
  }
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
  const claims = ['0'.repeat(16), `${'0'.repeat(15)}1`, CLAIM.publicId, 'f'.repeat(16)].flatMap((publicId) =>
    [0, 1_000, CLAIM.issuedAt, Date.parse('9999-12-31T23:59:59Z')].map((issuedAt) => ({
      publicId,
      issuedAt,
    })),
  );
  for (const claim of claims) {
    const token = signer.sign('unsubscribe', claim);
    expect(token).toMatch(/^[A-Za-z0-9_-]{38}$/);
    expect(signer.verify('unsubscribe', token)).toEqual(claim);
  }
  for (const row of [0, 1, 255, 65_536, 2 ** 32, 2 ** 40 - 1]) {
    const token = signer.signDelivery('view', { ...DELIVERY, row });
    expect(token).toMatch(/^[A-Za-z0-9_-]{38}$/);
    expect(signer.verifyDelivery('view', token)).toEqual({ ...DELIVERY, row });
  }
});

test('a claim that does not fit is an error, never another claim', () => {
  for (const row of [2 ** 40, -1])
    expect(() => signer.signDelivery('view', { ...DELIVERY, row })).toThrow(RangeError);
  for (const publicId of ['', '1', 'x'.repeat(16), '0'.repeat(18), `${'0'.repeat(15)}g`])
    expect(() => signer.sign('confirm', { publicId, issuedAt: 0 })).toThrow(RangeError);
});

test('the moment is kept to the second', () => {
  const token = signer.sign('confirm', { ...CLAIM, issuedAt: 1_700_000_000_999 });
  expect(signer.verify('confirm', token)).toEqual({
    ...CLAIM,
    issuedAt: 1_700_000_000_000,
  });
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
    const firstByte = (secret: string) => sign('view', new TokenSigner([secret])).slice(0, 1);
    const twins = Array.from({ length: 400 }, (_, n) => `secret number ${n} of the search for twins`);
    const idOf = (secret: string) =>
      Buffer.from(sign('view', new TokenSigner([secret])), 'base64url').readUInt8(0);
    const twin = twins.find((one, at) => twins.slice(0, at).some((other) => idOf(other) === idOf(one))) ?? '';
    const other = twins.find((one) => one !== twin && idOf(one) === idOf(twin)) ?? '';
    expect(firstByte(other)).toBe(firstByte(twin));
    const token = sign('view', new TokenSigner([twin]));
    expect(new TokenSigner([other]).verifyDelivery('view', token)).toBeUndefined();
    expect(new TokenSigner([other, twin]).verifyDelivery('view', token)).toEqual(DELIVERY);
  });
});

test('without a secret nothing is signed and nothing verified', () => {
  const none = new TokenSigner([]);
  expect(() => none.sign('confirm', CLAIM)).toThrow('needs a secret');
  expect(none.verify('confirm', signer.sign('confirm', CLAIM))).toBeUndefined();
});

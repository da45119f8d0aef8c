import { scryptSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  hashPassword,
  isOutdated,
  isPassword,
  makePassword,
  passwordFault,
} from '../../src/editors/password.ts';

const PASSWORD = 'a lighthouse keeper’s tea';

test('a password opens what was made of it, and nothing else does', async () => {
  const hash = await hashPassword(PASSWORD);
  expect(await isPassword(PASSWORD, hash)).toBe(true);
  for (const wrong of ['', PASSWORD.slice(0, -1), `${PASSWORD} `, PASSWORD.toUpperCase()])
    expect(await isPassword(wrong, hash), wrong).toBe(false);
});

test('what is kept says how it was made, and never twice the same', async () => {
  const [one, other] = await Promise.all([hashPassword(PASSWORD), hashPassword(PASSWORD)]);
  expect(one).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  expect(one).not.toBe(other);
  expect(one).not.toContain(PASSWORD);
});

test('a letter with a mark is one letter, whichever way a keyboard sends it', async () => {
  const hash = await hashPassword('Käsekuchen im Mai');
  expect(await isPassword('Käsekuchen im Mai'.normalize('NFD'), hash)).toBe(true);
});

test('one that was made at another cost still opens, and is known to be outdated', async () => {
  const salt = Buffer.from('sixteen bytes ok');
  const derived = scryptSync(PASSWORD, salt, 32, { N: 2 ** 14, r: 8, p: 1 });
  const unpadded = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
  const old = `$scrypt$ln=14,r=8,p=1$${unpadded(salt)}$${unpadded(derived)}`;
  expect(await isPassword(PASSWORD, old)).toBe(true);
  expect(await isPassword('another password', old)).toBe(false);
  expect(isOutdated(old)).toBe(true);
  expect(isOutdated(await hashPassword(PASSWORD))).toBe(false);
});

test('nothing opens an account that is not there, or whose row is damaged', async () => {
  for (const hash of [undefined, '', 'x', '$scrypt$ln=40,r=8,p=1$AAAA$AAAA', '$2b$12$abcdefghijkl'])
    for (const given of ['', PASSWORD, '\0'.repeat(32)]) expect(await isPassword(given, hash)).toBe(false);
});

describe('what may be a password', () => {
  test.each([
    ['', 'at least 12 characters'],
    ['eleven char', 'at least 12 characters'],
    ['😀😀😀😀😀😀', 'at least 12 characters'],
    ['x'.repeat(257), 'at most 256'],
    ['aaaaaaaaaaaaaaaa', 'repeats itself'],
    ['121212121212121', 'repeats itself'],
  ])('%j is refused, and why is said', (password, why) => {
    expect(passwordFault(password)).toContain(why);
  });

  test.each([PASSWORD, 'twelve chars', 'ñandú en el jardín', makePassword()])('%j is taken', (password) => {
    expect(passwordFault(password)).toBeUndefined();
  });
});

test('a made password can be read out and is never made again', () => {
  const made = Array.from({ length: 500 }, makePassword);
  for (const one of made) expect(one).toMatch(/^([a-hjkmnp-z2-9]{4}-){4}[a-hjkmnp-z2-9]{4}$/);
  expect(new Set(made).size).toBe(500);
});

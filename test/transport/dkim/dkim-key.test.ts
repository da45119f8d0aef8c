import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { signBytes, signingKey, weaknessesOf } from '../../../src/transport/dkim/dkim-key.ts';
import { lookUp, type ResolveTxt, recordOf } from '../../../src/transport/dkim/dkim-record.ts';
import * as rfc8463 from '../../fixtures/dkim/rfc8463.ts';

const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const OTHER = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const ED25519 = generateKeyPairSync('ed25519').privateKey;

const key = (privateKey: KeyObject, selector = 's1') => signingKey('example.org', { selector, privateKey });

describe('a key', () => {
  it('of RSA or Ed25519 signs what its public key verifies', async () => {
    expect(key(RSA)).toMatchObject({ algorithm: 'rsa-sha256', bits: 2048 });
    expect(key(ED25519)).toMatchObject({ algorithm: 'ed25519-sha256', bits: undefined });
    const data = Buffer.from('data');
    expect(verify('sha256', data, createPublicKey(RSA), await signBytes(key(RSA), data))).toBe(true);
  });

  it.each([
    ['RSA of 512 bits', generateKeyPairSync('rsa', { modulusLength: 512 }).privateKey, /at least 2048 bits/],
    ['RSA-PSS', generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey, /not .*rsa-pss/],
    ['elliptic curves', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, /not .*ec/],
    ['Ed448', generateKeyPairSync('ed448').privateKey, /not .*ed448/],
  ])('of %s is refused, by the name of its variable', (_kind, privateKey, says) => {
    expect(() => key(privateKey)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringMatching(says) }),
    );
    expect(() => key(privateKey)).toThrow(/^DKIM_PRIVATE_KEY: expected/);
  });

  it('that does not fit together signs, and is refused before anybody gets such a signature', () => {
    const parts = { ...RSA.export({ format: 'jwk' }), n: OTHER.export({ format: 'jwk' }).n ?? '' };
    const broken = createPrivateKey({ key: parts, format: 'jwk' });
    expect(() => key(broken)).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringMatching(/^DKIM_PRIVATE_KEY: expected a key that signs/),
      }),
    );
  });

  it('that is weak, or that few can verify, is taken with a word about it', () => {
    expect(weaknessesOf([key(RSA)])).toEqual([]);
    expect(weaknessesOf([key(RSA), key(ED25519, 'e1')])).toEqual([]);
    expect(weaknessesOf([key(rfc8463.RSA_KEY)])).toEqual([expect.stringMatching(/s1 has 1024 bits/)]);
    expect(weaknessesOf([key(ED25519)])).toEqual([expect.stringContaining('Ed25519')]);
  });
});

describe('the record of a key', () => {
  it.each(['rsa', 'ed25519'] as const)('is what RFC 8463 publishes for its %s key', (kind) => {
    const privateKey = kind === 'rsa' ? rfc8463.RSA_KEY : rfc8463.ED25519_KEY;
    const rfcKey = signingKey(rfc8463.DOMAIN, { selector: rfc8463.SELECTORS[kind], privateKey });
    expect(recordOf(rfcKey)).toEqual({
      name: `${rfc8463.SELECTORS[kind]}._domainkey.football.example.com`,
      value: rfc8463.RECORDS[kind],
    });
  });

  const { name, value } = recordOf(key(RSA));
  const dns =
    (...records: string[]): ResolveTxt =>
    async (asked) =>
      asked === name ? records.map((record) => record.match(/.{1,255}/g) ?? ['']) : [];
  const failing =
    (code: string): ResolveTxt =>
    async () => {
      throw Object.assign(new Error(`queryTxt ${code} ${name}`), { code });
    };
  const state = async (resolveTxt: ResolveTxt) => (await lookUp({ name, value }, resolveTxt)).state;
  const p = value.split('p=')[1] ?? '';

  it('is found however it is written', async () => {
    expect(await state(dns(value))).toBe('published');
    expect(await state(dns(`p=${p}`))).toBe('published');
    expect(await state(dns(`v=DKIM1;k=rsa;h=sha1:sha256;t=s;p=${p.replace(/(.{64})/g, '$1 ')};`))).toBe(
      'published',
    );
  });

  it('is not found in one that differs in what counts, nor among several', async () => {
    const other = recordOf(key(OTHER)).value;
    const wrong = [
      other,
      value.replace('k=rsa', 'k=ed25519'),
      `h=sha1; p=${p}`,
      'v=DKIM1; p=',
      'v=spf1 -all',
    ];
    for (const record of wrong) expect([record, await state(dns(record))]).toEqual([record, 'different']);
    expect(await lookUp({ name, value }, dns(value, other))).toEqual({
      state: 'different',
      found: `${value} and ${other}`,
    });
  });

  it('is missing when DNS says so, and unknown when DNS does not answer', async () => {
    expect(await state(failing('ENOTFOUND'))).toBe('missing');
    expect(await state(failing('ENODATA'))).toBe('missing');
    expect(await state(dns())).toBe('missing');
    expect(await state(failing('ETIMEOUT'))).toBe('unknown');
    expect(await state(failing('ESERVFAIL'))).toBe('unknown');
  });
});

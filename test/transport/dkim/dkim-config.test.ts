import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Config, loadConfig } from '../../../src/config/config.ts';

const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ED25519 = generateKeyPairSync('ed25519');
const pem = (key: typeof RSA.privateKey) => key.export({ type: 'pkcs8', format: 'pem' }).toString();
const PEM = pem(RSA.privateKey);
const SET = { DKIM_DOMAIN: 'example.org', DKIM_SELECTOR: 's1', DKIM_PRIVATE_KEY: PEM };

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'broadsheet-dkim-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('signing', () => {
  it('is off when nothing is set', () => {
    expect(load({ DKIM_DOMAIN: ' ' }).dkim).toBeUndefined();
  });

  it('is on with all three, the key from a file or in the variable, its line breaks real or written', () => {
    const file = join(folder, 'dkim.pem');
    writeFileSync(file, PEM);
    const { DKIM_PRIVATE_KEY: _, ...named } = SET;
    for (const key of [
      { DKIM_PRIVATE_KEY_FILE: file },
      { DKIM_PRIVATE_KEY: PEM },
      { DKIM_PRIVATE_KEY: PEM.replaceAll('\n', '\\n') },
      { DKIM_PRIVATE_KEY: RSA.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString() },
    ]) {
      const { dkim } = load({ ...named, ...key });
      expect(dkim?.domain).toBe('example.org');
      expect(dkim?.keys.map(({ selector }) => selector)).toEqual(['s1']);
      expect(dkim?.keys[0]?.privateKey.equals(RSA.privateKey)).toBe(true);
    }
  });

  it('takes several keys, each with its selector', () => {
    const both = PEM + pem(ED25519.privateKey);
    const { dkim } = load({ ...SET, DKIM_PRIVATE_KEY: both, DKIM_SELECTOR: 's1, e1' });
    expect(dkim?.keys.map((key) => [key.selector, key.privateKey.asymmetricKeyType])).toEqual([
      ['s1', 'rsa'],
      ['e1', 'ed25519'],
    ]);
    expect(() => load({ ...SET, DKIM_PRIVATE_KEY: both })).toThrow(
      'DKIM_SELECTOR: expected a name for each of the 2 keys',
    );
  });

  it.each(['DKIM_DOMAIN', 'DKIM_SELECTOR', 'DKIM_PRIVATE_KEY'] as const)(
    'is refused without %s, by its name',
    (name) => {
      expect(() => load({ ...SET, [name]: '' })).toThrow(
        expect.objectContaining({
          code: 'CONFIG_INVALID',
          message: expect.stringMatching(new RegExp(`^${name}: expected too, since DKIM_`)),
        }),
      );
    },
  );

  it.each([
    ['garbage', 'garbage'],
    ['garbage in a frame', '-----BEGIN PRIVATE KEY-----\nZ2FyYmFnZQ==\n-----END PRIVATE KEY-----'],
    ['half a key', PEM.slice(0, 400)],
    ['the public key', RSA.publicKey.export({ type: 'spki', format: 'pem' }).toString()],
    [
      'a passphrase',
      RSA.privateKey
        .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
        .toString(),
    ],
  ])('is refused with %s instead of a key, and nothing of it is shown', (_what, text) => {
    expect(() => load({ ...SET, DKIM_PRIVATE_KEY: text })).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message:
          'DKIM_PRIVATE_KEY: expected a private key in PEM, without a passphrase; `openssl genrsa 2048` makes one',
      }),
    );
  });

  it('is refused with a key file that is not there, by its name', () => {
    const { DKIM_PRIVATE_KEY: _, ...named } = SET;
    expect(() => load({ ...named, DKIM_PRIVATE_KEY_FILE: join(folder, 'none.pem') })).toThrow(
      /^DKIM_PRIVATE_KEY_FILE: .* cannot be read/,
    );
  });

  it.each([
    { DKIM_DOMAIN: 'localhost' },
    { DKIM_DOMAIN: 'a b.example' },
    { DKIM_DOMAIN: 'example.org; x=1' },
    { DKIM_SELECTOR: 's 1' },
    { DKIM_SELECTOR: 's1;' },
    { DKIM_SELECTOR: 's1,' },
  ])('is refused with %j', (wrong) => {
    expect(() => load({ ...SET, ...wrong })).toThrow(new RegExp(`^${Object.keys(wrong)[0]}: expected a`));
  });
});

describe('the domain that signs', () => {
  it.each([
    ['example.org', true],
    ['Example.ORG', true],
    ['news.example.org', true],
    ['org', false],
    ['notexample.org', false],
    ['example.com', false],
    ['mail.example.org', false],
  ])('%s and a sender at news.example.org: %s', (domain, fits) => {
    const from = { MAIL_FROM: 'The Daily <daily@news.example.org>' };
    const attempt = () => load({ ...SET, DKIM_DOMAIN: domain, ...from });
    if (fits) expect(attempt().dkim?.domain).toBe(domain.toLowerCase());
    else expect(attempt).toThrow(/^DKIM_DOMAIN: expected/);
  });

  it('may be one below the sender’s', () => {
    expect(load({ ...SET, DKIM_DOMAIN: 'bulk.example.org' }).dkim?.domain).toBe('bulk.example.org');
  });

  it('is not above a sender’s that only ends alike', () => {
    expect(() => load({ ...SET, MAIL_FROM: 'Daily <daily@notexample.org>' })).toThrow(
      /^DKIM_DOMAIN: expected/,
    );
  });

  it('has to fit every newsletter; those that it does not are named', () => {
    const newsletters = `${NEWSLETTERS}
  weekly:
    title: Weekly
    from: Weekly <weekly@elsewhere.example>
    schedule: "0 7 * * 1"
    time_zone: Europe/London
    sources: [desk]
    sections: { all: { title: All } }
`;
    expect(() => load(SET, newsletters)).toThrow(
      /^DKIM_DOMAIN: expected .*"weekly" is from weekly@elsewhere\.example$/,
    );
  });
});

const NEWSLETTERS = `
publisher: { name: Press, postal_address: "1 Road" }
sources: { desk: { folder: articles } }
newsletters:
  daily:
    title: Daily
    schedule: "0 7 * * *"
    time_zone: Europe/London
    sources: [desk]
    sections: { all: { title: All } }
`;

function load(variables: Record<string, string>, newsletters = NEWSLETTERS): Config {
  const file = join(folder, 'newsletters.yaml');
  writeFileSync(file, newsletters);
  return loadConfig(
    { DATA_DIR: join(folder, 'data'), MAIL_FROM: 'Daily <daily@example.org>', ...variables },
    file,
  );
}

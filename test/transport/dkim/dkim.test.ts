import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { describe, expect, it } from 'vitest';
import { DkimSigner } from '../../../src/transport/dkim/dkim.ts';
import { recordOf } from '../../../src/transport/dkim/dkim-record.ts';
import { randomFrom } from '../../delivery/engine/random.ts';
import { tagsOf, verifyStrictly } from '../../fixtures/dkim/strict-verifier.ts';
import { ManualClock } from '../../helpers/manual-clock.ts';
import { message } from '../../mail/mime/message-sample.ts';
import { address } from '../../mail/sample.ts';

const NOW = Date.UTC(2026, 10, 22, 7, 0, 1, 999);
const DOMAIN = 'curtsey.example';
const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const ED25519 = generateKeyPairSync('ed25519').privateKey;

const signer = signerOf({ s1: RSA });
const REPLY_TO = { replyTo: { name: 'Desk', address: address('desk@curtsey.example') } };
const edition = message({ headers: REPLY_TO });
const SEALED = [
  'from',
  'to',
  'cc',
  'subject',
  'date',
  'message-id',
  'reply-to',
  'mime-version',
  'content-type',
];
const COVERED = ['list-help', 'list-archive', 'feedback-id', 'auto-submitted', 'precedence'];

describe('a signed message', () => {
  it('passes two verifiers, and is the message with a field on top', async () => {
    const signed = await signer.sign(edition, { canonicalBody: true });
    expect(signed.subarray(signed.length - edition.length).equals(edition)).toBe(true);
    expect(await strictly(signed)).toEqual(['pass']);
    const [result] = await byMailauth(signed, signer);
    expect(result).toMatchObject({
      status: { result: 'pass', aligned: DOMAIN },
      signingDomain: DOMAIN,
      selector: 's1',
      algo: 'rsa-sha256',
      format: 'relaxed/relaxed',
    });
    const listed = String(result?.signingHeaders?.keys).toLowerCase().split(/:\s*/);
    expect(listed).toEqual(expect.arrayContaining([...COVERED, 'list-unsubscribe', 'list-unsubscribe-post']));
  });

  it('names what must not be added once more than it is there, and the rest as it is', async () => {
    const names = await signedNames(edition);
    for (const name of [...SEALED, 'list-id', 'list-unsubscribe', 'list-unsubscribe-post'])
      expect([name, count(names, name)]).toEqual([name, name === 'cc' ? 1 : 2]);
    expect(count(names, 'content-transfer-encoding')).toBe(1);
    for (const name of COVERED) expect([name, count(names, name)]).toEqual([name, 1]);
    const letter = await signedNames(message({ headers: { kind: 'confirmation' } }));
    expect([count(letter, 'list-unsubscribe'), count(letter, 'feedback-id')]).toEqual([1, 0]);
  });

  it('says when it was signed, by the clock it was handed, and neither ends nor stops short', async () => {
    const tags = await signatureTags(edition);
    expect(tags.get('t')).toBe(String(Math.floor(NOW / 1000)));
    expect([tags.get('v'), tags.get('a'), tags.get('c')]).toEqual(['1', 'rsa-sha256', 'relaxed/relaxed']);
    expect([tags.get('d'), tags.get('s')]).toEqual([DOMAIN, 's1']);
    expect([...tags.keys()].filter((name) => ['x', 'l', 'i', 'z'].includes(name))).toEqual([]);
  });

  it('has no line longer than 78 characters in its signature', async () => {
    for (const keys of [{ s1: RSA }, { e1: ED25519 }, { 'a-rather-long-selector.of-two-labels': RSA }]) {
      const domain = 'newsletters.a-publisher-with-a-long-name.example.org';
      const field = fieldOf(await signerOf(keys, domain).sign(edition));
      for (const line of field.split('\r\n')) expect(line.length).toBeLessThanOrEqual(78);
      expect(
        field
          .split('\r\n')
          .slice(1)
          .every((line) => /^ \S/.test(line)),
      ).toBe(true);
      expect(field).not.toMatch(/[^\x20-\x7e\r\n]|[ \t]\r\n/);
    }
  });

  it('is signed in the same way whether its body is known to be canonical or not', async () => {
    const known = await signer.sign(edition, { canonicalBody: true });
    expect(known.equals(await signer.sign(edition))).toBe(true);
  });

  it('carries a signature of each key', async () => {
    const both = signerOf({ s1: RSA, e1: ED25519 });
    const signed = await both.sign(edition);
    expect(await strictly(signed, both)).toEqual(['pass', 'pass']);
    const results = await byMailauth(signed, both);
    expect(results.map((result) => [result.selector, result.status.result]).sort()).toEqual([
      ['e1', 'pass'],
      ['s1', 'pass'],
    ]);
  });
});

describe('what breaks a signature', () => {
  const fields = edition.toString('latin1').split('\r\n\r\n')[0]?.split('\r\n') ?? [];
  const covered = fields.map((field) => field.split(':')[0] ?? '').filter((name) => name !== 'List-Post');

  it.each(covered)('a changed %s', async (name) => {
    const signed = (await signer.sign(edition)).toString('latin1');
    const changed = signed.replace(new RegExp(`^(${name}: .*?)([A-Za-z0-9])`, 'm'), '$1x$2');
    expect(changed).not.toBe(signed);
    await expectBroken(changed);
  });

  it.each(covered)('a missing %s', async (name) => {
    const signed = (await signer.sign(edition)).toString('latin1');
    const changed = signed.replace(new RegExp(`^${name}: .*\\r\\n(?:[ \\t].*\\r\\n)*`, 'm'), '');
    expect(changed).not.toBe(signed);
    await expectBroken(changed);
  });

  it.each([...SEALED, 'content-transfer-encoding', 'list-id', 'list-unsubscribe', 'list-unsubscribe-post'])(
    'a further %s, above or below',
    async (name) => {
      const signed = (await signer.sign(edition)).toString('latin1');
      const further = `${name}: <mallory@evil.example>\r\n`;
      expect(await strictly(Buffer.from(further + signed))).toEqual(['signature']);
      expect(await strictly(Buffer.from(signed.replace('\r\n\r\n', `\r\n${further}\r\n`)))).toEqual([
        'signature',
      ]);
    },
  );

  it('any other byte in the body, at its end and in front, too', async () => {
    const signed = await signer.sign(edition, { canonicalBody: true });
    const start = signed.indexOf('\r\n\r\n') + 4;
    for (const at of [start, start + 1, Math.floor((start + signed.length) / 2), signed.length - 3]) {
      const changed = Buffer.from(signed);
      changed[at] = changed[at] === 0x78 ? 0x79 : 0x78;
      await expectBroken(changed.toString('latin1'), 'body');
    }
    await expectBroken(`${signed.toString('latin1')}one line more\r\n`, 'body');
  });

  it('the public key of another', async () => {
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const signed = await signer.sign(edition);
    expect(await strictly(signed, signerOf({ s1: other }))).toEqual(['signature']);
    const [result] = await byMailauth(signed, signerOf({ s1: other }));
    expect(result?.status.result).toBe('fail');
  });

  it('nothing a relay may do: fields on top, other folds, white space at the ends of lines, empty lines at the end', async () => {
    const signed = (await signer.sign(edition)).toString('latin1');
    const carried = `Received: from a by b;\r\n Sun, 22 Nov 2026 07:00:02 +0000\r\n${signed}`
      .replace('Subject: The headline', 'SUBJECT:The\r\n\theadline ')
      .replace('quoted-printable\r\n\r\n', 'quoted-printable \t\r\n\r\n');
    for (const raw of [carried, `${carried}\r\n`, `${carried} \r\n\r\n`])
      expect(await strictly(Buffer.from(raw, 'latin1'))).toEqual(['pass']);
  });
});

describe('a message that must not go out', () => {
  it.each([
    ['no headers', 'body only'],
    ['no From', 'To: a@b.example\r\n\r\nbody\r\n'],
    ['two From', 'From: a@b.example\r\nfrom: c@d.example\r\n\r\nbody\r\n'],
    ['a bare LF in its body', 'From: a@b.example\r\n\r\nbody\nbody\r\n'],
  ])('is refused: %s', async (_what, raw) => {
    await expect(signer.sign(Buffer.from(raw))).rejects.toThrow();
  });

  it.each(['', 'no line end', 'an empty line at the end\r\n\r\n'])(
    'is refused when its body is said to be canonical and cannot be: %j',
    async (body) => {
      const raw = Buffer.from(`From: a@b.example\r\n\r\n${body}`);
      await expect(signer.sign(raw, { canonicalBody: true })).rejects.toThrow('not canonical');
      expect(await strictly(await signer.sign(raw))).toEqual(['pass']);
    },
  );
});

it('two hundred messages of ours, whatever is in them, all pass, signed at the same time', async () => {
  const random = randomFrom(2026);
  const raws = Array.from({ length: 200 }, () => {
    const text = randomText(random, 60);
    const title = randomText(random, 6).replace(/[\r\n]/g, ' ');
    return message({
      mail: { text, html: `<p>${text}</p>`, subject: title },
      headers: random.between(0, 1) ? REPLY_TO : { from: { name: title, address: address(`d@${DOMAIN}`) } },
    });
  });
  const signed = await Promise.all(raws.map((raw) => signer.sign(raw, { canonicalBody: true })));
  for (const [at, one] of signed.entries()) {
    expect(one.subarray(-(raws[at]?.length ?? 0)).equals(raws[at] ?? Buffer.alloc(0))).toBe(true);
    expect(await strictly(one)).toEqual(['pass']);
    expect((await byMailauth(one, signer)).map((result) => result.status.result)).toEqual(['pass']);
  }
});

it('two hundred messages of others, folded and spaced at will, all pass', async () => {
  const random = randomFrom(5322);
  const white = () => [' ', '  ', '\t', '\r\n ', ' \r\n\t'][random.between(0, 4)] ?? ' ';
  for (let round = 0; round < 200; round += 1) {
    const value = () => `${white()}${randomText(random, 4).replace(/\s+/g, white)}x`;
    const names = ['From', 'SUBJECT', 'to', 'Received', 'X-Mailer', 'List-ID', 'Cc', 'subject', 'Received'];
    const head = names.map((name) => `${name}${random.between(0, 3) ? '' : ' '}:${value()}\r\n`).join('');
    const body = randomText(random, 40).replace(
      /\n/g,
      () => ['\r\n', ' \r\n', '\r\n\r\n'][random.between(0, 2)] ?? '',
    );
    const raw = Buffer.from(`${head}\r\n${body}`);
    expect(await strictly(await signer.sign(raw))).toEqual(['pass']);
  }
});

it('signing leaves the event loop to others', async () => {
  let turns = 0;
  let signing = true;
  const turn = () => {
    turns += 1;
    if (signing) setImmediate(turn);
  };
  turn();
  await Promise.all(Array.from({ length: 100 }, () => signer.sign(edition, { canonicalBody: true })));
  signing = false;
  // On the event loop itself all hundred would be signed within the first turn, on however slow a machine.
  expect(turns).toBeGreaterThan(1);
});

function signerOf(keys: Readonly<Record<string, KeyObject>>, domain = DOMAIN): DkimSigner {
  const named = Object.entries(keys).map(([selector, privateKey]) => ({ selector, privateKey }));
  return new DkimSigner({ domain, keys: named }, new ManualClock(NOW));
}

async function strictly(raw: Buffer, by = signer): Promise<string[]> {
  const keys = by.keys.map((key) => [key.selector, createPublicKey(key.privateKey)] as const);
  return verifyStrictly(raw, Object.fromEntries(keys)).map(({ verdict }) => verdict);
}

async function byMailauth(raw: Buffer, by: DkimSigner) {
  const records = new Map(by.keys.map(recordOf).map(({ name, value }) => [name, value]));
  const resolver = async (name: string) => [[records.get(name) ?? '']];
  return (await dkimVerify(raw, { resolver })).results;
}

async function expectBroken(raw: string, verdict: 'signature' | 'body' = 'signature'): Promise<void> {
  expect(await strictly(Buffer.from(raw, 'latin1'))).toEqual([verdict]);
  const [result] = await byMailauth(Buffer.from(raw, 'latin1'), signer);
  expect(result?.status.result).not.toBe('pass');
}

function fieldOf(signed: Buffer): string {
  return signed.toString('latin1').split(/\r\n(?![ \t])/)[0] ?? '';
}

async function signatureTags(raw: Buffer): Promise<Map<string, string>> {
  return tagsOf(fieldOf(await signer.sign(raw)));
}

async function signedNames(raw: Buffer): Promise<string[]> {
  return (await signatureTags(raw)).get('h')?.split(':') ?? [];
}

function count(names: readonly string[], name: string): number {
  return names.filter((one) => one === name).length;
}

function randomText(random: ReturnType<typeof randomFrom>, words: number): string {
  const pieces = [
    ' ',
    '  ',
    '\t',
    '\n',
    '\n\n',
    ' \n',
    'word',
    'Grüße',
    '=',
    '.',
    '\n.\n',
    '\u{1f451}',
    '漢',
    '--',
    'From ',
  ];
  return Array.from(
    { length: random.between(1, words) },
    () => pieces[random.between(0, pieces.length - 1)],
  ).join('');
}

import { generateKeyPairSync } from 'node:crypto';
import { simpleParser } from 'mailparser';
import { describe, expect, it } from 'vitest';
import { cleanText } from '../../../src/base/text/one-line.ts';
import { fillSlots, SLOTS } from '../../../src/mail/mail-slots.ts';
import { addresseeOf } from '../../../src/mail/mime/addressee.ts';
import { mergeMessage, prepareMessage } from '../../../src/mail/mime/message.ts';
import { renderForReading } from '../../../src/mail/render.ts';
import { DkimSigner } from '../../../src/transport/dkim/dkim.ts';
import { relaxedBody } from '../../../src/transport/dkim/dkim-canonical.ts';
import { verifyStrictly } from '../../fixtures/dkim/strict-verifier.ts';
import { ManualClock } from '../../helpers/manual-clock.ts';
import { expectWellFormed, headers, mail, RECIPIENT, SLOT_VALUES } from './message-sample.ts';

const GREETING = mail({
  html: `<p>Good morning${SLOTS.addressee}.</p><p title="Good morning${SLOTS.addressee}">${'word '.repeat(30)}</p>\n`,
  text: `Good morning${SLOTS.addressee}.\n${SLOTS.addressee}\n${'word '.repeat(30)}\n`,
});

const HOSTILE = [
  'Zoë',
  "Máire O'Neill-Østergård",
  '李小龍',
  'محمد',
  '"><script>alert(1)</script>',
  '&amp;&lt;b&gt;',
  '</p><img src=x onerror=1>',
  'a = b; c',
  '=?utf-8?Q?Bcc:_x?=',
  '=0D=0ABcc: x@y.example',
  '.',
  '..',
  '. . .',
  '--=_boundary',
  'From here',
  '  two  spaces  ',
  '{{this}}',
  '$& $1 $`',
  'é'.repeat(40),
  '\u{1f451}'.repeat(40),
  "'".repeat(40),
  '.'.repeat(40),
  '=',
  `${'x'.repeat(38)}. `,
];

describe('a name in the greeting', () => {
  const template = prepareMessage(GREETING, headers());
  const merged = (addressee: string) =>
    mergeMessage(template, { ...RECIPIENT, slots: { ...SLOT_VALUES, addressee } });

  it.each(['', ...HOSTILE.map((name) => `, ${name}`), ...HOSTILE])(
    'arrives as it was, escaped in the HTML and bare in the text: %j',
    async (addressee) => {
      const bytes = merged(addressee);
      expectWellFormed(bytes);
      const body = bytes.subarray(bytes.indexOf('\r\n\r\n') + 4);
      expect(relaxedBody(body).equals(body)).toBe(true);
      expect(body.toString('latin1')).not.toMatch(/^\./m);
      const parsed = await simpleParser(bytes, { skipTextToHtml: true });
      const slots = { ...SLOT_VALUES, addressee };
      const shown = renderForReading(GREETING, slots);
      expect(String(parsed.html).trim()).toBe(shown.html.trim());
      expect(parsed.text?.trim()).toBe(shown.text.trim());
      expect(shown.text).toContain(`Good morning${addressee}.`);
      expect(shown.html.match(/<[^/]|"/g)).toEqual(['<p', '<p', '"', '"']);
      expect([...parsed.headers.keys()]).not.toContain('bcc');
    },
  );

  it('is signed with the rest', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const keys = [{ selector: 's1', privateKey }];
    const signer = new DkimSigner(
      { domain: 'curtsey.example', keys },
      new ManualClock('2026-11-22T07:00:00Z'),
    );
    for (const name of HOSTILE) {
      const signed = await signer.sign(merged(`, ${name}`), { canonicalBody: true });
      expect(
        verifyStrictly(signed, { s1: publicKey }).map((one) => one.verdict),
        name,
      ).toEqual(['pass']);
    }
  });

  it('cannot stand in a subject, a preheader or a header', () => {
    for (const changes of [{ subject: `Hello${SLOTS.addressee}` }, { preheader: `Hello${SLOTS.addressee}` }])
      expect(() => prepareMessage({ ...GREETING, ...changes }, headers())).toThrow('name');
    const links = {
      ...headers().links,
      view: (token: string) => `https://x.example/${token}${SLOTS.addressee}`,
    };
    expect(() => prepareMessage(GREETING, headers({ links }))).toThrow();
  });

  it('has to be there, if only as nothing, and on one line of a name’s length', () => {
    const { addressee: _, ...others } = SLOT_VALUES;
    expect(() => mergeMessage(template, { ...RECIPIENT, slots: others })).toThrow('addressee');
    for (const addressee of ['a\r\nb', 'a\nb', 'a\0b', 'a\u2028b', 'x'.repeat(61)])
      expect(() => merged(addressee)).toThrow('one line');
  });

  it('cannot be forged by text from outside', () => {
    expect(cleanText(`a${SLOTS.addressee}b`)).toBe('ab');
    expect(fillSlots('no slot', {}, 'html')).toBe('no slot');
  });
});

describe('how a person is addressed', () => {
  it.each([
    ['Anna', ', Anna'],
    ['  Anna   Maria\u00a0Smith ', ', Anna Maria Smith'],
    ["Seán O'Casey-Byrne", ", Seán O'Casey-Byrne"],
    ['J. R. Hartley, Jr.', ', J. R. Hartley, Jr'],
    ['Zoe\u0308', ', Zoë'],
    ['Ελένη', ', Ελένη'],
    ['नरेन्द्र', ', नरेन्द्र'],
    ['نرگس\u200cبانو', '، نرگس\u200cبانو'],
    ['x'.repeat(40), `, ${'x'.repeat(40)}`],
  ])('is with the whole name as they typed it: %j', (name, addressee) => {
    expect(addresseeOf(name)).toBe(addressee);
  });

  it.each([
    ['', 'nothing'],
    ['   ', 'spaces'],
    ['...', 'no letter'],
    ['x'.repeat(41), 'a long one'],
    ['anna@example.org', 'an address'],
    ['http://evil.example', 'an address of the web'],
    ['evil.example', 'what mail programs make a link of'],
    ['Win at Evil.Co', 'the same at the end'],
    ['www evil', 'www'],
    ['//evil', 'slashes'],
    ['Anna 2', 'digits'],
    ['Anna ٣', 'digits of another script'],
    ['<b>Anna</b>', 'angle brackets'],
    ['Anna\nSmith', 'a line break'],
    ['Anna\r\nBcc: x', 'a header'],
    ['Anna\u2028', 'a line separator'],
    ['Anna\0', 'a control character'],
    ['\u202eannA', 'an override'],
    ['\u2066Anna\u2069', 'isolates'],
    ['An\u200bna', 'a zero-width space'],
    [`Anna${SLOTS.unsubscribe}`, 'a slot’s mark'],
    [`A${'\u0301'.repeat(8)}nna`, 'a tower of marks'],
    ['Anna 👑', 'a picture'],
    ['{{name}}', 'a template'],
    ['=?utf-8?Q?x?=', 'an encoded word'],
    ['Anna\ud800', 'half a character'],
  ])('is without a name where it is %j (%s)', (name) => {
    expect(addresseeOf(name)).toBe('');
  });
});

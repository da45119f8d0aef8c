import addressparser from 'nodemailer/lib/addressparser';
import { describe, expect, test } from 'vitest';
import { addressKey, domainOf, needsUtf8, parseAddress } from '../../../src/base/text/address.ts';

const MALFORMED = 'it needs the form name@example.org';
const BAD_LOCAL = 'the part before the @ has characters that an address cannot have';
const NOT_ASCII =
  'the part before the @ has letters that many mail servers cannot take; an address in plain letters (a to z) works everywhere';
const NO_DOMAIN = 'the part after the @ is not a domain name';

/** Every character RFC 5322 allows in an atom, one address each, and the shapes people really have. */
const PLAIN = [
  ...[..."!#$%&'*+/=?^_`{|}~-09AZaz"].map((character) => `${character}@example.org`),
  'anna.maria+belle@mail.example.co.uk',
  'x@a-b.example',
  'UPPER.Case@example.org',
  `${'l'.repeat(64)}@example.org`,
  `a@${'d'.repeat(63)}.org`,
  'a@xn--bcher-kva.example',
  'a@1and1.example',
];

describe('an address that is accepted', () => {
  test.each(PLAIN)('%s stays letter for letter what was typed', (typed) => {
    expect(parseAddress(typed)).toEqual({ ok: true, address: typed });
  });

  test.each(PLAIN)('%s is one recipient, and the same one, to the mail library', (typed) => {
    expect(addressparser(typed, { flatten: true })).toEqual([{ address: typed, name: '' }]);
  });

  test('loses the white space around it, a pasted line break included', () => {
    expect(parseAddress('\t anna@example.org \r\n')).toEqual({ ok: true, address: 'anna@example.org' });
  });

  test.each([
    ['a@BÜCHER.example', 'a@xn--bcher-kva.example'],
    ['a@例え.jp', 'a@xn--r8jz45g.jp'],
    ['a@例え。jp', 'a@xn--r8jz45g.jp'],
    ['a@faß.de', 'a@xn--fa-hia.de'],
    ['a@bu\u0308cher.example', 'a@xn--bcher-kva.example'],
    ['Anna@EXAMPLE.ORG', 'Anna@example.org'],
  ])('%s gets its domain in A-labels and lower case', (typed, address) => {
    expect(parseAddress(typed)).toEqual({ ok: true, address });
  });
});

describe('an address that is refused says why', () => {
  const refused: [why: string, typed: string, reason: string][] = [
    ['nothing', '', MALFORMED],
    ['no @', 'anna', MALFORMED],
    ['nothing before the @', '@example.org', MALFORMED],
    ['nothing after the @', 'anna@', MALFORMED],
    ['a display name', 'Anna <anna@example.org>', BAD_LOCAL],
    ['angle brackets', '<anna@example.org>', BAD_LOCAL],
    ['a bracket behind', 'anna@example.org>', NO_DOMAIN],
    ['a comment before', '(boss)anna@example.org', BAD_LOCAL],
    ['a comment behind', 'anna@example.org(boss)', NO_DOMAIN],
    ['a quoted local part', '"anna"@example.org', BAD_LOCAL],
    ['a quoted @', '"a@b"@example.org', BAD_LOCAL],
    ['a list', 'anna@example.org,ben@example.org', BAD_LOCAL],
    ['a list with semicolons', 'anna@example.org;ben@example.org', BAD_LOCAL],
    ['a list behind', 'anna@example.org,ben', NO_DOMAIN],
    ['a group', 'friends:anna@example.org;', BAD_LOCAL],
    ['a source route', '@relay.example:anna@example.org', BAD_LOCAL],
    ['two @', 'anna@home@example.org', BAD_LOCAL],
    ['a space', 'anna b@example.org', BAD_LOCAL],
    ['a dot in front', '.anna@example.org', BAD_LOCAL],
    ['a dot at the end', 'anna.@example.org', BAD_LOCAL],
    ['two dots', 'anna..b@example.org', BAD_LOCAL],
    ['a command behind a line break', 'anna@example.org\r\nRCPT TO:<eve@example.net>', BAD_LOCAL],
    ['a line break in the local part', 'an\r\nna@example.org', BAD_LOCAL],
    ['a line break in the domain', 'anna@exam\r\nple.org', NO_DOMAIN],
    ['a tab in the domain', 'anna@exam\tple.org', NO_DOMAIN],
    ['NUL in the local part', 'an\0na@example.org', BAD_LOCAL],
    ['NUL in the domain', 'anna@exam\0ple.org', NO_DOMAIN],
    ['a soft hyphen', 'anna@exam\u00adple.org', NO_DOMAIN],
    ['a zero-width space', 'anna@exam\u200bple.org', NO_DOMAIN],
    ['a right-to-left override', 'anna@\u202egro.elpmaxe', NO_DOMAIN],
    ['a path', 'anna@example.org/evil', NO_DOMAIN],
    ['a backslash', 'anna@example.org\\evil', NO_DOMAIN],
    ['a query', 'anna@example.org?evil', NO_DOMAIN],
    ['a fragment', 'anna@example.org#evil', NO_DOMAIN],
    ['a port', 'anna@example.org:25', NO_DOMAIN],
    ['a percent escape', 'anna@exa%6dple.org', NO_DOMAIN],
    ['a slash in disguise', 'anna@example.org／evil', NO_DOMAIN],
    ['an IP literal', 'anna@[127.0.0.1]', NO_DOMAIN],
    ['an IPv6 literal', 'anna@[IPv6:::1]', NO_DOMAIN],
    ['a bare IP address', 'anna@127.0.0.1', NO_DOMAIN],
    ['an IP address in other digits', 'anna@0x7f.1', NO_DOMAIN],
    ['one label', 'anna@localhost', NO_DOMAIN],
    ['a dot behind the domain', 'anna@example.org.', NO_DOMAIN],
    ['an empty label', 'anna@example..org', NO_DOMAIN],
    ['a hyphen in front of a label', 'anna@-example.org', NO_DOMAIN],
    ['an underscore in the domain', 'anna@ex_ample.org', NO_DOMAIN],
    ['a label of 64', `anna@${'d'.repeat(64)}.org`, NO_DOMAIN],
    ['a local part beyond ASCII', 'jürgen@example.org', NOT_ASCII],
    ['a letter that only looks Latin', '\u212Aevin@example.org', NOT_ASCII],
    ['an emoji', '😀@example.org', NOT_ASCII],
    [
      'a local part of 65',
      `${'l'.repeat(65)}@example.org`,
      'the part before the @ is longer than 64 characters',
    ],
  ];

  test.each(refused)('%s', (_why, typed, reason) => {
    expect(parseAddress(typed)).toMatchObject({ ok: false, reason });
  });

  test('254 characters are an address, 255 are not', () => {
    const ofLength = (length: number) => `a@${`${'d'.repeat(49)}.`.repeat(5)}`.padEnd(length, 'o');
    expect(parseAddress(ofLength(254))).toEqual({ ok: true, address: ofLength(254) });
    expect(parseAddress(ofLength(255))).toMatchObject({
      ok: false,
      reason: 'it is longer than 254 characters',
    });
  });
});

test('no character of ASCII, put anywhere, turns one address into another', () => {
  for (let code = 0; code < 128; code += 1) {
    const character = String.fromCharCode(code);
    for (const typed of [`an${character}na@example.org`, `anna@exam${character}ple.org`]) {
      const parsed = parseAddress(typed);
      if (parsed.ok) expect(addressKey(parsed.address)).toBe(typed.toLowerCase());
    }
  }
});

test('two spellings of an address are one person', () => {
  expect(addressKey('Anna@Example.org')).toBe(addressKey('anna@example.ORG'));
  expect(domainOf('Anna@Example.ORG')).toBe('example.org');
});

describe('where the relay takes letters of all the world', () => {
  test.each([
    ['jürgen@example.org', 'jürgen@example.org'],
    ['JÜRGEN@Example.org', 'jürgen@example.org'],
    ['ju\u0308rgen@example.org', 'jürgen@example.org'],
    ['用户@例え.jp', '用户@xn--r8jz45g.jp'],
    ['अजय.शर्मा@example.org', 'अजय.शर्मा@example.org'],
    ['анна+belle@example.org', 'анна+belle@example.org'],
  ])('%s is an address in one spelling, its domain in A-labels', (typed, address) => {
    expect(parseAddress(typed, { world: true })).toEqual({ ok: true, address });
    expect(needsUtf8(address)).toBe(true);
    expect(addressKey(typed.slice(0, typed.indexOf('@')))).toBe(address.slice(0, address.indexOf('@')));
  });

  test('a letter that only looks Latin becomes the one it stands for', () => {
    expect(parseAddress('\u212aevin@example.org', { world: true })).toEqual({
      ok: true,
      address: 'kevin@example.org',
    });
  });

  test('an address in plain letters stays letter for letter what was typed', () => {
    const parsed = parseAddress('Anna.Maria@example.org', { world: true });
    expect(parsed).toEqual({ ok: true, address: 'Anna.Maria@example.org' });
    expect(needsUtf8('Anna.Maria@example.org')).toBe(false);
  });

  test.each([
    ['a space of another kind', 'an\u00a0na@example.org'],
    ['a mark that nobody sees', 'an\u200bna@example.org'],
    ['a right-to-left override', '\u202eanna@example.org'],
    ['an end of line of another kind', 'anna\u2028@example.org'],
    ['a control of another kind', 'an\u0085na@example.org'],
    ['half a character', 'an\ud800na@example.org'],
    ['a private mark', 'an\ue000na@example.org'],
    ['an @ in disguise', 'anna\uff20home@example.org'],
    ['two dots', 'jürgen..b@example.org'],
    ['an emoji', '😀@example.org'],
  ])('%s is still refused', (_why, typed) => {
    expect(parseAddress(typed, { world: true })).toMatchObject({ ok: false, reason: BAD_LOCAL });
  });

  test('64 octets before the @ are an address, 66 are not', () => {
    expect(parseAddress(`${'ü'.repeat(32)}@example.org`, { world: true }).ok).toBe(true);
    const parsed = parseAddress(`${'ü'.repeat(33)}@example.org`, { world: true });
    expect(parsed).toMatchObject({ ok: false, fault: 'long_name' });
  });
});

import { describe, expect, test } from 'vitest';
import { senderSchema } from '../../src/config/config-fields.ts';

describe('a sender', () => {
  test.each([
    ['daily@example.org', '', 'daily@example.org'],
    ['The Daily <daily@example.org>', 'The Daily', 'daily@example.org'],
    ['"The Daily, by Belle" <daily@example.org>', 'The Daily, by Belle', 'daily@example.org'],
    ['Bücherbrief <post@bücher.example>', 'Bücherbrief', 'post@xn--bcher-kva.example'],
    ['daily@example.org (The Daily)', 'The Daily', 'daily@example.org'],
    ['"The\u202e Daily" <daily@example.org>', 'The Daily', 'daily@example.org'],
    ['The Daily: News <n@example.org>', 'The Daily: News', 'n@example.org'],
    ['The Daily (News) <n@example.org>', 'The Daily (News)', 'n@example.org'],
    ['The Daily; News <n@example.org>', 'The Daily; News', 'n@example.org'],
    ['Quist, Nora <n@example.org>', 'Quist, Nora', 'n@example.org'],
    ['Nora "Nono" Quist <n@example.org>', 'Nora "Nono" Quist', 'n@example.org'],
    ['"Nora \\"Nono\\" Quist" <n@example.org>', 'Nora "Nono" Quist', 'n@example.org'],
    ['"Nono" <n@example.org>', 'Nono', 'n@example.org'],
    ['News [beta] <3 you <n@example.org>', 'News [beta] <3 you', 'n@example.org'],
    ['n@example.org <n@example.org>', 'n@example.org', 'n@example.org'],
    ['The Daily \\ News<n@example.org>', 'The Daily \\ News', 'n@example.org'],
    ['"ask@example.org, daily" <n@example.org>', 'ask@example.org, daily', 'n@example.org'],
    ['<n@example.org>', '', 'n@example.org'],
  ])('%s is a name and an address', (text, name, address) => {
    expect(senderSchema.parse(text)).toEqual({ name, address });
  });

  test('has no line break in its name, so that no header can follow', () => {
    const { name } = senderSchema.parse('"The Daily\r\nBcc: eve@example.net" <daily@example.org>');
    expect(name).not.toMatch(/[\r\n]/);
  });

  test.each([
    ['', '(it needs the form name@example.org)'],
    ['The Daily', '(it needs the form name@example.org)'],
    ['The Daily <daily@localhost>', '(the part after the @ is not a domain name)'],
    [
      'Jürgen <jürgen@example.org>',
      '(the part before the @ has letters that many mail servers cannot take; an address in plain letters (a to z) works everywhere)',
    ],
    ['anna@example.org, ben@example.org', ''],
    ['Anna <anna@example.org>, Ben <ben@example.org>', ''],
    ['Anna <anna@example.org>; Ben <ben@example.org>', ''],
    ['anna@example.org, Ben <ben@example.org>', ''],
    ['Friends: anna@example.org, ben@example.org;', ''],
  ])('%j is refused with the reason', (text, reason) => {
    const message = senderSchema.safeParse(text).error?.issues[0]?.message;
    expect(message).toBe(`one sender such as "The Daily <daily@example.org>"${reason && ` ${reason}`}`);
  });
});

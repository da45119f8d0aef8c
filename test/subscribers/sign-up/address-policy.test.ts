import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { signUpSchema, withDisposableDomains } from '../../../src/config/sign-up-config.ts';
import { probablyMeant, refusalOf } from '../../../src/subscribers/sign-up/address-policy.ts';
import { OFTEN_MISTYPED } from '../../../src/subscribers/sign-up/mail-providers.ts';
import { address } from '../people.ts';

describe('an address that is one slip away from a well-known domain', () => {
  test.each([
    ['gmial.com', 'gmail.com'],
    ['gmai.com', 'gmail.com'],
    ['gmaill.com', 'gmail.com'],
    ['gnail.com', 'gmail.com'],
    ['gmail.con', 'gmail.com'],
    ['gmail.co', 'gmail.com'],
    ['gmail.cm', 'gmail.com'],
    ['Gmial.Com', 'gmail.com'],
    ['hotmial.com', 'hotmail.com'],
    ['hotmai.com', 'hotmail.com'],
    ['outlok.com', 'outlook.com'],
    ['yaho.com', 'yahoo.com'],
    ['yahooo.co.uk', 'yahoo.co.uk'],
    ['iclud.com', 'icloud.com'],
    ['t-onlime.de', 't-online.de'],
  ])('%s is probably %s', (typed, meant) => {
    expect(probablyMeant(address(`Ada.L+news@${typed}`))).toBe(`Ada.L+news@${meant}`);
  });

  test.each([
    ...OFTEN_MISTYPED,
    ...['mail.com', 'ymail.com', 'gmx.de', 'web.de', 'example.org', 'yahoo.fr', 'hotmail.it', 'gmbh.com'],
  ])('%s is what it is', (domain) => {
    expect(probablyMeant(address(`ada@${domain}`))).toBeUndefined();
  });
});

describe('which addresses a publisher takes', () => {
  test('everything, unless they say otherwise', () => {
    for (const one of ['postmaster@example.org', 'ada@mailinator.com'])
      expect(refusalOf(address(one), policy({}))).toBeUndefined();
  });

  test('no address of a task, where they are refused', () => {
    const refuse = policy({ role_addresses: 'refuse' });
    for (const one of ['postmaster', 'Abuse', 'no-reply', 'noreply+spring', 'root'])
      expect(refusalOf(address(`${one}@example.org`), refuse), one).toBe('role');
    for (const one of ['ada', 'info', 'editor', 'abuse.watcher', 'roots'])
      expect(refusalOf(address(`${one}@example.org`), refuse), one).toBeUndefined();
  });

  test('no throw-away mailbox, where they are refused: those of the list, and what is below them', () => {
    const refuse = policy({ disposable: 'refuse' });
    for (const domain of ['mailinator.com', 'MAILINATOR.COM', 'team.mailinator.com', 'yopmail.fr'])
      expect(refusalOf(address(`ada@${domain}`), refuse), domain).toBe('disposable');
    for (const domain of ['notmailinator.com', 'mailinator.com.example', 'example.org'])
      expect(refusalOf(address(`ada@${domain}`), refuse), domain).toBeUndefined();
  });

  test('by a list of their own, with comments; one that is not there is named', () => {
    const folder = mkdtempSync(join(tmpdir(), 'broadsheet-domains-'));
    writeFileSync(join(folder, 'mine.txt'), '# ours\n\nBin.example # seen in May\r\n');
    const own = withDisposableDomains(
      signUpSchema.parse({ disposable: 'refuse', disposable_domains: 'mine.txt' }),
      folder,
    );
    expect([...own.disposable_domains]).toEqual(['bin.example']);
    rmSync(folder, { recursive: true });
    expect(() =>
      withDisposableDomains(
        signUpSchema.parse({ disposable: 'refuse', disposable_domains: 'x.txt' }),
        folder,
      ),
    ).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: `${join(folder, 'x.txt')} cannot be read` }),
    );
  });
});

function policy(settings: object) {
  return withDisposableDomains(signUpSchema.parse(settings), '');
}

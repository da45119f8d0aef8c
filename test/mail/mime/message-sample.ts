import { expect } from 'vitest';
import { SLOTS } from '../../../src/mail/mail-slots.ts';
import { mergeMessage, prepareMessage } from '../../../src/mail/mime/message.ts';
import type { RenderedMail } from '../../../src/mail/render.ts';
import { address, LINKS, newsletter } from '../sample.ts';

export const SLOT_VALUES = {
  unsubscribe: 'U'.repeat(38),
  preferences: 'P-_'.repeat(20),
  view: 'v',
  confirm: 'c'.repeat(38),
  address: 'a'.repeat(38),
  leave: '0'.repeat(45),
  addressee: ', Zoë',
};
export const RECIPIENT = {
  address: address('reader@example.org'),
  messageId: 'd1.abcdef@news.example',
  date: Date.UTC(2026, 10, 22, 7, 0, 1),
  slots: SLOT_VALUES,
};

export function mail(changes: Partial<RenderedMail> = {}): RenderedMail {
  return {
    subject: 'The headline',
    preheader: 'Also',
    html: `<p>Grüße <a href="https://news.example/u/${SLOTS.unsubscribe}">Unsubscribe</a></p>\n`,
    text: `Grüße\n\nhttps://news.example/u/${SLOTS.unsubscribe}\n`,
    ...changes,
  };
}

type Headers = Parameters<typeof prepareMessage>[1];

export function headers(changes: Partial<Headers> = {}): Headers {
  return {
    from: { name: 'The Daily Curtsey', address: address('daily@curtsey.example') },
    newsletter: newsletter(),
    kind: 'edition',
    listDomain: 'news.example',
    links: LINKS,
    editionId: 'daily-20261122T0700Z',
    ...changes,
  };
}

export function message(changes: { mail?: Partial<RenderedMail>; headers?: Partial<Headers> } = {}): Buffer {
  return mergeMessage(prepareMessage(mail(changes.mail), headers(changes.headers)), RECIPIENT);
}

/** Header fields by lower-case name, unfolded, in order of appearance. */
export function fieldsOf(bytes: Buffer): Map<string, string[]> {
  const head = bytes.toString('latin1').split('\r\n\r\n')[0] ?? '';
  const fields = new Map<string, string[]>();
  for (const line of head.replace(/\r\n(?=[ \t])/g, '').split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    fields.set(name, [...(fields.get(name) ?? []), line.slice(colon + 1).trim()]);
  }
  return fields;
}

export function expectWellFormed(bytes: Buffer): void {
  const raw = bytes.toString('latin1');
  expect(raw).not.toMatch(/[^\r]\n|\r[^\n]|[^\x09\x0a\x0d\x20-\x7e]/);
  expect(raw.endsWith('\r\n')).toBe(true);
  const [head = '', ...body] = raw.split('\r\n\r\n');
  for (const line of head.split('\r\n')) expect(line.length).toBeLessThanOrEqual(998);
  for (const line of body.join('\r\n\r\n').split('\r\n')) expect(line.length).toBeLessThanOrEqual(76);
  for (const [word] of head.matchAll(/=\?utf-8\?[^\s]*/gi)) expect(word.length).toBeLessThanOrEqual(75);
}

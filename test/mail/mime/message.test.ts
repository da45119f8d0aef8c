import { simpleParser } from 'mailparser';
import addressparser from 'nodemailer/lib/addressparser';
import { describe, expect, it, test } from 'vitest';
import { parseAddress } from '../../../src/base/text/address.ts';
import { senderSchema } from '../../../src/config/config-fields.ts';
import { fillSlots } from '../../../src/mail/mail-slots.ts';
import { mergeMessage, prepareMessage } from '../../../src/mail/mime/message.ts';
import { address, LINKS, newsletter } from '../sample.ts';
import {
  expectWellFormed,
  fieldsOf,
  headers,
  mail,
  message,
  RECIPIENT,
  SLOT_VALUES,
} from './message-sample.ts';

describe('the headers of an edition', () => {
  it('carry each field once, with what the providers ask for', () => {
    const fields = fieldsOf(
      message({ headers: { replyTo: { name: '', address: address('desk@curtsey.example') } } }),
    );
    for (const values of fields.values()) expect(values).toHaveLength(1);
    expect(Object.fromEntries([...fields].map(([name, [value]]) => [name, value]))).toEqual({
      to: 'reader@example.org',
      date: 'Sun, 22 Nov 2026 07:00:01 +0000',
      'message-id': '<d1.abcdef@news.example>',
      from: '"The Daily Curtsey" <daily@curtsey.example>',
      'reply-to': 'desk@curtsey.example',
      subject: 'The headline',
      'auto-submitted': 'auto-generated',
      'list-id': '"The Daily Curtsey" <daily.news.example>',
      'list-unsubscribe': `<https://news.example/u/${SLOT_VALUES.unsubscribe}>`,
      'list-unsubscribe-post': 'List-Unsubscribe=One-Click',
      'list-help': '<https://news.example/?newsletter=daily>',
      'list-archive': `<https://news.example/view/${SLOT_VALUES.view}>`,
      'list-post': 'NO',
      precedence: 'bulk',
      'feedback-id': expect.stringMatching(/^daily-20261122T0700Z:daily:digest:[a-z0-9]{5,15}$/),
      'mime-version': '1.0',
      'content-type': expect.stringMatching(/^multipart\/alternative; boundary="=_[0-9a-f]{32}"$/),
    });
  });

  it('spell one-click unsubscribing byte for byte as RFC 8058 does, unfolded', () => {
    const raw = message().toString('latin1');
    expect(raw).toContain('\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n');
    expect(raw).toContain(`\r\nList-Unsubscribe: <https://news.example/u/${SLOT_VALUES.unsubscribe}>\r\n`);
  });

  it('name a mailbox to unsubscribe by, after the link, where somebody reads it', () => {
    const raw = message({ headers: { leaveBy: address('unsubscribe@in.example') } }).toString('latin1');
    const [link, mailbox] = [
      `https://news.example/u/${SLOT_VALUES.unsubscribe}`,
      `mailto:unsubscribe+${SLOT_VALUES.leave}@in.example?subject=unsubscribe`,
    ];
    expect(raw).toContain(`\r\nList-Unsubscribe: <${link}>, <${mailbox}>\r\n`);
  });

  it('let a provider add complaints up: by edition, never by reader, with the same last part for all mail of a domain', () => {
    const feedbackId = (changes: Parameters<typeof headers>[0], to = 'reader@example.org') =>
      fieldsOf(
        mergeMessage(prepareMessage(mail(), headers(changes)), { ...RECIPIENT, address: address(to) }),
      ).get('feedback-id')?.[0];
    const sender = (domain: string) => ({ from: { name: '', address: address(`daily@${domain}`) } });
    const [id = '', other = ''] = [feedbackId({}), feedbackId({ editionId: 'daily-20261123T0700Z' })];
    expect(feedbackId({}, 'other@example.org')).toBe(id);
    expect(other).not.toBe(id);
    expect(other.split(':').at(-1)).toBe(id.split(':').at(-1));
    const ids = ['a.example', 'news.long-paper.example', 'news.long-paper.test'].map((domain) =>
      feedbackId(sender(domain))?.split(':').at(-1),
    );
    for (const senderId of ids) expect(senderId).toMatch(/^[a-z0-9]{5,15}$/);
    expect(new Set(ids).size).toBe(3);
    expect(feedbackId({ kind: 'welcome' })).toBeUndefined();
  });

  it('keep the identifier of a list whatever its title, and the port of its host out of it', () => {
    const [value = ''] =
      fieldsOf(
        message({
          headers: { newsletter: newsletter({ title: 'Königliche Post' }), listDomain: 'Localhost:3000' },
        }),
      ).get('list-id') ?? [];
    expect(value).toBe('=?UTF-8?Q?K=C3=B6nigliche_Post?= <daily.localhost>');
  });
});

describe('the headers of letters', () => {
  it.each(['confirmation', 'address-old', 'address-new'] as const)(
    'keep the %s letter free of everything a list has',
    (kind) => {
      const fields = fieldsOf(message({ headers: { kind } }));
      const names = [...fields.keys()];
      expect(names.filter((name) => name.startsWith('list-') || name === 'precedence')).toEqual([]);
      expect(fields.get('auto-submitted')).toEqual(['auto-generated']);
    },
  );

  it.each(['welcome', 'already-subscribed'] as const)(
    'let a %s letter be unsubscribed from, but not pass as bulk',
    (kind) => {
      const fields = fieldsOf(message({ headers: { kind } }));
      expect(fields.has('list-unsubscribe')).toBe(true);
      expect(fields.has('list-unsubscribe-post')).toBe(true);
      expect(fields.has('precedence')).toBe(false);
    },
  );
});

describe('a merged message', () => {
  it('is read by a parser as it was rendered, text first', async () => {
    const bytes = message();
    const parsed = await simpleParser(bytes, { skipTextToHtml: true });
    expect(parsed.subject).toBe('The headline');
    expect(parsed.text?.trim()).toBe(fillSlots(mail().text, SLOT_VALUES, 'plain').trim());
    expect(String(parsed.html).trim()).toBe(fillSlots(mail().html, SLOT_VALUES, 'html').trim());
    expect(bytes.indexOf('text/plain')).toBeLessThan(bytes.indexOf('text/html'));
    expectWellFormed(bytes);
  });

  it('is the same bytes each time it is made', () => {
    expect(message().equals(message())).toBe(true);
  });

  it('differs from another reader’s only in what is personal', () => {
    const template = prepareMessage(mail(), headers());
    const other = { ...RECIPIENT, address: address('other@example.org'), messageId: 'd2@news.example' };
    const swap = (bytes: Buffer) =>
      bytes
        .toString('latin1')
        .replace('other@example.org', RECIPIENT.address)
        .replace('d2@news.example', RECIPIENT.messageId);
    expect(swap(mergeMessage(template, other))).toBe(mergeMessage(template, RECIPIENT).toString('latin1'));
  });

  it('has letters beyond ASCII in its To alone, as UTF-8, whole to the last byte', async () => {
    const parsed = parseAddress('jürgen用户@bücher.example', { world: true });
    if (!parsed.ok) throw new Error(parsed.reason);
    const bytes = mergeMessage(prepareMessage(mail(), headers()), { ...RECIPIENT, address: parsed.address });
    const [to = '', ...rest] = bytes.toString().split('\r\n');
    expect(to).toBe('To: jürgen用户@xn--bcher-kva.example');
    expect(rest.join('\r\n')).toBe(message().toString('latin1').split('\r\n').slice(1).join('\r\n'));
    expect((await simpleParser(bytes)).to).toMatchObject({
      value: [{ address: 'jürgen用户@bücher.example' }],
    });
  });

  it('refuses a slot without a value, and a value that would need encoding', () => {
    const template = prepareMessage(mail(), headers());
    expect(() => mergeMessage(template, { ...RECIPIENT, slots: {} })).toThrow('unsubscribe');
    for (const token of ['', 'a b', 'a=b', 'a\r\nBcc: x', 'ü', 'x'.repeat(61)])
      expect(() => mergeMessage(template, { ...RECIPIENT, slots: { unsubscribe: token } })).toThrow(
        'URL-safe',
      );
  });

  it('refuses a Message-ID that could end its field', () => {
    const template = prepareMessage(mail(), headers());
    for (const messageId of ['', 'x', 'a@b>\r\nBcc: <x@y', '<a@b>', 'a b@c', 'ü@b'])
      expect(() => mergeMessage(template, { ...RECIPIENT, messageId })).toThrow('Message-ID');
  });

  it('refuses a link whose token has been lost on the way', () => {
    const links = {
      ...LINKS,
      unsubscribe: (token: string) => `https://x.example/${encodeURIComponent(token)}`,
    };
    expect(() => prepareMessage(mail(), headers({ links }))).toThrow('unsubscribe');
  });
});

test.each([
  ['The Daily: News <n@example.org>', '"The Daily: News" <n@example.org>'],
  ['The Daily; News (beta) <n@example.org>', '"The Daily; News (beta)" <n@example.org>'],
  ['Nora "Nono" Quist <n@example.org>', '"Nora \\"Nono\\" Quist" <n@example.org>'],
  ['Back\\slash <n@example.org>', '"Back\\\\slash" <n@example.org>'],
])('a sender as it was typed, %s, stands in the header as one name and one address', (typed, field) => {
  const from = senderSchema.parse(typed);
  const [found] = fieldsOf(message({ headers: { from } })).get('from') ?? [];
  expect(found).toBe(field);
  expect(addressparser(found ?? '')).toMatchObject([{ name: from.name, address: 'n@example.org' }]);
});

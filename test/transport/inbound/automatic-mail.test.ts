import { describe, expect, test } from 'vitest';
import {
  HEAD_BYTES,
  holdsHeaders,
  isAutomatic,
  recipientsIn,
} from '../../../src/transport/inbound/automatic-mail.ts';

const mail = (...head: string[]) => Buffer.from(`${head.join('\r\n')}\r\n\r\nSubject: not a header\r\n`);
const FROM = 'From: Anna <anna@example.org>';

describe('a mail that nobody meant', () => {
  test.each([
    ['from the null sender', '', [FROM]],
    ['from what Postfix calls the null sender', 'MAILER-DAEMON', [FROM]],
    ['with an empty Return-Path', undefined, ['Return-Path: <>', FROM]],
    ['from MAILER-DAEMON', undefined, ['From: Mail Delivery <MAILER-DAEMON@mx.example>']],
    ['of a vacation responder', 'anna@example.org', [FROM, 'Auto-Submitted: auto-replied (vacation)']],
    [
      'of a vacation responder that quotes the subject',
      'anna@example.org',
      [FROM, 'Subject: Re: unsubscribe', 'Auto-Submitted: auto-replied'],
    ],
    [
      'of a server, whatever it is called',
      '',
      [FROM, 'Subject: unsubscribe', 'Auto-Submitted: auto-replied'],
    ],
    ['of a program', 'anna@example.org', [FROM, 'auto-submitted:', ' auto-generated']],
    [
      'with a delivery report',
      'x@example.org',
      ['Content-Type: multipart/report; report-type=delivery-status'],
    ],
    [
      'with a receipt',
      'x@example.org',
      ['Content-Type: Multipart/Report;', '\treport-type=disposition-notification'],
    ],
    ['of an old responder', 'x@example.org', [FROM, 'Precedence: auto_reply']],
    ['of another old responder', 'x@example.org', [FROM, 'X-Autoreply: yes']],
    ['of a server that gave up', 'x@example.org', [FROM, 'X-Failed-Recipients: b@example.org']],
  ])('%s', async (_what, from, head) => {
    expect(isAutomatic({ raw: mail(...head), from })).toBe(true);
  });
});

describe('a mail that somebody meant', () => {
  test.each([
    ['with a subject', 'anna@example.org', [FROM, 'Subject: unsubscribe']],
    ['without an envelope', undefined, [FROM]],
    ['that says it is no machine’s', 'anna@example.org', [FROM, 'Auto-Submitted: no (really)']],
    [
      'with the button of Apple Mail',
      'anna@example.org',
      [FROM, 'Subject: unsubscribe', 'Auto-Submitted: auto-replied', 'X-Apple-Unsubscribe: true'],
    ],
    [
      'with that button, and a subject of its own',
      'anna@example.org',
      [FROM, 'Subject:', 'Auto-Submitted: auto-replied', 'X-Apple-Unsubscribe: true'],
    ],
    [
      'with another program’s button',
      'anna@example.org',
      [FROM, 'Subject: Unsubscribe', 'Auto-Submitted: auto-generated'],
    ],
    ['of a list program', 'anna@example.org', [FROM, 'Precedence: bulk']],
    ['with nothing in it', 'anna@example.org', []],
    ['about out-of-office matters', 'anna@example.org', [FROM, 'Subject: Auto-Submitted: auto-replied']],
  ])('%s', async (_what, from, head) => {
    expect(isAutomatic({ raw: mail(...head), from })).toBe(false);
  });
});

test('whom a mail was for is what the last server wrote, then what the sender did, folded or not', async () => {
  const raw = mail(
    FROM,
    'To: "Leave, please" <one@in.example>,',
    ' two@in.example',
    'X-Original-To: three@in.example',
    'Delivered-To: four@in.example',
  );
  const found = ['four@in.example', 'three@in.example', 'one@in.example', 'two@in.example'];
  expect(recipientsIn(raw)).toEqual(found);
  expect(recipientsIn(Buffer.from(raw.toString().replaceAll('\r\n', '\n')))).toEqual(found);
  expect(recipientsIn(mail(FROM))).toEqual([]);
});

test('headers of any kind are read, however hostile', () => {
  const began = performance.now();
  const words = ['x', '"', '(', '\\', 'a:;', '=?utf-8?q?a?= ', '\r\n ', '<a@b> ', ':'];
  for (const name of ['To', 'From', 'Subject', 'References', 'Content-Type', 'X'.repeat(200)])
    for (const word of words)
      expect(
        isAutomatic({ raw: mail(FROM, `${name}: ${word.repeat(90_000 / word.length)}`), from: FROM }),
      ).toBe(false);
  expect(performance.now() - began).toBeLessThan(54 * 100);
});

test('a mail of which only a part of the headers was read is told from one that is whole', () => {
  const long = mail(FROM, ...Array.from({ length: 3_000 }, (_, n) => `X-${n}: ${'y'.repeat(40)}`));
  expect(long.length).toBeGreaterThan(HEAD_BYTES);
  expect(holdsHeaders(long.subarray(0, HEAD_BYTES))).toBe(false);
  expect(holdsHeaders(mail(FROM))).toBe(true);
  expect(holdsHeaders(Buffer.from('\r\nno headers at all'))).toBe(true);
  expect(holdsHeaders(Buffer.concat([mail(FROM), Buffer.alloc(HEAD_BYTES)]))).toBe(true);
});

test('whom a mail was for is found at once, however long its words are', async () => {
  const began = performance.now();
  for (const word of ['a', 'a@', '@', '("a'])
    recipientsIn(mail(`To: ${word.repeat(90_000 / word.length)}, one@in.example`));
  expect(recipientsIn(mail(`To: ${'a'.repeat(90_000)} one@in.example`))).toEqual(['one@in.example']);
  expect(performance.now() - began).toBeLessThan(10_000); // the obvious pattern takes a minute
});

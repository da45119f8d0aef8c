import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CaughtMails } from '../../../src/transport/inbound/caught-mails.ts';

const ENVELOPE = { from: 'bounce@example.org', to: ['ada@example.org'], receivedAt: 1_795_330_800_000 };

test('is empty where nothing was caught, even without a folder', async () => {
  await using place = temporaryFolder();
  const caught = new CaughtMails(join(place.folder, 'not-there-yet'));
  expect(await caught.count()).toBe(0);
  expect(await caught.list()).toEqual([]);
});

test('lists the newest first, a page at a time', async () => {
  await using place = temporaryFolder();
  const caught = new CaughtMails(place.folder);
  for (let number = 0; number < 5; number += 1)
    await caught.save(mail(`Subject: Number ${number}`), {
      ...ENVELOPE,
      receivedAt: ENVELOPE.receivedAt + number,
    });
  const subjects = async (options: Parameters<CaughtMails['list']>[0]) =>
    (await caught.list(options)).map(({ subject }) => subject);
  expect(await subjects({})).toEqual(['Number 4', 'Number 3', 'Number 2', 'Number 1', 'Number 0']);
  expect(await subjects({ offset: 1, limit: 2 })).toEqual(['Number 3', 'Number 2']);
  expect(await subjects({ offset: 9 })).toEqual([]);
});

test('opens a mail: decoded subject, text and HTML, the headers in their order, the bytes as they came', async () => {
  await using place = temporaryFolder();
  const caught = new CaughtMails(place.folder);
  const raw = mail(
    'From: =?utf-8?q?The_Daily_=E2=98=95?= <daily@example.org>',
    'Subject: =?utf-8?B?R3LDvMOfZQ==?=',
    'List-Unsubscribe: <https://example.org/u/1>,',
    ' <mailto:leave@example.org>',
    'Received: first',
    'Received: second',
    'MIME-Version: 1.0',
    'Content-Type: multipart/alternative; boundary=x',
    '',
    '--x',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'Plain',
    '--x',
    'Content-Type: text/html; charset=utf-8',
    '',
    '<p>Rich</p>',
    '--x--',
  );
  const id = await caught.save(raw, ENVELOPE);
  const opened = await caught.read(id);
  expect(opened).toMatchObject({
    subject: 'Grüße',
    from: '"The Daily ☕" <daily@example.org>',
    to: ['ada@example.org'],
    receivedAt: ENVELOPE.receivedAt,
    bytes: raw.length,
    envelope: ENVELOPE,
  });
  expect(opened?.html).toContain('<p>Rich</p>');
  expect(opened?.text).toContain('Plain');
  expect(opened?.raw).toEqual(raw);
  expect(opened?.headers.slice(2, 5)).toEqual([
    ['List-Unsubscribe', '<https://example.org/u/1>, <mailto:leave@example.org>'],
    ['Received', 'first'],
    ['Received', 'second'],
  ]);
});

test('opens what is hardly a mail at all', async () => {
  await using place = temporaryFolder();
  const caught = new CaughtMails(place.folder);
  for (const raw of ['', 'no header at all', '\r\n\r\n', ': : :\r\n\r\n', 'Subject: no body', '\0\xff\xfe']) {
    const id = await caught.save(Buffer.from(raw, 'latin1'), ENVELOPE);
    expect((await caught.read(id))?.raw).toEqual(Buffer.from(raw, 'latin1'));
  }
  expect(await caught.list()).toHaveLength(6);
});

test.each([
  '',
  '.',
  '..',
  '../secret',
  '..%2fsecret',
  '/etc/passwd',
  'secret',
  '1795330800000-000001/../../secret',
  '1795330800000-00001\0',
])('reads nothing for the id %j', async (id) => {
  await using place = temporaryFolder();
  writeFileSync(join(place.folder, 'secret.eml'), 'Subject: secret\r\n\r\n');
  writeFileSync(join(place.folder, 'secret.json'), JSON.stringify(ENVELOPE));
  expect(await new CaughtMails(place.folder).read(id)).toBeUndefined();
});

test('does not show a mail that is still being written', async () => {
  await using place = temporaryFolder();
  writeFileSync(join(place.folder, '1795330800000-000001.eml'), 'half a ma');
  const caught = new CaughtMails(place.folder);
  expect(await caught.count()).toBe(0);
  expect(await caught.read('1795330800000-000001')).toBeUndefined();
});

test('passes over a file that was damaged', async () => {
  await using place = temporaryFolder();
  const caught = new CaughtMails(place.folder);
  await caught.save(mail('Subject: whole'), ENVELOPE);
  writeFileSync(join(place.folder, '1795330800009-000001.eml'), '');
  writeFileSync(join(place.folder, '1795330800009-000001.json'), '{"from":');
  expect((await caught.list()).map(({ subject }) => subject)).toEqual(['whole']);
});

test('keeps every mail of one millisecond, from two processes', async () => {
  await using place = temporaryFolder();
  const first = new CaughtMails(place.folder);
  const second = new CaughtMails(place.folder);
  const ids = await Promise.all(
    Array.from({ length: 40 }, (_, number) =>
      (number % 2 ? first : second).save(mail(`Subject: ${number}`), ENVELOPE),
    ),
  );
  expect(new Set(ids).size).toBe(40);
  expect(await first.count()).toBe(40);
});

test('drops the oldest when there are too many', async () => {
  await using place = temporaryFolder();
  const caught = new CaughtMails(place.folder, { keepMost: 10 });
  for (let number = 0; number < 30; number += 1)
    await caught.save(mail(`Subject: ${number}`), { ...ENVELOPE, receivedAt: ENVELOPE.receivedAt + number });
  expect(await caught.count()).toBe(10);
  expect((await caught.list()).at(-1)?.subject).toBe('20');
  expect(readdirSync(place.folder)).toHaveLength(20);
});

function mail(...lines: string[]): Buffer {
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`);
}

function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'broadsheet-caught-'));
  return {
    folder,
    [Symbol.asyncDispose]: async () => {
      rmSync(folder, { recursive: true, force: true });
      expect(existsSync(folder)).toBe(false);
    },
  };
}

import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import nodemailer from 'nodemailer';
import { describe, expect, test } from 'vitest';
import { isOurCatcher, startCatcher } from '../../../src/transport/inbound/catcher.ts';
import { CaughtMails } from '../../../src/transport/inbound/caught-mails.ts';
import { ManualClock } from '../../helpers/manual-clock.ts';

describe('the catcher', () => {
  test('keeps fifty mails that come over several connections, byte for byte, before it says 250', async () => {
    await using rehearsal = await startRehearsal();
    const transport = nodemailer.createTransport({ url: rehearsal.url, pool: true, maxConnections: 8 });
    const sent = new Map<string, Buffer>();
    for (let number = 0; number < 50; number += 1) sent.set(`reader${number}@example.org`, rawMail(number));
    await Promise.all(
      [...sent].map(async ([to, raw]) => {
        const info = await transport.sendMail({ envelope: { from: `b+${to[6]}@bounce.example`, to }, raw });
        expect(info.response).toMatch(/^250 .*kept as \d{13}-\d{6}/);
        const id = /kept as (\S+)/.exec(info.response)?.[1] ?? '';
        expect(readFileSync(join(rehearsal.folder, `${id}.eml`))).toEqual(raw);
        expect(JSON.parse(readFileSync(join(rehearsal.folder, `${id}.json`), 'utf8'))).toEqual({
          from: `b+${to[6]}@bounce.example`,
          to: [to],
          receivedAt: rehearsal.clock.now(),
        });
      }),
    );
    transport.close();
    expect(await rehearsal.caught.count()).toBe(50);
    for (const { id, to } of await rehearsal.caught.list({ limit: 100 }))
      expect((await rehearsal.caught.read(id))?.raw).toEqual(sent.get(to[0] ?? ''));
  });

  test('takes any user name and password, and none', async () => {
    await using rehearsal = await startRehearsal();
    const url = new URL(rehearsal.url);
    url.username = 'anyone';
    url.password = 'anything';
    for (const address of [url.href, rehearsal.url]) {
      const transport = nodemailer.createTransport(address);
      await transport.sendMail({ envelope: { from: 'a@example.org', to: 'b@example.org' }, raw: rawMail(1) });
      transport.close();
    }
    expect(await rehearsal.caught.count()).toBe(2);
  });

  test('keeps lines that begin with a dot, and a mail from nobody', async () => {
    await using rehearsal = await startRehearsal();
    const raw = Buffer.from('Subject: Dots\r\n\r\n.\r\n..\r\n.leading\r\nlast line\r\n');
    const transport = nodemailer.createTransport(rehearsal.url);
    await transport.sendMail({ envelope: { from: '', to: 'b@example.org' }, raw });
    transport.close();
    const [mail] = await rehearsal.caught.list();
    expect((await rehearsal.caught.read(mail?.id ?? ''))?.raw).toEqual(raw);
    expect(mail?.from).toBe('');
  });

  test('refuses a mail of more than ten megabytes and keeps nothing of it', async () => {
    await using rehearsal = await startRehearsal();
    const transport = nodemailer.createTransport(rehearsal.url);
    const raw = Buffer.concat([
      Buffer.from('Subject: Big\r\n\r\n'),
      Buffer.alloc(10_600_000, 'a line of it\r\n'),
    ]);
    await expect(
      transport.sendMail({ envelope: { from: 'a@example.org', to: 'b@example.org' }, raw }),
    ).rejects.toMatchObject({ responseCode: 552 });
    transport.close();
    expect(await rehearsal.caught.count()).toBe(0);
  });

  test('outlives a client that hangs up in the middle', async () => {
    await using rehearsal = await startRehearsal();
    const { Socket } = await import('node:net');
    for (const words of [
      'EHLO x\r\n',
      'EHLO x\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\nhalf',
    ])
      await new Promise<void>((resolve) => {
        const socket = new Socket().connect(Number(new URL(rehearsal.url).port), '127.0.0.1', () => {
          socket.write(words);
          setTimeout(() => resolve(void socket.resetAndDestroy()), 50);
        });
      });
    const transport = nodemailer.createTransport(rehearsal.url);
    await transport.sendMail({ envelope: { from: 'a@example.org', to: 'b@example.org' }, raw: rawMail(1) });
    transport.close();
    expect(await rehearsal.caught.count()).toBe(1);
  });

  test('says which port it could not have', async () => {
    await using rehearsal = await startRehearsal();
    const port = Number(new URL(rehearsal.url).port);
    const { caught, clock } = rehearsal;
    await expect(startCatcher({ port, caught, clock })).rejects.toMatchObject({ code: 'PORT_IN_USE' });
  });
});

describe('whether the one on a port is a catcher of ours', () => {
  test('is true for one that runs', async () => {
    await using rehearsal = await startRehearsal();
    expect(await isOurCatcher(Number(new URL(rehearsal.url).port))).toBe(true);
  });

  test.each(['220 mail.example.org ESMTP Postfix\r\n', 'HTTP/1.1 400\r\n', 'Broadsheet rehearsal\r\n'])(
    'is false for somebody who greets with %j',
    async (greeting) => {
      const server = createServer((socket) => void socket.on('error', () => undefined).write(greeting));
      const port = await listen(server);
      expect(await isOurCatcher(port)).toBe(false);
      server.close();
    },
  );

  test('is false for somebody who says nothing, somebody who hangs up, and nobody', async () => {
    const silent = createServer((socket) => void socket.on('error', () => undefined));
    expect(await isOurCatcher(await listen(silent))).toBe(false);
    silent.close();
    const rude = createServer((socket) => socket.end());
    const port = await listen(rude);
    expect(await isOurCatcher(port)).toBe(false);
    await new Promise((resolve) => rude.close(resolve));
    expect(await isOurCatcher(port)).toBe(false);
  });
});

async function startRehearsal() {
  const folder = mkdtempSync(join(tmpdir(), 'broadsheet-caught-'));
  const clock = new ManualClock('2026-11-22T07:00:00Z');
  const caught = new CaughtMails(folder);
  const catcher = await startCatcher({ port: 0, caught, clock });
  return {
    folder,
    clock,
    caught,
    url: catcher.url,
    [Symbol.asyncDispose]: async () => {
      await catcher.close();
      expect(readdirSync(folder).length % 2).toBe(0); // no bytes without an envelope, no envelope without bytes
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** With what makes bytes differ on the way: dots, long lines, characters beyond ASCII, folded headers. */
function rawMail(number: number): Buffer {
  return Buffer.from(
    [
      `From: The Daily <daily@example.org>`,
      `To: reader${number}@example.org`,
      `Subject: Number ${number}`,
      ` goes on`,
      'Content-Type: text/plain; charset=utf-8',
      '',
      '.dot first',
      `Grüße ${randomBytes(600).toString('base64')}`,
      '..',
      'trailing space ',
      '',
    ].join('\r\n'),
  );
}

function listen(server: ReturnType<typeof createServer>): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
}

import { connect, type Socket } from 'node:net';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { afterEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { createLog } from '../../../src/base/log.ts';
import { type Inbound, type InboundOptions, startInbound } from '../../../src/transport/inbound/inbound.ts';
import { WireReader } from '../wire-reader.ts';

const ANNA = 'unsubscribe+anna@in.example';
const BEN = 'unsubscribe+ben@in.example';
const READERS = [ANNA, BEN];

let inbound: Inbound | undefined;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await inbound?.close();
  inbound = undefined;
});

describe('mail from readers', () => {
  test('is taken for the recipients that there are, and has been acted on when the server says so', async () => {
    const taken = await listen();
    const info = await send('anna@example.org', READERS, 'Subject: unsubscribe\r\n\r\nplease\r\n');
    expect(info).toEqual({ accepted: READERS, response: '250 2.0.0 Done' });
    expect(taken).toEqual(READERS);
  });

  test.each([
    ['of anybody', 'ben@example.org'],
    ['without a tag', 'unsubscribe@in.example'],
    ['of the postmaster', 'postmaster@in.example'],
    ['through us', 'victim%elsewhere.example@in.example'],
    ['by a route', '@in.example:victim@elsewhere.example'],
  ])('to a mailbox %s is refused at RCPT', async (_what, recipient) => {
    const taken = await listen();
    const talk = await dial();
    expect(await talk('EHLO mx.example', 'MAIL FROM:<anna@example.org>')).toMatch(/^250/);
    expect(await talk(`RCPT TO:<${recipient}>`)).toMatch(/^(550 5\.1\.1|501) /);
    expect(await talk('DATA')).toMatch(/^503/);
    expect(taken).toEqual([]);
  });

  test.each([
    ['a bounce', '', 'Subject: Undelivered\r\n\r\n'],
    ['a vacation answer', 'anna@example.org', 'Auto-Submitted: auto-replied\r\n\r\n'],
  ])('that is %s is taken and changes nothing', async (_what, from, raw) => {
    const taken = await listen();
    expect((await send(from, [ANNA], raw)).response).toBe('250 2.0.0 Nothing changed: nobody wrote this');
    expect(taken).toEqual([]);
  });

  test('of any length is taken; what comes after the first hundred kilobytes is let go', async () => {
    const taken = await listen();
    const long = `Subject: unsubscribe\r\n\r\n${'A picture of a cat, in letters.\r\n'.repeat(100_000)}`;
    expect((await send('anna@example.org', [ANNA], long)).response).toBe('250 2.0.0 Done');
    expect(taken).toEqual([ANNA]);
  });

  test('to an address whose reader is not here any more is refused, with the way that works', async () => {
    await listen({ take: async () => 'lost' });
    await expect(send('anna@example.org', [ANNA], 'Subject: unsubscribe\r\n\r\n')).rejects.toMatchObject({
      responseCode: 550,
      response: expect.stringMatching(/Nobody was unsubscribed.*use the link in a newer mail/),
    });
  });

  test('with headers that are too long to be read is refused for good, and changes nothing', async () => {
    const taken = await listen();
    const long = `${Array.from({ length: 3_000 }, (_, n) => `X-${n}: ${'y'.repeat(40)}`).join('\r\n')}\r\n\r\n`;
    await expect(send('anna@example.org', [ANNA], long)).rejects.toThrow(/552 5\.3\.4/);
    const folded = `Subject: a${'\r\n '.repeat(30_000)}\r\n\r\n`;
    expect((await send('anna@example.org', [ANNA], folded)).response).toBe('250 2.0.0 Done');
    expect(taken).toEqual([ANNA]);
  });

  test('is asked for again when it could not be acted on', async () => {
    await listen({ take: () => Promise.reject(new Error('the database is away')) });
    await expect(send('anna@example.org', [ANNA], '\r\n')).rejects.toThrow(/451 4\.3\.0 Not now/);
  });

  test('changes nothing when the line breaks in the middle of it', async () => {
    const taken = await listen();
    const talk = await dial();
    await talk('EHLO mx.example', 'MAIL FROM:<anna@example.org>', `RCPT TO:<${ANNA}>`, 'DATA');
    sockets.at(-1)?.end('Subject: unsubscribe\r\n\r\nplea');
    await systemClock.sleep(300);
    expect(taken).toEqual([]);
  });
});

describe('the one who listens', () => {
  test('neither lets anybody log in nor offers to', async () => {
    await listen();
    const talk = await dial();
    expect(await talk('EHLO mx.example')).not.toMatch(/AUTH|STARTTLS/);
    expect(await talk('AUTH PLAIN AGEAYg==')).toMatch(/^5\d\d /);
  });

  test('takes ten recipients at once and has the eleventh come later', async () => {
    await listen({ accepts: () => true });
    const talk = await dial();
    await talk('EHLO mx.example', 'MAIL FROM:<anna@example.org>');
    const answers = [];
    for (let at = 1; at <= 11; at += 1) answers.push((await talk(`RCPT TO:<r${at}@in.example>`)).slice(0, 3));
    expect(answers).toEqual([...Array.from({ length: 10 }, () => '250'), '452']);
  });

  test('sends the twenty-first at once away', async () => {
    await listen();
    const greetings = [];
    for (let at = 1; at <= 21; at += 1) greetings.push((await (await dial())()).slice(0, 3));
    expect(greetings).toEqual([...Array.from({ length: 20 }, () => '220'), '421']);
  });

  test('ends a conversation that is never silent and never done', async () => {
    await listen({ patienceMs: 400 });
    const socket = connectTo();
    const closed = new Promise((resolve) => socket.once('close', () => resolve('closed')));
    const drip = setInterval(() => socket.writable && socket.write('X'), 50);
    expect(await Promise.race([closed, systemClock.sleep(5_000)])).toBe('closed');
    clearInterval(drip);
  });

  test('says so when the port is taken', async () => {
    await listen();
    const second = startInbound({ ...QUIET, port: inbound?.port ?? 0 });
    await expect(second).rejects.toThrow(
      expect.objectContaining({ code: 'PORT_IN_USE', message: expect.stringContaining('127.0.0.1, port') }),
    );
  });
});

const QUIET: InboundOptions = {
  host: '127.0.0.1',
  port: 0,
  name: 'news.example',
  log: createLog('silent'),
  accepts: (recipient) => READERS.includes(recipient),
  take: async () => 'left',
};

/** Starts listening; returns whom mails were taken for. */
async function listen(changes: Partial<InboundOptions> = {}): Promise<string[]> {
  const taken: string[] = [];
  const take = async (recipient: string) => {
    taken.push(recipient);
    return 'left' as const;
  };
  inbound = await startInbound({ ...QUIET, take, ...changes });
  return taken;
}

function connectTo(): Socket {
  const socket = connect({ host: '127.0.0.1', port: inbound?.port ?? 0 });
  socket.on('error', () => undefined);
  sockets.push(socket);
  return socket;
}

/** Says commands, one after the other; returns the last reply, or the greeting when there are none. */
async function dial(): Promise<(...commands: string[]) => Promise<string>> {
  const socket = connectTo();
  const reader = new WireReader(socket);
  const reply = async () => {
    const lines: string[] = [];
    for (;;) {
      const line = (await reader.line()) ?? 'closed';
      lines.push(line);
      if (!/^\d{3}-/.test(line)) return lines.join('\n');
    }
  };
  const greeting = await reply();
  return async (...commands) => {
    let last = greeting;
    for (const command of commands) {
      socket.write(`${command}\r\n`);
      last = await reply();
    }
    return last;
  };
}

/** A whole mail, as a mail server hands it over. */
function send(from: string, to: string[], raw: string): Promise<{ accepted: string[]; response: string }> {
  const smtp = new SMTPConnection({ host: '127.0.0.1', port: inbound?.port ?? 0 });
  return new Promise((resolve, reject) => {
    smtp.on('error', reject);
    smtp.connect(() => {
      smtp.send({ from, to }, raw, (error, info) => {
        smtp.quit();
        if (error || !info) reject(error);
        else resolve({ accepted: info.accepted.map(String), response: info.response });
      });
    });
  });
}

import { once } from 'node:events';
import net from 'node:net';
import { expect, test } from 'vitest';
import { patienceOf } from '../../src/transport/patience.ts';
import type { Verdict } from '../../src/transport/reply.ts';
import { relayAt } from '../../src/transport/smtp.ts';
import type { Script } from '../helpers/smtp-server.ts';
import { conversation, LONG, mailTo, yes } from './conversation.ts';

const READER = 'reader@example.org';
const SOON = 300;
const PIPELINED = { extensions: ['PIPELINING'] };

test('the limits are those of RFC 5321, and shorter where that is configured', () => {
  expect(patienceOf(300)).toMatchObject({ commandMs: 300_000, dataMs: 120_000, finalMs: 600_000 });
  expect(patienceOf(20)).toMatchObject({ commandMs: 20_000, dataMs: 20_000, finalMs: 600_000 });
});

type Row = [what: string, script: Script, patience: Partial<typeof LONG>, verdict: Partial<Verdict>];

test.each<Row>([
  [
    'MAIL that is not answered',
    { mail: 'hang' },
    { commandMs: SOON },
    { outcome: 'deferred', phase: 'mail', reply: 'no answer to MAIL after 0.3 s' },
  ],
  [
    'RCPT that is not answered',
    { rcpt: 'hang' },
    { commandMs: SOON },
    { outcome: 'deferred', phase: 'rcpt', reply: 'no answer to RCPT after 0.3 s' },
  ],
  [
    'RCPT that is not answered, where commands are sent together',
    { rcpt: 'hang', ...PIPELINED },
    { commandMs: SOON },
    { outcome: 'deferred', phase: 'rcpt' },
  ],
  [
    'DATA that is not answered',
    { data: 'hang' },
    { dataMs: SOON },
    { outcome: 'deferred', phase: 'data', reply: 'no answer to DATA after 0.3 s' },
  ],
  [
    'DATA that is not answered, where commands are sent together',
    { data: 'hang', ...PIPELINED },
    { dataMs: SOON },
    { outcome: 'deferred', phase: 'data' },
  ],
  [
    'a final dot that is not answered',
    { body: 'hang' },
    { finalMs: SOON },
    { outcome: 'uncertain', phase: 'body', reply: 'no answer to the final dot after 0.3 s' },
  ],
])('%s is given up at its own deadline', async (_, script, patience, verdict) => {
  await using talk = await conversation(script, { ...LONG, ...patience });
  expect(await talk.connection.send(mailTo(READER), yes)).toMatchObject({ fault: 'relay', ...verdict });
  expect(talk.connection.usable).toBe(false);
});

test('a ledger that takes long to write the mark is not held against the relay', async () => {
  await using talk = await conversation({}, { ...LONG, commandMs: SOON, dataMs: SOON });
  const slowly = async () => {
    await new Promise((resolve) => setTimeout(resolve, 4 * SOON));
    return true;
  };
  expect(await talk.connection.send(mailTo(READER), slowly)).toMatchObject({ outcome: 'accepted' });
});

test('a relay that stops taking the message in the middle of it certainly has not got it, not even later', async () => {
  const heard: Buffer[] = [];
  let stalled: net.Socket | undefined;
  const server = net.createServer((socket) => {
    const answers = ['250 sink.example', '250 ok', '250 ok', '354 go ahead'];
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      if (answers.length === 0) {
        heard.push(chunk);
        stalled ??= socket.pause();
        return;
      }
      for (const _ of chunk.toString('latin1').matchAll(/\r\n/g)) socket.write(`${answers.shift()}\r\n`);
    });
    socket.write('220 sink.example ESMTP\r\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  const opened = await relayAt(`smtp://127.0.0.1:${port}`, { patience: { ...LONG, blockMs: SOON } })();
  if (!opened.ok) throw new Error(opened.reason);
  const large = mailTo(READER, `${'a line of a very long letter\r\n'.repeat(800_000)}`);
  expect(await opened.connection.send(large, yes)).toMatchObject({
    outcome: 'deferred',
    phase: 'data',
    reply: 'no room for the message after 0.3 s',
  });
  const closed = stalled && once(stalled, 'close');
  stalled?.resume();
  await closed;
  expect(Buffer.concat(heard).includes('\r\n.\r\n')).toBe(false);
  server.close();
});

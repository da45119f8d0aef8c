import { expect, test } from 'vitest';
import type { Verdict } from '../../src/transport/reply.ts';
import type { Act, Script } from '../helpers/smtp-server.ts';
import { conversation, mailTo, SHORT, yes } from './conversation.ts';

const READER = 'reader@example.org';

test('a message the server takes is accepted, with its words, and arrives byte for byte', async () => {
  await using talk = await conversation({ body: { reply: '250 2.0.0 queued as 4711' } });
  const mail = mailTo(
    READER,
    'Grüße 👑\r\n.\r\n..two\r\n.one dot\r\n\r\nlong '.padEnd(5_000, 'x').concat('\r\n'),
  );
  const verdict = await talk.connection.send(mail, yes);
  expect(verdict).toEqual({
    outcome: 'accepted',
    fault: 'none',
    phase: 'body',
    reply: '250 2.0.0 queued as 4711',
  });
  const [received] = talk.server.received;
  expect(received).toMatchObject({ from: 'news@paper.example', to: READER });
  expect(received?.message.equals(mail.raw)).toBe(true);
  expect(received?.wire.toString()).toContain('\r\n..\r\n...two\r\n..one dot\r\n');
});

type Row = [what: string, script: Script, verdict: Partial<Verdict>, usableAfter: boolean];
const PIPELINED = { extensions: ['PIPELINING'] };
const closing: Act = { reply: '421 4.3.2 shutting down', thenClose: true };

test.each<Row>([
  [
    '550 at RCPT is final, and the recipient’s',
    { rcpt: { reply: '550 5.1.1 no such user' } },
    { outcome: 'rejected', fault: 'recipient', phase: 'rcpt', reply: '550 5.1.1 no such user' },
    true,
  ],
  [
    '550 at RCPT is final, pipelined too',
    { rcpt: { reply: '550 5.1.1 no such user' }, ...PIPELINED },
    { outcome: 'rejected', fault: 'recipient', phase: 'rcpt', reply: '550 5.1.1 no such user' },
    true,
  ],
  [
    '450 at RCPT is for later',
    { rcpt: { reply: '450 4.2.0 greylisted' } },
    { outcome: 'deferred', fault: 'recipient', phase: 'rcpt' },
    true,
  ],
  [
    '553 at MAIL is ours and for later',
    { mail: { reply: '553 5.1.8 sender refused' } },
    { outcome: 'deferred', fault: 'ours', phase: 'mail' },
    true,
  ],
  [
    '553 at MAIL is ours and for later, pipelined too',
    { mail: { reply: '553 5.1.8 sender refused' }, rcpt: { reply: '503 5.5.1 MAIL first' }, ...PIPELINED },
    { outcome: 'deferred', fault: 'ours', phase: 'mail' },
    true,
  ],
  [
    '550 at DATA is about the recipient',
    { data: { reply: '550 5.1.1 no such user after all' } },
    { outcome: 'rejected', fault: 'recipient', phase: 'data' },
    false,
  ],
  [
    '451 at DATA is for later',
    { data: { reply: '451 4.3.0 queue trouble' } },
    { outcome: 'deferred', fault: 'relay', phase: 'data' },
    false,
  ],
  [
    '554 5.7.1 after the dot is ours and for later',
    { body: { reply: '554 5.7.1 looks like spam' } },
    { outcome: 'deferred', fault: 'ours', phase: 'body' },
    true,
  ],
  [
    '552 after the dot is final',
    { body: { reply: '552 5.2.3 too long for this mailbox' } },
    { outcome: 'rejected', fault: 'recipient', phase: 'body' },
    true,
  ],
  [
    '451 after the dot is for later, for the message was not taken',
    { body: { reply: '451 4.2.0 try again' } },
    { outcome: 'deferred', fault: 'recipient', phase: 'body' },
    true,
  ],
  [
    '421 after the dot is for later, on another line',
    { body: closing },
    { outcome: 'deferred', fault: 'relay', phase: 'body' },
    false,
  ],
  [
    '421 at MAIL is for later',
    { mail: closing },
    { outcome: 'deferred', fault: 'relay', phase: 'mail' },
    false,
  ],
  [
    '421 at RCPT is for later, pipelined too',
    { rcpt: closing, ...PIPELINED },
    { outcome: 'deferred', phase: 'mail' },
    false,
  ],
  [
    'a reset at MAIL is for later',
    { mail: 'reset' },
    { outcome: 'deferred', fault: 'relay', phase: 'mail' },
    false,
  ],
  ['a closed line at RCPT is for later', { rcpt: 'close' }, { outcome: 'deferred', fault: 'relay' }, false],
  ['a reset at DATA is for later', { data: 'reset' }, { outcome: 'deferred', fault: 'relay' }, false],
  [
    'a reset in the middle of the message is uncertain: how much arrived nobody can know',
    { firstByte: 'reset' },
    { outcome: 'uncertain', fault: 'relay', phase: 'body' },
    false,
  ],
  [
    'a reset after the dot is uncertain',
    { body: 'reset' },
    { outcome: 'uncertain', fault: 'relay', phase: 'body' },
    false,
  ],
  [
    'a closed line after the dot is uncertain',
    { body: 'close' },
    { outcome: 'uncertain', fault: 'relay', phase: 'body' },
    false,
  ],
])('%s', async (_, script, verdict, usableAfter) => {
  await using talk = await conversation(script);
  expect(await talk.connection.send(mailTo(READER), yes)).toMatchObject(verdict);
  expect(talk.connection.usable).toBe(usableAfter);
});

test('a relay that resets before MAIL leaves the message for later', async () => {
  await using talk = await conversation();
  await talk.server.shut();
  const verdict = await talk.connection.send(mailTo(READER), yes);
  expect(verdict).toMatchObject({ outcome: 'deferred', fault: 'relay', phase: 'mail' });
});

test('a reset while the mark is being written leaves the message for later', async () => {
  await using talk = await conversation();
  const verdict = await talk.connection.send(mailTo(READER), async () => {
    await talk.server.shut();
    await new Promise((resolve) => setTimeout(resolve, 50));
    return true;
  });
  expect(verdict).toMatchObject({ outcome: 'deferred', fault: 'relay', phase: 'data' });
  expect(talk.server.lines).not.toContain('<first byte>');
});

test.each<[what: string, script: Script, outcome: Verdict['outcome']]>([
  ['says nothing after the dot', { body: 'hang' }, 'uncertain'],
  ['drips its answer after the dot', { body: { drip: '250-still thinking', everyMs: 20 } }, 'uncertain'],
  ['drips its answer to MAIL', { mail: { drip: '250-still thinking', everyMs: 20 } }, 'deferred'],
  ['says nothing at RCPT', { rcpt: 'hang' }, 'deferred'],
])('a server that %s is given up at the deadline, however lively the line', async (_, script, outcome) => {
  await using talk = await conversation(script, SHORT);
  const began = performance.now();
  expect(await talk.connection.send(mailTo(READER), yes)).toMatchObject({ outcome, fault: 'relay' });
  expect(performance.now() - began).toBeGreaterThan(SHORT.commandMs - 50);
  expect(talk.connection.usable).toBe(false);
});

test('a reply in several lines becomes one, and not longer than the ledger wants', async () => {
  await using talk = await conversation({
    rcpt: { reply: `550-5.1.1 no such user\r\n550 5.1.1 ${'see help '.repeat(200)}` },
  });
  const { reply } = await talk.connection.send(mailTo(READER), yes);
  expect(reply).toMatch(/^550-5\.1\.1 no such user 550 5\.1\.1 see help/);
  expect(reply.length).toBeLessThanOrEqual(500);
});

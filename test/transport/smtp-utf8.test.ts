import { expect, test } from 'vitest';
import { type EmailAddress, parseAddress } from '../../src/base/text/address.ts';
import { RelayMemory, takesUtf8 } from '../../src/transport/relay-memory.ts';
import { relayAt } from '../../src/transport/smtp.ts';
import { ScriptedServer } from '../helpers/smtp-server.ts';
import { conversation, LONG, mailTo, yes } from './conversation.ts';

const OFFERS = ['PIPELINING', '8BITMIME', 'SMTPUTF8'];
const JUERGEN = worldly('jürgen@bücher.example');
const TO_JUERGEN = {
  from: 'news@paper.example',
  to: JUERGEN,
  raw: Buffer.from(`From: news@paper.example\r\nTo: ${JUERGEN}\r\n\r\nGood morning.\r\n`),
};

test('mail to letters beyond ASCII is said to be so, and arrives byte for byte', async () => {
  await using talk = await conversation({ extensions: OFFERS });
  expect(talk.connection.takesUtf8).toBe(true);
  expect(await talk.connection.send(TO_JUERGEN, yes)).toMatchObject({ outcome: 'accepted' });
  expect(talk.server.lines).toContain('MAIL FROM:<news@paper.example> SMTPUTF8 BODY=8BITMIME');
  expect(talk.server.lines).toContain('RCPT TO:<jürgen@xn--bcher-kva.example>');
  expect(talk.server.copiesOf(JUERGEN)[0]?.message.equals(TO_JUERGEN.raw)).toBe(true);
});

test('mail to plain letters asks for nothing, whatever the server offers', async () => {
  await using talk = await conversation({ extensions: OFFERS });
  await talk.connection.send(mailTo('anna@example.org'), yes);
  expect(talk.server.lines).toContain('MAIL FROM:<news@paper.example>');
});

test.each([
  ['nothing', []],
  ['everything but SMTPUTF8', ['PIPELINING', '8BITMIME', 'SIZE 1000000']],
  ['SMTPUTF8 without what goes with it', ['SMTPUTF8']],
  ['something that only sounds like it', ['8BITMIME', 'XSMTPUTF8', 'X-NO-SMTPUTF8']],
])(
  'to a server that offers %s such mail is rejected with the reason, and not a byte of it leaves',
  async (_what, extensions) => {
    await using talk = await conversation({ extensions });
    expect(talk.connection.takesUtf8).toBe(false);
    let marked = false;
    const verdict = await talk.connection.send(TO_JUERGEN, async () => {
      marked = true;
      return true;
    });
    expect(verdict).toMatchObject({
      outcome: 'rejected',
      reply: expect.stringContaining('does not offer SMTPUTF8'),
    });
    expect(marked).toBe(false);
    expect(talk.server.lines.filter((line) => /^(MAIL|RCPT|DATA)/.test(line))).toEqual([]);
    expect(await talk.connection.send(mailTo('anna@example.org'), yes)).toMatchObject({
      outcome: 'accepted',
    });
  },
);

test('what the server offers is known behind a login, too', async () => {
  await using server = await ScriptedServer.start({ extensions: [...OFFERS, 'AUTH PLAIN'] });
  const url = server.url.replace('smtp://', 'smtp://anna:secret@');
  expect(await takesUtf8(relayAt(url, { patience: LONG }))).toBe(true);
  expect(server.lines.some((line) => line.startsWith('AUTH PLAIN'))).toBe(true);
});

test('what the relay offered when it was last met is remembered, also while it is away', async () => {
  const memory = new RelayMemory();
  await using server = await ScriptedServer.start({ extensions: OFFERS });
  const connect = memory.of(relayAt(server.url, { patience: LONG }));
  expect(memory.takesUtf8).toBe(false);
  expect(await takesUtf8(connect)).toBe(true);
  expect(memory.takesUtf8).toBe(true);
  await server.shut();
  expect(await takesUtf8(connect)).toBe(false);
  expect(memory.takesUtf8).toBe(true);
  server.script = {};
  await server.open();
  expect(await takesUtf8(connect)).toBe(false);
  expect(memory.takesUtf8).toBe(false);
});

function worldly(text: string): EmailAddress {
  const parsed = parseAddress(text, { world: true });
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.address;
}

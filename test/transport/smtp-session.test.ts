import { expect, test } from 'vitest';
import { relayAt } from '../../src/transport/smtp.ts';
import { type Script, ScriptedServer } from '../helpers/smtp-server.ts';
import { conversation, LONG, mailTo, SHORT, yes } from './conversation.ts';

test('a line goes on after a refused recipient, cleaned with RSET', async () => {
  await using talk = await conversation({
    rcpt: ({ to }) => (to.startsWith('gone') ? { reply: '550 5.1.1 no such user' } : 'accept'),
  });
  expect((await talk.connection.send(mailTo('gone@example.org'), yes)).outcome).toBe('rejected');
  expect((await talk.connection.send(mailTo('here@example.org'), yes)).outcome).toBe('accepted');
  expect(talk.server.connections).toBe(1);
  expect(talk.server.lines.filter((line) => /^(RSET|MAIL)/.test(line))).toEqual([
    'MAIL FROM:<news@paper.example>',
    'RSET',
    'MAIL FROM:<news@paper.example>',
  ]);
});

test('many messages go over one line', async () => {
  await using talk = await conversation({ extensions: ['PIPELINING'] });
  for (let n = 0; n < 50; n += 1) await talk.connection.send(mailTo(`reader-${n}@example.org`), yes);
  expect(talk.server.connections).toBe(1);
  expect(talk.server.received.map(({ to }) => to)).toEqual(
    Array.from({ length: 50 }, (_, n) => `reader-${n}@example.org`),
  );
});

test('a line that the server closed while it was idle is known to be unusable, and is nobody’s failure', async () => {
  await using talk = await conversation();
  await talk.connection.send(mailTo('reader@example.org'), yes);
  talk.server.hangUp();
  await expect.poll(() => talk.connection.usable).toBe(false);
});

test('a server that does not answer RSET costs the line, not the verdict', async () => {
  await using talk = await conversation({ rcpt: { reply: '550 5.1.1 no such user' }, reset: 'hang' }, SHORT);
  expect((await talk.connection.send(mailTo('gone@example.org'), yes)).outcome).toBe('rejected');
  expect(talk.connection.usable).toBe(false);
});

test('a closed port gives a reason', async () => {
  const server = await ScriptedServer.start();
  await server.shut();
  expect(await relayAt(server.url, { patience: LONG })()).toEqual({
    ok: false,
    reason: expect.stringContaining('ECONNREFUSED'),
  });
});

test.each<[what: string, script: Script, reason: RegExp]>([
  ['refuses in its greeting', { greeting: { reply: '554 5.3.2 go away' } }, /554 5\.3\.2 go away/],
  ['is too busy', { greeting: { reply: '421 4.3.2 too busy', thenClose: true } }, /421 4\.3\.2 too busy/],
  ['closes before its greeting', { greeting: 'close' }, /closed/],
  ['resets before its greeting', { greeting: 'reset' }, /ECONNRESET/],
  ['says nothing', { greeting: 'hang' }, /[Gg]reeting|not ready/],
  ['drips its greeting', { greeting: { drip: '220-wait', everyMs: 20 } }, /[Gg]reeting|not ready/],
  ['closes after EHLO', { ehlo: 'close' }, /closed/],
])('a server that %s is given up with a reason', async (_, script, reason) => {
  await using server = await ScriptedServer.start(script);
  const opened = await relayAt(server.url, { patience: SHORT })();
  expect(opened).toEqual({ ok: false, reason: expect.stringMatching(reason) });
});

const AUTH = { extensions: ['AUTH PLAIN'] };

test('user and password of the address are used to log in, percent signs decoded', async () => {
  await using server = await ScriptedServer.start(AUTH);
  const opened = await relayAt(server.url.replace('//', '//us%40er:p%3Ass@'), { patience: LONG })();
  expect(opened.ok).toBe(true);
  const secret = Buffer.from('\0us@er\0p:ss').toString('base64');
  expect(server.lines).toContain(`AUTH PLAIN ${secret}`);
  if (opened.ok) opened.connection.close();
});

test.each<[what: string, script: Script, reason: RegExp]>([
  ['refused', { ...AUTH, auth: { reply: '535 5.7.8 wrong password' } }, /535 5\.7\.8 wrong password/],
  ['put off', { ...AUTH, auth: { reply: '421 4.7.0 too many', thenClose: true } }, /421 4\.7\.0 too many/],
  ['left without an answer', { ...AUTH, auth: 'hang' }, /not ready for mail after 1 s/],
  ['cut off', { ...AUTH, auth: 'reset' }, /ECONNRESET/],
])('a login that is %s is a reason, and no mail is tried', async (_, script, reason) => {
  await using server = await ScriptedServer.start(script);
  const opened = await relayAt(server.url.replace('//', '//user:secret@'), { patience: SHORT })();
  expect(opened).toEqual({ ok: false, reason: expect.stringMatching(reason) });
  expect(server.lines.join('\n')).not.toContain('MAIL FROM');
});

test('with tls=required a server without STARTTLS gets no mail and no password', async () => {
  await using server = await ScriptedServer.start(AUTH);
  const opened = await relayAt(`${server.url.replace('//', '//user:secret@')}?tls=required`, {
    patience: LONG,
  })();
  expect(opened.ok).toBe(false);
  expect(server.lines).toContain('STARTTLS');
  expect(server.lines.join('\n')).not.toMatch(/MAIL FROM|AUTH PLAIN/);
});

import { expect, test } from 'vitest';
import { editionStatus, secondCopies } from '../../src/delivery/progress.ts';
import { relayAt } from '../../src/transport/smtp.ts';
import { FastClock } from '../delivery/engine/fast-clock.ts';
import { runEngine, settled } from '../delivery/engine/run-engine.ts';
import { attempts, emails, frozen, messageId, NOW } from '../delivery/fixture.ts';
import { eachDatabase, openSqlite } from '../helpers/databases.ts';
import { type Act, type Script, ScriptedServer } from '../helpers/smtp-server.ts';
import { LONG } from '../transport/conversation.ts';
import { ManualTimer } from '../transport/manual-timer.ts';
import { HalfOpenProxy } from './half-open.ts';
import { brokenTls, selfSigned, type TlsServer } from './tls-server.ts';

const WITNESS = emails(1)[0] ?? '';
const FINAL_MS = 15_000;
/** The engine's seconds pass in milliseconds: those between two tries of a relay, and between two mails to one that wants fewer. */
const FACTOR = 20;

/** Does this once, to the first reader; accepts everybody else, and them too from the second time on. */
function once(act: Act): Script {
  let done = false;
  return {
    body: ({ to }) => {
      if (to !== WITNESS || done) return 'accept';
      done = true;
      return act;
    },
  };
}

eachDatabase((open) => {
  test.each<[what: string, act: Act]>([
    ['hangs up', 'close'],
    ['resets the line', 'reset'],
  ])(
    'F7: a relay that %s after the dot leaves one uncertain delivery, sent once more and listed',
    async (_, act) => {
      await using store = await open();
      await using server = await ScriptedServer.start(once(act));
      const { id } = await frozen(store.db, 20);
      await using __ = runEngine(store.db, server);
      const status = await settled(store.db, id);
      expect(status).toMatchObject({ deliveries: { accepted: 20 }, possibleSecondCopies: 1, balanced: true });
      expect((await secondCopies(store.db, id)).map(({ email }) => email)).toEqual([WITNESS]);
      const copies = server.copiesOf(WITNESS).map(({ message }) => messageId(message));
      expect(copies).toEqual(['<1@paper.example>', '<1@paper.example>']);
      expect(server.received).toHaveLength(21);
    },
  );

  test.each(['421 4.3.2 shutting down', '451 4.3.0 no room in the queue'])(
    'F7: “%s” after the dot is no delivery for certain: deferred, and no second copy',
    async (reply) => {
      await using store = await open();
      await using server = await ScriptedServer.start(once({ reply, thenClose: reply.startsWith('421') }));
      const { id } = await frozen(store.db, 20);
      using clock = new FastClock(NOW, FACTOR);
      await using _ = runEngine(store.db, server, { clock });
      await expect
        .poll(async () => (await editionStatus(store.db, id)).deliveries)
        .toMatchObject({ accepted: 19, deferred: 1 });
      expect(await attempts(store.db, 1)).toMatchObject([{ outcome: 'deferred', phase: 'body', reply }]);
      expect(await editionStatus(store.db, id)).toMatchObject({ possibleSecondCopies: 0, balanced: true });
    },
  );

  test('F8: a line that goes dead after the dot without a word holds up that one mail, and it becomes uncertain', async () => {
    await using store = await open();
    await using server = await ScriptedServer.start({ body: { reply: '250 2.0.0 queued', afterMs: 20 } });
    await using proxy = await HalfOpenProxy.start(server.url);
    const { id } = await frozen(store.db, 30);
    const timer = new ManualTimer();
    const patience = { ...LONG, finalMs: FINAL_MS };
    await using _ = runEngine(store.db, server, {
      connect: relayAt(proxy.url, { patience, timer: timer.start }),
      connections: 3,
    });
    await expect.poll(() => server.received.length, { interval: 2 }).toBeGreaterThan(3);
    proxy.cutAfterNextDot();
    await expect
      .poll(async () => (await editionStatus(store.db, id)).deliveries)
      .toMatchObject({ accepted: 29, transmitting: 1 });
    expect(await attempts(store.db)).toHaveLength(29);
    timer.pass(FINAL_MS);
    const status = await settled(store.db, id);
    expect(status).toMatchObject({ deliveries: { accepted: 30 }, possibleSecondCopies: 1, balanced: true });
    const outcomes = (await attempts(store.db)).map(({ outcome, reply }) => [outcome, reply]);
    expect(outcomes.at(29)).toEqual(['uncertain', 'no answer to the final dot after 15 s']);
    expect(outcomes).toHaveLength(31);
    expect(server.received).toHaveLength(31);
  });

  test('F9: a relay that drips an answer without end is given up at the deadline of the message: uncertain', async () => {
    await using store = await open();
    await using server = await ScriptedServer.start(once({ drip: '250-still thinking', everyMs: 20 }));
    const { id } = await frozen(store.db, 20);
    const timer = new ManualTimer();
    const patience = { ...LONG, finalMs: FINAL_MS };
    await using _ = runEngine(store.db, server, {
      connect: relayAt(server.url, { patience, timer: timer.start }),
      connections: 2,
    });
    await expect
      .poll(async () => (await editionStatus(store.db, id)).deliveries)
      .toMatchObject({ accepted: 19, transmitting: 1 });
    timer.pass(FINAL_MS);
    expect(await settled(store.db, id)).toMatchObject({
      deliveries: { accepted: 20 },
      possibleSecondCopies: 1,
    });
    expect(await attempts(store.db, 1)).toMatchObject([
      { outcome: 'uncertain', reply: 'no answer to the final dot after 15 s' },
      { outcome: 'accepted' },
    ]);
    expect(server.copiesOf(WITNESS)).toHaveLength(2);
  });
});

const LOGIN = { extensions: ['AUTH PLAIN'] };

test.each<[what: string, script: Script, reason: string | RegExp]>([
  ['greets with 421', { greeting: { reply: '421 4.3.2 too busy', thenClose: true } }, '421 4.3.2'],
  ['greets with 554', { greeting: { reply: '554 5.3.2 go away', thenClose: true } }, '554 5.3.2'],
  ['closes before its greeting', { greeting: 'close' }, 'closed'],
  ['never greets', { greeting: 'hang' }, /not ready|Greeting/],
])(
  'F6: a relay that %s is the relay’s trouble: no attempt, and all goes out when it is well',
  async (_, script, reason) => {
    await using store = await openSqlite();
    await using server = await ScriptedServer.start(script);
    const { id } = await frozen(store.db, 12);
    const connect = relayAt(server.url, { patience: { ...LONG, connectMs: 300 } });
    using clock = new FastClock(NOW, FACTOR);
    await using running = runEngine(store.db, server, { connect, connections: 2, clock });
    await expect.poll(() => running.engine.relayTrouble).toMatch(reason);
    expect(await attempts(store.db)).toEqual([]);
    server.script = {};
    expect(await settled(store.db, id)).toMatchObject({
      deliveries: { accepted: 12 },
      possibleSecondCopies: 0,
    });
    expect(await attempts(store.db)).toHaveLength(12);
    expect(running.engine.relayTrouble).toBeUndefined();
  },
);

test.each<[what: string, script: Script, reason: string]>([
  ['refuses the password', { ...LOGIN, auth: { reply: '535 5.7.8 wrong' } }, '535 5.7.8'],
  ['puts the login off', { ...LOGIN, auth: { reply: '454 4.7.0 later' } }, '454 4.7.0'],
])('F10: a relay that %s gets no mail, and no delivery is touched', async (_, script, reason) => {
  await using server = await ScriptedServer.start(script);
  await expectNoMail(server, server.url.replace('//', '//user:secret@'), reason);
});

test.each<[what: string, start: () => Promise<TlsServer>, reason: RegExp]>([
  [
    'refuses STARTTLS',
    () => brokenTls({ reply: '454 4.7.0 no TLS now', next: 'go on' }),
    /454 4\.7\.0|STARTTLS/,
  ],
  [
    'breaks off the handshake',
    () => brokenTls({ reply: '220 go ahead', next: 'close' }),
    /TLS|closed|disconnected/,
  ],
  [
    'stalls in the handshake',
    () => brokenTls({ reply: '220 go ahead', next: 'stall' }),
    /timed out|not ready/,
  ],
  ['never answers STARTTLS', () => brokenTls('stall'), /not ready/],
  ['has a certificate of its own making', selfSigned, /certificate/],
])('F10: a relay that %s gets no mail and no password, in clear text neither', async (_, start, reason) => {
  const tryWith = async (query: string) => {
    await using server = await start();
    await expectNoMail(server, `${server.url.replace('//', '//user:secret@')}${query}`, reason);
  };
  await Promise.all(['', '?tls=required'].map(tryWith));
});

async function expectNoMail(
  server: { readonly lines: readonly string[] },
  url: string,
  reason: string | RegExp,
): Promise<void> {
  await using store = await openSqlite();
  await using relay = await ScriptedServer.start();
  const { id } = await frozen(store.db, 8);
  const connect = relayAt(url, { patience: { ...LONG, connectMs: 400 } });
  const { engine } = runEngine(store.db, relay, { connect, connections: 2 });
  await expect.poll(() => engine.relayTrouble).toMatch(reason);
  await engine.stop();
  expect((await editionStatus(store.db, id)).deliveries).toMatchObject({ waiting: 8 });
  expect(await attempts(store.db)).toEqual([]);
  expect(server.lines.filter((line) => line.startsWith('MAIL'))).toEqual([]);
  if (server.lines.includes('STARTTLS')) expect(server.lines.join('\n')).not.toContain('AUTH');
}

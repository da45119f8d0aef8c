import { expect, test } from 'vitest';
import { runEngine, settled } from '../delivery/engine/run-engine.ts';
import { attempts, emails, frozen } from '../delivery/fixture.ts';
import { eachDatabase, openSqlite } from '../helpers/databases.ts';
import { type Act, type Moment, type Script, ScriptedServer } from '../helpers/smtp-server.ts';

const READERS = 300;
const PER_LINE = 20;

const last = ({ transaction }: Moment): boolean => transaction === PER_LINE;
const oneTooMany = ({ transaction }: Moment): Act => (transaction > PER_LINE ? 'close' : 'accept');
const resetAfterwards = ({ transaction }: Moment): Act => (transaction > PER_LINE ? 'reset' : 'accept');
const oneTooManyIsTold =
  (reply: string, thenClose: boolean) =>
  ({ transaction }: Moment): Act =>
    transaction > PER_LINE ? { reply, thenClose } : 'accept';
const WAYS: [how: string, script: Script][] = [
  [
    'right after the last answer',
    { body: (at) => (last(at) ? { reply: '250 2.0.0 queued', thenClose: true } : 'accept') },
  ],
  ['at the next MAIL, without a word', { mail: oneTooMany }],
  ['at the next MAIL, with a reset', { mail: resetAfterwards }],
  ['at the next MAIL, where commands are sent together', { mail: oneTooMany, extensions: ['PIPELINING'] }],
  [
    'with a 421 to the next MAIL',
    { mail: oneTooManyIsTold('421 4.7.0 too many messages in this connection', true) },
  ],
  [
    'with a 421 to the next MAIL, where commands are sent together',
    {
      mail: oneTooManyIsTold('421 Max message per connection reached, closing transmission channel', true),
      extensions: ['PIPELINING'],
    },
  ],
  [
    'in effect, with a 4xx to the next MAIL and a line that stays open',
    { mail: oneTooManyIsTold('452 4.5.3 too many messages in this session', false) },
  ],
];

eachDatabase((open) => {
  test.each(WAYS)('F11: a relay that closes a kept line %s costs no delivery anything', async (_, script) => {
    await using store = await open();
    await using server = await ScriptedServer.start(script);
    const edition = await frozen(store.db, READERS);
    await using __ = runEngine(store.db, server);
    expect(await settled(store.db, edition.id)).toMatchObject({
      deliveries: { accepted: READERS },
      possibleSecondCopies: 0,
      balanced: true,
    });
    expect(server.received.map(({ to }) => to).toSorted()).toEqual(emails(READERS));
    expect(await attempts(store.db)).toHaveLength(READERS);
    expect(server.connections).toBeGreaterThanOrEqual(READERS / PER_LINE);
    expect(server.connections).toBeLessThanOrEqual(READERS / PER_LINE + 5);
  });
});

test('F11: a fresh line that dies in the same way is an attempt, so that no delivery tries without end', async () => {
  await using store = await openSqlite();
  await using server = await ScriptedServer.start({ mail: 'close' });
  await frozen(store.db, 1);
  await using _ = runEngine(store.db, server, { connections: 1 });
  await expect.poll(async () => (await attempts(store.db)).length).toBe(1);
  expect(await attempts(store.db)).toMatchObject([{ outcome: 'deferred', phase: 'mail' }]);
  expect(server.connections).toBe(1);
});

test('F11: a kept line that dies while the relay goes away is no attempt: the delivery waits for the relay', async () => {
  await using store = await openSqlite();
  let gone = false;
  await using server = await ScriptedServer.start({
    mail: ({ transaction }) => {
      if (transaction === 1) return 'accept';
      gone = true;
      void server.shut();
      return 'close';
    },
  });
  await frozen(store.db, 2);
  await using running = runEngine(store.db, server, { connections: 1 });
  await expect.poll(() => running.engine.relayTrouble).toContain('ECONNREFUSED');
  expect(gone).toBe(true);
  expect(await attempts(store.db)).toMatchObject([{ outcome: 'accepted' }]);
  server.script = {};
  await server.open();
  await expect.poll(() => server.received.length).toBe(2);
});

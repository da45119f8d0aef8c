import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { App } from '../../../src/app.ts';
import { HOUR_MS, MINUTE_MS } from '../../../src/base/clock.ts';
import { createLog } from '../../../src/base/log.ts';
import { deliverAndWait } from '../../../src/cli/editions/deliver.ts';
import { exitCodeOf, ledgerLines } from '../../../src/cli/output.ts';
import { loadConfig } from '../../../src/config/config.ts';
import { editionStatus } from '../../../src/delivery/progress.ts';
import { publish } from '../../../src/publishing/publish.ts';
import { ManualClock } from '../../helpers/manual-clock.ts';
import { add } from '../../subscribers/people.ts';
import { closedPort, EDITION, openFolder, SLOT } from '../command.ts';

const TICK_MS = 5;
const READERS = ['anna@example.org', 'ben@example.org', 'cleo@example.org'];

// The progress bar writes to stderr, which here is the test report's.
beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => {
  vi.restoreAllMocks();
});

test('a relay that stays away for a minute is told to the operator, and everything waits untouched', async () => {
  await using press = await openPress(await closedPort());
  const started = press.clock.now();
  await expect(press.deliver(HOUR_MS)).rejects.toMatchObject({
    code: 'RELAY_UNAVAILABLE',
    exitCode: 3,
    message: expect.stringMatching(/^daily-20201111T0700Z: .*ECONNREFUSED.*; 3 deliveries wait$/),
    hint: expect.stringContaining('Nothing is lost'),
  });
  expect(press.clock.now() - started).toBeGreaterThan(MINUTE_MS);
  expect(press.clock.now() - started).toBeLessThan(2 * MINUTE_MS);
  await press.stop();
  const status = await editionStatus(press.app.db, EDITION);
  expect(status).toMatchObject({ state: 'frozen', deliveries: { waiting: 3, accepted: 0 }, balanced: true });
  expect(await press.app.db.selectFrom('attempts').select('id').execute()).toEqual([]);
});

test('a relay that comes back in that minute gets everything, each mail once', async () => {
  const port = await closedPort();
  await using press = await openPress(port, { speed: 20 });
  const delivering = press.deliver(HOUR_MS);
  await press.clock.sleep(20_000);
  await using relay = await openRelay(port);
  const status = await delivering;
  expect(status).toMatchObject({ state: 'finished', deliveries: { accepted: 3 } });
  expect(relay.recipients.toSorted()).toEqual(READERS);
  expect(exitCodeOf([status])).toBe(0);
});

test('who the relay puts off for longer than we wait is left deferred, at once and not after the wait', async () => {
  await using relay = await openRelay(0, (to) => (to.startsWith('ben') ? 451 : undefined));
  await using press = await openPress(relay.port, { speed: 20 });
  const started = press.clock.now();
  const wait = 3 * MINUTE_MS; // the first retry comes after four at the earliest
  const status = await press.deliver(wait);
  expect(press.clock.now() - started).toBeLessThan(wait);
  expect(status).toMatchObject({ state: 'frozen', deliveries: { accepted: 2, deferred: 1 } });
  expect(exitCodeOf([status])).toBe(1);
});

test('who the relay puts off for a while gets it in the second attempt', async () => {
  let refusals = 1;
  await using relay = await openRelay(0, (to) => (to.startsWith('ben') && refusals-- > 0 ? 451 : undefined));
  await using press = await openPress(relay.port);
  const status = await press.deliver(HOUR_MS);
  expect(status).toMatchObject({ state: 'finished', deliveries: { accepted: 3 } });
  expect(relay.recipients.toSorted()).toEqual(READERS);
});

test('who the relay refuses is in the ledger, and in the exit code', async () => {
  await using relay = await openRelay(0, (to) => (to.startsWith('ben') ? 550 : undefined));
  await using press = await openPress(relay.port);
  const status = await press.deliver(HOUR_MS);
  expect(status.state).toBe('finished');
  expect(ledgerLines(status)).toEqual(['candidates 3 = prepared 3 (accepted 2, rejected 1) + excluded 0']);
  expect(exitCodeOf([status])).toBe(1);
});

/** The whole app with a frozen edition for three readers, on a clock that runs faster than ours. */
async function openPress(relayPort: number, { speed = 100 } = {}) {
  const folder = openFolder();
  const clock = new ManualClock(Date.parse(SLOT));
  const settings = {
    PORT: '0',
    DATA_DIR: join(folder.path, 'data'),
    SMTP_URL: `smtp://127.0.0.1:${relayPort}`,
    MAIL_FROM: 'post@belle.example',
  };
  const config = loadConfig(settings, join(folder.path, 'newsletters.yaml'));
  const app = await App.open(config, createLog('silent'), clock);
  await add(app.db, READERS, null, clock.now());
  for (const newsletter of config.newsletters) await publish(app.publishing, newsletter, clock.now());
  const engine = await app.startDelivery();
  const ticking = setInterval(() => clock.advance(TICK_MS * speed), TICK_MS);
  return {
    app,
    clock,
    deliver: (waitMs: number) => deliverAndWait(app, engine, EDITION, waitMs),
    stop: () => engine.stop(),
    [Symbol.asyncDispose]: async () => {
      await app.close();
      clearInterval(ticking);
      folder[Symbol.dispose]();
    },
  };
}

/** A relay that takes what `refuse` has no code against. */
async function openRelay(port: number, refuse: (to: string) => number | undefined = () => undefined) {
  const recipients: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    closeTimeout: 100,
    disabledCommands: ['STARTTLS'],
    onRcptTo: ({ address }, _session, done) => {
      const responseCode = refuse(address);
      done(responseCode ? Object.assign(new Error('not now'), { responseCode }) : null);
    },
    onData: (stream, session, done) => {
      stream.resume().on('end', () => {
        recipients.push(...session.envelope.rcptTo.map(({ address }) => address));
        done();
      });
    },
  });
  server.on('error', () => undefined);
  const listening = await new Promise<number>((resolve) => {
    const socket = server.listen(port, '127.0.0.1', () => {
      const address = socket.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
  return {
    port: listening,
    recipients,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

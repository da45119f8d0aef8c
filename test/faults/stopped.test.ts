import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { App } from '../../src/app.ts';
import { createLog } from '../../src/base/log.ts';
import { loadConfig } from '../../src/config/config.ts';
import { type EditionStatus, editionStatus, secondCopies } from '../../src/delivery/progress.ts';
import { publish } from '../../src/publishing/publish.ts';
import { CLI, closedPort, EDITION, environmentOf, openFolder, SLOT } from '../cli/command.ts';
import { emails } from '../delivery/fixture.ts';
import { ManualClock } from '../helpers/manual-clock.ts';
import { ScriptedServer } from '../helpers/smtp-server.ts';
import { add } from '../subscribers/people.ts';
import { ended } from './workers.ts';

const READERS = 40;
const LINES = 3;

test('F21: SIGTERM in the middle of an edition drains: no second copy, and the next start goes on', async () => {
  await using server = await ScriptedServer.start({ body: { reply: '250 2.0.0 queued', afterMs: 60 } });
  await using house = await openHouse(server);
  const first = house.start();
  await expect.poll(() => server.received.length, { interval: 2 }).toBeGreaterThan(LINES);
  first.kill('SIGTERM');
  expect(await ended(first)).toBe(0);
  const sent = server.received.length;
  expect(sent).toBeLessThan(READERS);
  expect((await house.status()).deliveries).toMatchObject({
    accepted: sent,
    waiting: READERS - sent,
    claimed: 0,
    transmitting: 0,
  });
  const second = house.start();
  await expect.poll(() => server.received.length).toBe(READERS);
  second.kill('SIGTERM');
  expect(await ended(second)).toBe(0);
  expect(server.received.map(({ to }) => to).toSorted()).toEqual(emails(READERS));
  expect(await house.status()).toMatchObject({ deliveries: { accepted: READERS }, possibleSecondCopies: 0 });
});

test('F21: a second SIGTERM, or a container’s SIGKILL, does not wait: as a crash, with every second copy listed', async () => {
  await using server = await ScriptedServer.start({ body: 'hang' });
  await using house = await openHouse(server);
  for (const last of ['SIGTERM', 'SIGKILL'] as const) {
    const child = house.start();
    const before = server.received.length;
    await expect.poll(() => server.received.length, { interval: 2 }).toBe(before + LINES);
    child.kill('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 200));
    child.kill(last);
    await ended(child);
    expect(child.signalCode).toBe(last);
  }
  server.script = {};
  const child = house.start();
  await expect.poll(async () => (await house.status()).deliveries.accepted).toBe(READERS);
  child.kill('SIGTERM');
  expect(await ended(child)).toBe(0);
  const listed = await house.secondCopies();
  expect(new Set(server.received.map(({ to }) => to))).toEqual(new Set(emails(READERS)));
  expect(server.received.length - READERS).toBeLessThanOrEqual(2 * LINES);
  for (const email of emails(READERS))
    expect([email, server.copiesOf(email).length]).toEqual([email, listed.includes(email) ? 2 : 1]);
});

/** An edition whose audience is fixed, and the real command to send it. */
async function openHouse(server: ScriptedServer) {
  const folder = openFolder();
  const settings = {
    PORT: String(await closedPort()),
    DATA_DIR: join(folder.path, 'data'),
    SMTP_URL: server.url,
    SMTP_CONNECTIONS: String(LINES),
    MAIL_FROM: 'post@belle.example',
    LOG_LEVEL: 'error',
  };
  const config = loadConfig(settings, join(folder.path, 'newsletters.yaml'));
  const clock = new ManualClock(Date.parse(SLOT));
  const app = await App.open(config, createLog('silent'), clock);
  await add(app.db, emails(READERS), null, clock.now());
  for (const newsletter of config.newsletters) await publish(app.publishing, newsletter, clock.now());
  const children: ChildProcess[] = [];
  return {
    start: (): ChildProcess => {
      const env = environmentOf(settings);
      const child = spawn(process.execPath, [CLI, 'start'], { cwd: folder.path, env, stdio: 'ignore' });
      children.push(child);
      return child;
    },
    status: (): Promise<EditionStatus> => editionStatus(app.db, EDITION),
    secondCopies: async () => (await secondCopies(app.db, EDITION)).map(({ email }) => email as string),
    [Symbol.asyncDispose]: async () => {
      for (const child of children)
        if (child.exitCode === null && child.signalCode === null && child.kill('SIGKILL'))
          await once(child, 'exit');
      await app.close();
      folder[Symbol.dispose]();
    },
  };
}

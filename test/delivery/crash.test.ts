import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { editionStatus, secondCopies } from '../../src/delivery/progress.ts';
import { openPostgres, openSqlite, type TestDatabase } from '../helpers/databases.ts';
import { ScriptedServer } from '../helpers/smtp-server.ts';
import { deliveries, emails, frozen, messageId } from './fixture.ts';
import { killHard } from './processes.ts';
import { type Random, randomFrom } from './random.ts';
import { pause } from './run-engine.ts';

const CONNECTIONS = 5;
/** Both may be set from outside, for a longer run or to repeat one. */
const SEED = Number(process.env.CRASH_SEED ?? Date.now() % 1_000_000);
const FACTOR = Number(process.env.CRASH_FACTOR ?? 1);

test.each([
  ['SQLite', openSqlite, 20 * FACTOR, 1_000 * FACTOR],
  ['PostgreSQL', openPostgres, 10 * FACTOR, 500 * FACTOR],
])(
  'on %s, kill -9 at any moment loses nobody, and every second copy is one the ledger lists',
  { timeout: 90_000 * FACTOR },
  async (name, open, kills, readers) => {
    const random = randomFrom(SEED);
    await using store = await open();
    await using server = await ScriptedServer.start({
      body: () => ({ reply: '250 2.0.0 queued', afterMs: random.between(0, 8) }),
    });
    const edition = await frozen(store.db, readers);
    for (let n = 0; n < kills; n += 1) await sendUntilKilled(store, server, random);
    await sendToTheEnd(store, server);

    const status = await editionStatus(store.db, edition.id);
    const listed = new Set((await secondCopies(store.db, edition.id)).map(({ email }) => email));
    const extra = server.received.length - new Set(server.received.map(({ to }) => to)).size;
    console.log(
      `crash on ${name}: seed ${SEED}, ${kills} kills, ${readers} readers, ${extra} second copies of ${listed.size} listed, ${status.deliveries.uncertain} uncertain`,
    );
    expect(status).toMatchObject({ balanced: true, prepared: readers, possibleSecondCopies: listed.size });
    expect(status.deliveries.accepted + status.deliveries.uncertain).toBe(readers);
    expect(extra).toBeLessThanOrEqual(kills * CONNECTIONS);
    await everyoneIsAccountedFor(store, server, listed);
  },
);

/** A process that is killed after some messages, or a little after its start, whatever it is doing then. */
async function sendUntilKilled(store: TestDatabase, server: ScriptedServer, random: Random): Promise<void> {
  const child = startWorker(store, server);
  if (random.between(0, 3) === 0) await pause(random.between(0, 700));
  else {
    const enough = server.received.length + random.between(1, 40);
    while (server.received.length < enough && child.exitCode === null) await pause(1);
    await pause(random.between(0, 12));
  }
  await killHard(child);
}

async function sendToTheEnd(store: TestDatabase, server: ScriptedServer): Promise<void> {
  const child = startWorker(store, server);
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
}

function startWorker(store: TestDatabase, server: ScriptedServer): ChildProcess {
  const script = new URL('crash-worker.ts', import.meta.url).pathname;
  return spawn(process.execPath, [script, store.url, server.url, String(CONNECTIONS)], { stdio: 'inherit' });
}

async function everyoneIsAccountedFor(
  store: TestDatabase,
  server: ScriptedServer,
  listed: ReadonlySet<string>,
): Promise<void> {
  const copies = new Map<string, string[]>();
  for (const { to, message } of server.received)
    copies.set(to, [...(copies.get(to) ?? []), messageId(message)]);
  const rows = await deliveries(store.db);
  expect(rows.map(({ email }) => email)).toEqual(emails(rows.length));
  const wrong = rows.filter(({ email, state, id }) => {
    const theirs = copies.get(email) ?? [];
    const lost = theirs.length === 0 && state !== 'uncertain';
    const unlisted = theirs.length > 1 && !listed.has(email);
    const tooMany = theirs.length > 2;
    return lost || unlisted || tooMany || theirs.some((one) => one !== `<${id}@paper.example>`);
  });
  expect(wrong).toEqual([]);
}

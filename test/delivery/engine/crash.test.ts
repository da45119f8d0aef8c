import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { editionStatus, secondCopies } from '../../../src/delivery/progress.ts';
import { openPostgres, openSqlite, type TestDatabase } from '../../helpers/databases.ts';
import { ScriptedServer } from '../../helpers/smtp-server.ts';
import { deliveries, emails, frozen, messageId } from '../fixture.ts';
import { killHard } from '../processes.ts';
import { type Random, randomFrom } from './random.ts';
import { pause } from './run-engine.ts';

const CONNECTIONS = 5;
/** Printed; set from outside, it draws the same moments again. */
const SEED = Number(process.env.CRASH_SEED ?? Date.now() % 1_000_000);
/** So many times the kills and readers of a run with every change: `npm run soak` sets it. */
const FACTOR = Number(process.env.CRASH_FACTOR ?? 1);
/** Compiled once for all the processes. */
const COMPILE_CACHE = join(tmpdir(), 'broadsheet-test-compile-cache');

test.each([
  ['SQLite', openSqlite, Math.ceil(40 * FACTOR), Math.ceil(800 * FACTOR)],
  ['PostgreSQL', openPostgres, Math.ceil(15 * FACTOR), Math.ceil(300 * FACTOR)],
])(
  'on %s, kill -9 at any moment loses nobody, and every second copy is one the ledger lists',
  { timeout: 240_000 * FACTOR },
  async (name, open, wanted, readers) => {
    const random = randomFrom(SEED);
    await using store = await open();
    await using server = await ScriptedServer.start({
      body: () => ({ reply: '250 2.0.0 queued', afterMs: random.between(0, 8) }),
    });
    const edition = await frozen(store.db, readers);
    const began = performance.now();
    const kills = await sendAmongKills(store, server, random, wanted);

    const status = await editionStatus(store.db, edition.id);
    const listed = new Set((await secondCopies(store.db, edition.id)).map(({ email }) => email));
    const extra = server.received.length - new Set(server.received.map(({ to }) => to)).size;
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    console.log(
      `crash on ${name}: seed ${SEED}, ${kills} kills, ${readers} readers, ${extra} second copies of ${listed.size} listed, ${status.deliveries.uncertain} uncertain, ${seconds} s`,
    );
    expect(kills).toBe(wanted);
    expect(status).toMatchObject({ balanced: true, prepared: readers, possibleSecondCopies: listed.size });
    expect(status.deliveries.accepted + status.deliveries.uncertain).toBe(readers);
    expect(extra).toBeLessThanOrEqual(kills * CONNECTIONS);
    await everyoneIsAccountedFor(store, server, listed);
  },
);

/** Kills one process after the other, the next one waiting to go on; the last one is left to finish. */
async function sendAmongKills(
  store: TestDatabase,
  server: ScriptedServer,
  random: Random,
  wanted: number,
): Promise<number> {
  let kills = 0;
  let next = startWorker(store, server);
  while (kills < wanted) {
    const { child } = await set(next);
    next = startWorker(store, server);
    await killAtSomeMoment(child, server, random);
    if (child.signalCode === 'SIGKILL') kills += 1;
    else break; // it was done before we came to it
  }
  const { child } = await set(next);
  expect(child.exitCode ?? (await once(child, 'exit'))[0]).toBe(0);
  return kills;
}

/** After some messages, or a little after its start, whatever the process is doing then. */
async function killAtSomeMoment(child: ChildProcess, server: ScriptedServer, random: Random): Promise<void> {
  if (random.between(0, 3) === 0) await pause(random.between(0, 60));
  else {
    const enough = server.received.length + random.between(1, 12);
    while (server.received.length < enough && child.exitCode === null) await pause(1);
    await pause(random.between(0, 12));
  }
  await killHard(child);
}

interface Waiting {
  readonly child: ChildProcess;
  readonly ready: Promise<unknown>;
}

function startWorker(store: TestDatabase, server: ScriptedServer): Waiting {
  const script = new URL('crash-worker.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [script, store.url, server.url, String(CONNECTIONS)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE },
  });
  return { child, ready: once(child.stdout, 'data') };
}

/** Lets a process that waits begin. */
async function set(waiting: Waiting): Promise<Waiting> {
  await waiting.ready;
  waiting.child.stdin?.write('go\n');
  return waiting;
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

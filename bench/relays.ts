import { connect } from 'node:net';
import { startServer } from './child.ts';
import { compare, type Line, median } from './figures.ts';
import type { Options } from './options.ts';
import { ourRate } from './sending.ts';
import type { Sink } from './sink.ts';

/** Two things that the network and the disk decide: a relay far away, and a ledger that trusts its disk's cache. */

const EACH_WAY_MS = 10;
/** MAIL, RCPT and DATA in one packet and their replies; the message and its reply. */
const ROUND_TRIPS = 2;
const PINGS = 25;
const FAR_SHARE = 4;

export async function farAway({ rounds, messages, connections }: Options, sink: Sink): Promise<Line[]> {
  const proxy = await startServer('far-away.ts', { port: sink.port, eachWayMs: EACH_WAY_MS });
  try {
    const measured = [];
    const trips: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const roundTripMs = await pingMs(proxy.port);
      const task = { port: proxy.port, connections, messages: Math.ceil(messages / FAR_SHARE) };
      const theirs = (connections * 1000) / (ROUND_TRIPS * roundTripMs);
      measured.push({ ours: await ourRate(task), theirs });
      trips.push(roundTripMs);
    }
    const goal = { of: 'ratio', better: 'higher', goal: 0.9, floor: 0.8 } as const;
    const name = `relay ${median(trips).toFixed(1)} ms away, against two round trips a message`;
    return [compare(name, 'msg/s', measured, goal)];
  } finally {
    proxy.stop();
  }
}

export async function durability(
  { rounds, messages, connections }: Options,
  { port }: Sink,
): Promise<Line[]> {
  const measured = [];
  for (let round = 0; round < rounds; round += 1) {
    const task = { port, connections, messages };
    const ours = await ourRate({ ...task, synchronous: 'full' });
    measured.push({ ours, theirs: await ourRate({ ...task, synchronous: 'normal' }) });
  }
  return [compare('ledger with synchronous = full, against normal', 'msg/s', measured)];
}

/** What a round trip really takes, timers included: the median of some NOOPs. */
function pingMs(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const times: number[] = [];
    let asked = 0;
    const socket = connect(port, '127.0.0.1');
    socket.setNoDelay(true);
    socket.once('error', reject);
    socket.on('data', () => {
      if (asked > 0) times.push(performance.now() - asked);
      if (times.length >= PINGS) {
        socket.destroy();
        resolve(median(times));
        return;
      }
      asked = performance.now();
      socket.write('NOOP\r\n');
    });
  });
}

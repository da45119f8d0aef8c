import type { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { type Glimpse, LiveEditions } from '../../../src/studio/sending/live-editions.ts';
import { SILENT } from '../../delivery/fixture.ts';
import { ManualClock } from '../../helpers/manual-clock.ts';

const SECOND = 1_000;

test('however many watch, there is one look a second, and all are told the same', async () => {
  const { live, clock, looks, show } = open();
  const heard = [listen(live.watch('a')), listen(live.watch('a')), listen(live.watch('a'))];
  await settle();
  for (let at = 1; at <= 3; at += 1) {
    show(`{"at":${at}}`);
    await pass(clock, SECOND);
  }
  expect(looks.a).toBe(5); // one more for those who came while the first was under way
  const said = 'event: now\ndata: {"at":0}\n\n';
  for (const one of heard) expect(one.text).toContain(said);
  expect(new Set(heard.map(({ text }) => text)).size).toBe(1);
  expect(heard[0]?.text.endsWith('event: now\ndata: {"at":3}\n\n')).toBe(true);
  live.close();
});

test('whoever comes is told how things stand then, not how they stood at the last look', async () => {
  const { live, clock, show } = open();
  listen(live.watch('a'));
  await settle();
  await pass(clock, 4 * SECOND);
  show('{"at":1}');
  const later = listen(live.watch('a'));
  await settle();
  expect(later.text.match(/event: now\ndata: (.*)/g)).toEqual(['event: now\ndata: {"at":1}']);
  live.close();
});

test('nobody watches, nobody looks', async () => {
  const { live, clock, looks } = open();
  const stream = live.watch('a');
  listen(stream);
  await settle();
  stream.destroy();
  await pass(clock, 10 * SECOND);
  const before = looks.a;
  await pass(clock, 60 * SECOND);
  expect(looks.a).toBe(before);
  listen(live.watch('a'));
  await settle();
  expect(looks.a).toBe((before ?? 0) + 1);
  live.close();
});

test('who comes later is told at once, and nothing that did not change is said again', async () => {
  const { live, clock } = open();
  const first = listen(live.watch('a'));
  await settle();
  await pass(clock, 4 * SECOND);
  const second = listen(live.watch('a'));
  await settle();
  expect(second.text).toContain('{"at":0}');
  expect(first.text.match(/event: now/g)).toHaveLength(1);
  live.close();
});

test('while nothing moves the looks become rarer, and a heartbeat keeps the line open', async () => {
  const { live, clock, looks } = open();
  const heard = listen(live.watch('a'));
  await settle();
  for (let at = 0; at < 60; at += 1) await pass(clock, SECOND);
  expect(looks.a).toBeLessThan(20);
  expect(heard.text.match(/: still here\n\n/g)?.length).toBeGreaterThanOrEqual(2);
  live.close();
});

test('looks that are dear are rare: they never take more than a twentieth of the time', async () => {
  const { live, clock, looks } = open({ lookMs: 200 });
  const heard = listen(live.watch('a'));
  await expect.poll(() => heard.text, { timeout: 15_000 }).toContain('event: now');
  await pass(clock, 3 * SECOND);
  expect(looks.a).toBe(1);
  await pass(clock, 30 * SECOND);
  await expect.poll(() => looks.a).toBe(2);
  live.close();
});

test('an edition that is over ends the stream, and so does one that is gone', async () => {
  const { live, clock, show } = open();
  const heard = listen(live.watch('a'));
  await settle();
  show('{"done":100}', true);
  await pass(clock, SECOND);
  expect(heard.text.endsWith('event: now\ndata: {"done":100}\n\nevent: over\ndata: {}\n\n')).toBe(true);
  await expect.poll(() => heard.ended).toBe(true);
  const gone = listen(live.watch('nobody'));
  await expect.poll(() => gone.ended).toBe(true);
});

test('a look that fails is passed over', async () => {
  const { live, clock, show, fail } = open();
  const heard = listen(live.watch('a'));
  await settle();
  fail(true);
  await pass(clock, SECOND);
  fail(false);
  show('{"at":9}');
  await pass(clock, 5 * SECOND);
  expect(heard.text).toContain('{"at":9}');
  expect(heard.ended).toBe(false);
  live.close();
});

test('after five minutes a watcher is sent away, to come back and say who it is; closing ends all', async () => {
  const { live, clock } = open();
  const heard = listen(live.watch('a'));
  await settle();
  for (let at = 0; at < 31; at += 1) await pass(clock, 10 * SECOND);
  await expect.poll(() => heard.ended).toBe(true);
  expect(heard.text).not.toContain('event: over');
  const other = listen(live.watch('a'));
  await settle();
  live.close();
  await expect.poll(() => other.ended).toBe(true);
});

function open({ lookMs = 0 } = {}) {
  const clock = new ManualClock('2026-11-22T08:00:00Z');
  const looks: Record<string, number> = {};
  let glimpse: Glimpse = { data: '{"at":0}', over: false };
  let failing = false;
  const look = async (id: string) => {
    looks[id] = (looks[id] ?? 0) + 1;
    if (lookMs) await new Promise((resolve) => setTimeout(resolve, lookMs));
    if (failing) throw new Error('the database is away');
    return id === 'nobody' ? undefined : glimpse;
  };
  return {
    live: new LiveEditions({ clock, log: SILENT, look }),
    clock,
    looks,
    show: (data: string, over = false) => {
      glimpse = { data, over };
    },
    fail: (now: boolean) => {
      failing = now;
    },
  };
}

function listen(stream: PassThrough) {
  const heard = { text: '', ended: false };
  stream.on('data', (chunk) => {
    heard.text += chunk;
  });
  stream.on('end', () => {
    heard.ended = true;
  });
  return heard;
}

async function pass(clock: ManualClock, ms: number): Promise<void> {
  clock.advance(ms);
  await settle();
}

/** Everything that was ready to go on has gone on. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { claim, renewLeases } from '../../../src/delivery/engine/claim.ts';
import { adoptOrphans, findOrphans } from '../../../src/delivery/engine/orphans.ts';
import { mark, settle } from '../../../src/delivery/engine/settle.ts';
import { isGone, thisWorker } from '../../../src/delivery/engine/worker.ts';
import { eachDatabase } from '../../helpers/databases.ts';
import { attempts, deliveries, frozen, NOW, settlement, states, worker } from '../fixture.ts';

const me = worker('me');
const nobodyGone = () => false;
const LATER = NOW + 60_001;

eachDatabase((open) => {
  const dead = worker('dead');

  /** Of four deliveries two are claimed and one of these marked by a worker that then falls silent. */
  async function leftBehind() {
    const store = await open();
    await frozen(store.db, 4);
    const claims = await claim(store.db, dead, 2, NOW);
    await mark(store.db, dead, [claims[1]?.id ?? 0], NOW);
    return { store, claims };
  }

  test('what a silent worker claimed goes back to waiting; what it marked is uncertain and sent once more', async () => {
    const { store, claims } = await leftBehind();
    await using _ = store;
    const orphans = await findOrphans(store.db, me, nobodyGone, LATER);
    expect(orphans.map(({ id, state, claimedBy }) => [id, state, claimedBy])).toEqual([
      [claims[0]?.id, 'claimed', dead.id],
      [claims[1]?.id, 'transmitting', dead.id],
    ]);
    expect(await adoptOrphans(store.db, orphans, () => 'resend', LATER)).toEqual({
      released: 1,
      uncertain: 1,
    });
    expect(await states(store.db)).toEqual(['waiting', 'waiting', 'waiting', 'waiting']);
    expect(await attempts(store.db)).toMatchObject([
      { delivery_id: claims[1]?.id, number: 1, outcome: 'uncertain', phase: 'body' },
    ]);
    expect(await claim(store.db, worker('next'), 9, LATER)).toHaveLength(4);
  });

  test('a marked one is held where the policy says so', async () => {
    const { store } = await leftBehind();
    await using _ = store;
    await adoptOrphans(store.db, await findOrphans(store.db, me, nobodyGone, LATER), () => 'hold', LATER);
    expect(await states(store.db)).toEqual(['waiting', 'uncertain', 'waiting', 'waiting']);
  });

  test('a worker that is known to be gone is not waited for', async () => {
    const { store } = await leftBehind();
    await using _ = store;
    expect(await findOrphans(store.db, me, (id) => id === dead.id, NOW)).toHaveLength(2);
    expect(await findOrphans(store.db, me, (id) => id === 'someone else', NOW)).toEqual([]);
  });

  test('a worker whose leases have run out, as when its clock leapt ahead, is no orphan of its own', async () => {
    const { store } = await leftBehind();
    await using _ = store;
    expect(await findOrphans(store.db, dead, nobodyGone, LATER)).toEqual([]);
  });

  test('what a living worker holds is left with it, also when it renews between the look and the taking', async () => {
    const { store } = await leftBehind();
    await using _ = store;
    expect(await findOrphans(store.db, me, nobodyGone, NOW + 60_000)).toEqual([]);
    const late = await findOrphans(store.db, me, nobodyGone, LATER);
    await renewLeases(store.db, dead, LATER);
    expect(await adoptOrphans(store.db, late, () => 'resend', LATER)).toEqual({ released: 0, uncertain: 0 });
    expect(await states(store.db)).toEqual(['claimed', 'transmitting', 'waiting', 'waiting']);
    expect(await attempts(store.db)).toEqual([]);
  });

  test('a worker that only slept finds its claims gone, and can neither mark nor write', async () => {
    const { store, claims } = await leftBehind();
    await using _ = store;
    const [first, second] = claims as [(typeof claims)[0], (typeof claims)[0]];
    await adoptOrphans(store.db, await findOrphans(store.db, me, nobodyGone, LATER), () => 'resend', LATER);
    await claim(store.db, worker('next'), 9, LATER);
    expect(await mark(store.db, dead, [first.id, second.id], LATER)).toEqual(new Set());
    expect(await settle(store.db, dead, [settlement(second, 'accepted')], LATER)).toEqual([false]);
    expect((await deliveries(store.db)).every((row) => row.claimed_by === worker('next').id)).toBe(true);
  });

  test('two that find the same orphans adopt each of them once', async () => {
    const { store } = await leftBehind();
    await using _ = store;
    const orphans = await findOrphans(store.db, me, nobodyGone, LATER);
    await adoptOrphans(store.db, orphans, () => 'resend', LATER);
    expect(await adoptOrphans(store.db, orphans, () => 'resend', LATER)).toEqual({
      released: 0,
      uncertain: 0,
    });
    expect(await attempts(store.db)).toHaveLength(1);
  });
});

test('a worker of this machine is gone once its process has ended, and no sooner', async () => {
  const me = thisWorker();
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const theirs = `${hostname()}/${child.pid}/abc`;
  expect(isGone(me, theirs)).toBe(false);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isGone(me, theirs)).toBe(true);
});

test('of another machine nothing is known, we are here, and an earlier process with our number is not', () => {
  const me = thisWorker();
  expect(isGone(me, 'elsewhere.example/999999/abc')).toBe(false);
  expect(isGone(me, me.id)).toBe(false);
  expect(isGone(me, `${hostname()}/${process.pid}/earlier`)).toBe(true);
  expect(isGone(me, '')).toBe(false);
  expect(thisWorker().id).not.toBe(me.id);
});

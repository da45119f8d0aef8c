import { expect, test } from 'vitest';
import { type Clock, MINUTE_MS } from '../../src/base/clock.ts';
import { freezeAudience } from '../../src/delivery/audience/audience.ts';
import { resumeEdition } from '../../src/delivery/control.ts';
import { FAULTS_OF_OURS, SAME_REFUSALS } from '../../src/delivery/engine/breaker.ts';
import { Pace } from '../../src/delivery/engine/pace.ts';
import { editionStatus } from '../../src/delivery/progress.ts';
import { reasonInWords } from '../../src/editions/words/reason-words.ts';
import type { Database } from '../../src/storage/schema/schema.ts';
import { verdictOfReply } from '../../src/transport/reply.ts';
import { FastClock } from '../delivery/engine/fast-clock.ts';
import { pause, runEngine, settled } from '../delivery/engine/run-engine.ts';
import { addActive, attempts, draft, NOW, SILENT } from '../delivery/fixture.ts';
import { eachDatabase, openPostgres, openSqlite } from '../helpers/databases.ts';
import { RunningClock } from '../helpers/running-clock.ts';
import { type Act, type Script, ScriptedServer } from '../helpers/smtp-server.ts';
import { address } from '../mail/sample.ts';

const LINES = 5;

/** Each at a domain of its own. */
async function frozenEverywhere(db: Database, count: number): Promise<string> {
  const readers = Array.from({ length: count }, (_, n) => address(`reader@house-${n}.example`));
  await addActive(db, readers);
  const edition = await draft(db);
  await freezeAudience(db, edition, NOW);
  return edition.id;
}

const OURS: [at: 'rcpt' | 'body', reply: string][] = [
  ['rcpt', '550 5.4.5 Daily user sending limit exceeded'],
  ['body', '554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException; cannot process'],
  ['body', '554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied'],
  ['body', '554 Message rejected: Email address is not verified'],
  ['body', '554 Access denied: Sending paused for this account'],
  ['rcpt', '550 5.1.8 Sender address rejected'],
  ['body', '552 5.3.4 Message size exceeds fixed limit'],
];

eachDatabase((open) => {
  test.each(OURS)(
    'a refusal of us at %s (%s) pauses the edition once, costs no reader anything, and all can be sent again',
    async (at, reply) => {
      await using store = await open();
      await using server = await ScriptedServer.start({ [at]: { reply } });
      const id = await frozenEverywhere(store.db, 40);
      const alerts: unknown[] = [];
      const log = { ...SILENT, error: (...line: unknown[]) => void alerts.push(line) } as typeof SILENT;
      const running = runEngine(store.db, server, { log, connections: LINES });
      await expect.poll(async () => (await editionStatus(store.db, id)).state).toBe('paused');
      await running.engine.stop();
      expect(alerts.map((line) => JSON.stringify(line))).toEqual([
        expect.stringContaining('The edition is paused'),
      ]);
      const { deliveries, reason } = await editionStatus(store.db, id);
      expect(deliveries.waiting + deliveries.deferred).toBe(40);
      // When it is decided every other line may have one reader at hand, and nobody takes another.
      expect(deliveries.deferred).toBeLessThan(FAULTS_OF_OURS + LINES);
      expect(reasonInWords(reason)).toContain(reply);
      expect(await store.db.selectFrom('suppressions').selectAll().execute()).toEqual([]);

      server.script = {};
      expect(await resumeEdition(store.db, id)).toBe(true);
      await using _ = runEngine(store.db, server, { clock: new RunningClock(NOW + 3_600_000) });
      expect(await settled(store.db, id)).toMatchObject({ deliveries: { accepted: 40 }, balanced: true });
    },
  );
});

test('a relay that knows none of a list pauses the edition before the whole list is suppressed', async () => {
  await using store = await openSqlite();
  await using server = await ScriptedServer.start({
    rcpt: ({ to }) => ({ reply: `550 5.1.1 <${to}>: Recipient address rejected: User unknown` }),
  });
  const id = await frozenEverywhere(store.db, 60);
  await using running = runEngine(store.db, server, { connections: LINES });
  await expect.poll(async () => (await editionStatus(store.db, id)).state).toBe('paused');
  await running.engine.stop();
  expect((await editionStatus(store.db, id)).deliveries.rejected).toBeLessThan(SAME_REFUSALS.count + LINES);
});

test('while the pause cannot be written, no line takes another reader', async () => {
  await using store = await openPostgres();
  await using server = await ScriptedServer.start({
    rcpt: { reply: '550 5.4.5 Daily user sending limit exceeded' },
  });
  const id = await frozenEverywhere(store.db, 40);
  const asked = () => server.lines.filter((line) => line.startsWith('RCPT')).length;
  await using running = runEngine(store.db, server, { connections: LINES });
  await store.db.transaction().execute(async (trx) => {
    await trx.selectFrom('editions').select('id').where('id', '=', id).forUpdate().execute();
    await expect.poll(asked).toBeGreaterThanOrEqual(FAULTS_OF_OURS);
    await pause(700);
    expect(asked()).toBeLessThan(FAULTS_OF_OURS + LINES);
    expect((await editionStatus(store.db, id)).state).toBe('frozen');
  });
  await expect.poll(async () => (await editionStatus(store.db, id)).state).toBe('paused');
  await running.engine.stop();
  expect(asked()).toBeLessThan(FAULTS_OF_OURS + LINES);
});

/** Takes so many a second of a clock and says no to the rest, as a bucket that holds a second's worth. */
function bucket(clock: Clock, perSecond: number, refusal: string): () => Act {
  let tokens = perSecond;
  let at = clock.now();
  return () => {
    const now = clock.now();
    tokens = Math.min(perSecond, tokens + ((now - at) / 1000) * perSecond);
    at = now;
    if (tokens < 1) return { reply: refusal };
    tokens -= 1;
    return 'accept';
  };
}

const THROTTLES: [what: string, readers: 'one domain' | 'many domains', script: (clock: Clock) => Script][] =
  [
    [
      'throttles after the message',
      'many domains',
      (clock) => ({ body: bucket(clock, 14, '454 Throttling failure: Maximum sending rate exceeded') }),
    ],
    [
      'has no thread left',
      'one domain',
      (clock) => ({
        body: bucket(clock, 14, '432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded'),
      }),
    ],
    [
      'has too much mail',
      'many domains',
      (clock) => ({ rcpt: bucket(clock, 14, '450 4.7.1 Error: too much mail from us') }),
    ],
    [
      'has too much mail',
      'one domain',
      (clock) => ({ rcpt: bucket(clock, 14, '450 4.7.1 Error: too much mail from us') }),
    ],
  ];

test.each(THROTTLES)(
  'a relay that %s slows us down, for %s, and has everything within the minute',
  async (_, where, script) => {
    await using store = await openSqlite();
    using clock = new FastClock(NOW, 10);
    await using server = await ScriptedServer.start(script(clock));
    const id = await frozenEverywhere(store.db, 50);
    if (where === 'one domain')
      await store.db
        .updateTable('deliveries')
        .set((row) => ({ email: row.fn<string>('replace', ['email', row.val('@house-'), row.val('-')]) }))
        .execute();
    await store.db
      .updateTable('deliveries')
      .set((row) => ({ email: row.fn<string>('replace', ['email', row.val('reader-'), row.val('reader@')]) }))
      .execute();
    await using __ = runEngine(store.db, server, { clock });
    expect(await settled(store.db, id)).toMatchObject({ deliveries: { accepted: 50 } });
    expect(clock.now() - NOW).toBeLessThan(MINUTE_MS);
    const refused = (await attempts(store.db)).filter(({ outcome }) => outcome !== 'accepted');
    expect(refused.length).toBeLessThan(25);
  },
);

test('of 300 readers at 300 domains, a relay that takes 14 a second refuses fewer than 30 within half a minute', () => {
  const { seconds, refused } = simulate(300, 14, '454 Throttling failure: Maximum sending rate exceeded');
  expect(refused).toBeLessThan(30);
  expect(seconds).toBeLessThan(30);
});

test('a relay that takes one a minute is asked about once a minute', () => {
  const { refused } = simulate(10, 1 / 60, '454 4.7.0 Throttling failure: Daily message quota exceeded');
  expect(refused).toBeLessThan(40);
});

/** Five lines and a relay that holds a second's worth, on a clock of our own. */
function simulate(readers: number, perSecond: number, refusal: string): { seconds: number; refused: number } {
  const pace = new Pace({ relay: {}, groups: {} });
  const most = Math.max(perSecond, 1);
  const waiting = Array.from({ length: readers }, (_, n) => ({
    group: `house-${n}.example`,
    due: 0,
    tried: 0,
  }));
  const underWay: { one: (typeof waiting)[number]; until: number }[] = [];
  let tokens = most;
  let now = 0;
  let refused = 0;
  for (; waiting.length + underWay.length > 0 && now < 3_600_000; now += 5) {
    tokens = Math.min(most, tokens + 0.005 * perSecond);
    for (const done of underWay.filter(({ until }) => until <= now)) {
      underWay.splice(underWay.indexOf(done), 1);
      const isTaken = tokens >= 1;
      if (isTaken) tokens -= 1;
      else refused += 1;
      const verdict = isTaken
        ? ({ outcome: 'accepted', fault: 'none', phase: 'body', reply: '250 ok' } as const)
        : verdictOfReply('body', 454, refusal);
      pace.end(done.one.group, verdict, now);
      const tried = done.one.tried + 1;
      if (!isTaken) waiting.push({ ...done.one, tried, due: now + 2_000 * 2 ** (tried - 1) });
    }
    for (const one of waiting.filter(({ due }) => due <= now).slice(0, 5 - underWay.length)) {
      if (!pace.admit(one.group, now).admitted) continue;
      pace.begin(one.group, now);
      waiting.splice(waiting.indexOf(one), 1);
      underWay.push({ one, until: now + 10 });
    }
  }
  return { seconds: now / 1000, refused };
}

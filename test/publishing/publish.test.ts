import { expect, test } from 'vitest';
import { verdictOf } from '../../src/checks/check-edition.ts';
import type { Finding } from '../../src/checks/finding.ts';
import { editionStatus, recentEditions } from '../../src/delivery/progress.ts';
import { saveDraft } from '../../src/editions/store/edition-store.ts';
import { registerNewsletters } from '../../src/editions/store/newsletter-store.ts';
import { sentEditions } from '../../src/editions/store/sent-editions.ts';
import { outlook, publish, publishDue } from '../../src/publishing/publish.ts';
import type { Database } from '../../src/storage/schema/schema.ts';
import { addActive, deliveries, emails } from '../delivery/fixture.ts';
import { eachDatabase } from '../helpers/databases.ts';
import { DAILY, DAY, HOUR, news, press, SLOT } from './press.ts';

const MINUTE = 60_000;

async function editions(db: Database) {
  const rows = await recentEditions(db);
  return rows.toReversed().map(({ slot, state, reason }) => ({ slot, state, reason }));
}

eachDatabase((open) => {
  test('publishing collects, composes and freezes; doing it again for the slot changes nothing', async () => {
    await using store = await open();
    await addActive(store.db, emails(3));
    const desk = await press(store.db, SLOT + MINUTE);
    desk.offer(news(0, SLOT - HOUR), news(1, SLOT - 2 * HOUR));
    const first = await publish(desk, DAILY, desk.clock.now());
    expect(first.edition).toMatchObject({ id: 'daily-20261122T0700Z', state: 'frozen', slot: SLOT });
    const before = [await deliveries(store.db), await editionStatus(store.db, first.edition.id)];
    desk.offer(news(2, SLOT - HOUR));
    const second = await publish(desk, DAILY, desk.clock.now() + HOUR);
    expect(second).toMatchObject({ edition: first.edition, decisions: [] });
    expect(desk.collections).toEqual([['desk']]);
    expect([await deliveries(store.db), await editionStatus(store.db, first.edition.id)]).toEqual(before);
    expect(before[1]).toMatchObject({ stories: 2, prepared: 3, balanced: true });
  });

  test('at its slot an edition is published by itself, before it nothing, and after it nothing more', async () => {
    await using store = await open();
    await addActive(store.db, emails(2));
    const desk = await press(store.db, SLOT - MINUTE);
    desk.offer(news(0, SLOT - HOUR));
    await publishDue(desk); // of the day before, for which it is too late
    const known = await editions(store.db);
    expect(await publishDue(desk)).toEqual([]);
    expect(await editions(store.db)).toEqual(known);
    desk.offer(news(1, SLOT - HOUR));
    desk.clock.advance(MINUTE);
    expect(await publishDue(desk)).toMatchObject([{ edition: { slot: SLOT, state: 'frozen' } }]);
    expect(await publishDue(desk)).toEqual([]);
    desk.clock.advance(HOUR);
    expect(await publishDue(desk)).toEqual([]);
  });

  test('tomorrow tells tomorrow’s news: what was told is out, what arrived late is in', async () => {
    await using store = await open();
    await addActive(store.db, emails(1));
    const desk = await press(store.db, SLOT);
    desk.offer(news(0, SLOT - HOUR), news(1, SLOT - 2 * HOUR));
    await publishDue(desk);
    desk.clock.advance(DAY);
    desk.offer(news(1, SLOT - HOUR), news(2, SLOT - 3 * HOUR), news(3, SLOT + 5 * HOUR));
    const [second] = await publishDue(desk);
    expect(second?.edition.content?.stories.map(({ link }) => link)).toEqual([
      'https://paper.example/3',
      'https://paper.example/2',
    ]);
    const reasons = second?.decisions
      .filter((one) => !one.in)
      .map(({ article, reason }) => [article.link, reason]);
    expect(reasons).toEqual([
      ['https://paper.example/1', { code: 'told', edition: 'daily-20261122T0700Z' }],
      ['https://paper.example/0', { code: 'told', edition: 'daily-20261122T0700Z' }],
    ]);
  });

  test('without news there is no mail: the slot is kept as empty, with the reason', async () => {
    await using store = await open();
    await addActive(store.db, emails(2));
    const desk = await press(store.db, SLOT);
    await publishDue(desk);
    desk.clock.advance(DAY);
    desk.offer(news(0, SLOT - 9 * DAY), news(1, SLOT - 3 * DAY));
    await publishDue(desk);
    expect(await editions(store.db)).toEqual([
      { slot: SLOT, state: 'empty', reason: { code: 'nothing-there' } },
      { slot: SLOT + DAY, state: 'empty', reason: { code: 'nothing-new', articles: 1 } },
    ]);
    expect(await deliveries(store.db)).toEqual([]);
    expect(await sentEditions(store.db)).toEqual([]);
  });

  test('three days without us: two slots are missed, with the reason, and the last is made', async () => {
    await using store = await open();
    const desk = await press(store.db, SLOT);
    desk.offer(news(0, SLOT - HOUR));
    await publishDue(desk);
    desk.clock.advance(3 * DAY + HOUR);
    desk.offer(news(1, SLOT + 3 * DAY - HOUR));
    await publishDue(desk);
    const reason = { code: 'later-due' };
    expect(await editions(store.db)).toEqual([
      { slot: SLOT, state: 'frozen', reason: null },
      { slot: SLOT + DAY, state: 'missed', reason },
      { slot: SLOT + 2 * DAY, state: 'missed', reason },
      { slot: SLOT + 3 * DAY, state: 'frozen', reason: null },
    ]);
    expect(await publishDue(desk)).toEqual([]);
  });

  test('where it is too late to catch up the slot is missed, and the next comes as if nothing had been', async () => {
    await using store = await open();
    const desk = await press(store.db, SLOT + 13 * HOUR);
    desk.offer(news(0, SLOT + 12 * HOUR));
    expect(await publishDue(desk)).toEqual([]);
    expect(await editions(store.db)).toEqual([
      { slot: SLOT, state: 'missed', reason: { code: 'nothing-ran-for-long' } },
    ]);
    expect(desk.collections).toEqual([]);
    desk.clock.advance(11 * HOUR);
    expect(await publishDue(desk)).toMatchObject([{ edition: { slot: SLOT + DAY, state: 'frozen' } }]);
  });

  test('slots before a newsletter was known were never due', async () => {
    await using store = await open();
    const desk = await press(store.db, SLOT + DAY + HOUR);
    await registerNewsletters(store.db, [DAILY], 0); // known already: the first time counts
    expect(await publishDue(desk)).toMatchObject([{ edition: { slot: SLOT + DAY } }]);
    expect(await editions(store.db)).toHaveLength(1);
  });

  test('an earlier schedule makes no edition of a moment before the one that was sent', async () => {
    await using store = await open();
    const desk = await press(store.db, SLOT, [DAILY]);
    desk.offer(news(0, SLOT - 3 * HOUR));
    await publish(desk, DAILY);
    desk.offer(news(1, SLOT - 2 * HOUR));
    desk.clock.advance(HOUR);
    const earlier = { ...DAILY, schedule: '0 1 * * *' };
    expect((await outlook(desk, earlier)).edition.slot).toBe(SLOT + 18 * HOUR);
    expect((await publish(desk, earlier)).edition).toMatchObject({ slot: SLOT, state: 'frozen' });
  });

  test('a draft that a crash left before the freeze is made anew and finished at the next look', async () => {
    await using store = await open();
    await addActive(store.db, emails(2));
    const desk = await press(store.db, SLOT);
    desk.offer(news(0, SLOT - HOUR));
    await desk.collect(['desk']);
    const { edition } = await outlook(desk, DAILY);
    const now = desk.clock.now();
    await saveDraft(store.db, { ...edition, asOf: now, composedAt: now });
    expect(await editions(store.db)).toMatchObject([{ state: 'draft' }]);
    desk.clock.advance(5 * MINUTE);
    desk.offer(news(1, SLOT - HOUR));
    expect(await publishDue(desk)).toMatchObject([{ edition: { slot: SLOT, state: 'frozen' } }]);
    expect(await editionStatus(store.db, 'daily-20261122T0700Z')).toMatchObject({ stories: 2, prepared: 2 });
  });

  test('a clock that steps back over the slot makes no second edition', async () => {
    await using store = await open();
    const desk = await press(store.db, SLOT + MINUTE);
    desk.offer(news(0, SLOT - HOUR));
    await publishDue(desk);
    for (const step of [-HOUR, -2 * DAY, 2 * DAY + HOUR]) {
      desk.clock.advance(step);
      desk.offer(news(1, SLOT - HOUR));
      expect(await publishDue(desk)).toEqual([]);
    }
    expect(await editions(store.db)).toHaveLength(1);
  });

  test('a newsletter that cannot be made does not keep the others waiting, and is tried again', async () => {
    await using store = await open();
    const broken = { ...DAILY, id: 'broken', sources: ['broken'] };
    const desk = await press(store.db, SLOT, [broken, DAILY]);
    let mended = false;
    const collect = async (ids: readonly string[]) => {
      if (ids.includes('broken') && !mended) throw new Error('the disk is full');
      return desk.collect(ids);
    };
    desk.offer(news(0, SLOT - HOUR));
    expect(await publishDue({ ...desk, collect })).toMatchObject([{ edition: { newsletterId: 'daily' } }]);
    mended = true;
    desk.clock.advance(MINUTE);
    expect(await publishDue({ ...desk, collect })).toMatchObject([{ edition: { newsletterId: 'broken' } }]);
  });

  test('a schedule that never comes is a wrong use where somebody asks for an edition, and else nothing', async () => {
    await using store = await open();
    const never = { ...DAILY, schedule: '0 8 30 2 *' };
    const desk = await press(store.db, SLOT, [never]);
    expect(await publishDue(desk)).toEqual([]);
    await expect(publish(desk, never, SLOT)).rejects.toMatchObject({ code: 'USAGE' });
  });

  test('what is not ready stays a draft with its reason, said once, and goes out when it is mended', async () => {
    await using store = await open();
    await addActive(store.db, emails(2));
    const desk = await press(store.db, SLOT);
    desk.offer(news(0, SLOT - HOUR));
    const errors: unknown[] = [];
    const log = { ...desk.log, error: (about: unknown) => void errors.push(about) };
    const empty: Finding = { check: 'subject', severity: 'blocking', says: 'The subject is empty', mend: '' };
    const faulty = { ...desk, log, check: async () => verdictOf([empty]) };
    for (let look = 0; look < 3; look += 1) {
      expect(await publishDue(faulty)).toMatchObject([
        { edition: { state: 'draft' }, verdict: { ready: false } },
      ]);
      desk.clock.advance(MINUTE);
    }
    const reason = { code: 'not-ready', check: 'subject', says: 'The subject is empty', more: 0 };
    expect(await editions(store.db)).toEqual([{ slot: SLOT, state: 'draft', reason }]);
    expect(errors).toEqual([
      {
        edition: 'daily-20261122T0700Z',
        reason: 'not ready: The subject is empty',
        code: 'not-ready',
      },
    ]);
    expect(await deliveries(store.db)).toEqual([]);
    expect(await publishDue(desk)).toMatchObject([{ edition: { state: 'frozen', reason: null } }]);
    expect(await deliveries(store.db)).toHaveLength(2);
  });

  test('what was not ready until it was too late is missed, and says why', async () => {
    await using store = await open();
    const desk = await press(store.db, SLOT);
    desk.offer(news(0, SLOT - HOUR));
    const empty: Finding = { check: 'subject', severity: 'blocking', says: 'The subject is empty', mend: '' };
    const faulty = { ...desk, check: async () => verdictOf([empty]) };
    await publishDue(faulty);
    desk.clock.advance(13 * HOUR);
    await publishDue(faulty);
    const reason = {
      code: 'waited',
      kept: { code: 'not-ready', check: 'subject', says: 'The subject is empty', more: 0 },
      until: 'too-late',
    };
    expect(await editions(store.db)).toEqual([{ slot: SLOT, state: 'missed', reason }]);
  });

  test('advice stops nothing', async () => {
    await using store = await open();
    await addActive(store.db, emails(1));
    const desk = await press(store.db, SLOT);
    desk.offer(news(0, SLOT - HOUR));
    const advice: Finding = { check: 'subject', severity: 'advisory', says: 'The subject is long', mend: '' };
    const check = async () => verdictOf([advice]);
    expect(await publish({ ...desk, check }, DAILY)).toMatchObject({
      edition: { state: 'frozen' },
      verdict: { findings: [advice] },
    });
  });
});

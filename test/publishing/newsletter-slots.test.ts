import { expect, test } from 'vitest';
import { readReason } from '../../src/editions/reason.ts';
import { actWords } from '../../src/editions/words/act-words.ts';
import { approve, sendNow, unhold } from '../../src/publishing/acts.ts';
import { composeNow, nextOpen, recompose } from '../../src/publishing/drafts.ts';
import {
  pauseNewsletter,
  resumeNewsletter,
  skipSlot,
  unskip,
  upcoming,
} from '../../src/publishing/newsletter-slots.ts';
import { publishDue } from '../../src/publishing/publish.ts';
import { addActive, deliveries, emails } from '../delivery/fixture.ts';
import { eachDatabase } from '../helpers/databases.ts';
import { EDITION, reviewed, standing, told } from './open-desk.ts';
import { DAY, HOUR, news, type Press, press, SLOT } from './press.ts';

const MINUTE = 60_000;
const TOMORROW = 'daily-20261123T0700Z';
const DAILY = reviewed();
const BY = { by: 'Anna', revision: 0 };

async function at(desk: Press, moment: number): Promise<void> {
  desk.clock.advance(moment - desk.clock.now());
  await publishDue(desk);
}

async function states(desk: Press) {
  const rows = await desk.db
    .selectFrom('editions')
    .select(['slot', 'state', 'reason'])
    .where('slot', '>=', SLOT)
    .orderBy('slot')
    .execute();
  return rows.map(({ slot, state, reason }) => [(slot - SLOT) / DAY, state, readReason(reason)]);
}

async function names(desk: Press) {
  return (await states(desk)).map(([, state]) => state);
}

eachDatabase((open) => {
  test('a slot that is skipped passes without an edition, and says whose wish it was', async () => {
    await using store = await open();
    const desk = await press(store.db, SLOT - 20 * HOUR, [DAILY]);
    expect(await skipSlot(desk, DAILY, SLOT, 'Anna')).toMatchObject({ ok: true });
    desk.offer(news(0, SLOT - 3 * HOUR));
    for (const moment of [SLOT - HOUR, SLOT, SLOT + HOUR]) await at(desk, moment);
    expect(await states(desk)).toEqual([[0, 'skipped', { code: 'skipped', by: 'Anna' }]]);
    expect(desk.collections).toEqual([]);
    await at(desk, SLOT + DAY);
    expect(await names(desk)).toEqual(['skipped', 'frozen']);
  });

  test('a skipped slot comes back as it was: its draft with what it told, or none', async () => {
    await using store = await open();
    const desk = await press(store.db, SLOT - HOUR, [DAILY]);
    desk.offer(news(0, SLOT - 3 * HOUR));
    await publishDue(desk);
    const { content } = await standing(store.db);
    await skipSlot(desk, DAILY, SLOT, 'Anna');
    await skipSlot(desk, DAILY, SLOT + DAY, 'Anna');
    expect(await names(desk)).toEqual(['skipped', 'skipped']);
    expect(await unskip(desk, DAILY, SLOT, 'Ben')).toMatchObject({ ok: true });
    expect(await unskip(desk, DAILY, SLOT + DAY, 'Ben')).toMatchObject({ ok: true });
    expect(await unskip(desk, DAILY, SLOT + DAY, 'Ben')).toEqual({
      ok: false,
      outcome: { code: 'slot-not-skipped' },
    });
    expect(await states(desk)).toEqual([[0, 'draft', null]]);
    expect(await standing(store.db)).toMatchObject({ content });
    await at(desk, SLOT);
    expect(await states(desk)).toEqual([[0, 'frozen', null]]);
  });

  test('only a slot of the schedule, to come and not sent, can be skipped', async () => {
    await using store = await open();
    const desk = await press(store.db, SLOT - HOUR, [DAILY]);
    desk.offer(news(0, SLOT - 3 * HOUR));
    await publishDue(desk);
    const no = async (slot: number) => actWords(await skipSlot(desk, DAILY, slot, 'Anna'));
    expect(await no(SLOT + MINUTE)).toBe('The Daily Curtsey has no edition at that time');
    expect(await no(SLOT - DAY)).toBe('That slot has passed');
    await sendNow(desk, EDITION, BY);
    expect(await no(SLOT)).toBe('It cannot be skipped: it is frozen');
  });

  test('a paused newsletter makes nothing: its slots are skipped, and it goes on when it is let', async () => {
    await using store = await open();
    const desk = await press(store.db, SLOT - HOUR, [DAILY]);
    desk.offer(news(0, SLOT - 3 * HOUR));
    await publishDue(desk);
    expect(await pauseNewsletter(desk, DAILY, 'Anna')).toMatchObject({ ok: true });
    expect(await pauseNewsletter(desk, DAILY, 'Ben')).toEqual({
      ok: false,
      outcome: { code: 'newsletter-paused-already', newsletter: 'The Daily Curtsey', by: 'Anna' },
    });
    expect(await sendNow(desk, EDITION, BY)).toMatchObject({
      outcome: { code: 'approved', leaves: { code: 'newsletter-paused', by: 'Anna' } },
    });
    await at(desk, SLOT);
    await at(desk, SLOT + DAY);
    const reason = { code: 'skipped-in-pause', by: 'Anna' };
    expect(await states(desk)).toEqual([
      [0, 'skipped', reason],
      [1, 'skipped', reason],
    ]);
    expect(await deliveries(store.db)).not.toContainEqual(expect.objectContaining({ kind: 'edition' }));
    expect(await unskip(desk, DAILY, SLOT + DAY, 'Ben')).toMatchObject({ ok: false });
    expect(await resumeNewsletter(desk, DAILY, 'Ben')).toMatchObject({ ok: true });
    desk.offer(news(1, SLOT + 2 * DAY - 3 * HOUR));
    await at(desk, SLOT + 2 * DAY);
    expect(await names(desk)).toEqual(['skipped', 'skipped', 'frozen']);
  });

  test('a draft that a pause let pass comes back held, and leaves when it is let go on', async () => {
    await using store = await open();
    await addActive(store.db, emails(1));
    const desk = await press(store.db, SLOT - HOUR, [DAILY]);
    desk.offer(news(0, SLOT - 3 * HOUR));
    await publishDue(desk);
    await pauseNewsletter(desk, DAILY, 'Anna');
    await at(desk, SLOT);
    await resumeNewsletter(desk, DAILY, 'Anna');
    expect(await unskip(desk, DAILY, SLOT, 'Anna')).toMatchObject({ ok: true });
    await at(desk, SLOT + MINUTE);
    expect(await states(desk)).toEqual([[0, 'draft', { code: 'held', by: 'Anna' }]]);
    expect(await unhold(desk, EDITION, { by: 'Anna' })).toMatchObject({
      outcome: { code: 'goes-on', leaves: 'at-once' },
    });
    expect(await names(desk)).toEqual(['frozen']);
  });

  test('asked for now, the next edition comes to the desk, can leave, and the one after it is next', async () => {
    await using store = await open();
    await addActive(store.db, emails(2));
    const daily = reviewed({ before: 0 });
    const desk = await press(store.db, SLOT + HOUR, [daily]);
    desk.offer(news(0, SLOT));
    await publishDue(desk);
    desk.clock.advance(2 * MINUTE);
    desk.offer(news(1, SLOT + HOUR + MINUTE));
    expect(await composeNow(desk, daily, 'Anna')).toEqual({
      ok: true,
      outcome: { code: 'composed' },
      id: TOMORROW,
    });
    expect(await composeNow(desk, daily, 'Ben')).toMatchObject({
      outcome: { code: 'composed-already' },
      id: TOMORROW,
    });
    expect(await told(store.db, TOMORROW)).toEqual(['draft-ready desk@paper.example']);
    await approve(desk, TOMORROW, BY);
    await sendNow(desk, TOMORROW, BY);
    expect(await standing(store.db, TOMORROW)).toMatchObject({ state: 'frozen' });
    expect(await nextOpen(desk, daily)).toEqual({ slot: SLOT + 2 * DAY, standing: undefined });
    desk.clock.advance(2 * MINUTE);
    desk.offer(news(2, SLOT + HOUR + 3 * MINUTE));
    expect(await composeNow(desk, daily, 'Anna')).toMatchObject({ ok: true, id: 'daily-20261124T0700Z' });
    await at(desk, SLOT + DAY);
    await at(desk, SLOT + 2 * DAY);
    expect(await names(desk)).toEqual(['frozen', 'frozen', 'frozen']);
  });

  test('with nothing to tell there is no draft yet, sources are not asked every minute, and the slot is not lost', async () => {
    await using store = await open();
    await addActive(store.db, emails(1));
    const desk = await press(store.db, SLOT - 2 * HOUR, [DAILY]);
    for (let minute = 0; minute < 12; minute += 1) await at(desk, SLOT - 2 * HOUR + minute * MINUTE);
    expect(desk.collections).toHaveLength(2);
    expect(await composeNow(desk, DAILY, 'Anna')).toEqual({
      ok: false,
      outcome: { code: 'nothing-yet', reason: { code: 'nothing-there' } },
    });
    expect(await told(store.db)).toEqual([]);
    await at(desk, SLOT - MINUTE);
    desk.offer(news(0, SLOT - MINUTE));
    await at(desk, SLOT);
    expect(await states(desk)).toEqual([[0, 'frozen', null]]);
  });

  test('of slots that passed while nothing was running editors hear of the last, and once', async () => {
    await using store = await open();
    const desk = await press(store.db, SLOT, [reviewed({ before: 0 })]);
    desk.offer(news(0, SLOT - HOUR));
    await publishDue(desk);
    await at(desk, SLOT + 3 * DAY + 13 * HOUR);
    await at(desk, SLOT + 3 * DAY + 14 * HOUR);
    expect(await names(desk)).toEqual(['frozen', 'missed', 'missed', 'missed']);
    const letters = await store.db
      .selectFrom('deliveries')
      .select(['kind', 'regards'])
      .where('kind', '=', 'draft-missed')
      .execute();
    expect(letters).toEqual([{ kind: 'draft-missed', regards: 'daily-20261125T0700Z' }]);
  });

  test('composed anew on the desk is one change, which asks for approval again', async () => {
    await using store = await open();
    const desk = await press(store.db, SLOT - HOUR, [DAILY]);
    desk.offer(news(0, SLOT - 3 * HOUR));
    await publishDue(desk);
    await approve(desk, EDITION, BY);
    desk.offer(news(1, SLOT - HOUR));
    expect(await recompose(desk, DAILY, EDITION, 'Anna')).toMatchObject({ ok: true });
    const draft = await standing(store.db);
    expect(draft.content?.stories).toHaveLength(2);
    expect(draft).toMatchObject({ revision: 1, approvedRevision: 0 });
    expect(await recompose(desk, DAILY, TOMORROW, 'Anna')).toMatchObject({ ok: false });
  });

  test('what comes up: what waits past its slot, then the slots to come with what stands there', async () => {
    await using store = await open();
    const daily = reviewed({ approval: 'required' });
    const desk = await press(store.db, SLOT, [daily]);
    desk.offer(news(0, SLOT - 3 * HOUR));
    await publishDue(desk);
    await skipSlot(desk, daily, SLOT + 2 * DAY, 'Anna');
    const coming = await upcoming(desk, daily, 3);
    expect(coming.map(({ slot, standing: one }) => [(slot - SLOT) / DAY, one?.kind, one?.late])).toEqual([
      [0, 'waits', true],
      [1, undefined, undefined],
      [2, 'skipped', false],
      [3, undefined, undefined],
    ]);
    expect(coming[1]?.composesAt).toBe(SLOT + DAY - 2 * HOUR);
  });

  test('a draft whose moment the schedule has no more still comes up, and can be skipped', async () => {
    await using store = await open();
    const desk = await press(store.db, SLOT - 20 * HOUR, [DAILY]);
    desk.offer(news(0, SLOT - 22 * HOUR));
    expect(await composeNow(desk, DAILY, 'Anna')).toMatchObject({ ok: true });
    const earlier = { ...DAILY, schedule: '0 1 * * *' };
    const coming = await upcoming(desk, earlier, 2);
    expect(coming.map(({ slot, unscheduled, standing: one }) => [slot, unscheduled, one?.kind])).toEqual([
      [SLOT - 6 * HOUR, false, undefined],
      [SLOT, true, 'goes'],
      [SLOT + 18 * HOUR, false, undefined],
    ]);
    expect(await skipSlot(desk, earlier, SLOT, 'Anna')).toMatchObject({ ok: true });
  });
});

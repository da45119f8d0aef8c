import { expect, test } from 'vitest';
import { verdictOf } from '../../src/checks/check-edition.ts';
import { saveDraft } from '../../src/editions/store/edition-store.ts';
import { approve, hold, schedule, sendNow, unhold } from '../../src/publishing/acts.ts';
import { recompose } from '../../src/publishing/drafts.ts';
import { publish, publishDue } from '../../src/publishing/publish.ts';
import { standingOf } from '../../src/publishing/review.ts';
import { addActive, deliveries, emails } from '../delivery/fixture.ts';
import { eachDatabase } from '../helpers/databases.ts';
import { addEditor, change, EDITION, reviewed, standing, told } from './open-desk.ts';
import { DAY, HOUR, news, type Press, press, SLOT } from './press.ts';

const MINUTE = 60_000;
const BY = { by: 'Anna' };

/** On the desk, as of the moment its review begins. */
async function onDesk(
  db: Parameters<typeof press>[0],
  daily = reviewed(),
  begins = SLOT - 2 * HOUR,
): Promise<Press> {
  await addActive(db, emails(2));
  const desk = await press(db, begins, [daily]);
  desk.offer(news(0, begins - HOUR));
  await publishDue(desk);
  return desk;
}

async function at(desk: Press, moment: number): Promise<void> {
  desk.clock.advance(moment - desk.clock.now());
  await publishDue(desk);
}

async function sent(desk: Press): Promise<number> {
  return (await deliveries(desk.db)).filter(({ kind }) => kind === 'edition').length;
}

eachDatabase((open) => {
  test('a draft comes to the desk when its review begins, and editors are told once', async () => {
    await using store = await open();
    await addEditor(store.db, 'Anna', 'approve');
    await addEditor(store.db, 'Ben', 'edit');
    const desk = await onDesk(store.db, reviewed(), SLOT - 2 * HOUR - MINUTE);
    expect(
      (await store.db.selectFrom('editions').select('slot').execute()).map((row) => row.slot),
    ).not.toContain(SLOT);
    for (let look = 0; look < 3; look += 1) await at(desk, SLOT - 2 * HOUR + look * MINUTE);
    expect(await standing(store.db)).toMatchObject({
      state: 'draft',
      deskSince: SLOT - 2 * HOUR,
      reason: null,
    });
    const ready = ['desk', 'anna', 'ben'].map((name) => `draft-ready ${name}@paper.example`);
    expect((await told(store.db)).filter((line) => line.startsWith('draft-ready'))).toEqual(ready);
    expect(desk.collections).toHaveLength(1);
  });

  test('what is on the desk goes at its slot as it stands there, and is never composed anew', async () => {
    await using store = await open();
    const desk = await onDesk(store.db);
    const { content } = await standing(store.db);
    desk.offer(news(1, SLOT - HOUR));
    await at(desk, SLOT - MINUTE);
    expect(await standing(store.db)).toMatchObject({ state: 'draft' });
    await at(desk, SLOT);
    expect(await standing(store.db)).toMatchObject({ state: 'frozen', content, reason: null });
    expect(await sent(desk)).toBe(2);
    await at(desk, SLOT + MINUTE);
    expect(await sent(desk)).toBe(2);
  });

  test('where approval is required it waits and says so; an approval that comes late sends it at once', async () => {
    await using store = await open();
    const desk = await onDesk(store.db, reviewed({ approval: 'required' }));
    await at(desk, SLOT);
    expect(await standing(store.db)).toMatchObject({
      state: 'draft',
      reason: { code: 'waits-for-approval' },
    });
    desk.clock.advance(3 * HOUR);
    expect(await approve(desk, EDITION, { revision: 0, ...BY })).toEqual({
      ok: true,
      outcome: { code: 'approved', leaves: 'at-once' },
    });
    expect(await standing(store.db)).toMatchObject({ state: 'frozen', reason: null, approvedBy: 'Anna' });
    expect(await sent(desk)).toBe(2);
    expect(await approve(desk, EDITION, { revision: 0, ...BY })).toEqual({
      ok: false,
      outcome: { code: 'has-left' },
    });
  });

  test('an approval before the slot waits for the slot', async () => {
    await using store = await open();
    const desk = await onDesk(store.db, reviewed({ approval: 'required' }));
    expect(await approve(desk, EDITION, { revision: 0, ...BY })).toEqual({
      ok: true,
      outcome: { code: 'approved', leaves: 'at-its-moment' },
    });
    await at(desk, SLOT - MINUTE);
    expect(await sent(desk)).toBe(0);
    await at(desk, SLOT);
    expect(await sent(desk)).toBe(2);
  });

  test('without a review window the draft that needs approval comes to the desk at its slot', async () => {
    await using store = await open();
    const desk = await onDesk(store.db, reviewed({ before: 0, approval: 'required' }), SLOT);
    expect(await standing(store.db)).toMatchObject({
      state: 'draft',
      deskSince: SLOT,
      reason: { code: 'waits-for-approval' },
    });
    desk.offer(news(1, SLOT));
    await at(desk, SLOT + 5 * MINUTE);
    expect((await standing(store.db)).content?.stories).toHaveLength(1);
    expect(await told(store.db)).toEqual(['draft-ready desk@paper.example']);
  });

  test.each([true, false])(
    'a story on a sensitive subject (%s) can ask for approval whatever the policy',
    async (sad) => {
      await using store = await open();
      await addActive(store.db, emails(1));
      const plain = await press(store.db, SLOT, [reviewed({ before: 0, sensitive: 'required' })]);
      const tags = sad ? ['death'] : [];
      const desk = {
        ...plain,
        tagged: async (all: Parameters<Press['tagged']>[0]) => all.map((one) => ({ ...one, tags })),
      };
      desk.offer(news(0, SLOT - HOUR));
      await publishDue(desk);
      const { state, reason, deskSince } = await standing(store.db);
      expect({ state, reason, deskSince }).toEqual(
        sad
          ? { state: 'draft', reason: { code: 'waits-for-approval' }, deskSince: SLOT }
          : { state: 'frozen', reason: null, deskSince: null },
      );
    },
  );

  test('what is held stays, also past its slot, and goes at once when it is let go on', async () => {
    await using store = await open();
    const desk = await onDesk(store.db);
    expect(await hold(desk, EDITION, BY)).toMatchObject({ ok: true });
    expect(await hold(desk, EDITION, { by: 'Ben' })).toEqual({
      ok: false,
      outcome: { code: 'held-already', by: 'Anna' },
    });
    await at(desk, SLOT + HOUR);
    expect(await standing(store.db)).toMatchObject({ state: 'draft', reason: { code: 'held', by: 'Anna' } });
    expect(await approve(desk, EDITION, { revision: 0, by: 'Ben' })).toEqual({
      ok: false,
      outcome: { code: 'held-by', by: 'Anna' },
    });
    expect(await unhold(desk, EDITION, BY)).toEqual({
      ok: true,
      outcome: { code: 'goes-on', leaves: 'at-once' },
    });
    expect(await sent(desk)).toBe(2);
    expect(await hold(desk, EDITION, BY)).toMatchObject({ ok: false });
  });

  test('`send` lets go what editors have as they have it, or says what keeps it', async () => {
    await using store = await open();
    const desk = await onDesk(store.db, reviewed({ approval: 'required' }));
    desk.clock.advance(2 * HOUR);
    const one = await publish(desk, reviewed({ approval: 'required' }));
    expect(one).toMatchObject({
      edition: { state: 'draft' },
      keptBy: { code: 'waits-for-approval' },
      decisions: [],
    });
    expect(desk.collections).toHaveLength(1);
  });

  test('an edit after the approval asks again', async () => {
    await using store = await open();
    const daily = reviewed({ approval: 'required' });
    const desk = await onDesk(store.db, daily);
    await approve(desk, EDITION, { revision: 0, ...BY });
    await change(store.db, 'Ben', 'Changed the headline of “A goat farm”');
    const draft = await standing(store.db);
    expect(standingOf(draft, daily, SLOT)).toMatchObject({ kind: 'waits', changedSinceApproval: true });
    await at(desk, SLOT);
    expect(await standing(store.db)).toMatchObject({
      state: 'draft',
      reason: { code: 'waits-for-approval' },
    });
    await approve(desk, EDITION, { revision: 1, ...BY });
    expect(await sent(desk)).toBe(2);
  });

  test('nobody approves unseen what somebody else changed: it says who changed what', async () => {
    await using store = await open();
    const desk = await onDesk(store.db, reviewed({ approval: 'required' }));
    await change(store.db, 'Ben', 'Moved “A quiet wedding” to Royals');
    expect(await approve(desk, EDITION, { revision: 0, ...BY })).toEqual({
      ok: false,
      outcome: {
        code: 'changed-since',
        by: 'Ben',
        what: { code: 'text', text: 'Moved “A quiet wedding” to Royals' },
      },
    });
    expect(await standing(store.db)).toMatchObject({ approvedAt: null });
  });

  test('what nobody approved in time is missed, keeps its content, and an approval still sends it', async () => {
    await using store = await open();
    const desk = await onDesk(store.db, reviewed({ approval: 'required' }));
    await at(desk, SLOT);
    await at(desk, SLOT + 12 * HOUR + MINUTE);
    const reason = { code: 'waited', kept: { code: 'waits-for-approval' }, until: 'too-late' };
    expect(await standing(store.db)).toMatchObject({
      state: 'missed',
      reason,
      content: { title: 'The Daily Curtsey' },
    });
    await at(desk, SLOT + 13 * HOUR);
    expect((await told(store.db)).filter((line) => line.startsWith('draft-missed'))).toHaveLength(1);
    expect(await approve(desk, EDITION, { revision: 0, ...BY })).toMatchObject({ ok: true });
    expect(await standing(store.db)).toMatchObject({ state: 'frozen', reason: null });
    expect(await sent(desk)).toBe(2);
  });

  test('what waits until the next edition has left is missed, and can be approved no more', async () => {
    await using store = await open();
    const daily = { ...reviewed(), catch_up_within: 3 * DAY };
    const desk = await onDesk(store.db, daily);
    await hold(desk, EDITION, BY);
    await at(desk, SLOT);
    desk.offer(news(1, SLOT + DAY - 3 * HOUR));
    await at(desk, SLOT + DAY - 2 * HOUR);
    await at(desk, SLOT + DAY);
    await at(desk, SLOT + DAY + MINUTE);
    expect(await standing(store.db)).toMatchObject({
      state: 'missed',
      reason: { code: 'waited', kept: { code: 'held', by: 'Anna' }, until: 'later-left' },
    });
    expect(await approve(desk, EDITION, { revision: 0, ...BY })).toEqual({
      ok: false,
      outcome: { code: 'later-has-left' },
    });
  });

  test('what is not ready does not go, approved or not, and goes when it is mended', async () => {
    await using store = await open();
    const desk = await onDesk(store.db, reviewed({ approval: 'required' }));
    const finding = {
      check: 'subject',
      severity: 'blocking',
      says: 'The subject is empty',
      mend: '',
    } as const;
    const faulty = { ...desk, check: async () => verdictOf([finding]) };
    desk.clock.advance(2 * HOUR);
    expect(await approve(faulty, EDITION, { revision: 0, ...BY })).toEqual({
      ok: true,
      outcome: {
        code: 'approved',
        leaves: { code: 'not-ready', check: 'subject', says: 'The subject is empty', more: 0 },
      },
    });
    await publishDue(faulty);
    expect(await standing(store.db)).toMatchObject({
      state: 'draft',
      reason: { code: 'not-ready', check: 'subject', says: 'The subject is empty', more: 0 },
    });
    await publishDue(desk);
    expect(await standing(store.db)).toMatchObject({ state: 'frozen', reason: null });
  });

  test('those who may approve are reminded once, unless somebody has', async () => {
    await using store = await open();
    await addEditor(store.db, 'Anna', 'approve');
    await addEditor(store.db, 'Ben', 'edit');
    const desk = await onDesk(store.db);
    await at(desk, SLOT - 31 * MINUTE);
    expect(await told(store.db)).toHaveLength(3);
    for (const minutes of [30, 29, 1]) await at(desk, SLOT - minutes * MINUTE);
    const reminders = ['draft-reminder desk@paper.example', 'draft-reminder anna@paper.example'];
    expect((await told(store.db)).slice(3)).toEqual(reminders);
    desk.offer(news(1, SLOT + DAY - 3 * HOUR));
    await at(desk, SLOT);
    await at(desk, SLOT + DAY - 2 * HOUR);
    const tomorrow = 'daily-20261123T0700Z';
    await approve(desk, tomorrow, { revision: 0, ...BY });
    await at(desk, SLOT + DAY - 20 * MINUTE);
    expect((await told(store.db)).filter((line) => line.startsWith('draft-reminder'))).toEqual(reminders);
  });

  test('a draft can leave before its slot or after it, but not past the next one', async () => {
    await using store = await open();
    const daily = reviewed();
    const desk = await onDesk(store.db, daily);
    const to = (sendAt: number | null) => schedule(desk, daily, EDITION, { sendAt, ...BY });
    expect(await to(SLOT - 3 * HOUR)).toEqual({ ok: false, outcome: { code: 'moment-has-passed' } });
    expect(await to(SLOT + DAY)).toMatchObject({ ok: false });
    expect(await to(SLOT + 5 * HOUR)).toMatchObject({ ok: true });
    await at(desk, SLOT + 4 * HOUR);
    expect(await sent(desk)).toBe(0);
    expect(await to(SLOT + 4 * HOUR + MINUTE)).toMatchObject({ ok: true });
    await at(desk, SLOT + 4 * HOUR + MINUTE);
    expect(await sent(desk)).toBe(2);
    expect(await to(null)).toMatchObject({ ok: false });
  });

  test('a correction waits for approval, goes at the moment it is given, and is never composed anew or missed', async () => {
    await using store = await open();
    const daily = reviewed();
    const desk = await onDesk(store.db, daily);
    await at(desk, SLOT);
    const { content } = await standing(store.db);
    const slot = SLOT + 10 * MINUTE;
    const id = 'daily-20261122T0710Z';
    await saveDraft(store.db, {
      newsletterId: 'daily',
      slot,
      asOf: slot,
      composedAt: slot,
      content,
      reason: null,
      deskSince: slot,
    });
    await store.db.updateTable('editions').set({ corrects: EDITION }).where('id', '=', id).execute();
    await at(desk, slot + MINUTE);
    expect(await recompose(desk, daily, id, 'Anna')).toMatchObject({ ok: false });
    await schedule(desk, daily, id, { sendAt: SLOT + 3 * HOUR, ...BY });
    await approve(desk, id, { revision: 0, ...BY });
    await at(desk, SLOT + 2 * HOUR);
    expect(await standing(store.db, id)).toMatchObject({ state: 'draft', approvedBy: 'Anna' });
    await at(desk, SLOT + 3 * HOUR);
    expect(await standing(store.db, id)).toMatchObject({ state: 'frozen', content });
  });

  test('sent now it leaves before its slot, and nothing more comes at the slot', async () => {
    await using store = await open();
    const desk = await onDesk(store.db, reviewed({ approval: 'required' }));
    expect(await sendNow(desk, EDITION, { revision: 0, ...BY })).toEqual({
      ok: true,
      outcome: { code: 'approved', leaves: 'at-once' },
    });
    expect(await sent(desk)).toBe(2);
    desk.offer(news(1, SLOT - HOUR));
    await at(desk, SLOT);
    expect(await sent(desk)).toBe(2);
    expect(await store.db.selectFrom('editions').select('id').where('slot', '>=', SLOT).execute()).toEqual([
      { id: EDITION },
    ]);
  });

  test.each([
    ['catch_up', HOUR, 'frozen', null],
    ['catch_up', 13 * HOUR, 'missed', { code: 'nothing-ran-for-long' }],
    ['report', HOUR, 'missed', { code: 'nothing-ran' }],
  ] as const)(
    'a machine that was off (%s, %i ms) lets its draft go as late as it may',
    async (missed, off, state, reason) => {
      await using store = await open();
      const desk = await onDesk(store.db, { ...reviewed(), missed });
      await at(desk, SLOT + off);
      expect(await standing(store.db)).toMatchObject({
        state,
        reason,
        content: { title: 'The Daily Curtsey' },
      });
    },
  );
});

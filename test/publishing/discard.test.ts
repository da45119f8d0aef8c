import { expect, test } from 'vitest';
import { actsOf } from '../../src/editions/store/act-log.ts';
import { approve, hold } from '../../src/publishing/acts.ts';
import { discardDraft } from '../../src/publishing/discard.ts';
import { composeNow } from '../../src/publishing/drafts.ts';
import { publishDue } from '../../src/publishing/publish.ts';
import type { Database } from '../../src/storage/schema/schema.ts';
import { addActive, emails } from '../delivery/fixture.ts';
import { eachDatabase } from '../helpers/databases.ts';
import { change, EDITION, standing } from './open-desk.ts';
import { DAILY, DAY, HOUR, news, type Press, press, SLOT } from './press.ts';

const ANNA = { by: 'Anna', revision: 0, mayApprove: false };

/** On the desk half a day ahead of its slot, for somebody asked. */
async function asked(db: Database): Promise<Press> {
  await addActive(db, emails(2));
  const desk = await press(db, SLOT - DAY / 2);
  desk.offer(news(0, SLOT - DAY / 2 - HOUR));
  expect(await composeNow(desk, DAILY, 'Anna')).toMatchObject({ ok: true, id: EDITION });
  return desk;
}

eachDatabase((open) => {
  test('a discarded draft is built at its time, with what came since, and it is noted who discarded it', async () => {
    await using store = await open();
    const desk = await asked(store.db);
    expect(await discardDraft(desk, EDITION, ANNA)).toMatchObject({ ok: true });
    expect(await standing(store.db)).toMatchObject({ state: 'empty', deskSince: null, content: undefined });
    desk.offer(news(1, SLOT - HOUR));
    await publishDue(desk);
    expect((await standing(store.db)).state).toBe('empty');
    desk.clock.advance(DAY / 2);
    await publishDue(desk);
    const gone = await standing(store.db);
    expect(gone.state).toBe('frozen');
    expect(gone.content?.stories).toHaveLength(2);
    expect(await actsOf(store.db, EDITION)).toContainEqual(
      expect.objectContaining({ by: 'Anna', what: { code: 'discarded' } }),
    );
  });

  test('a page that still shows the old draft approves nothing of the next one', async () => {
    await using store = await open();
    const desk = await asked(store.db);
    await discardDraft(desk, EDITION, ANNA);
    expect(await composeNow(desk, DAILY, 'Ben')).toMatchObject({ ok: true, id: EDITION });
    expect(await approve(desk, EDITION, { by: 'Anna', revision: 0 })).toMatchObject({ ok: false });
    expect((await standing(store.db)).revision).toBe(1);
  });

  test('what is held, was changed since or has been approved is not discarded just so', async () => {
    await using store = await open();
    const desk = await asked(store.db);
    await change(store.db, 'Ben', 'Changed the headline');
    expect(await discardDraft(desk, EDITION, ANNA)).toMatchObject({
      ok: false,
      outcome: { code: 'changed-since' },
    });
    const seen = { ...ANNA, revision: 1 };
    await approve(desk, EDITION, { by: 'Ben', revision: 1 });
    expect((await discardDraft(desk, EDITION, seen)).outcome).toEqual({ code: 'approved-by', by: 'Ben' });
    await hold(desk, EDITION, { by: 'Cleo' });
    const held = await discardDraft(desk, EDITION, { ...seen, mayApprove: true });
    expect(held.outcome).toEqual({ code: 'held-by-beside', by: 'Cleo' });
    expect((await standing(store.db)).state).toBe('draft');
  });

  test('once its slot has passed a draft is not discarded, for it would not be built again', async () => {
    await using store = await open();
    const desk = await asked(store.db);
    await hold(desk, EDITION, { by: 'Anna' });
    desk.clock.advance(DAY / 2);
    expect((await discardDraft(desk, EDITION, ANNA)).outcome).toEqual({ code: 'slot-is-over' });
  });
});

import { expect, test } from 'vitest';
import { saveArticles } from '../../src/articles/sources/save-articles.ts';
import { editionStatus } from '../../src/delivery/progress.ts';
import { registerNewsletters } from '../../src/editions/store/newsletter-store.ts';
import { publishDue } from '../../src/publishing/publish.ts';
import type { Database } from '../../src/storage/schema/schema.ts';
import { addActive, emails } from '../delivery/fixture.ts';
import { runInProcesses } from '../delivery/processes.ts';
import { eachDatabase, type TestDatabase } from '../helpers/databases.ts';
import { addEditor, EDITION, reviewed, standing, told } from './open-desk.ts';
import { DAY, HOUR, news, press, SLOT } from './press.ts';

const READERS = 300;
const BEGINS = SLOT - 2 * HOUR;

async function ready(db: Database): Promise<void> {
  await registerNewsletters(db, [reviewed()], SLOT - DAY);
  await addActive(db, emails(READERS));
  await addEditor(db, 'Anna', 'approve');
  await addEditor(db, 'Ben', 'edit');
  await saveArticles(db, 'desk', [news(0, BEGINS - HOUR), news(1, BEGINS - HOUR)], BEGINS);
}

/** Three processes do the same at one moment. */
function together(store: TestDatabase, now: number, act: string): Promise<unknown[]> {
  return runInProcesses(
    3,
    `const { openDatabase } = await load('storage/database.ts');
     const { publishDue } = await load('publishing/publish.ts');
     const { approve, hold } = await load('publishing/acts.ts');
     const { clockAt } = await load('base/clock.ts');
     const { createLog } = await load('base/log.ts');
     const db = await openDatabase(${JSON.stringify(store.url)});
     const errors = [];
     const log = { ...createLog('silent', false), warn() {}, error: ({ error }) => errors.push(String(error)) };
     const deps = {
       db, log, clock: clockAt(${now}), newsletters: ${JSON.stringify([reviewed()])}, collect: async () => [],
       sources: [], tagged: async (all) => all, illustrate: async () => ({ pictures: new Map(), refused: [] }),
       check: async () => ({ ready: true, findings: [] }),
     };
     await ready();
     const did = await (${act})({ publishDue, approve, hold, deps });
     await db.destroy();
     say({ did: did ?? null, errors });`,
  );
}

eachDatabase((open) => {
  test('several processes at the beginning of a review make one draft, and tell each editor once', async () => {
    await using store = await open();
    await ready(store.db);
    const answers = await together(store, BEGINS, '({ publishDue, deps }) => publishDue(deps)');
    for (const answer of answers) expect(answer).toMatchObject({ errors: [] });
    expect(await standing(store.db)).toMatchObject({ state: 'draft', deskSince: BEGINS, revision: 0 });
    expect((await told(store.db)).toSorted()).toEqual(
      ['anna', 'ben', 'desk'].map((name) => `draft-ready ${name}@paper.example`),
    );
  });

  test('several processes at the slot of a draft on the desk let it go once, to each reader once', async () => {
    await using store = await open();
    await ready(store.db);
    const desk = await press(store.db, BEGINS, [reviewed()]);
    await publishDue(desk);
    for (const answer of await together(store, SLOT, '({ publishDue, deps }) => publishDue(deps)'))
      expect(answer).toMatchObject({ errors: [] });
    expect(await editionStatus(store.db, EDITION)).toMatchObject({
      state: 'frozen',
      candidates: READERS,
      prepared: READERS,
      balanced: true,
    });
  });

  test('several processes before the slot remind each of those who may approve once', async () => {
    await using store = await open();
    await ready(store.db);
    const desk = await press(store.db, BEGINS, [reviewed()]);
    await publishDue(desk);
    await together(store, SLOT - HOUR / 4, '({ publishDue, deps }) => publishDue(deps)');
    expect((await told(store.db)).slice(3).toSorted()).toEqual([
      'draft-reminder anna@paper.example',
      'draft-reminder desk@paper.example',
    ]);
  });

  test('a hold at the very moment of the slot either keeps it from everybody or is refused', async () => {
    await using store = await open();
    await ready(store.db);
    const desk = await press(store.db, BEGINS, [reviewed()]);
    await publishDue(desk);
    const answers = await together(
      store,
      SLOT,
      `async ({ publishDue, hold, deps }) => {
        const held = hold(deps, '${EDITION}', { by: 'Anna' });
        await publishDue(deps);
        return (await held).ok;
      }`,
    );
    const { state, heldBy } = await standing(store.db);
    const held = answers.some((answer) => (answer as { did: boolean }).did);
    const { prepared } = await editionStatus(store.db, EDITION);
    expect({ state, heldBy, prepared }).toEqual(
      held
        ? { state: 'draft', heldBy: 'Anna', prepared: 0 }
        : { state: 'frozen', heldBy: null, prepared: READERS },
    );
  });
});

import { expect, test } from 'vitest';
import { saveArticles } from '../../src/articles/sources/save-articles.ts';
import { editionStatus } from '../../src/delivery/progress.ts';
import { registerNewsletters } from '../../src/editions/store/newsletter-store.ts';
import { addActive, emails } from '../delivery/fixture.ts';
import { runInProcesses } from '../delivery/processes.ts';
import { eachDatabase } from '../helpers/databases.ts';
import { DAILY, DAY, HOUR, news, SLOT } from './press.ts';

eachDatabase((open) => {
  test('several processes at one slot make one edition, and each reader is in it once', async () => {
    await using store = await open();
    await registerNewsletters(store.db, [DAILY], SLOT - DAY);
    await addActive(store.db, emails(800));
    await saveArticles(store.db, 'desk', [news(0, SLOT - HOUR), news(1, SLOT - HOUR)], SLOT);
    const answers = await runInProcesses(
      3,
      `const { openDatabase } = await load('storage/database.ts');
       const { publishDue } = await load('publishing/publish.ts');
       const { clockAt } = await load('base/clock.ts');
       const { createLog } = await load('base/log.ts');
       const db = await openDatabase(${JSON.stringify(store.url)});
       const errors = [];
       const log = { ...createLog('silent', false), warn() {}, error: ({ error }) => errors.push(String(error)) };
       await ready();
       const published = await publishDue({
         db, log, clock: clockAt(${SLOT}), newsletters: ${JSON.stringify([DAILY])}, collect: async () => [],
         sources: [], tagged: async (all) => all, illustrate: async () => ({ pictures: new Map(), refused: [] }),
         check: async () => ({ ready: true, findings: [] }),
       });
       await db.destroy();
       say({ states: published.map(({ edition }) => edition.state), errors });`,
    );
    for (const answer of answers)
      expect(answer).toMatchObject({
        errors: [],
        states: expect.not.arrayContaining(['draft', 'empty', 'missed']),
      });
    expect(await store.db.selectFrom('editions').select(['id', 'state']).execute()).toEqual([
      { id: 'daily-20261122T0700Z', state: 'frozen' },
    ]);
    const status = await editionStatus(store.db, 'daily-20261122T0700Z');
    expect(status).toMatchObject({ candidates: 800, prepared: 800, stories: 2, balanced: true });
  });
});

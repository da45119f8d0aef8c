import { expect, test } from 'vitest';
import { skipSlot, unskip } from '../../../src/publishing/newsletter-slots.ts';
import { eachDatabase } from '../../helpers/databases.ts';
import { addDraft, NEXT, NEXT_SLOT, withReview } from '../desk/desk-sample.ts';
import { HERE, openStudio, press } from '../open-studio.ts';

eachDatabase((open) => {
  test('the page of an edition tells who decided what, the latest first', async () => {
    const newsletters = withReview({ before: '24h', approval: 'required' });
    await using studio = await openStudio({ newsletters, database: await open() });
    await addDraft(studio);
    const page = async () =>
      (await studio.app.inject({ url: `/studio/editions/${NEXT}`, headers: HERE })).body;
    expect(await page()).not.toContain('<summary>Decisions');

    const here = `/studio/editions/${NEXT}`;
    await press(studio, `${here}/hold`, { revision: '0' });
    await press(studio, `${here}/let-go-on`, { revision: '0' });
    await press(studio, `${here}/approve`, { revision: '0' });
    const [daily] = studio.house.config.newsletters;
    if (!daily) throw new Error('there are two');
    await skipSlot(studio.house.publishing, daily, NEXT_SLOT, 'Ada');
    await unskip(studio.house.publishing, daily, NEXT_SLOT, 'Ada');
    studio.clock.advance(NEXT_SLOT - studio.clock.now());
    await studio.house.runSchedule();
    await press(studio, `${here}/pause`);
    await press(studio, `${here}/resume`);
    await press(studio, `${here}/resume`); // too late: it changes nothing, and is not noted

    const [, list = ''] = /Decisions<\/summary>([\s\S]*?)<\/ol>/.exec(await page()) ?? [];
    const acts = [...list.matchAll(/what-done">([^<]+)<\/span> <small>([^,]+),/g)].map((found) =>
      found.slice(1).join(', '),
    );
    expect(acts).toEqual([
      'Resumed, Rehearsal',
      'Paused, Rehearsal',
      'Brought back, Ada',
      'Skipped, Ada',
      'Approved, Rehearsal',
      'Released hold, Rehearsal',
      'Held, Rehearsal',
    ]);
  });
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { eachDatabase } from '../../helpers/databases.ts';
import { standing } from '../../publishing/open-desk.ts';
import {
  addAccount,
  addEdition,
  EDITION_ID,
  HERE,
  logIn,
  type OpenStudio,
  openStudio,
  press,
} from '../open-studio.ts';
import { addDraft, NEXT, NEXT_SLOT, withReview } from './desk-sample.ts';

const DAY = 86_400_000;

/** The slots of the daily as the desk has them: `Mon 23 Nov, 07:00 in 23 hours Built at send time Skip …`. */
async function slots({ app }: OpenStudio, headers: Record<string, string> = {}): Promise<string[]> {
  const { body } = await app.inject({ url: '/studio', headers: { ...HERE, ...headers } });
  const [daily = ''] = /<article [^>]*id="desk-daily"[\s\S]*?<\/article>/.exec(body) ?? [];
  return [...daily.matchAll(/<li class="[^"]*">([\s\S]*?)<\/li>/g)].map(([, html = '']) =>
    html
      .replace(/<[^>]+>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim(),
  );
}

function slotAct(slot: number, what: string): string {
  return `/studio/newsletters/daily/slots/${slot}/${what}`;
}

eachDatabase((store) => {
  test('the desk has the next slots of each newsletter, and one that is skipped or brought back', async () => {
    await using studio = await openStudio({ database: await store() });
    const [first, ...others] = await slots(studio);
    expect(first).toBe('Mon 23 Nov, 07:00 in 23 hours Built at send time Skip Mon 23 Nov, 07:00');
    expect(others).toHaveLength(4);
    const done = await press(studio, slotAct(NEXT_SLOT, 'skip'));
    expect(done).toMatchObject({ statusCode: 303, headers: { location: '/studio#desk-daily' } });
    expect((await slots(studio))[0]).toBe(
      'Mon 23 Nov, 07:00 in 23 hours skipped Skipped by Rehearsal Bring back , Mon 23 Nov, 07:00',
    );
    await press(studio, slotAct(NEXT_SLOT, 'unskip'));
    expect((await slots(studio))[0]).toBe(first);
    expect((await press(studio, slotAct(NEXT_SLOT + 60_000, 'skip'))).statusCode).toBe(409);
    expect((await press(studio, slotAct(Number.NaN, 'skip'))).statusCode).toBe(404);
    expect((await press(studio, '/studio/newsletters/none/pause')).statusCode).toBe(404);
  });

  test('a draft stands at its slot with what becomes of it; one that waits past its slot stands first', async () => {
    const newsletters = withReview({ before: '24h', approval: 'required' });
    await using studio = await openStudio({ newsletters, database: await store() });
    await addDraft(studio);
    expect((await slots(studio))[0]).toMatch(
      /^Mon 23 Nov, 07:00 in 23 hours waits Waits for approval · 2 stories Open .* Skip/,
    );
    expect((await slots(studio))[1]).toContain('Draft ready in 23 hours');
    await press(studio, `/studio/editions/${NEXT}/approve`, { revision: '0' });
    expect((await slots(studio))[0]).toContain('approved Approved by Rehearsal, goes out as scheduled');
    await press(studio, `/studio/editions/${NEXT}/hold`);
    studio.clock.advance(NEXT_SLOT - studio.clock.now() + 60_000);
    const late = await slots(studio);
    expect(late[0]).toContain('Mon 23 Nov, 07:00 1 minute ago held Held by Rehearsal');
    expect(late[1]).toContain('Tue 24 Nov, 07:00');
  });

  test('an edition that left before its slot is opened as an edition, and not as a draft', async () => {
    await using studio = await openStudio({ database: await store() });
    await addDraft(studio);
    expect((await slots(studio))[0]).toContain('Open the draft of Mon 23 Nov, 07:00');
    await studio.db.updateTable('editions').set({ state: 'finished', candidates: 0 }).execute();
    expect((await slots(studio))[0]).toContain('Open the edition of Mon 23 Nov, 07:00');
  });

  test('a paused newsletter says by whom, and goes on when it is let', async () => {
    await using studio = await openStudio({ database: await store() });
    const body = async () => (await studio.app.inject({ url: '/studio', headers: HERE })).body;
    await press(studio, '/studio/newsletters/daily/pause');
    expect(await body()).toContain('<strong>Paused by Rehearsal</strong>, Sun 22 Nov, 08:00.');
    expect((await press(studio, '/studio/newsletters/daily/pause')).statusCode).toBe(409);
    expect((await press(studio, '/studio/newsletters/daily/resume')).statusCode).toBe(303);
    expect(await body()).not.toContain('Paused by');
  });

  test('before it is built, a page says which slot, when it leaves and what it would be; it keeps nothing', async () => {
    await using studio = await openStudio({ newsletters: withReview({}), database: await store() });
    const path = '/studio/newsletters/daily/build-now';
    const { body, statusCode } = await studio.app.inject({ url: path, headers: HERE });
    expect(statusCode).toBe(200);
    expect(body).toContain('Build the edition of Mon 23 Nov, 07:00 now?');
    expect(body).toContain('Later articles are not added automatically.');
    expect(body).toContain('What it would contain now');
    expect(body).toContain('action="/studio/newsletters/daily/build-now"');
    expect(await studio.db.selectFrom('editions').select('id').where('id', '=', NEXT).execute()).toEqual([]);
    await addDraft(studio);
    const there = await studio.app.inject({ url: path, headers: HERE });
    expect(there).toMatchObject({ statusCode: 303, headers: { location: `/studio/editions/${NEXT}` } });
  });

  test('the next edition comes to the desk when it is asked for, and the editor is led to it', async () => {
    const one = withReview({}).replace('sources: [stories, palace]', 'sources: [stories]');
    await using studio = await openStudio({ newsletters: one, database: await store() });
    const refused = await press(studio, '/studio/newsletters/daily/build-now');
    expect(refused).toMatchObject({
      statusCode: 409,
      body: expect.stringContaining('Nothing to send yet'),
    });
    expect(refused.body).toContain('save an article into the folder <code>articles</code>');
    expect(refused.body).toContain('action="/studio/newsletters/daily/build-now"');
    expect(refused.body).not.toContain('wait for what');
    const article =
      '---\nheadline: The Queen opens a garden\ndate: 2026-11-22T07:30:00Z\ncategory: royal\n---\n\nIt rained.\n';
    writeFileSync(join(studio.folder, 'articles', 'garden.md'), article);
    const answer = await press(studio, '/studio/newsletters/daily/build-now');
    expect(answer).toMatchObject({ statusCode: 303, headers: { location: `/studio/editions/${NEXT}` } });
    expect(await standing(studio.db, NEXT)).toMatchObject({ state: 'draft', deskSince: studio.clock.now() });
    const fromAnOpenPage = await press(studio, '/studio/newsletters/daily/compose-now');
    expect(fromAnOpenPage).toMatchObject({ headers: { location: `/studio/editions/${NEXT}` } });
  });

  test('an edition whose sources could not be read is shown with the reason, and nothing to decide', async () => {
    await using studio = await openStudio({ database: await store() });
    const reason = 'no source could be read; palace: the server answered 503';
    await addEdition(studio.db, {
      id: EDITION_ID,
      slot: NEXT_SLOT - DAY,
      state: 'draft',
      candidates: null,
      reason,
    });
    const get = async (url: string) => (await studio.app.inject({ url, headers: HERE })).body;
    expect(await get('/studio')).toContain(reason);
    const page = await get(`/studio/editions/${EDITION_ID}`);
    expect(page).toContain(reason);
    expect(page).not.toMatch(/action="[^"]*\/(approve|hold|send-now|edits)"/);
  });

  test('editions so far are shown a dozen to a page; what is to come is not among them', async () => {
    await using studio = await openStudio({ database: await store() });
    await addDraft(studio);
    for (let day = 1; day <= 14; day += 1) {
      const slot = NEXT_SLOT - day * DAY;
      const id = `daily-${new Date(slot).toISOString().slice(0, 10).replaceAll('-', '')}T0700Z`;
      await addEdition(studio.db, { id, state: 'missed', candidates: null, slot });
    }
    const page = async (query = '') =>
      (await studio.app.inject({ url: `/studio${query}`, headers: HERE })).body;
    const listed = (body: string) =>
      [...body.matchAll(/<h3><a href="\/studio\/editions\/([^"]+)"/g)].map((one) => one[1]);
    const first = await page();
    expect(listed(first)).toHaveLength(12);
    expect(listed(first)).not.toContain(NEXT);
    expect(first).toContain('rel="next" href="/studio?page&#x3D;2#editions"');
    expect(listed(await page('?page=2'))).toHaveLength(2);
    for (const odd of ['0', '-1', 'x', '99999999', "1'"])
      expect(listed(await page(`?page=${odd}`))).toHaveLength(12);
  });
});

describe('the desk', () => {
  test('shows an editor who may not approve what stands there, and nothing to skip or pause', async () => {
    await using studio = await openStudio({ rehearsal: false });
    const ben = await logIn(studio, await addAccount(studio, 'ben@paper.example'));
    expect((await slots(studio, ben))[0]).toBe('Mon 23 Nov, 07:00 in 23 hours Built at send time');
    for (const url of [
      slotAct(NEXT_SLOT, 'skip'),
      slotAct(NEXT_SLOT, 'unskip'),
      '/studio/newsletters/daily/pause',
    ])
      expect((await press(studio, url, {}, ben)).statusCode).toBe(403);
    expect(await studio.db.selectFrom('editions').select('id').execute()).toEqual([]);
  });
});

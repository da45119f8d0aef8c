import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { whatWaits } from '../../../src/cli/doctor/doctor-desk.ts';
import { freezeAudience } from '../../../src/delivery/audience/audience.ts';
import { type Claim, claim } from '../../../src/delivery/engine/claim.ts';
import { editionStatus } from '../../../src/delivery/progress.ts';
import { approve } from '../../../src/publishing/acts.ts';
import { addActive, draft, emails, worker } from '../../delivery/fixture.ts';
import { eachDatabase } from '../../helpers/databases.ts';
import { story } from '../../mail/sample.ts';
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

const PAGE = `/studio/editions/${EDITION_ID}`;
const content = { stories: [{ headline: 'A garden' }, { headline: 'A crown', tags: ['death'] }] };

describe('the events of an edition', () => {
  test('come to a client as they are, until it is over', async () => {
    await using studio = await openStudio();
    await addEdition(studio.db, { state: 'frozen', deliveries: { accepted: 1, waiting: 3 } });
    const origin = await studio.app.listen({ port: 0, host: '127.0.0.1' });
    const answer = await fetch(`${origin}${PAGE}/live`);
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    });
    const heard = listen(answer);
    await expect.poll(() => heard.events.length, { timeout: 15_000 }).toBe(1);
    expect(heard.events[0]).toMatchObject({ state: 'frozen', done: 25 });
    expect(heard.events[0]?.html).toContain('4</b> <span>candidates');
    await studio.db
      .updateTable('deliveries')
      .set({ state: 'accepted' })
      .where('state', '=', 'waiting')
      .execute();
    await until(studio, () => heard.events.length === 2);
    expect(heard.events[1]).toMatchObject({
      state: 'frozen',
      done: 100,
      sentence: 'Everything is sent and every reply is in. The final count follows in a moment.',
    });
    await studio.db.updateTable('editions').set({ state: 'finished' }).execute();
    await until(studio, () => heard.ended);
    expect(heard.events[2]).toMatchObject({ state: 'finished', sentence: 'Everybody has it: 4 of 4.' });
    expect(heard.text.endsWith('event: over\ndata: {}\n\n')).toBe(true);
  });

  test('end with the server, which does not wait for who watches', async () => {
    const studio = await openStudio();
    await addEdition(studio.db, { state: 'paused', deliveries: { waiting: 1 } });
    const origin = await studio.app.listen({ port: 0, host: '127.0.0.1' });
    const heard = listen(await fetch(`${origin}${PAGE}/live`));
    await expect.poll(() => heard.events.length, { timeout: 15_000 }).toBe(1);
    await studio[Symbol.asyncDispose]();
    await expect.poll(() => heard.ended, { timeout: 15_000 }).toBe(true);
  });

  test('are not there for an edition that is not', async () => {
    await using studio = await openStudio();
    const { statusCode } = await studio.app.inject({ url: `${PAGE}/live`, headers: HERE });
    expect(statusCode).toBe(404);
  });
});

eachDatabase((open) => {
  test('an editor pauses, resumes and, having read who will not get it, cancels', async () => {
    await using studio = await openStudio({ database: await open() });
    await addEdition(studio.db, { state: 'frozen', deliveries: { accepted: 2, waiting: 3 }, content });
    const state = async () => (await editionStatus(studio.db, EDITION_ID)).state;
    const paused = await press(studio, `${PAGE}/pause`);
    expect([paused.statusCode, paused.headers.location]).toEqual([303, PAGE]);
    expect(await editionStatus(studio.db, EDITION_ID)).toMatchObject({
      state: 'paused',
      reason: { code: 'paused', by: 'Rehearsal' },
    });
    expect((await press(studio, `${PAGE}/pause`)).statusCode).toBe(409);
    await press(studio, `${PAGE}/resume`);
    expect(await state()).toBe('frozen');
    const asked = await studio.app.inject({ url: `${PAGE}/cancel`, headers: HERE });
    expect(asked.body).toContain('Cancel it? 3 will not get it');
    expect(asked.body).toContain('2 of 5 already have it');
    expect(await state()).toBe('frozen');
    await press(studio, `${PAGE}/cancel`);
    const { reason, deliveries } = await editionStatus(studio.db, EDITION_ID);
    expect({ reason, deliveries }).toMatchObject({
      reason: { code: 'cancelled', by: 'Rehearsal' },
      deliveries: { accepted: 2, cancelled: 3, waiting: 0 },
    });
    expect((await press(studio, `${PAGE}/cancel`)).statusCode).toBe(409);
    expect((await studio.app.inject({ url: `${PAGE}/cancel`, headers: HERE })).statusCode).toBe(409);
  });
});

test('who may only edit can pause and take a story out, and neither resume nor cancel', async () => {
  await using studio = await openStudio({ rehearsal: false });
  await addEdition(studio.db, { state: 'frozen', deliveries: { waiting: 3 }, content });
  await studio.db
    .insertInto('edition_stories')
    .values({ edition_id: EDITION_ID, bit: 0, article_id: 1 })
    .execute();
  const headers = await logIn(studio, await addAccount(studio, 'ada@belle.example', 'edit'));
  const page = async () => (await studio.app.inject({ url: PAGE, headers: { ...HERE, ...headers } })).body;
  expect(await page()).not.toContain('Cancel…');
  expect((await press(studio, `${PAGE}/cancel`, {}, headers)).statusCode).toBe(403);
  expect((await press(studio, `${PAGE}/pause`, {}, headers)).statusCode).toBe(303);
  expect(await page()).toContain('An editor with approval rights can resume it.');
  expect((await press(studio, `${PAGE}/resume`, {}, headers)).statusCode).toBe(403);
  expect((await press(studio, `${PAGE}/pull/1`, {}, headers)).statusCode).toBe(303);
  expect(await editionStatus(studio.db, EDITION_ID)).toMatchObject({
    state: 'paused',
    reason: { code: 'paused', by: 'ada' },
  });
  expect(await page()).toContain('Taken out just now: nobody had it by then.');
});

eachDatabase((open) => {
  test('a correction is written, approved, and sent to those who got the story', async () => {
    await using studio = await openStudio({ database: await open() });
    const { db, clock } = studio;
    await addActive(db, emails(3));
    await addActive(db, emails(2, 'style.example'), ['style']);
    const stories = [story(0, { sourceId: 'palace' }), story(1, { sectionId: 'style', sourceId: 'palace' })];
    const edition = await draft(db, { stories });
    await freezeAudience(db, edition, clock.now());
    await db.updateTable('deliveries').set({ state: 'accepted', settled_at: 0 }).execute();
    await db.updateTable('editions').set({ state: 'finished' }).execute();
    const form = `/studio/editions/${edition.id}/correct?story=1`;

    const { body } = await studio.app.inject({ url: form, headers: HERE });
    expect(body).toContain('It goes only to the 3 who got it');
    expect(body).toContain(' data-one-line>Headline number 0</textarea>');
    const refused = await press(studio, form, {
      text: ' ',
      retell: 'yes',
      headline: 'Now\r\nright ',
      standfirst: '',
    });
    expect(refused.statusCode).toBe(422);
    expect(refused.body).toContain('Say what was wrong and what is right.');
    expect(refused.body).toContain(' data-one-line>Now right</textarea>');

    const fields = {
      text: 'It was the other one.',
      retell: 'yes',
      headline: 'Now right',
      standfirst: 'Surely.',
    };
    const { headers } = await press(studio, form, fields);
    const id = String(headers.location).split('/').at(-1) ?? '';
    const desk = (await studio.app.inject({ url: '/studio', headers: HERE })).body;
    const [comes = '', past = ''] = desk.split('id="editions"');
    expect(comes.slice(comes.indexOf('<ol class="slots">'), comes.indexOf('</li>'))).toMatch(
      new RegExp(`href="/studio/editions/${id}"[\\s\\S]*Correction · waits for approval`),
    );
    expect(past).not.toContain(id);
    expect(await whatWaits(studio.house)).toMatchObject([
      { part: id, code: 'draft-on-desk', says: `a correction of ${edition.id}: waits for approval` },
    ]);
    const page = await studio.app.inject({ url: `/studio/editions/${id}`, headers: HERE });
    expect(page.body).not.toContain('No stories yet');
    expect(page.body).toContain(`A correction of <a href="/studio/editions/${edition.id}">`);
    const act = await approve(studio.house.publishing, id, { revision: 0, by: 'Ada' });
    expect(act).toEqual({ ok: true, outcome: { code: 'approved', leaves: 'at-once' } });
    const to = await db.selectFrom('deliveries').select('email').where('edition_id', '=', id).execute();
    expect(to.map(({ email }) => email).toSorted()).toEqual(emails(3));
    const mail = await studio.house.composer.compose((await claim(db, worker(), 1, clock.now()))[0] as Claim);
    const mailed = mail.raw.toString().replace(/=\r?\n/g, '');
    expect(mailed).toMatch(
      /^CORRECTION\r?\nof our edition of Sunday 22 November\r?\n\r?\nIt was the other one/m,
    );
    expect(mailed).toMatch(/>Correction<\/h2>/);
    expect(mail.raw.toString()).toContain('Subject: Correction: The Daily Curtsey, 22 November');
    const after = await studio.app.inject({ url: `/studio/editions/${edition.id}`, headers: HERE });
    expect(after.body).toContain(`Corrected: <a href="/studio/editions/${id}">`);

    const whole = await press(studio, `/studio/editions/${edition.id}/correct`, {
      text: 'All of it was wrong.',
    });
    const all = String(whole.headers.location).split('/').at(-1) ?? '';
    expect(await approve(studio.house.publishing, all, { revision: 0, by: 'Ada' })).toMatchObject({
      outcome: { code: 'approved', leaves: 'at-once' },
    });
    expect((await editionStatus(db, all)).prepared).toBe(5);
    const [one] = await claim(db, worker(), 20, clock.now()).then((claims) => claims.slice(-1));
    const other = await studio.house.composer.compose(one as Claim);
    expect(other.raw.toString()).toContain('Subject: Correction: The Daily Curtsey, 22 November');
    expect(other.raw.toString()).toContain('All of it was wrong.');
  });
});

test('the form of a correction that nobody would get says so, and where readers have the story from', async () => {
  await using studio = await openStudio();
  const { db, clock } = studio;
  await addActive(db, emails(1));
  const stories = [story(0, { sourceId: 'palace' })];
  const told = await draft(db, { stories });
  await freezeAudience(db, told, clock.now());
  await db.updateTable('deliveries').set({ state: 'accepted', settled_at: 0 }).execute();
  const again = await draft(db, { slot: told.slot + 60_000, stories });
  await freezeAudience(db, again, clock.now());
  await db.updateTable('editions').set({ state: 'finished' }).execute();
  const form = `/studio/editions/${again.id}/correct?story=1`;
  const asked = await studio.app.inject({ url: form, headers: HERE });
  const pressed = await press(studio, form, { text: 'It was the other one.' });
  expect([asked.statusCode, pressed.statusCode]).toEqual([200, 422]);
  for (const { body } of [asked, pressed]) {
    expect(body).toContain('Nobody got this story in this edition, so nobody needs a correction.');
    expect(body).toContain(`href="/studio/editions/${told.id}/correct?story&#x3D;1"`);
    expect(body).not.toContain('Create the draft');
  }
});

/** What a client hears of server-sent events. */
function listen(answer: Response) {
  const heard = { text: '', ended: false, events: [] as Record<string, unknown>[] };
  void (async () => {
    for await (const chunk of answer.body ?? []) {
      heard.text += Buffer.from(chunk).toString();
      heard.events = [...heard.text.matchAll(/event: now\ndata: (.*)\n\n/g)].map((found) =>
        JSON.parse(found[1] ?? ''),
      );
    }
  })()
    .catch(() => undefined)
    .finally(() => {
      heard.ended = true;
    });
  return heard;
}

/** Lets the studio's time pass until something has happened. */
async function until(studio: OpenStudio, happened: () => boolean): Promise<void> {
  for (let at = 0; at < 600 && !happened(); at += 1) {
    studio.clock.advance(1_000);
    await pause(25);
  }
  expect(happened()).toBe(true);
}

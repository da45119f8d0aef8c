import { describe, expect, test } from 'vitest';
import { newPublicId } from '../../../src/base/public-id.ts';
import { enqueueStudio } from '../../../src/delivery/studio-ledger.ts';
import { setRole } from '../../../src/editors/editor-store.ts';
import type { StudioMail } from '../../../src/storage/schema/schema.ts';
import { eachDatabase } from '../../helpers/databases.ts';
import { tokenFor } from '../../helpers/tokens.ts';
import { address } from '../../mail/sample.ts';
import { change, standing } from '../../publishing/open-desk.ts';
import { addDraft, NEXT, NEXT_SLOT, withReview } from '../desk/desk-sample.ts';
import { addAccount, HERE, type OpenStudio, openStudio, type StudioParts } from '../open-studio.ts';

const DAY = 86_400_000;
const DESK = 'desk@paper.example';

async function open(review: Parameters<typeof withReview>[0] = {}, parts: StudioParts = {}) {
  const newsletters = withReview({ before: '24h', notify: `[${DESK}]`, ...review });
  const studio = await openStudio({ newsletters, ...parts });
  await addDraft(studio);
  return studio;
}

/** The link in a letter about Monday's draft. */
async function link({ db, clock, house }: OpenStudio, to = DESK, kind: StudioMail = 'draft-ready') {
  const now = clock.now();
  const id = await enqueueStudio(db, { kind, to: address(to), regards: NEXT, now });
  return `/studio/review/${await tokenFor({ db, signer: house.parts.signer }, 'review', id)}`;
}

/** Somebody in a browser who is not logged in, on another machine. */
const AWAY = { host: 'paper.example', accept: 'text/html' };

function look({ app }: OpenStudio, url: string) {
  return app.inject({ url, headers: AWAY });
}

function push(
  { app }: OpenStudio,
  url: string,
  fields: Record<string, string> = {},
  headers: Record<string, string> = { 'sec-fetch-site': 'same-origin' },
) {
  return app.inject({
    method: 'POST',
    url,
    headers: { ...AWAY, 'content-type': 'application/x-www-form-urlencoded', ...headers },
    payload: new URLSearchParams(fields).toString(),
  });
}

function text(html: string): string {
  return html
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&#x27;', '’')
    .replace(/\s+/g, ' ');
}

eachDatabase((store) => {
  test('the link shows how the draft stands, what it tells, and its mail, without logging in', async () => {
    await using studio = await open({}, { database: await store(), rehearsal: false });
    const url = await link(studio);
    const page = await look(studio, url);
    expect(page.statusCode).toBe(200);
    expect(text(page.body)).toContain(
      'Goes to 3 readers on Mon 23 Nov, 07:00, in 23 hours, unless it is held',
    );
    expect(text(page.body)).toContain('Actress swaps Hollywood for a goat farm');
    expect(page.body).toContain(`sandbox="allow-popups allow-popups-to-escape-sandbox" src="${url}/mail"`);
    expect(page.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'same-origin' });
    const mail = await look(studio, `${url}/mail`);
    expect(mail.headers['content-security-policy']).toContain('sandbox allow-popups');
    expect(mail.body).toContain('Princess opens a lighthouse');
  });

  test('to look changes nothing, whoever looks and however; the buttons act', async () => {
    await using studio = await open({ approval: 'required' }, { database: await store() });
    const url = await link(studio);
    const before = await standing(studio.db, NEXT);
    for (const method of ['GET', 'HEAD'] as const)
      for (const path of ['', '/mail', '/approve', '/hold', '/let-go-on'])
        await studio.app.inject({ method, url: url + path, headers: { ...AWAY, purpose: 'prefetch' } });
    expect(await standing(studio.db, NEXT)).toEqual(before);
    const held = await push(studio, `${url}/hold`);
    expect(held).toMatchObject({ statusCode: 303, headers: { location: url } });
    expect(await standing(studio.db, NEXT)).toMatchObject({ heldBy: DESK });
    expect(text((await look(studio, url)).body)).toContain(`Held by ${DESK}`);
    await push(studio, `${url}/let-go-on`);
    expect((await push(studio, `${url}/approve`, { revision: '0' })).statusCode).toBe(303);
    expect(await standing(studio.db, NEXT)).toMatchObject({ heldAt: null, approvedBy: DESK, state: 'draft' });
    expect(text((await look(studio, url)).body)).toContain('Approved: goes to 3 readers');
  });

  test('what changed since the page was opened is not approved unseen, and it says what changed', async () => {
    await using studio = await open({ approval: 'required' }, { database: await store() });
    const url = await link(studio);
    await change(studio.db, 'Ben', 'Moved “A quiet wedding” to Royals', NEXT);
    const refused = await push(studio, `${url}/approve`, { revision: '0' });
    expect(refused.statusCode).toBe(409);
    expect(text(refused.body)).toContain('Ben changed it since: Moved “A quiet wedding” to Royals');
    expect((await push(studio, `${url}/approve`)).statusCode).toBe(409);
    expect(await standing(studio.db, NEXT)).toMatchObject({ approvedAt: null });
  });

  test('approved late by link, it leaves at once', async () => {
    await using studio = await open({ approval: 'required' }, { database: await store() });
    const url = await link(studio);
    studio.clock.advance(NEXT_SLOT - studio.clock.now() + 60_000);
    expect(text((await look(studio, url)).body)).toContain(
      'If approved now, it goes out at once, to 3 readers',
    );
    await push(studio, `${url}/approve`, { revision: '0' });
    expect(await standing(studio.db, NEXT)).toMatchObject({ state: 'frozen', approvedBy: DESK });
    const after = await look(studio, url);
    expect(after.statusCode).toBe(200);
    expect(after.body).not.toContain('<button');
    expect((await push(studio, `${url}/hold`)).statusCode).toBe(409);
  });
});

describe('a link', () => {
  test('acts for the page it leads to alone: not from another site, nor from nowhere', async () => {
    await using studio = await open();
    const url = await link(studio);
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'https://evil.example' },
      {},
    ] as Record<string, string>[])
      expect((await push(studio, `${url}/hold`, {}, headers)).statusCode).toBe(403);
    expect(await standing(studio.db, NEXT)).toMatchObject({ heldAt: null });
  });

  test('of an editor who may not approve shows everything and has no buttons', async () => {
    await using studio = await open();
    await addAccount(studio, 'ben@paper.example');
    const url = await link(studio, 'ben@paper.example');
    const page = await look(studio, url);
    expect(page.statusCode).toBe(200);
    expect(page.body).not.toContain('<button');
    expect((await push(studio, `${url}/approve`, { revision: '0' })).statusCode).toBe(403);
    expect((await push(studio, `${url}/hold`)).statusCode).toBe(403);
    expect(await standing(studio.db, NEXT)).toMatchObject({ heldAt: null, approvedAt: null });
  });

  test('of an editor who may goes by their name, and ends with their account', async () => {
    await using studio = await open();
    await addAccount(studio, 'anna@paper.example', 'approve');
    const url = await link(studio, 'anna@paper.example');
    await push(studio, `${url}/approve`, { revision: '0' });
    expect(await standing(studio.db, NEXT)).toMatchObject({ approvedBy: 'anna' });
    await studio.db.deleteFrom('editors').execute();
    for (const answer of [await look(studio, url), await push(studio, `${url}/hold`)])
      expect(answer).toMatchObject({
        statusCode: 403,
        body: expect.stringContaining('can no longer do that'),
      });
  });

  test('that is forged, of another purpose, of another mail, or too old opens nothing, and says so', async () => {
    await using studio = await open();
    const url = await link(studio);
    const { signer } = studio.house.parts;
    const token = url.slice('/studio/review/'.length);
    const [test] = [await link(studio, DESK, 'test')];
    const strange = signer.signDelivery('view', { publicId: newPublicId(), row: 1 });
    for (const wrong of [`/studio/review/${token.slice(0, -1)}`, `/studio/review/${strange}`, test])
      expect(await look(studio, wrong)).toMatchObject({
        statusCode: 404,
        body: expect.stringContaining('This link does not work'),
      });
    studio.clock.advance(7 * DAY + 1000);
    expect(await look(studio, url)).toMatchObject({
      statusCode: 410,
      body: expect.stringContaining('This link has expired'),
    });
    expect((await push(studio, `${url}/hold`)).statusCode).toBe(410);
    expect(await standing(studio.db, NEXT)).toMatchObject({ heldAt: null });
  });

  test('of an address that newsletters.yaml names no more, or of an editor who lost the role, lets nothing go', async () => {
    await using studio = await open({ approval: 'required' });
    const former = await link(studio, 'former@paper.example');
    expect((await look(studio, former)).statusCode).toBe(403);
    expect((await look(studio, `${former}/mail`)).statusCode).toBe(404);
    const { id } = await addAccount(studio, 'anna@paper.example', 'approve');
    const annas = await link(studio, 'anna@paper.example');
    expect((await look(studio, annas)).body).toContain('>Approve</button>');
    await setRole(studio.db, id, 'edit', true);
    for (const url of [former, annas])
      for (const act of ['approve', 'hold', 'let-go-on'])
        expect((await push(studio, `${url}/${act}`, { revision: '0' })).statusCode, act).toBe(403);
    expect(await standing(studio.db, NEXT)).toMatchObject({ approvedAt: null, heldAt: null });
  });

  test('lets go the edition it was about, and no other', async () => {
    await using studio = await open({ approval: 'required' });
    const later = await addDraft(studio, { readers: 0, slot: NEXT_SLOT + DAY });
    const url = await link(studio);
    await push(studio, `${url}/approve`, { revision: '0', id: later, edition: later });
    expect(await standing(studio.db, NEXT)).toMatchObject({ approvedBy: DESK });
    expect(await standing(studio.db, later)).toMatchObject({ approvedAt: null });
  });

  test('cannot be tried without end', async () => {
    await using studio = await open();
    const codes = new Set<number>();
    for (let tries = 0; tries < 130; tries += 1)
      codes.add((await look(studio, `/studio/review/${tries}`)).statusCode);
    expect([...codes]).toEqual([404, 429]);
  });

  test('is no way into the studio', async () => {
    await using studio = await open({}, { rehearsal: false, studioPassword: 'long enough for a test' });
    await look(studio, await link(studio));
    const page = await studio.app.inject({ url: `/studio/editions/${NEXT}`, headers: { ...HERE } });
    expect(page.statusCode).toBe(303);
  });
});

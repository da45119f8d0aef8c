import { describe, expect, test } from 'vitest';
import { unpacked } from '../../../src/outbound/packed-mail.ts';
import { eachDatabase } from '../../helpers/databases.ts';
import { change, standing } from '../../publishing/open-desk.ts';
import { addDraft, NEXT, NEXT_SLOT, withReview } from '../desk/desk-sample.ts';
import { addAccount, addEdition, HERE, logIn, type OpenStudio, openStudio, press } from '../open-studio.ts';

const PAGE = `/studio/editions/${NEXT}`;

async function bar({ app }: OpenStudio, headers: Record<string, string> = {}) {
  const { body } = await app.inject({ url: `${PAGE}/letting-go`, headers: { ...HERE, ...headers } });
  return body
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&#x27;', '’')
    .replace(/\s+/g, ' ')
    .trim();
}

eachDatabase((store) => {
  test('the bar says what will happen when nobody does anything, and the acts change what it says', async () => {
    const newsletters = withReview({ before: '24h' });
    await using studio = await openStudio({ newsletters, database: await store() });
    await addDraft(studio);
    expect(await bar(studio)).toMatch(
      /^Goes to 3 readers on Mon 23 Nov, 07:00, in 23 hours, unless it is held Approve Hold Send now …/,
    );
    const done = async (act: string, fields: Record<string, string> = {}) => {
      const answer = await press(studio, `${PAGE}/${act}`, fields);
      expect(answer).toMatchObject({ statusCode: 303, headers: { location: PAGE } });
      return bar(studio);
    };
    expect(await done('hold')).toMatch(
      /^Held by Rehearsal Nobody gets it until the hold is released. .* Release hold/,
    );
    expect(await done('let-go-on')).toMatch(/^Goes to 3 readers/);
    expect(await done('schedule', { moment: '2026-11-23T09:30' })).toMatch(
      /^Goes to 3 readers on Mon 23 Nov, 09:30, .* Back to its slot, Mon 23 Nov, 07:00/,
    );
    expect(await done('schedule', { at: 'slot' })).toMatch(/^Goes to 3 readers on Mon 23 Nov, 07:00/);
    expect(await done('approve', { revision: '0' })).toMatch(
      /^Approved: goes to 3 readers on Mon 23 Nov, 07:00, in 23 hours Approved by Rehearsal\. Hold/,
    );
    await change(studio.db, 'Ben', 'Changed the subject', NEXT);
    expect(await bar(studio)).toContain(
      'Approved by Rehearsal, then changed by Ben: Changed the subject. It goes out all the same.',
    );
    expect(await done('skip')).toMatch(/^Skipped by Rehearsal Bring back/);
    expect(await done('unskip')).toMatch(/^Goes to 3 readers/);
    await press(studio, `${PAGE}/send-now`, { revision: '1' });
    expect(await standing(studio.db, NEXT)).toMatchObject({ state: 'frozen' });
    expect(await bar(studio)).toBe('');
  });

  test('what the page showed no more is not approved, and whoever asks is told why', async () => {
    const newsletters = withReview({ before: '24h', approval: 'required' });
    await using studio = await openStudio({ newsletters, database: await store() });
    await addDraft(studio);
    await change(studio.db, 'Ben', 'Changed the subject', NEXT);
    const refused = await press(studio, `${PAGE}/approve`, { revision: '0' });
    expect(refused.statusCode).toBe(409);
    expect(refused.body).toContain('Ben changed it since: Changed the subject');
    const json = await press(studio, `${PAGE}/approve`, { revision: '0' }, { accept: 'application/json' });
    expect(json.json()).toMatchObject({
      error: { code: 'NOT_DONE', reasonCode: { code: 'changed-since', by: 'Ben' } },
    });
    const done = await press(studio, `${PAGE}/approve`, { revision: '1' }, { accept: 'application/json' });
    expect(done.json()).toEqual({
      ...{ ok: true, says: 'Approved' },
      outcome: { code: 'approved', leaves: 'at-its-moment' },
    });
  });

  test('a test goes to whom it is sent, as the reader that was chosen, outside of every ledger', async () => {
    await using studio = await openStudio({
      newsletters: withReview({ before: '24h' }),
      database: await store(),
    });
    await addDraft(studio);
    const to = 'me@paper.example, you@paper.example';
    await press(studio, `${PAGE}/test`, { to, as: 'section-stars' });
    const rows = await studio.db
      .selectFrom('deliveries')
      .select(['kind', 'email', 'edition_id', 'regards', 'mail'])
      .execute();
    expect(rows).toMatchObject(
      to.split(', ').map((email) => ({ kind: 'test', email, edition_id: null, regards: NEXT })),
    );
    const mail = await unpacked(rows[0]?.mail ?? '');
    expect(mail.html).toContain('Actress swaps Hollywood');
    expect(mail.html).not.toContain('Princess opens');
    expect(await bar(studio)).toContain('you@paper.example waiting just now');
  });
});

describe('a test', () => {
  test('to several addresses of which some are wrong names those, sends nothing and keeps what was written', async () => {
    await using studio = await openStudio({ newsletters: withReview({ before: '24h' }) });
    await addDraft(studio);
    const to = 'anna@paper.example, ben at paper, cleo@, dora@paper.example';
    const { statusCode, body } = await press(studio, `${PAGE}/test`, { to, as: 'section-stars', reader: '' });
    expect(statusCode).toBe(422);
    expect(body).toContain(`value="${to}"`);
    expect(body).toMatch(/<option value="section-stars" selected>/);
    expect(body).toMatch(/“ben” is not an address.*“cleo@” is not an address/s);
    expect(body).toContain('Nothing was sent.');
    const sent = await studio.db.selectFrom('deliveries').select('id').where('kind', '=', 'test').execute();
    expect(sent).toEqual([]);
  });

  test.each([
    ['', 'everything', 'Enter one or more addresses'],
    ['nobody', 'everything', '“nobody” is not an address'],
    ['a@b.example', 'no-such-persona', 'No such sample reader'],
    ['a@b.example', 'reader', 'Enter an email address'],
    [Array.from({ length: 11 }, (_, n) => `a${n}@b.example`).join(' '), 'everything', 'at most 10 addresses'],
  ])('to “%s” as %s is not sent, and says why: %s', async (to, as, says) => {
    await using studio = await openStudio({ newsletters: withReview({ before: '24h' }) });
    await addDraft(studio);
    const answer = await press(studio, `${PAGE}/test`, { to, as });
    expect(answer).toMatchObject({ statusCode: 422, body: expect.stringContaining(says) });
    expect(await studio.db.selectFrom('deliveries').select('id').execute()).toEqual([]);
  });

  test('is no way to fill mailboxes', async () => {
    await using studio = await openStudio({ newsletters: withReview({ before: '24h' }) });
    await addDraft(studio);
    const to = Array.from({ length: 10 }, (_, n) => `a${n}@b.example`).join(',');
    const codes = [];
    for (let round = 0; round < 7; round += 1)
      codes.push((await press(studio, `${PAGE}/test`, { to, as: 'everything' })).statusCode);
    expect(codes).toEqual([303, 303, 303, 303, 303, 303, 422]);
  });
});

describe('letting go', () => {
  test('takes somebody who may approve; others see so, and can hold', async () => {
    await using studio = await openStudio({ newsletters: withReview({ before: '24h' }), rehearsal: false });
    await addDraft(studio);
    const ben = await logIn(studio, await addAccount(studio, 'ben@paper.example'));
    const page = await bar(studio, ben);
    expect(page).toContain(
      'Only an editor with the role “approve” can approve, send or reschedule it. You can hold it.',
    );
    expect(page).not.toMatch(/Approve |Send now|Reschedule|Skip this/);
    for (const act of ['approve', 'send-now', 'schedule', 'skip', 'unskip', 'let-go-on'])
      expect((await press(studio, `${PAGE}/${act}`, { revision: '0' }, ben)).statusCode).toBe(403);
    expect((await press(studio, `${PAGE}/hold`, {}, ben)).statusCode).toBe(303);
    expect(await standing(studio.db, NEXT)).toMatchObject({ heldBy: 'ben', approvedAt: null });
  });

  test('now asks once more, on a page that changes nothing', async () => {
    await using studio = await openStudio({ newsletters: withReview({ before: '24h' }) });
    await addDraft(studio);
    const { body } = await studio.app.inject({ url: `${PAGE}/send-now`, headers: HERE });
    expect(body).toContain('Send now, to 3 readers?');
    expect(body.replaceAll(',', '')).toContain('dated Sunday 22 November 2026');
    expect(await standing(studio.db, NEXT)).toMatchObject({ state: 'draft', sendAt: null });
  });

  test('after it was rescheduled, the page before sending names the new moment alone', async () => {
    await using studio = await openStudio({ newsletters: withReview({ before: '24h' }) });
    await addDraft(studio);
    await press(studio, `${PAGE}/schedule`, { moment: '2026-11-23T09:30' });
    const { body } = await studio.app.inject({ url: `${PAGE}/send-now`, headers: HERE });
    expect(body).toContain('at once instead of on Mon 23 Nov, 09:30');
    expect(body).not.toContain('07:00');
  });

  test('a moment that cannot be comes back in its form with the reason', async () => {
    await using studio = await openStudio({ newsletters: withReview({ before: '24h' }) });
    await addDraft(studio);
    const past = await press(studio, `${PAGE}/schedule`, { moment: '2026-11-01T09:30' });
    expect(past.statusCode).toBe(409);
    expect(past.body).toContain('value="2026-11-01T09:30"');
    expect(past.body).toContain('That time has passed');
    const none = await press(studio, `${PAGE}/schedule`, { moment: 'tomorrow at nine' });
    expect(none.body).toContain('value="tomorrow at nine"');
  });

  test('a draft can be discarded from its page; the desk then has the slot as if nobody had asked', async () => {
    await using studio = await openStudio({ newsletters: withReview({ before: '24h' }) });
    await addDraft(studio);
    expect(await bar(studio)).toContain('Discard, build at send time');
    const answer = await press(studio, `${PAGE}/discard`, { revision: '0' });
    expect(answer).toMatchObject({ statusCode: 303, headers: { location: '/studio#desk-daily' } });
    expect(await standing(studio.db, NEXT)).toMatchObject({ state: 'empty', deskSince: null });
    const { body } = await studio.app.inject({ url: '/studio', headers: HERE });
    expect(body).not.toContain('Nothing new yet');
    expect((await press(studio, `${PAGE}/discard`, { revision: '1' })).statusCode).toBe(409);
  });

  test('at a moment that is none, has passed, or comes after the next edition is refused with the reason', async () => {
    await using studio = await openStudio({ newsletters: withReview({ before: '24h' }) });
    await addDraft(studio);
    const says = async (moment: string) => (await press(studio, `${PAGE}/schedule`, { moment })).body;
    expect(await says('')).toContain('Enter a day and a time');
    expect(await says('2026-11-31T07:00')).toContain('Enter a day and a time');
    expect(await says('2026-11-22T07:59')).toContain('That time has passed');
    expect(await says('2026-11-24T07:00')).toContain('The next edition is due by then');
  });

  test('says why a draft was missed, and that an approval still sends it', async () => {
    await using studio = await openStudio({
      newsletters: withReview({ before: '24h', approval: 'required' }),
    });
    await addDraft(studio);
    studio.clock.advance(NEXT_SLOT - studio.clock.now());
    await studio.house.runSchedule();
    expect(await bar(studio)).toMatch(
      /^Waits for approval, overdue since Mon 23 Nov, 07:00, just now .* Approve and send/,
    );
    studio.clock.advance(13 * 3_600_000);
    await studio.house.runSchedule();
    expect(await bar(studio)).toMatch(
      /^Missed: nobody got it Waits for approval, until it was too late\. If approved now, it still goes out, at once\. Approve and send/,
    );
    await press(studio, `${PAGE}/approve`, { revision: '0' });
    expect(await standing(studio.db, NEXT)).toMatchObject({ state: 'frozen' });
  });

  test('is nothing to be said of an edition that has left', async () => {
    await using studio = await openStudio();
    await addEdition(studio.db, { state: 'finished' });
    const answer = await studio.app.inject({
      url: '/studio/editions/daily-20261122T0700Z/letting-go',
      headers: HERE,
    });
    expect(answer.statusCode).toBe(204);
  });
});

import { describe, expect, test } from 'vitest';
import { DAY_MS } from '../../../src/base/clock.ts';
import { choose, mute } from '../../../src/subscribers/choices.ts';
import { emailHash } from '../../../src/subscribers/subscriber.ts';
import { subscriptionById } from '../../../src/subscribers/subscriber-store.ts';
import { tokenFor } from '../../helpers/tokens.ts';
import {
  addSubscription,
  everythingAbout,
  FORM,
  formBody,
  type OpenSite,
  openSite,
  SUBJECTS,
} from '../open-site.ts';

test('shows the address, the state and what is chosen', async () => {
  await using site = await openSite();
  const { id, url } = await link(site);
  await site.db.updateTable('subscriptions').set({ sections: '["royal"]' }).where('id', '=', id).execute();
  const { body } = await site.app.inject(url);
  expect(body).toContain('ada@example.org');
  expect(body).toContain('Your subscription is active.');
  expect(chosenIn(body)).toEqual(['royal', 'every', 'none']);
  expect(body).toMatch(/href="\/u\/[\w-]{38}"/);
});

test('saves a choice of sections and shows it', async () => {
  await using site = await openSite();
  const { id, url } = await link(site);
  const saved = await save(site, url, ['royal', 'style']);
  expect(saved.statusCode).toBe(200);
  expect(saved.body).toContain('Saved.');
  expect(chosenIn(saved.body)).toEqual(['royal', 'style', 'every', 'none']);
  expect(await sectionsOf(site, id)).toBe('["royal","style"]');
});

test('keeps "all of them" as such, so that sections added later are included', async () => {
  await using site = await openSite();
  const { id, url } = await link(site);
  await save(site, url, ['royal']);
  await save(site, url, ['royal', 'stars', 'style']);
  expect(await sectionsOf(site, id)).toBeNull();
});

test('asks back instead of saving no section at all, which would mean all', async () => {
  await using site = await openSite();
  const { id, url } = await link(site);
  await save(site, url, ['royal']);
  const answer = await save(site, url, []);
  expect(answer.statusCode).toBe(422);
  expect(answer.body).toContain('Please leave at least one section ticked.');
  expect(answer.body).toContain('aria-describedby="sections-problem"');
  expect(await sectionsOf(site, id)).toBe('["royal"]');
});

test('everything chosen is saved together, said in words, and taken to the mails that wait', async () => {
  await using site = await openSite();
  const { id, url } = await link(site);
  const answer = await post(site, url, {
    section: ['royal', 'style'],
    frequency: 'weekly',
    pause: 'date',
    until: '2026-12-24',
    'subjects-asked': 'yes',
    mute: ['illness', 'baby-loss'],
  });
  expect(answer.statusCode).toBe(200);
  expect(textOf(answer.body)).toContain(
    'Saved. Nothing comes until Thursday 24 December. From then on you get Royals and Style & beauty, once a week. We leave out what you’d rather not read about.',
  );
  expect(await subscriptionById(site.db, id)).toMatchObject({
    sections: ['royal', 'style'],
    frequency: 'weekly',
    pausedUntil: Date.parse('2026-12-24T00:00Z'),
    mutes: ['baby-loss', 'illness'],
  });
  expect(site.reselected).toEqual([1]);
  const { body } = await site.app.inject(url);
  expect(textOf(body)).toContain('Paused until Thursday 24 December.');
  expect(chosenIn(body)).toEqual(['royal', 'style', 'weekly', 'keep', 'baby-loss', 'illness']);
});

test.each([
  ['section', 'made-up'],
  ['frequency', 'hourly'],
  ['pause', 'for-ever'],
  ['mute', 'taxes'],
])('a %s that is not offered is refused, and nothing at all is saved', async (name, value) => {
  await using site = await openSite();
  const { url } = await link(site);
  const before = await everythingAbout(site);
  const answer = await post(site, url, { ...ALL, [name]: value });
  expect(answer.statusCode).toBe(422);
  expect(textOf(answer.body)).toContain('The page had changed since you opened it, so nothing was saved.');
  expect(await everythingAbout(site)).toBe(before);
  expect(site.reselected).toEqual([]);
});

describe('how often', () => {
  test('is offered where a newsletter comes more often than weekly, with the day it would come', async () => {
    await using site = await openSite();
    const { body } = await site.app.inject((await link(site)).url);
    expect(textOf(body)).toContain('One a week, on Sundays The best of what you haven’t had yet.');
  });

  test('is not offered for a weekly newsletter, and refused when asked for all the same', async () => {
    await using site = await openSite();
    const { id, url } = await link(site, 'active', 'weekend');
    expect((await site.app.inject(url)).body).not.toContain('name="frequency"');
    const answer = await post(site, url, { section: 'reads', frequency: 'weekly' });
    expect(answer.statusCode).toBe(422);
    expect(await subscriptionById(site.db, id)).toMatchObject({ frequency: 'every' });
  });

  test('stays as it is when the form does not ask', async () => {
    await using site = await openSite();
    const { id, url } = await link(site);
    await choose(site.db, id, { sections: null, frequency: 'weekly' });
    await save(site, url, ['royal']);
    expect(await subscriptionById(site.db, id)).toMatchObject({ frequency: 'weekly', sections: ['royal'] });
  });
});

describe('a pause', () => {
  test.each([
    ['two-weeks', '', '2026-12-06T00:00Z'],
    ['month', '', '2026-12-22T00:00Z'],
    ['date', '2026-11-23', '2026-11-23T00:00Z'],
    ['date', '2027-07-01', '2027-06-30T23:00Z'],
    ['date', '2027-11-22', '2027-11-22T00:00Z'],
  ])('for %s %s ends as that day begins where the newsletter is at home', async (pausing, until, end) => {
    await using site = await openSite();
    const { id, url } = await link(site);
    expect((await post(site, url, { ...ALL, pause: pausing, until })).statusCode).toBe(200);
    expect((await subscriptionById(site.db, id))?.pausedUntil).toBe(Date.parse(end));
  });

  test.each([
    ['', 'Please choose the day'],
    ['2026-11-22', 'a day after today'],
    ['2020-01-01', 'a day after today'],
    ['2027-11-23', 'can last up to a year, until Monday 22 November 2027'],
    ['2026-02-30', 'such as 2026-11-23'],
    ['24.12.2026', 'such as 2026-11-23'],
    ['<b>', 'such as 2026-11-23'],
  ])(
    'until "%s" is asked about beside its field, with everything else as it was ticked',
    async (until, says) => {
      await using site = await openSite();
      const { url } = await link(site);
      const before = await everythingAbout(site);
      const answer = await post(site, url, { section: 'stars', frequency: 'weekly', pause: 'date', until });
      expect(answer.statusCode).toBe(422);
      expect(answer.body).toMatch(new RegExp(`id="until-problem">[^<]*${says}`));
      expect(answer.body).toMatch(
        /<input id="until"[^>]* aria-invalid="true" aria-describedby="until-problem"/,
      );
      expect(chosenIn(answer.body)).toEqual(['stars', 'weekly', 'date']);
      expect(await everythingAbout(site)).toBe(before);
    },
  );

  test('stays when something else is saved, and ends with one button', async () => {
    await using site = await openSite();
    const { id, url } = await link(site);
    await post(site, url, { ...ALL, pause: 'month' });
    await post(site, url, { section: 'royal', pause: 'keep' });
    expect((await subscriptionById(site.db, id))?.pausedUntil).toBe(Date.parse('2026-12-22T00:00Z'));
    const answer = await post(site, url, { start: 'now' });
    expect(textOf(answer.body)).toContain(
      'Saved. From the next edition on you get Royals, in every edition.',
    );
    expect(await subscriptionById(site.db, id)).toMatchObject({ pausedUntil: null, sections: ['royal'] });
    expect(site.reselected).toEqual([1, 1, 1]);
  });

  test('that is over is not spoken of any more', async () => {
    await using site = await openSite();
    const { url } = await link(site);
    await post(site, url, { ...ALL, pause: 'two-weeks' });
    site.clock.advance(15 * DAY_MS);
    const { body } = await site.app.inject(url);
    expect(textOf(body)).toContain('Your subscription is active.');
    expect(chosenIn(body)).toContain('none');
  });
});

describe('subjects to leave out', () => {
  test('are folded away, each with its line, and not there where there are none', async () => {
    await using site = await openSite();
    const { body } = await site.app.inject((await link(site)).url);
    expect(body).toMatch(/<details class="spare">\s*<summary>Leave out difficult subjects<\/summary>/);
    for (const { title, description } of SUBJECTS) expect(textOf(body)).toContain(`${title} ${description}`);
    await using plain = await openSite({ subjects: [] });
    expect((await plain.app.inject((await link(plain)).url)).body).not.toContain('subjects-asked');
  });

  test('stay when the form does not ask about them, and when they are not offered for a time', async () => {
    await using site = await openSite();
    const { id, url } = await link(site);
    await mute(site.db, 1, ['illness', 'once-offered']);
    await save(site, url, ['royal']);
    expect((await subscriptionById(site.db, id))?.mutes).toEqual(['illness', 'once-offered']);
    await post(site, url, { ...ALL, 'subjects-asked': 'yes', mute: 'violence' });
    expect((await subscriptionById(site.db, id))?.mutes).toEqual(['once-offered', 'violence']);
    await post(site, url, { ...ALL, 'subjects-asked': 'yes' });
    expect((await subscriptionById(site.db, id))?.mutes).toEqual(['once-offered']);
  });

  test('hold for all newsletters of a person', async () => {
    await using site = await openSite();
    const { url } = await link(site);
    const other = await addSubscription(site, 'ada@example.org', 'active', 'weekend');
    await post(site, url, { ...ALL, 'subjects-asked': 'yes', mute: 'illness' });
    expect((await subscriptionById(site.db, other))?.mutes).toEqual(['illness']);
  });
});

describe('somebody who has left', () => {
  test('changes nothing with an old form, and comes back with one button', async () => {
    await using site = await openSite();
    const { id, url } = await link(site, 'unsubscribed');
    const before = await everythingAbout(site);
    expect((await site.app.inject(url)).body).toContain('Send me The Daily Belle again</button>');
    for (const fields of [{ section: 'royal' }, { start: 'now' }])
      expect((await post(site, url, fields)).statusCode).toBe(409);
    expect(await everythingAbout(site)).toBe(before);
    const answer = await post(site, url, { again: 'yes' });
    expect(answer.statusCode).toBe(200);
    expect(textOf(answer.body)).toContain('Welcome back.');
    expect(await subscriptionById(site.db, id)).toMatchObject({ state: 'active' });
    const consent = await site.db.selectFrom('consents').selectAll().executeTakeFirstOrThrow();
    expect(consent).toMatchObject({
      act: 'confirmed',
      origin: 'site',
      wording: 'Send me The Daily Belle again',
    });
  });

  test('without ever having confirmed has to sign up', async () => {
    await using site = await openSite();
    const { id, url } = await link(site, 'unsubscribed');
    await site.db.updateTable('subscriptions').set({ confirmed_at: null }).execute();
    expect((await site.app.inject(url)).body).toContain('Sign up again');
    expect((await post(site, url, { again: 'yes' })).statusCode).toBe(409);
    expect(await subscriptionById(site.db, id)).toMatchObject({ state: 'unsubscribed' });
  });

  test('is told why when the address complained or bounced', async () => {
    await using site = await openSite();
    const { id, url } = await link(site, 'unsubscribed');
    await site.db
      .insertInto('suppressions')
      .values({ email_hash: emailHash('ada@example.org'), reason: 'undeliverable', at: 0 })
      .execute();
    const answer = await post(site, url, { again: 'yes' });
    expect(answer.statusCode).toBe(409);
    expect(answer.body).toContain('We can’t send to this address');
    expect(await subscriptionById(site.db, id)).toMatchObject({ state: 'unsubscribed' });
  });
});

test('tells somebody who has not confirmed yet what is missing', async () => {
  await using site = await openSite();
  const { url } = await link(site, 'pending');
  expect((await site.app.inject(url)).body).toContain('is not confirmed yet');
});

test('still opens for a newsletter that is no longer published, and takes a pause', async () => {
  await using site = await openSite();
  const { id, url } = await link(site, 'active', 'gone');
  await choose(site.db, id, { sections: ['old'], frequency: 'every' });
  const { statusCode, body } = await site.app.inject(url);
  expect((await post(site, url, { pause: 'two-weeks' })).statusCode).toBe(200);
  expect(await subscriptionById(site.db, id)).toMatchObject({
    sections: ['old'],
    pausedUntil: Date.parse('2026-12-06T00:00Z'),
  });
  expect(statusCode).toBe(200);
  expect(body).toMatch(/href="\/u\/[\w-]{38}"/);
});

async function link(
  site: OpenSite,
  state: 'pending' | 'active' | 'unsubscribed' = 'active',
  newsletter = 'daily',
) {
  const id = await addSubscription(site, 'ada@example.org', state, newsletter);
  return { id, url: `/preferences/${await tokenFor(site, 'preferences', id)}` };
}

const ALL = { section: ['royal', 'stars', 'style'] };

function post(site: OpenSite, url: string, fields: Parameters<typeof formBody>[0]) {
  return site.app.inject({ method: 'POST', url, payload: formBody(fields), headers: FORM });
}

function save(site: OpenSite, url: string, sections: readonly string[]) {
  return post(site, url, { section: sections });
}

/** What is ticked, in the order of the page. */
function chosenIn(body: string): (string | undefined)[] {
  return [...body.matchAll(/value="([\w-]+)" checked/g)].map((found) => found[1]);
}

function textOf(body: string): string {
  return body
    .replace(/<[^>]*>/g, '')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ');
}

async function sectionsOf(site: OpenSite, id: number): Promise<string | null> {
  const row = await site.db
    .selectFrom('subscriptions')
    .select('sections')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return row.sections;
}

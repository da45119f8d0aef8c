import { describe, expect, test } from 'vitest';
import { DAY_MS } from '../../src/base/clock.ts';
import type { TokenPurpose } from '../../src/base/token.ts';
import { tokenFor } from '../helpers/tokens.ts';
import { addSubscription, everythingAbout, FORM, formBody, type OpenSite, openSite } from './open-site.ts';

const URL_SAFE = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const ROUTES = [
  ['confirm', '/confirm/'],
  ['unsubscribe', '/u/'],
  ['preferences', '/preferences/'],
  ['address', '/address/'],
  ['view', '/view/'],
] as const satisfies readonly (readonly [TokenPurpose, string])[];

describe('every link with a token', () => {
  test.each(ROUTES)(
    'of purpose %s is kept out of caches, search engines and referrers',
    async (purpose, path) => {
      await using site = await openSite({ personalVersions: { 1: '<p>Mail</p>' } });
      const id = await addSubscription(site, 'ada@example.org', 'pending');
      for (const token of [await tokenFor(site, purpose, id, site.clock.now()), 'forged']) {
        const { headers } = await site.app.inject(path + token);
        expect(headers['cache-control']).toBe('no-store');
        expect(headers['x-robots-tag']).toContain('noindex');
        expect(headers['referrer-policy']).toBe('no-referrer');
      }
    },
  );

  test.each(ROUTES)('of purpose %s is refused when any one character differs', async (purpose, path) => {
    await using site = await openSite({ personalVersions: { 1: '<p>Mail</p>' } });
    const id = await addSubscription(site, 'ada@example.org', 'pending');
    const token = await tokenFor(site, purpose, id, site.clock.now());
    const before = await everythingAbout(site);
    for (const changed of mutations(token)) {
      const looked = await site.app.inject({ url: path + changed, headers: { accept: 'text/html' } });
      expect(looked.statusCode).toBe(404);
      if (purpose !== 'view') expect((await post(site, path + changed, 'unsubscribe')).statusCode).toBe(404);
    }
    expect(await everythingAbout(site)).toBe(before);
  });

  test('means nothing where it was not made for', async () => {
    await using site = await openSite({ personalVersions: { 1: '<p>Mail</p>' } });
    const id = await addSubscription(site, 'ada@example.org', 'pending');
    const before = await everythingAbout(site);
    for (const [purpose] of ROUTES)
      for (const [own, path] of ROUTES) {
        if (own === purpose) continue;
        const url = path + (await tokenFor(site, purpose, id, site.clock.now()));
        expect((await site.app.inject(url)).statusCode).toBe(404);
        if (own !== 'view') expect((await post(site, url, own)).statusCode).toBe(404);
      }
    expect(await everythingAbout(site)).toBe(before);
  });

  test.each(ROUTES)('of purpose %s changes nothing when it is only looked at', async (purpose, path) => {
    await using site = await openSite({ personalVersions: { 1: '<p>Mail</p>' } });
    const id = await addSubscription(site, 'ada@example.org', 'pending');
    const url = path + (await tokenFor(site, purpose, id, site.clock.now()));
    const before = await everythingAbout(site);
    for (let times = 0; times < 100; times += 1)
      for (const method of ['GET', 'HEAD', 'OPTIONS'] as const) {
        const headers = times % 2 === 0 ? {} : { purpose: 'prefetch', 'sec-purpose': 'prefetch;prerender' };
        await site.app.inject({ method, url, headers });
      }
    expect(await everythingAbout(site)).toBe(before);
    const { body } = await site.app.inject(url);
    expect(body).not.toContain('<script');
  });

  test('explains itself when it is broken, and offers the next step', async () => {
    await using site = await openSite();
    const { body } = await site.app.inject('/confirm/half-of-a-tok');
    expect(body).toContain('This link does not work');
    expect(body).toContain('href="/"');
  });
});

describe('the confirmation link', () => {
  test('shows a button, and the button begins the subscription', async () => {
    await using site = await openSite();
    const { id, url } = await pendingLink(site);
    const page = await site.app.inject(url);
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('<button type="submit"');
    const done = await post(site, url, 'confirm');
    expect(done.statusCode).toBe(200);
    expect(done.body).toContain('You’re subscribed');
    expect(done.body).toMatch(/href="\/preferences\/[\w-]{38}"/);
    expect(await stateOf(site, id)).toBe('active');
    expect(site.enqueued).toEqual([{ subscriptionId: id, kind: 'welcome' }]);
    const consents = await site.db.selectFrom('consents').select(['act', 'origin', 'wording']).execute();
    const wording = 'Yes, this address is mine, and I would like to receive The Daily Belle.';
    expect(consents).toEqual([{ act: 'confirmed', origin: 'site', wording }]);
    expect(page.body).toContain(wording);
  });

  test('does not promise the next edition to somebody whose mail is paused', async () => {
    await using site = await openSite();
    const { url } = await pendingLink(site);
    await site.db
      .updateTable('subscribers')
      .set({ paused_until: site.clock.now() + DAY_MS })
      .execute();
    const { body } = await post(site, url, 'confirm');
    expect(body).toContain('You have paused all mail from Belle');
    expect(body).not.toContain('will come to your inbox');
  });

  test('says so when it was used before, and sends no second welcome', async () => {
    await using site = await openSite();
    const { url } = await pendingLink(site);
    await post(site, url, 'confirm');
    for (const again of [await site.app.inject(url), await post(site, url, 'confirm')]) {
      expect(again.statusCode).toBe(200);
      expect(again.body).toContain('You have already confirmed');
    }
    expect(site.enqueued).toHaveLength(1);
  });

  test('is no longer good after seven days, and offers a new one', async () => {
    await using site = await openSite();
    const { id, url } = await pendingLink(site);
    site.clock.advance(7 * DAY_MS + 1000);
    for (const late of [await site.app.inject(url), await post(site, url, 'confirm')]) {
      expect(late.statusCode).toBe(410);
      expect(late.body).toContain('Sign up again');
    }
    expect(await stateOf(site, id)).toBe('pending');
  });

  test('that is too old brings a new one by mail, once a day, and says as much', async () => {
    await using site = await openSite();
    const { id, url } = await pendingLink(site);
    site.clock.advance(7 * DAY_MS + 1000);
    const page = await site.app.inject(url);
    expect(page.body).toContain('<button type="submit" name="anew" value="yes">');
    const anew = () => site.app.inject({ method: 'POST', url, payload: 'anew=yes', headers: FORM });
    for (let times = 0; times < 3; times += 1)
      expect((await anew()).body).toContain('A new message is there');
    expect(site.enqueued).toEqual([{ subscriptionId: id, kind: 'confirmation' }]);
    expect(await stateOf(site, id)).toBe('pending');
    const [consent] = await site.db.selectFrom('consents').select(['act', 'wording']).execute();
    expect(consent).toEqual({ act: 'asked', wording: 'Send me a new message to confirm The Daily Belle' });
  });

  test('says what is being confirmed: when it comes, and the sections that were chosen', async () => {
    await using site = await openSite();
    const { id, url } = await pendingLink(site);
    expect((await site.app.inject(url)).body).not.toContain('You chose');
    await site.db
      .updateTable('subscriptions')
      .set({ sections: '["royal","style"]' })
      .where('id', '=', id)
      .execute();
    const { body } = await site.app.inject(url);
    expect(body).toContain('Every day at 07:00, London time');
    expect(body).toContain('<li>Royals</li><li>Style &amp; beauty</li>');
  });

  test('has no power over somebody who has unsubscribed since', async () => {
    await using site = await openSite();
    const { id, url } = await pendingLink(site);
    await site.db.updateTable('subscriptions').set({ state: 'unsubscribed' }).where('id', '=', id).execute();
    expect((await post(site, url, 'confirm')).statusCode).toBe(410);
    expect(await stateOf(site, id)).toBe('unsubscribed');
  });

  test('of a person who was erased says that the data may have been deleted', async () => {
    await using site = await openSite();
    const url = `/confirm/${await tokenFor(site, 'confirm', 4711, site.clock.now())}`;
    for (const answer of [await site.app.inject(url), await post(site, url, 'confirm')]) {
      expect(answer.statusCode).toBe(410);
      expect(answer.body).toContain('may have been deleted');
    }
  });
});

describe('a reader’s own web version', () => {
  test('is that reader’s mail, shut off from the site', async () => {
    await using site = await openSite({ personalVersions: { 7: '<p style="color:red">For you</p>' } });
    const { statusCode, body, headers } = await site.app.inject(`/view/${await tokenFor(site, 'view', 7)}`);
    expect(statusCode).toBe(200);
    expect(body).toBe('<p style="color:red">For you</p>');
    expect(headers['content-security-policy']).toMatch(/^sandbox allow-popups .*default-src 'none'/);
    expect(headers['content-security-policy']).not.toContain('allow-scripts');
  });

  test('that is no longer kept says that it may have been deleted', async () => {
    await using site = await openSite();
    const { statusCode, body } = await site.app.inject(`/view/${await tokenFor(site, 'view', 7)}`);
    expect(statusCode).toBe(410);
    expect(body).toContain('may have been deleted');
  });
});

async function pendingLink(site: OpenSite): Promise<{ id: number; url: string }> {
  const id = await addSubscription(site, 'ada@example.org', 'pending');
  return { id, url: `/confirm/${await tokenFor(site, 'confirm', id, site.clock.now())}` };
}

function post(site: OpenSite, url: string, purpose: TokenPurpose) {
  const payload =
    purpose === 'unsubscribe'
      ? formBody({ 'List-Unsubscribe': 'One-Click' })
      : formBody({ section: 'royal' });
  return site.app.inject({ method: 'POST', url, payload, headers: FORM });
}

async function stateOf(site: OpenSite, id: number): Promise<string> {
  const row = await site.db
    .selectFrom('subscriptions')
    .select('state')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return row.state;
}

/** The token with each of its characters changed to its neighbour in the alphabet, and cut or lengthened by one. */
function mutations(token: string): string[] {
  const changed = [...token].map((character, at) => {
    const other = URL_SAFE[(URL_SAFE.indexOf(character) + 1) % URL_SAFE.length];
    return token.slice(0, at) + other + token.slice(at + 1);
  });
  return [
    ...changed,
    token.slice(1),
    token.slice(0, -1),
    `${token}A`,
    `A${token}`,
    `${token}=`,
    `${token}%20`,
  ];
}

import { describe, expect, test } from 'vitest';
import { eachDatabase } from '../../helpers/databases.ts';
import { tokenFor } from '../../helpers/tokens.ts';
import { oneNewsletter } from '../../web/sample-newsletters.ts';
import { addSubscription, everythingAbout, FORM, formBody, type OpenSite, openSite } from '../open-site.ts';

const ONE_CLICK = 'List-Unsubscribe=One-Click';

eachDatabase((open) => {
  test('a mail program’s one-click post unsubscribes at once, and repeating it is harmless', async () => {
    await using site = await openSite({ database: await open() });
    const { id, url } = await link(site);
    for (let times = 0; times < 3; times += 1) {
      const answer = await site.app.inject({
        method: 'POST',
        url,
        payload: ONE_CLICK,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      });
      expect(answer.statusCode).toBe(200);
      expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
      expect(answer.headers).not.toHaveProperty('location');
      expect(answer.headers).not.toHaveProperty('set-cookie');
      expect(answer.body).toBe('You’ve unsubscribed.\n');
    }
    expect(await stateOf(site, id)).toBe('unsubscribed');
    const consents = await site.db.selectFrom('consents').select(['act', 'origin', 'wording']).execute();
    expect(consents).toEqual([{ act: 'unsubscribed', origin: 'one-click', wording: ONE_CLICK }]);
  });
});

describe('the one-click address', () => {
  test('takes the same as multipart/form-data', async () => {
    await using site = await openSite();
    const { id, url } = await link(site);
    const payload = `--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n`;
    const answer = await site.app.inject({
      method: 'POST',
      url,
      payload,
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
    });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).not.toHaveProperty('location');
    expect(answer.headers).not.toHaveProperty('set-cookie');
    expect(await stateOf(site, id)).toBe('unsubscribed');
  });

  test('needs no cookie, no origin and no referrer, and minds none', async () => {
    await using site = await openSite();
    const { id, url } = await link(site);
    const headers = {
      ...FORM,
      origin: 'https://mail.example',
      cookie: 'a=b',
      'sec-fetch-site': 'cross-site',
    };
    expect((await site.app.inject({ method: 'POST', url, payload: ONE_CLICK, headers })).statusCode).toBe(
      200,
    );
    expect(await stateOf(site, id)).toBe('unsubscribed');
  });

  test('never keeps a mail program waiting for its turn', async () => {
    await using site = await openSite();
    const { url } = await link(site);
    for (let times = 0; times < 200; times += 1)
      expect(
        (await site.app.inject({ method: 'POST', url, payload: ONE_CLICK, headers: FORM })).statusCode,
      ).toBe(200);
  });

  test.each([
    ['nothing at all', undefined, undefined],
    ['an empty form', '', 'application/x-www-form-urlencoded'],
    ['another field', 'unsubscribe=yes', 'application/x-www-form-urlencoded'],
    ['another value', 'List-Unsubscribe=Two-Click', 'application/x-www-form-urlencoded'],
    ['the field in lower case', 'list-unsubscribe=One-Click', 'application/x-www-form-urlencoded'],
    ['more fields than one', `${ONE_CLICK}&more=1`, 'application/x-www-form-urlencoded'],
    ['the field twice', `${ONE_CLICK}&List-Unsubscribe=No`, 'application/x-www-form-urlencoded'],
    ['plain text', ONE_CLICK, 'text/plain'],
    ['no declared type', ONE_CLICK, undefined],
    ['a type that nobody knows', ONE_CLICK, 'application/x-whatever'],
    ['broken JSON', '{', 'application/json'],
    ['a JSON list', '["One-Click"]', 'application/json'],
    ['broken multipart', '--x\r\nnonsense', 'multipart/form-data; boundary=x'],
    ['multipart without a boundary', ONE_CLICK, 'multipart/form-data'],
  ])('answers 400 to %s and changes nothing', async (_what, payload, type) => {
    await using site = await openSite();
    const { url } = await link(site);
    const before = await everythingAbout(site);
    const answer = await site.app.inject({
      method: 'POST',
      url,
      ...(payload === undefined ? {} : { payload }),
      headers: type ? { 'content-type': type } : {},
    });
    expect(answer.statusCode).toBe(400);
    expect(await everythingAbout(site)).toBe(before);
  });

  test('tells a person who was erased that the data may have been deleted, and a mail program that nobody left', async () => {
    await using site = await openSite();
    const url = `/u/${await tokenFor(site, 'unsubscribe', 4711)}`;
    const posted = await site.app.inject({ method: 'POST', url, payload: ONE_CLICK, headers: FORM });
    expect(posted.statusCode).toBe(410);
    expect(posted.headers['content-type']).toContain('text/plain');
    for (const { body } of [posted, await site.app.inject(url)]) {
      expect(body).toContain('may have been deleted');
      expect(body).toContain('nothing was changed');
    }
  });
});

describe('the unsubscribe page', () => {
  test('names newsletter and address and has one button', async () => {
    await using site = await openSite();
    const { url } = await link(site);
    const { statusCode, body } = await site.app.inject(url);
    expect(statusCode).toBe(200);
    expect(body).toContain('Unsubscribe from The Daily Belle?');
    expect(body).toContain('ada@example.org');
    expect(body.match(/<button/g)).toHaveLength(1);
  });

  test('shows what one could do instead', async () => {
    await using site = await openSite();
    const { body } = await site.app.inject((await link(site)).url);
    expect(body).toMatch(/<a href="\/preferences\/[\w-]{38}">get it less often or pause it<\/a>/);
  });

  test('says goodbye after the button and shows the way back', async () => {
    await using site = await openSite();
    const { id, url } = await link(site);
    const answer = await site.app.inject({
      method: 'POST',
      url,
      payload: formBody({ goodbye: 'yes' }),
      headers: FORM,
    });
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toContain('You’ve unsubscribed');
    expect(answer.body).toMatch(
      /<form method="post" action="\/preferences\/[\w-]{38}">.*<button [^>]*name="again" value="yes">Send me The Daily Belle again</,
    );
    expect(await stateOf(site, id)).toBe('unsubscribed');
    const consent = await site.db
      .selectFrom('consents')
      .select(['origin', 'wording'])
      .executeTakeFirstOrThrow();
    expect(consent).toEqual({ origin: 'site', wording: 'Unsubscribe me' });
    expect((await site.app.inject(url)).body).toContain('You’ve unsubscribed');
  });

  test('one button takes it back, and is kept as evidence', async () => {
    await using site = await openSite();
    const { id, url } = await link(site);
    await site.app.inject({ method: 'POST', url, payload: formBody({ goodbye: 'yes' }), headers: FORM });
    const { body } = await site.app.inject(url);
    const back = /action="(\/preferences\/[\w-]{38})"/.exec(body)?.[1] ?? '';
    const again = { method: 'POST', url: back, payload: formBody({ again: 'yes' }), headers: FORM } as const;
    expect((await site.app.inject(again)).body).toContain('Welcome back.');
    expect(await stateOf(site, id)).toBe('active');
    const acts = await site.db.selectFrom('consents').select(['act', 'wording']).orderBy('id').execute();
    expect(acts.at(-1)).toEqual({ act: 'confirmed', wording: 'Send me The Daily Belle again' });
  });

  test('who never confirmed is led to the sign-up', async () => {
    await using site = await openSite();
    const { id, url } = await link(site);
    await site.db
      .updateTable('subscriptions')
      .set({ state: 'unsubscribed', confirmed_at: null })
      .where('id', '=', id)
      .execute();
    const { body } = await site.app.inject(url);
    expect(body).not.toContain('name="again"');
    expect(body).toContain('<a href="/?newsletter&#x3D;daily">Sign up again</a>');
  });

  test('a reason is asked for once, cleaned, cut, and kept with the subscription', async () => {
    await using site = await openSite();
    const { id, url } = await link(site);
    const say = (because: string) =>
      site.app.inject({ method: 'POST', url, payload: formBody({ because }), headers: FORM });
    const reason = async () =>
      (await site.db.selectFrom('subscriptions').select('left_because').executeTakeFirstOrThrow())
        .left_because;
    expect((await say('Too early')).body).toContain('Unsubscribe from The Daily Belle?');
    expect(await reason()).toBeNull();
    await site.app.inject({ method: 'POST', url, payload: formBody({ goodbye: 'yes' }), headers: FORM });
    expect((await say('   ')).body).toContain('Mind telling us why?');
    expect(await reason()).toBeNull();
    const thanked = await say('Too  \u202emany\u0000 crowns,\r\ntoo few hedgehogs ');
    expect(thanked.body).toContain('Thank you.');
    expect(thanked.body).not.toContain('Mind telling us why?');
    expect(await reason()).toBe('Too  many crowns,\ntoo few hedgehogs');
    await say('é👑'.repeat(400));
    expect([...((await reason()) ?? '')]).toHaveLength(500);
    expect(await stateOf(site, id)).toBe('unsubscribed');
  });

  test('a person gets a last mail with the way back, a mail program none', async () => {
    await using site = await openSite();
    const { id, url } = await link(site);
    const other = await link(site, 'bea@example.org');
    await site.app.inject({ method: 'POST', url: other.url, payload: ONE_CLICK, headers: FORM });
    for (let times = 0; times < 2; times += 1)
      await site.app.inject({ method: 'POST', url, payload: formBody({ goodbye: 'yes' }), headers: FORM });
    expect(site.enqueued).toEqual([{ subscriptionId: id, kind: 'goodbye' }]);
  });

  test('there is no last mail where the newsletter says so, or is no more', async () => {
    const file = oneNewsletter();
    const newsletters = file.newsletters.map((one) => ({ ...one, goodbye: false }));
    await using site = await openSite({ file: { ...file, newsletters } });
    for (const newsletter of ['daily', 'gone']) {
      const { id, url } = await link(site, 'ada@example.org', newsletter);
      await site.app.inject({ method: 'POST', url, payload: formBody({ goodbye: 'yes' }), headers: FORM });
      expect(await stateOf(site, id)).toBe('unsubscribed');
    }
    expect(site.enqueued).toEqual([]);
  });

  test('ends one newsletter and leaves the others alone', async () => {
    await using site = await openSite();
    const { url } = await link(site);
    const other = await addSubscription(site, 'ada@example.org', 'active', 'weekend');
    await site.app.inject({ method: 'POST', url, payload: ONE_CLICK, headers: FORM });
    expect(await stateOf(site, other)).toBe('active');
  });
});

async function link(
  site: OpenSite,
  email = 'ada@example.org',
  newsletter = 'daily',
): Promise<{ id: number; url: string }> {
  const id = await addSubscription(site, email, 'active', newsletter);
  return { id, url: `/u/${await tokenFor(site, 'unsubscribe', id)}` };
}

async function stateOf(site: OpenSite, id: number): Promise<string> {
  const row = await site.db
    .selectFrom('subscriptions')
    .select('state')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return row.state;
}

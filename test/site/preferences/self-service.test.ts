import { describe, expect, test } from 'vitest';
import { DAY_MS } from '../../../src/base/clock.ts';
import { subscriptionById } from '../../../src/subscribers/subscriber-store.ts';
import { tokenFor } from '../../helpers/tokens.ts';
import { addSubscription, everythingAbout, FORM, formBody, type OpenSite, openSite } from '../open-site.ts';

const ADA = 'ada@example.org';
const NEW = 'ada@new.example';

describe('every page of a reader’s own', () => {
  test('changes nothing, however often and however it is looked at', async () => {
    await using site = await openSite();
    const { url, old, fresh } = await asked(site);
    const leave = `/u/${await tokenFor(site, 'unsubscribe', 1)}`;
    const before = await everythingAbout(site);
    for (const page of [url, `${url}/address`, `${url}/erase`, `${url}/my-data.json`, old, fresh, leave])
      for (let times = 0; times < 50; times += 1)
        for (const method of ['GET', 'HEAD'] as const) {
          const headers = times % 2 ? { purpose: 'prefetch', 'sec-purpose': 'prefetch;prerender' } : {};
          expect((await site.app.inject({ method, url: page, headers })).statusCode).toBe(200);
        }
    expect(await everythingAbout(site)).toBe(before);
  });

  test.each(['address', 'erase', 'my-data.json'])(
    'is a broken link with a forged token: %s',
    async (page) => {
      await using site = await openSite();
      const { url } = await link(site);
      const before = await everythingAbout(site);
      for (const forged of [
        `${url.slice(0, -1)}${url.endsWith('A') ? 'Q' : 'A'}`,
        `${url}A`,
        '/preferences/x',
      ]) {
        expect((await site.app.inject(`${forged}/${page}`)).statusCode).toBe(404);
        expect((await post(site, `${forged}/${page}`, { email: NEW, sure: 'yes' })).statusCode).toBe(404);
      }
      const other = `/preferences/${await tokenFor(site, 'unsubscribe', 1)}`;
      expect((await post(site, `${other}/${page}`, { email: NEW, sure: 'yes' })).statusCode).toBe(404);
      expect(await everythingAbout(site)).toBe(before);
    },
  );

  test.each(['address', 'erase', 'my-data.json'])('is kept by nobody on the way: %s', async (page) => {
    await using site = await openSite();
    const { headers } = await site.app.inject(`${(await link(site)).url}/${page}`);
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    expect(headers['x-robots-tag']).toContain('noindex');
  });
});

describe('another address', () => {
  test('is asked for with a form, and moves when both mailboxes have pressed yes', async () => {
    await using site = await openSite();
    const { id, url, old, fresh, answer } = await asked(site);
    expect(answer.body).toContain('Check both inboxes');
    expect(site.enqueued.map(({ kind }) => kind)).toEqual(['address-old', 'address-new']);
    const question = (await site.app.inject(old)).body;
    expect(question).toContain(NEW);
    expect(question).toContain('Yes, send it to the new address');
    expect((await post(site, old, { answer: 'yes' })).body).toContain('One more to go');
    const other = (await site.app.inject(fresh)).body;
    expect(other).toContain('Is this your mailbox?');
    expect(other).not.toContain(ADA); // whoever owns that mailbox need not know whose mail it is
    expect((await post(site, fresh, { answer: 'yes' })).body).toContain('Your address has been changed');
    expect(await subscriptionById(site.db, id)).toMatchObject({ email: NEW, state: 'active' });
    expect((await site.app.inject(url)).body).toContain(NEW);
    for (const again of [old, fresh])
      expect((await site.app.inject(again)).body).toContain('Your address has been changed');
    const consents = await site.db.selectFrom('consents').select(['act', 'wording']).execute();
    expect(consents).toEqual([{ act: 'confirmed', wording: 'Yes, send it here from now on' }]);
  });

  test('stays where it is when one says no, and the question is gone', async () => {
    await using site = await openSite();
    const { id, old, fresh } = await asked(site);
    await post(site, fresh, { answer: 'yes' });
    expect((await post(site, old, { answer: 'no' })).body).toContain('Everything stays as it is');
    for (const link of [old, fresh]) {
      const late = await post(site, link, { answer: 'yes' });
      expect(late.statusCode).toBe(410);
      expect(late.body).toContain('This request is closed');
    }
    expect(await subscriptionById(site.db, id)).toMatchObject({ email: ADA });
  });

  test('is not moved by an answer that is neither, nor after seven days', async () => {
    await using site = await openSite();
    const { id, old, fresh } = await asked(site);
    expect((await post(site, old, { answer: 'perhaps' })).body).toContain('Change your email address?');
    await post(site, old, { answer: 'yes' });
    site.clock.advance(7 * DAY_MS + 1);
    expect((await site.app.inject(fresh)).statusCode).toBe(410);
    expect((await post(site, fresh, { answer: 'yes' })).statusCode).toBe(410);
    expect(await subscriptionById(site.db, id)).toMatchObject({ email: ADA });
  });

  test('that is known here already is answered the same, word for word', async () => {
    const answers = await Promise.all(
      ['stranger', 'active', 'unsubscribed'].map(async (state) => {
        await using site = await openSite();
        if (state !== 'stranger') await addSubscription(site, NEW, state as 'active' | 'unsubscribed');
        const { answer } = await asked(site);
        return [answer.statusCode, answer.body];
      }),
    );
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  test.each([
    ['', 'Please enter the new address.'],
    ['ada@nowhere', 'the part after the @ is not a domain name'],
    ['"><script>@x', 'the part before the @'],
    [ADA, 'That is already your address'],
  ])('%j is sent back with what to mend', async (email, problem) => {
    await using site = await openSite();
    const answer = await post(site, `${(await link(site)).url}/address`, { email });
    expect(answer.statusCode).toBe(422);
    expect(answer.body).toContain(problem);
    expect(answer.body).toContain('aria-invalid="true"');
    expect(answer.body).not.toContain('<script>');
    expect(site.enqueued).toEqual([]);
  });

  test('is not offered to somebody who gets nothing', async () => {
    await using site = await openSite();
    const { url } = await link(site, 'unsubscribed');
    expect((await site.app.inject(url)).body).not.toContain('/address"');
    expect((await site.app.inject(`${url}/address`)).body).toContain('there is nothing to change');
    expect((await post(site, `${url}/address`, { email: NEW })).statusCode).toBe(409);
    expect(site.enqueued).toEqual([]);
  });
});

describe('my data', () => {
  test('is a file with everything that is kept, in words a person reads', async () => {
    await using site = await openSite();
    const { id, url } = await asked(site);
    await post(site, url, { section: 'royal', mute: 'baby-loss', zone: 'America/New_York' });
    const answer = await site.app.inject(`${url}/my-data.json`);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.headers['content-disposition']).toBe('attachment; filename="my-data.json"');
    expect(answer.json()).toMatchObject({
      publisher: 'Belle',
      made: '2026-11-22T08:00:00.000Z',
      email: ADA,
      createdAt: '2026-11-22T08:00:00.000Z',
      pausedUntil: null,
      mutes: ['baby-loss'],
      timeZone: 'America/New_York',
      subscriptions: [{ newsletterId: 'daily', state: 'active', sections: ['royal'], leftBecause: null }],
      addressChanges: [{ newEmail: NEW, askedAt: '2026-11-22T08:00:00.000Z', doneAt: null }],
      deliveries: [
        { kind: 'address-old', email: ADA, state: 'waiting', attempts: [] },
        { kind: 'address-new', email: NEW },
      ],
      suppression: null,
    });
    expect(id).toBe(1);
    // A row's number would say how many mails there were to everybody.
    for (const kept of [answer.json(), ...answer.json().subscriptions, ...answer.json().deliveries]) {
      expect(kept).not.toHaveProperty('id');
      expect(kept.publicId).toMatch(/^[0-9a-f]{16}$/);
    }
  });

  test('holds nobody else’s', async () => {
    await using site = await openSite();
    await addSubscription(site, 'bea@example.org');
    expect((await site.app.inject(`${(await link(site)).url}/my-data.json`)).body).not.toContain('bea@');
  });
});

describe('erase me', () => {
  test('explains what goes and what stays, and asks for a box and a button', async () => {
    await using site = await openSite();
    const { id, url } = await link(site);
    const page = await site.app.inject(`${url}/erase`);
    expect(page.body).toContain(ADA);
    expect(page.body).toContain('a fingerprint from which nobody can read the address');
    const unsure = await post(site, `${url}/erase`, {});
    expect(unsure.statusCode).toBe(422);
    expect(unsure.body).toContain('Nothing was deleted.');
    expect(await subscriptionById(site.db, id)).toBeDefined();
  });

  test('forgets the person, and leaves a hash', async () => {
    await using site = await openSite();
    const { url } = await asked(site);
    const answer = await post(site, `${url}/erase`, { sure: 'yes' });
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toContain('Your data has been deleted');
    const everything = await everythingAbout(site);
    expect(everything).not.toContain('ada@');
    expect(await site.db.selectFrom('subscribers').selectAll().execute()).toEqual([]);
    const left = await site.db.selectFrom('suppressions').select('reason').execute();
    expect(left).toEqual([{ reason: 'erased' }]);
    const mails = await site.db.selectFrom('deliveries').select('email').execute();
    expect(mails.map(({ email }) => email)).toEqual(['erased', 'erased']);
    const looks = [url, `${url}/address`, `${url}/erase`, `${url}/my-data.json`].map((page) =>
      site.app.inject(page),
    );
    for (const { statusCode, body } of [
      ...(await Promise.all(looks)),
      await post(site, `${url}/erase`, { sure: 'yes' }),
    ]) {
      expect(statusCode).toBe(410);
      expect(body).toContain('may have been deleted');
    }
  });
});

describe('the time zone', () => {
  test('is the newsletter’s until one is chosen, and then says when days begin', async () => {
    await using site = await openSite();
    const { id, url } = await link(site);
    expect((await site.app.inject(url)).body).toContain('Language and time zone: London');
    const saved = await post(site, url, { ...ALL, zone: 'Pacific/Auckland', pause: 'two-weeks' });
    // In Auckland it is nine in the evening of the 22nd, and thirteen hours ahead of UTC.
    expect(await subscriptionById(site.db, id)).toMatchObject({
      timeZone: 'Pacific/Auckland',
      pausedUntil: Date.parse('2026-12-05T11:00:00Z'),
    });
    expect(saved.body).toContain('Sunday 6 December');
    expect(saved.body).toContain('<option value="Pacific/Auckland" selected>Auckland</option>');
    await post(site, url, { ...ALL, zone: '' });
    expect(await subscriptionById(site.db, id)).toMatchObject({ timeZone: null });
  });

  test('that a form does not ask about stays, and one that is none changes nothing', async () => {
    await using site = await openSite();
    const { id, url } = await link(site);
    await post(site, url, { ...ALL, zone: 'Europe/Paris', language: 'en' });
    await post(site, url, ALL);
    const kept = { timeZone: 'Europe/Paris', language: 'en' };
    expect(await subscriptionById(site.db, id)).toMatchObject(kept);
    for (const wrong of [{ zone: 'Mars/Olympus' }, { zone: '../etc' }, { language: 'tlh' }])
      expect((await post(site, url, { ...ALL, ...wrong })).statusCode).toBe(422);
    expect(await subscriptionById(site.db, id)).toMatchObject(kept);
  });

  test('of a name that is not in the list stays theirs', async () => {
    await using site = await openSite();
    const { id, url } = await link(site);
    await site.db.updateTable('subscribers').set({ time_zone: 'US/Eastern' }).execute();
    expect((await site.app.inject(url)).body).toContain(
      '<option value="US/Eastern" selected>Eastern</option>',
    );
    expect((await post(site, url, { ...ALL, zone: 'US/Eastern' })).statusCode).toBe(200);
    expect(await subscriptionById(site.db, id)).toMatchObject({ timeZone: 'US/Eastern' });
  });
});

const ALL = { section: ['royal', 'stars', 'style'] };

async function link(site: OpenSite, state: 'active' | 'unsubscribed' = 'active') {
  const id = await addSubscription(site, ADA, state);
  return { id, url: `/preferences/${await tokenFor(site, 'preferences', id)}` };
}

/** Somebody asked for another address: with the links of the two mails. */
async function asked(site: OpenSite) {
  const { id, url } = await link(site);
  const answer = await post(site, `${url}/address`, { email: NEW });
  const mails = await site.db
    .selectFrom('deliveries')
    .select(['id', 'kind', 'created_at'])
    .orderBy('id')
    .execute();
  const linkOf = async (kind: string) => {
    const mail = mails.find((one) => one.kind === kind);
    return `/address/${await tokenFor(site, 'address', mail?.id ?? 0)}`;
  };
  return { id, url, answer, old: await linkOf('address-old'), fresh: await linkOf('address-new') };
}

function post(site: OpenSite, url: string, fields: Parameters<typeof formBody>[0]) {
  return site.app.inject({ method: 'POST', url, payload: formBody(fields), headers: FORM });
}

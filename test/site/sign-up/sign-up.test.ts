import { describe, expect, test } from 'vitest';
import { DAY_MS } from '../../../src/base/clock.ts';
import { type EmailAddress, parseAddress } from '../../../src/base/text/address.ts';
import { emailHash } from '../../../src/subscribers/subscriber.ts';
import { erase } from '../../../src/subscribers/subscriber-store.ts';
import { eachDatabase } from '../../helpers/databases.ts';
import { oneNewsletter } from '../../web/sample-newsletters.ts';
import { addSubscription, everythingAbout, FORM, formBody, type OpenSite, openSite } from '../open-site.ts';

const CONSENT =
  'I would like to receive the newsletters I have ticked by email from Belle. I can unsubscribe at any time.';

eachDatabase((open) => {
  test('with letters beyond ASCII before the @ is one person in every spelling, where the relay takes them', async () => {
    await using site = await openSite({ database: await open(), takesUtf8: true });
    for (const email of [
      'jürgen@bücher.example',
      'JÜRGEN@Bücher.example',
      'ju\u0308rgen@xn--bcher-kva.example',
    ])
      expect((await signUp(site, { ...ADA, email })).statusCode).toBe(200);
    expect(await subscriptions(site)).toMatchObject([{ email: 'jürgen@xn--bcher-kva.example' }]);
    expect(site.enqueued).toHaveLength(1);
    expect((await site.app.inject('/')).body).toMatch(/<input id="email" name="email" type="text"/);
    expect(await erase(site.db, address('JÜRGEN@bücher.example'), site.clock.now())).toBe(true);
    expect(await site.db.selectFrom('deliveries').select('email').execute()).toEqual([{ email: 'erased' }]);
  });
});

test('with such letters is asked back while the relay cannot take them', async () => {
  await using site = await openSite();
  const { statusCode, body } = await signUp(site, { ...ADA, email: 'jürgen@example.org' });
  expect(statusCode).toBe(422);
  expect(body).toContain('letters that many mail servers do not accept');
  expect(await subscriptions(site)).toEqual([]);
});

describe('signing up', () => {
  test('makes one pending subscription per newsletter ticked, with the sections and the words agreed to', async () => {
    await using site = await openSite();
    const answer = await signUp(site, {
      email: ' Ada@Example.org ',
      newsletter: ['daily', 'weekend'],
      section: ['daily:royal', 'daily:style', 'weekend:reads'],
    });
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toContain('Check your inbox');
    expect(await subscriptions(site)).toEqual([
      { newsletter_id: 'daily', state: 'pending', sections: '["royal","style"]', email: 'Ada@example.org' },
      { newsletter_id: 'weekend', state: 'pending', sections: null, email: 'Ada@example.org' },
    ]);
    expect(site.enqueued.map(({ kind }) => kind)).toEqual(['confirmation']);
    const consents = await site.db.selectFrom('consents').select(['act', 'origin', 'wording']).execute();
    expect(consents).toEqual(Array(2).fill({ act: 'asked', origin: 'site', wording: CONSENT }));
    expect((await site.app.inject('/')).body).toContain(CONSENT);
  });

  test('needs no newsletter named where there is only one', async () => {
    await using site = await openSite({ file: oneNewsletter() });
    await signUp(site, { email: 'ada@example.org' });
    expect(await subscriptions(site)).toMatchObject([{ newsletter_id: 'daily', sections: null }]);
  });

  test('takes multipart forms too', async () => {
    await using site = await openSite();
    const form = new FormData();
    form.append('email', 'ada@example.org');
    form.append('newsletter', 'daily');
    form.append('section', 'daily:royal');
    form.append('section', 'daily:stars');
    await site.app.inject({
      method: 'POST',
      url: '/subscribe',
      payload: form,
      headers: { accept: 'text/html' },
    });
    expect(await subscriptions(site)).toMatchObject([{ sections: '["royal","stars"]' }]);
  });

  test('mails an address once a day, however often the form is sent', async () => {
    await using site = await openSite();
    for (let times = 0; times < 10; times += 1) await signUp(site);
    expect(site.enqueued).toHaveLength(1);
    site.clock.advance(DAY_MS);
    await signUp(site);
    expect(site.enqueued).toHaveLength(2);
  });

  test('answers the same for unknown, pending, active, unsubscribed and suppressed addresses', async () => {
    await using site = await openSite();
    await addSubscription(site, 'pending@example.org', 'pending');
    await addSubscription(site, 'active@example.org', 'active');
    await addSubscription(site, 'gone@example.org', 'unsubscribed');
    for (const reason of ['undeliverable', 'complained', 'erased'] as const)
      await site.db
        .insertInto('suppressions')
        .values({ email_hash: emailHash(`${reason}@example.org`), reason, at: site.clock.now() })
        .execute();
    const answers = [];
    for (const who of ['new', 'pending', 'active', 'gone', 'undeliverable', 'complained', 'erased']) {
      const { statusCode, body, headers } = await signUp(site, {
        email: `${who}@example.org`,
        newsletter: 'daily',
      });
      answers.push({ statusCode, body, headers: { ...headers, date: '' } });
    }
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(site.enqueued.map(({ kind }) => kind).sort()).toEqual([
      'already-subscribed',
      'confirmation',
      'confirmation',
      'confirmation',
      'confirmation',
    ]);
  });

  test('gives a form with an unusable address back with what to mend and everything kept', async () => {
    await using site = await openSite();
    const { statusCode, body } = await signUp(site, {
      email: 'ada@nowhere',
      newsletter: 'weekend',
      section: ['daily:style', 'weekend:reads'],
      'sections-of': ['daily', 'weekend'],
    });
    expect(statusCode).toBe(422);
    expect(body).toContain('value="ada@nowhere"');
    expect(body).toMatch(/id="email"[^>]*aria-invalid="true"[^>]*aria-describedby="email-problem/);
    expect(body).toContain('id="email-problem">This address cannot be used: the part after the @ is not');
    expect(body).toContain('name="newsletter" value="weekend" checked');
    expect(body).not.toContain('name="newsletter" value="daily" checked');
    expect(body.match(/value="[^"]*" checked/g)).toEqual([
      'value="daily:style" checked',
      'value="weekend" checked',
      'value="weekend:reads" checked',
    ]);
    expect(await subscriptions(site)).toEqual([]);
  });

  test('asks back when every section of a newsletter is unticked, and leaves the other newsletters as they are', async () => {
    await using site = await openSite();
    const { statusCode, body } = await signUp(site, {
      ...ADA,
      newsletter: ['daily', 'weekend'],
      section: 'weekend:reads',
      'sections-of': ['daily', 'weekend'],
    });
    expect(statusCode).toBe(422);
    expect(body).toContain(
      '<p class="problem" id="section-problem-daily">Please choose at least one section of The Daily Belle.</p>',
    );
    expect(body).toContain('<a href="#sections-daily">');
    expect(body).toContain('id="sections-daily" aria-describedby="section-problem-daily"');
    expect(body).not.toContain('section-problem-weekend');
    expect(body.match(/value="[^"]*" checked/g)).toEqual([
      'value="daily" checked',
      'value="weekend" checked',
      'value="weekend:reads" checked',
    ]);
    expect(await subscriptions(site)).toEqual([]);
    expect(site.enqueued).toEqual([]);
  });

  test('minds no sections of a newsletter that is not asked for', async () => {
    await using site = await openSite();
    const fields = { ...ADA, section: 'daily:royal', 'sections-of': ['daily', 'weekend'] };
    expect((await signUp(site, fields)).statusCode).toBe(200);
    expect(await subscriptions(site)).toMatchObject([{ newsletter_id: 'daily', sections: '["royal"]' }]);
  });

  test('takes a form without boxes for sections as a wish for all, and shows them all ticked if it needs mending', async () => {
    await using site = await openSite();
    const { body } = await signUp(site, { email: 'ada@nowhere', newsletter: 'daily' });
    expect(body.match(/value="daily:\w+" checked/g)).toHaveLength(3);
    expect((await signUp(site)).statusCode).toBe(200);
    expect(await subscriptions(site)).toMatchObject([{ newsletter_id: 'daily', sections: null }]);
  });

  test('names the newsletters whose sections the page shows', async () => {
    for (const file of [oneNewsletter(), undefined]) {
      await using site = await openSite(file ? { file } : {});
      const { body } = await site.app.inject('/');
      expect(body.match(/name="sections-of" value="\w+"/g)).toEqual([
        'name="sections-of" value="daily"',
        ...(file ? [] : ['name="sections-of" value="weekend"']),
      ]);
    }
  });

  test('tells whoever signs up a second time that the first message still works', async () => {
    await using site = await openSite();
    const first = await signUp(site, { ...ADA, section: 'daily:royal' });
    const second = await signUp(site, { ...ADA, section: 'daily:style' });
    expect(second.body).toBe(first.body);
    expect(second.body).toContain('the message you already have still works');
    expect(second.body).toContain('If you already subscribe, the message says so.');
    expect(await subscriptions(site)).toMatchObject([{ state: 'pending', sections: '["style"]' }]);
    expect(site.enqueued).toHaveLength(1);
  });

  test('speaks of one message for all newsletters', async () => {
    await using site = await openSite();
    expect((await signUp(site)).body).toContain('<p>A message is on its way to the address you gave.');
    expect((await signUp(site, { ...ADA, newsletter: ['daily', 'weekend'] })).body).toContain(
      '<p>One message for all of them is on its way to the address you gave.',
    );
  });

  test.each([
    [{ newsletter: 'daily' }, 'Please enter your email address.'],
    [{ email: 'ada@example.org' }, 'Please choose at least one newsletter.'],
    [{ email: 'ada@example.org', newsletter: 'no-such-list' }, 'Please choose at least one newsletter.'],
    [
      { email: 'ada@example.org\r\nBcc: eve@example.org', newsletter: 'daily' },
      'This address cannot be used',
    ],
    [{ email: '"ada"@example.org', newsletter: 'daily' }, 'This address cannot be used'],
    [{ email: 'ada@example.org,eve@example.org', newsletter: 'daily' }, 'This address cannot be used'],
  ])('refuses %j and says why', async (fields, reason) => {
    await using site = await openSite();
    const { statusCode, body } = await signUp(site, fields);
    expect(statusCode).toBe(422);
    expect(body).toContain(reason);
    expect(await subscriptions(site)).toEqual([]);
  });

  test('survives a body that is no form', async () => {
    await using site = await openSite();
    for (const payload of [
      '[]',
      'null',
      '"text"',
      '{"email":{"a":1},"newsletter":{"x":1}}',
      '{"__proto__":1}',
    ]) {
      const headers = { 'content-type': 'application/json', accept: 'text/html' };
      const { statusCode } = await site.app.inject({ method: 'POST', url: '/subscribe', payload, headers });
      expect([400, 422]).toContain(statusCode);
    }
    expect((await site.app.inject({ method: 'POST', url: '/subscribe' })).statusCode).toBe(422);
  });

  test.each([
    '"><script>alert(1)</script>',
    "' onfocus=alert(1) '",
    '<img src=x onerror=alert(1)>@example.org',
  ])('shows %j as text and nothing else', async (email) => {
    await using site = await openSite();
    const { statusCode, body } = await signUp(site, { email, newsletter: 'daily' });
    expect(statusCode).toBe(422);
    expect(body).not.toMatch(/<script|<img|[^&]' onfocus/);
  });

  test('thanks a program that fills the hidden field, and does nothing', async () => {
    await using site = await openSite();
    const person = await signUp(site, { email: 'ada@example.org', newsletter: 'daily' });
    const before = await everythingAbout(site);
    const program = await signUp(site, {
      email: 'bot@example.org',
      newsletter: 'daily',
      homepage: 'https://spam.example',
    });
    expect(program.statusCode).toBe(200);
    expect(program.body).toBe(person.body);
    expect(await everythingAbout(site)).toBe(before);
  });

  test('points to the caught mail in a rehearsal only', async () => {
    await using rehearsal = await openSite({ rehearsal: true });
    expect((await signUp(rehearsal)).body).toContain('href="/studio/caught"');
    await using real = await openSite();
    expect((await signUp(real)).body).not.toContain('/studio');
  });

  test('asks one client for patience after a great many forms, and other clients not', async () => {
    await using site = await openSite({ trustProxy: 'loopback' });
    const from = (address: string) => signUp(site, { email: 'x' }, { 'x-forwarded-for': address });
    for (let times = 0; times < 60; times += 1) expect((await from('2001:db8::1')).statusCode).toBe(422);
    const refused = await from('2001:db8::ffff:2'); // another address of the same network
    expect(refused.statusCode).toBe(429);
    expect(refused.body).toContain('One moment, please');
    expect(refused.headers['retry-after']).toBeDefined();
    expect((await from('2001:db8:0:1::1')).statusCode).toBe(422);
  });

  test('does not believe an X-Forwarded-For that no proxy of ours wrote', async () => {
    await using site = await openSite();
    const statuses = [];
    for (let times = 0; times < 61; times += 1)
      statuses.push(
        (await signUp(site, { email: 'x' }, { 'x-forwarded-for': `198.51.100.${times}` })).statusCode,
      );
    expect(statuses.at(-1)).toBe(429);
  });
});

const ADA = { email: 'ada@example.org', newsletter: 'daily' };

function signUp(
  site: OpenSite,
  fields: Readonly<Record<string, string | string[]>> = ADA,
  headers: Readonly<Record<string, string>> = {},
) {
  return site.app.inject({
    method: 'POST',
    url: '/subscribe',
    payload: formBody(fields),
    headers: { ...FORM, ...headers },
  });
}

function subscriptions(site: OpenSite) {
  return site.db
    .selectFrom('subscriptions')
    .innerJoin('subscribers', 'subscribers.id', 'subscriber_id')
    .select(['newsletter_id', 'state', 'sections', 'email'])
    .orderBy('subscriptions.id')
    .execute();
}

function address(text: string): EmailAddress {
  const parsed = parseAddress(text, { world: true });
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.address;
}

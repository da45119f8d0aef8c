import { expect, test } from 'vitest';
import { DAY_MS } from '../../../src/base/clock.ts';
import { tokenFor } from '../../helpers/tokens.ts';
import { FORM, formBody, type OpenSite, openSite } from '../open-site.ts';

const ADA = { email: 'ada@example.org', newsletter: ['daily', 'weekend'], section: ['daily:royal'] };

test('one form for several newsletters brings one mail, whose link confirms them all with one press and one welcome', async () => {
  await using site = await openSite();
  expect((await send(site, '/subscribe', ADA)).statusCode).toBe(200);
  expect(kinds(site)).toEqual(['confirmation']);
  const link = await linkOf(site);
  const question = await site.app.inject(link);
  expect(question.body).toContain('2 newsletters are ready for you');
  expect(question.body).toContain('<h2>The Daily Belle</h2>');
  expect(question.body).toContain('<h2>Weekend</h2>');
  expect(question.body).toContain('I would like to receive The Daily Belle and Weekend.');
  expect(question.body).toContain('Confirm my subscriptions');
  expect(await states(site)).toEqual(['daily pending', 'weekend pending']);
  const answer = await send(site, link, {});
  expect(answer.body).toContain('The next editions of The Daily Belle and Weekend');
  expect(await states(site)).toEqual(['daily active', 'weekend active']);
  expect(kinds(site)).toEqual(['confirmation', 'welcome']);
  expect((await send(site, link, {})).body).toContain('You have already confirmed');
  expect(kinds(site)).toEqual(['confirmation', 'welcome']);
});

test('each is confirmed with the words that stood above the button', async () => {
  await using site = await openSite();
  await send(site, '/subscribe', ADA);
  await send(site, await linkOf(site), {});
  const consents = await site.db.selectFrom('consents').select(['act', 'wording']).orderBy('id').execute();
  const wording = 'Yes, this address is mine, and I would like to receive The Daily Belle and Weekend.';
  expect(consents.filter(({ act }) => act === 'confirmed')).toEqual(
    Array(2).fill({ act: 'confirmed', wording }),
  );
});

test('what is subscribed already stays as it is, and the rest waits for its confirmation in one mail', async () => {
  await using site = await openSite();
  await send(site, '/subscribe', { ...ADA, newsletter: 'daily' });
  await send(site, await linkOf(site), {});
  site.clock.advance(DAY_MS);
  await send(site, '/subscribe', { ...ADA, section: [], newsletter: ['daily', 'weekend'] });
  expect(kinds(site)).toEqual(['confirmation', 'welcome', 'confirmation']);
  const question = await site.app.inject(await linkOf(site));
  expect(question.body).toContain('Weekend is ready for you');
  await send(site, await linkOf(site), {});
  expect(await states(site)).toEqual(['daily active', 'weekend active']);
});

test('who has them all is told so once', async () => {
  await using site = await openSite();
  await send(site, '/subscribe', ADA);
  await send(site, await linkOf(site), {});
  site.clock.advance(DAY_MS);
  await send(site, '/subscribe', ADA);
  expect(kinds(site)).toEqual(['confirmation', 'welcome', 'already-subscribed']);
});

test('the link confirms nothing that was left in between, and the others all the same', async () => {
  await using site = await openSite();
  await send(site, '/subscribe', ADA);
  const link = await linkOf(site);
  site.clock.advance(5000);
  await site.db
    .updateTable('subscriptions')
    .set({ state: 'unsubscribed', unsubscribed_at: site.clock.now() })
    .where('newsletter_id', '=', 'daily')
    .execute();
  expect((await site.app.inject(link)).body).toContain('Weekend is ready for you');
  await send(site, link, {});
  expect(await states(site)).toEqual(['daily unsubscribed', 'weekend active']);
});

test('a link that grew old brings one new mail, for all of them', async () => {
  await using site = await openSite();
  await send(site, '/subscribe', ADA);
  const link = await linkOf(site);
  site.clock.advance(8 * DAY_MS);
  const expired = await site.app.inject(link);
  expect(expired.statusCode).toBe(410);
  expect(expired.body).toContain('The Daily Belle and Weekend');
  expect((await send(site, link, { anew: 'yes' })).body).toContain('A new message is there');
  expect(kinds(site)).toEqual(['confirmation', 'confirmation']);
  await send(site, await linkOf(site), {});
  expect(await states(site)).toEqual(['daily active', 'weekend active']);
});

test('a link of a mail from before there were such mails confirms the one it is about', async () => {
  await using site = await openSite();
  await send(site, '/subscribe', ADA);
  await site.db.deleteFrom('letter_subscriptions').execute();
  await send(site, await linkOf(site), {});
  expect(await states(site)).toEqual(['daily active', 'weekend pending']);
});

test('a form elsewhere that is sent as data brings one mail too', async () => {
  await using site = await openSite();
  const headers = { ...FORM, accept: 'application/json', origin: 'https://www.belle.example' };
  const answer = await site.app.inject({
    method: 'POST',
    url: '/subscribe',
    payload: formBody(ADA),
    headers,
  });
  expect(answer.json()).toMatchObject({ ok: true });
  expect(kinds(site)).toEqual(['confirmation']);
});

function send(site: OpenSite, url: string, fields: Readonly<Record<string, string | readonly string[]>>) {
  return site.app.inject({ method: 'POST', url, payload: formBody(fields), headers: FORM });
}

function kinds(site: OpenSite): string[] {
  return site.enqueued.map(({ kind }) => kind);
}

/** That of the latest confirmation, as its mail has it. */
async function linkOf(site: OpenSite): Promise<string> {
  const mail = await site.db
    .selectFrom('deliveries')
    .select(['subscription_id', 'created_at'])
    .where('kind', '=', 'confirmation')
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow();
  return `/confirm/${await tokenFor(site, 'confirm', mail.subscription_id ?? 0, mail.created_at)}`;
}

async function states(site: OpenSite): Promise<string[]> {
  const rows = await site.db.selectFrom('subscriptions').select(['newsletter_id', 'state']).execute();
  return rows.map(({ newsletter_id, state }) => `${newsletter_id} ${state}`).sort();
}

import { expect, test } from 'vitest';
import { addSubscription, everythingAbout, FORM, formBody, type OpenSite, openSite } from './open-site.ts';

test('shows the address, the state and what is chosen', async () => {
  await using site = await openSite();
  const { id, url } = await link(site);
  await site.db.updateTable('subscriptions').set({ sections: '["royal"]' }).where('id', '=', id).execute();
  const { body } = await site.app.inject(url);
  expect(body).toContain('ada@example.org');
  expect(body).toContain('Your subscription is active.');
  expect(body.match(/value="(\w+)" checked/g)).toEqual(['value="royal" checked']);
  expect(body).toMatch(/href="\/u\/[\w-]{38}"/);
});

test('saves a choice of sections and shows it', async () => {
  await using site = await openSite();
  const { id, url } = await link(site);
  const saved = await save(site, url, ['royal', 'style', 'made-up']);
  expect(saved.statusCode).toBe(200);
  expect(saved.body).toContain('Saved.');
  expect(saved.body.match(/value="(\w+)" checked/g)).toEqual([
    'value="royal" checked',
    'value="style" checked',
  ]);
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
  for (const sections of [[], ['made-up']]) {
    const answer = await save(site, url, sections);
    expect(answer.statusCode).toBe(422);
    expect(answer.body).toContain('Please leave at least one section ticked.');
    expect(answer.body).toContain('aria-describedby="section-problem"');
  }
  expect(await sectionsOf(site, id)).toBe('["royal"]');
});

test('changes nothing for somebody who has left, and shows the way back', async () => {
  await using site = await openSite();
  const { url } = await link(site, 'unsubscribed');
  const before = await everythingAbout(site);
  expect((await site.app.inject(url)).body).toContain('Sign up again');
  expect((await save(site, url, ['royal'])).statusCode).toBe(409);
  expect(await everythingAbout(site)).toBe(before);
});

test('tells somebody who has not confirmed yet what is missing', async () => {
  await using site = await openSite();
  const { url } = await link(site, 'pending');
  expect((await site.app.inject(url)).body).toContain('waits for you to confirm');
});

test('still opens for a newsletter that is no longer published', async () => {
  await using site = await openSite();
  const { url } = await link(site, 'active', 'gone');
  const { statusCode, body } = await site.app.inject(url);
  expect(statusCode).toBe(200);
  expect(body).toMatch(/href="\/u\/[\w-]{38}"/);
});

async function link(
  site: OpenSite,
  state: 'pending' | 'active' | 'unsubscribed' = 'active',
  newsletter = 'daily',
) {
  const id = await addSubscription(site, 'ada@example.org', state, newsletter);
  return { id, url: `/preferences/${site.signer.sign('preferences', { id, issuedAt: 0 })}` };
}

function save(site: OpenSite, url: string, sections: readonly string[]) {
  return site.app.inject({ method: 'POST', url, payload: formBody({ section: sections }), headers: FORM });
}

async function sectionsOf(site: OpenSite, id: number): Promise<string | null> {
  const row = await site.db
    .selectFrom('subscriptions')
    .select('sections')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return row.sections;
}

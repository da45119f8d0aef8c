import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY_MS } from '../../../src/base/clock.ts';
import { axeFaults, connectBrowser, listen, openPage, widthOf } from '../../helpers/browser.ts';
import { tokenFor } from '../../helpers/tokens.ts';
import { openStudio } from '../../studio/open-studio.ts';
import { twoNewsletters } from '../../web/sample-newsletters.ts';
import { addSubscription, type OpenSite, openSite } from '../open-site.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await connectBrowser();
});
afterAll(() => browser.close());

describe.each([true, false])('on a small phone with JavaScript: %s', (javaScriptEnabled) => {
  const phone = { javaScriptEnabled, viewport: { width: 320, height: 640 } };

  test('a typing mistake in the domain is offered the right one, and that is one press', async () => {
    await using site = await openSite();
    await using at = await openAt(site, '/', phone);
    await at.page.getByLabel('Your email address').fill('ada@gmial.com');
    await at.page.getByRole('button', { name: 'Sign up' }).click();
    await at.page.getByRole('alert').getByText('Did you mean ada@gmail.com?').waitFor();
    expect(await widthOf(at.page)).toBeLessThanOrEqual(320);
    await at.page.getByRole('button', { name: 'Yes, use ada@gmail.com' }).click();
    await at.page.getByRole('heading', { name: 'Check your inbox' }).waitFor();
    expect(await emails(site)).toEqual(['ada@gmail.com']);
  });

  test('who insists presses Enter again, and is believed', async () => {
    await using site = await openSite();
    await using at = await openAt(site, '/', phone);
    await at.page.getByLabel('Your email address').fill('ada@gmial.com');
    await at.page.keyboard.press('Enter');
    await at.page.getByRole('alert').waitFor();
    await at.page.getByLabel('Your email address').focus();
    await at.page.keyboard.press('Enter');
    await at.page.getByRole('heading', { name: 'Check your inbox' }).waitFor();
    expect(await emails(site)).toEqual(['ada@gmial.com']);
  });

  test('who is quicker than the clock is asked once more, and then taken', async () => {
    await using site = await openSite({ signUp: { min_fill_seconds: 2 } });
    await using at = await openAt(site, '/', phone);
    await at.page.getByLabel('Your email address').fill('ada@example.org');
    await at.page.keyboard.press('Enter');
    await at.page.getByRole('alert').getByText('press the button again').waitFor();
    site.clock.advance(3000);
    await at.page.getByRole('button', { name: 'Sign up' }).click();
    await at.page.getByRole('heading', { name: 'Check your inbox' }).waitFor();
    expect(site.enqueued).toHaveLength(1);
  });

  test('work that is asked for is done where it can be, and nobody is turned away who cannot', async () => {
    await using site = await openSite({ signUp: { proof_of_work: 8 } });
    await using at = await openAt(site, '/', phone);
    await at.page.getByLabel('Your email address').fill('ada@example.org');
    await at.page.getByRole('button', { name: 'Sign up' }).click();
    await at.page.getByRole('heading', { name: 'Check your inbox' }).waitFor();
    expect(site.enqueued).toHaveLength(1);
    const scopes = (await site.db.selectFrom('sign_up_counts').select('scope').execute()).map(
      (row) => row.scope,
    );
    expect(scopes.includes('plain')).toBe(!javaScriptEnabled);
    expect(at.complaints).toEqual([]);
  });

  test('a link that a scanner opened first, and that then grew old, leads on', async () => {
    await using site = await openSite();
    const id = await addSubscription(site, 'ada@example.org', 'pending');
    const path = `/confirm/${await tokenFor(site, 'confirm', id, site.clock.now())}`;
    for (const method of ['GET', 'HEAD'] as const) await site.app.inject({ method, url: path });
    site.clock.advance(8 * DAY_MS);
    await using at = await openAt(site, path, phone);
    await at.page.getByRole('button', { name: 'Send me a new message' }).click();
    await at.page.getByText('A new message is there').waitFor();
    expect(await widthOf(at.page)).toBeLessThanOrEqual(320);
    expect(site.enqueued).toEqual([{ subscriptionId: id, kind: 'confirmation' }]);
    await at.page.goto(`${at.origin}/confirm/${await tokenFor(site, 'confirm', id, site.clock.now())}`);
    await at.page.getByRole('button', { name: 'Confirm my subscription' }).click();
    await at.page.getByRole('heading', { name: 'You’re subscribed' }).waitFor();
  });
});

test.each(['light', 'dark'] as const)(
  'no page of signing up has a fault that a checker knows, in %s',
  async (colorScheme) => {
    const file = twoNewsletters();
    const greeting = file.newsletters.map((one) => ({ ...one, greeting: 'Good morning' }));
    const edition = { newsletterId: 'daily', slot: 0, title: 'x', headlines: ['One', 'Two', 'Three'] };
    await using site = await openSite({
      file: { ...file, newsletters: greeting },
      editions: [{ ...edition, id: 'daily-20261122T0700Z', lead: { standfirst: 'A line.', picture: null } }],
    });
    const pending = await addSubscription(site, 'ada@example.org', 'pending');
    const active = await addSubscription(site, 'ben@example.org', 'active');
    await site.db.updateTable('subscriptions').set({ sections: '["royal"]' }).execute();
    const link = async (id: number, age = 0) =>
      `/confirm/${await tokenFor(site, 'confirm', id, site.clock.now() - age)}`;
    await using at = await openAt(site, '/', {
      colorScheme,
      bypassCSP: true,
      viewport: { width: 390, height: 844 },
    });
    expect(await axeFaults(at.page)).toEqual([]);
    await at.page.getByLabel('Your email address').fill('ada@gmial.com');
    await at.page.getByLabel('Your name').fill('Ada');
    await at.page.getByRole('button', { name: 'Sign up' }).click();
    await at.page.getByRole('alert').waitFor();
    expect(await at.page.getByLabel('Your name').inputValue()).toBe('Ada');
    expect(await axeFaults(at.page)).toEqual([]);
    for (const path of [
      await link(pending),
      await link(pending, 8 * DAY_MS),
      await link(active),
      '/confirm/half',
    ]) {
      await at.page.goto(at.origin + path);
      expect(await axeFaults(at.page), path).toEqual([]);
    }
  },
);

test('the studio’s page of snippets copies, fits a small phone, and has no fault that a checker knows', async () => {
  await using studio = await openStudio();
  const origin = await listen(studio);
  const context = await browser.newContext({
    viewport: { width: 320, height: 640 },
    bypassCSP: true,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  await page.goto(`${origin}/studio/embed`);
  expect(await widthOf(page)).toBeLessThanOrEqual(320);
  await page.getByRole('button', { name: 'Copy' }).nth(2).click();
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe(
    '<a href="http://localhost:3000/?newsletter=daily">The Daily Belle, by email</a>',
  );
  expect(await axeFaults(page)).toEqual([]);
  await context.close();
});

async function emails(site: OpenSite): Promise<string[]> {
  return (await site.db.selectFrom('subscribers').select('email').execute()).map(({ email }) => email);
}

async function openAt(site: OpenSite, path: string, options: BrowserContextOptions) {
  const at = await openPage(browser, options);
  const origin = await listen(site);
  await at.page.goto(origin + path);
  return { ...at, origin };
}

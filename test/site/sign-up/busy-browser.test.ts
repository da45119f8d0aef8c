import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signUpSchema, withDisposableDomains } from '../../../src/config/sign-up-config.ts';
import { countSignUps } from '../../../src/subscribers/sign-up/ceilings.ts';
import { axeFaults, connectBrowser, listen, openPage, widthOf } from '../../helpers/browser.ts';
import { type OpenSite, openSite } from '../open-site.ts';

/** While more sign-ups arrive than are let in on trust. */

let browser: Browser;
const PHONE = { viewport: { width: 320, height: 640 } };

beforeAll(async () => {
  browser = await connectBrowser();
});
afterAll(() => browser.close());

test('a reader’s browser does the work by itself once the ceiling is near, and they notice nothing', async () => {
  await using site = await openSite({ signUp: { all: 10 } });
  await fill(site, 10);
  await using at = await openPage(browser, PHONE);
  await at.page.goto(await listen(site));
  await at.page.getByLabel('Your email address').fill('ada@example.org');
  await at.page.getByRole('button', { name: 'Sign up' }).click();
  await at.page.getByRole('heading', { name: 'Check your inbox' }).waitFor();
  expect(await mailed(site)).toEqual(['ada@example.org']);
  expect(at.complaints).toEqual([]);
});

test('who opened the page before is asked to press once more, with everything kept, and is in', async () => {
  await using site = await openSite({ signUp: { all: 10 } });
  await using at = await openPage(browser, { ...PHONE, bypassCSP: true });
  await at.page.goto(await listen(site));
  await at.page.getByLabel('Your email address').fill('ada@example.org');
  await at.page.getByLabel('Stars').first().uncheck();
  await fill(site, 10);
  await at.page.getByRole('button', { name: 'Sign up' }).click();
  await at.page.getByRole('alert').getByText('Very many sign-ups are arriving right now').waitFor();
  expect(await at.page.getByLabel('Your email address').inputValue()).toBe('ada@example.org');
  expect(await at.page.getByLabel('Stars').first().isChecked()).toBe(false);
  expect(await widthOf(at.page)).toBeLessThanOrEqual(320);
  expect(await axeFaults(at.page)).toEqual([]);
  await at.page.getByRole('button', { name: 'Sign up' }).click();
  await at.page.getByRole('heading', { name: 'Check your inbox' }).waitFor();
  expect(await mailed(site)).toEqual(['ada@example.org']);
});

test('without JavaScript half a minute makes up for it', async () => {
  await using site = await openSite({ signUp: { all: 10 } });
  await fill(site, 10);
  await using at = await openPage(browser, { ...PHONE, javaScriptEnabled: false });
  await at.page.goto(await listen(site));
  await at.page.getByLabel('Your email address').fill('ada@example.org');
  await at.page.getByRole('button', { name: 'Sign up' }).click();
  await at.page.getByRole('alert').getByText('wait half a minute').waitFor();
  expect(await mailed(site)).toEqual([]);
  site.clock.advance(30_000);
  await at.page.getByRole('button', { name: 'Sign up' }).click();
  await at.page.getByRole('heading', { name: 'Check your inbox' }).waitFor();
  expect(await mailed(site)).toEqual(['ada@example.org']);
});

test('who goes back to a form that was sent, and corrects it, presses twice and loses nothing', async () => {
  await using site = await openSite();
  await using at = await openPage(browser, { ...PHONE, javaScriptEnabled: false });
  await at.page.goto(await listen(site));
  await at.page.getByLabel('Your email address').fill('ada@example.org');
  await at.page.getByRole('button', { name: 'Sign up' }).click();
  await at.page.getByRole('heading', { name: 'Check your inbox' }).waitFor();
  site.clock.advance(10_000);
  await at.page.goBack();
  await at.page.getByLabel('Your email address').fill('ada.byron@example.org');
  const stampBefore = await at.page.locator('input[name=opened]').inputValue();
  await at.page.getByRole('button', { name: 'Sign up' }).click();
  const notice = at.page.getByRole('alert').getByText('This form was already sent');
  const inbox = at.page.getByRole('heading', { name: 'Check your inbox' });
  await notice.or(inbox).waitFor();
  if (await notice.isVisible()) {
    expect(await at.page.getByLabel('Your email address').inputValue()).toBe('ada.byron@example.org');
    expect(await at.page.locator('input[name=opened]').inputValue()).not.toBe(stampBefore);
    await at.page.getByRole('button', { name: 'Sign up' }).click();
    await inbox.waitFor();
  }
  expect(await mailed(site)).toEqual(['ada@example.org', 'ada.byron@example.org']);
});

/** So many sign-ups came within this hour. */
async function fill(site: OpenSite, times: number): Promise<void> {
  const policy = { ...withDisposableDomains(signUpSchema.parse({}), ''), all: 1_000_000 };
  const knock = { domain: 'gmail.com', plain: false, effort: 'none' as const, now: site.clock.now() };
  await countSignUps(
    site.db,
    Array.from({ length: times }, (_, n) => ({ ...knock, networks: [`10.${n}.0.0/24`] })),
    policy,
  );
}

async function mailed(site: OpenSite): Promise<string[]> {
  return (await site.db.selectFrom('deliveries').select('email').orderBy('id').execute()).map(
    ({ email }) => email,
  );
}

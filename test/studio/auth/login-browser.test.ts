import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axeFaults, connectBrowser, widthOf } from '../../helpers/browser.ts';
import { addAccount, openStudio } from '../open-studio.ts';

const NEW = 'seven small blue boats';

let browser: Browser;
beforeAll(async () => {
  browser = await connectBrowser();
});
afterAll(() => browser.close());

test('by keyboard alone an editor is stopped with a wrong password, logs in where they were going, adds a colleague and logs out', async () => {
  await using studio = await openStudio({ rehearsal: false });
  const nora = await addAccount(studio, 'nora@belle.example', 'approve');
  const origin = (await studio.app.listen({ port: 0, host: '127.0.0.1' })).replace('127.0.0.1', 'localhost');
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const complaints: string[] = [];
  page.on(
    'console',
    (message) => void (message.text().includes('Refused') && complaints.push(message.text())),
  );

  await page.goto(`${origin}/studio/editors?from=mail`);
  await page.locator('#email:focus').waitFor();
  await page.keyboard.type(nora.email);
  await page.keyboard.press('Tab');
  await page.keyboard.type('not the password');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('Wrong email address or password.').waitFor();
  expect(await page.getByLabel('Email address').inputValue()).toBe(nora.email);
  await page.locator('#password:focus').waitFor();
  await page.keyboard.type(nora.password);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Editors', exact: true }).waitFor();
  expect(page.url()).toBe(`${origin}/studio/editors?from=mail`);
  expect(await page.evaluate('document.cookie')).toBe('');

  await tabTo(page, 'Name');
  await page.keyboard.type('Edith Quist');
  await tabTo(page, 'Email address');
  await page.keyboard.type('edith@belle.example');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Login for Edith Quist, shown only once' }).waitFor();
  const password = (await page.locator('.handed code').textContent()) ?? '';

  await page.keyboard.press('Tab');
  await tabTo(page, 'Your account: nora');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Your account' }).waitFor();
  await tabTo(page, 'Log out here');
  await page.keyboard.press('Enter');
  await page.getByText('You are logged out.').waitFor();
  await page.goto(`${origin}/studio/editors`);
  await page.getByRole('heading', { name: 'Log in' }).waitFor();

  await page.getByLabel('Email address').fill('edith@belle.example');
  await page.getByLabel('Password').fill(password);
  await page.keyboard.press('Enter');
  await page.getByText('Welcome, Edith Quist.').waitFor();
  await page.getByLabel('The password you were given').fill(password);
  await page.getByLabel('New password', { exact: true }).fill(NEW);
  await page.getByLabel('Repeat new password').fill(NEW);
  await page.keyboard.press('Enter');
  await page.getByText('Password changed.').waitFor();
  expect(complaints).toEqual([]);
  await context.close();
});

test('the pages of the way in keep within the rules of accessible pages, in both themes, on a small phone', async () => {
  await using studio = await openStudio({ rehearsal: false, studioPassword: NEW });
  const nora = await addAccount(studio, 'nora@belle.example', 'approve');
  await addAccount(studio, `${'edith'.repeat(8)}@belle.example`);
  const origin = (await studio.app.listen({ port: 0, host: '127.0.0.1' })).replace('127.0.0.1', 'localhost');
  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await browser.newContext({
      viewport: { width: 320, height: 640 },
      colorScheme,
      bypassCSP: true,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    await page.goto(`${origin}/studio/login?next=/studio/account`);
    await page.getByLabel('Password').fill('not the password');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    await expectAccessible(page);
    await page.getByLabel('Email address').fill(nora.email);
    await page.getByLabel('Password').fill(nora.password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    await expectAccessible(page);
    await page.goto(`${origin}/studio/editors`);
    await page.getByText('More').first().click();
    await page.getByLabel('First password').fill('short');
    await page.getByLabel('Name').fill('Edith');
    await page.getByLabel('Email address').fill('edith@belle.example');
    await page.keyboard.press('Enter');
    await page.getByText('It needs at least 12 characters').waitFor();
    await expectAccessible(page);
    await context.close();
  }
});

/** Presses the tab key until what goes by that name has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  const focused = `(({ labels, textContent }) => (labels?.[0] ?? { textContent }).textContent.trim())(document.activeElement)`;
  for (let presses = 0; presses < 60; presses += 1) {
    if ((await page.evaluate(focused)) === name) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`The tab key never came to ${name}`);
}

async function expectAccessible(page: Page): Promise<void> {
  expect(await widthOf(page)).toBeLessThanOrEqual(320);
  expect(await axeFaults(page)).toEqual([]);
}

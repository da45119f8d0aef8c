import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeFaults, connectBrowser, listen, openPage, widthOf } from '../helpers/browser.ts';
import { tokenFor } from '../helpers/tokens.ts';
import { openStudio } from '../studio/open-studio.ts';
import { addSubscription, openSite } from './open-site.ts';

const ONE_PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
let browser: Browser;

beforeAll(async () => {
  browser = await connectBrowser();
});
afterAll(() => browser.close());

describe.each([true, false])('in a browser with JavaScript: %s', (javaScriptEnabled) => {
  test('a reader signs up, confirms, chooses sections, leaves, and finds the way back', async () => {
    await using site = await openSite();
    const origin = await listen(site);
    await using at = await openPage(browser, { javaScriptEnabled });
    const { page } = at;
    await page.goto(origin);
    await page.getByLabel('Stars').uncheck();
    await page.getByLabel('Your email address').fill('ada@example.org');
    await page.getByRole('button', { name: 'Sign up' }).click();
    await page.getByRole('heading', { name: 'Check your inbox' }).waitFor();

    const [mail] = site.enqueued;
    const id = mail?.subscriptionId ?? 0;
    await page.goto(`${origin}/confirm/${await tokenFor(site, 'confirm', id, site.clock.now())}`);
    await page.getByRole('button', { name: 'Confirm my subscription' }).click();
    await page.getByRole('heading', { name: 'You’re subscribed' }).waitFor();

    await page.getByRole('link', { name: 'See your preferences' }).click();
    expect(await page.getByLabel('Royals').isChecked()).toBe(true);
    expect(await page.getByLabel('Stars').isChecked()).toBe(false);
    await page.getByLabel('Royals').uncheck();
    await page.getByLabel('One a week, on Sundays').check();
    await page.getByRole('button', { name: 'Save my preferences' }).click();
    await page.getByRole('status').getByText('you get Style & beauty, once a week.').waitFor();
    const row = await site.db
      .selectFrom('subscriptions')
      .select(['state', 'sections', 'frequency'])
      .executeTakeFirstOrThrow();
    expect(row).toEqual({ state: 'active', sections: '["style"]', frequency: 'weekly' });

    await page.getByRole('link', { name: 'Unsubscribe from The Daily Belle' }).click();
    await page.getByRole('button', { name: 'Unsubscribe me' }).click();
    await page.getByRole('heading', { name: 'You’ve unsubscribed' }).waitFor();
    await page.getByRole('button', { name: 'Send me The Daily Belle again' }).click();
    await page.getByRole('status').getByText('Welcome back.').waitFor();
    expect(await page.getByLabel('Style & beauty').isChecked()).toBe(true);
    expect(at.complaints).toEqual([]);
  });

  test('a form that needs mending keeps what was typed, and leads to the field', async () => {
    await using site = await openSite();
    await using at = await openPage(browser, { javaScriptEnabled });
    const { page } = at;
    await page.goto(await listen(site));
    await page.getByLabel('Your email address').fill('ada@nowhere'); // right enough for the browser's own check
    await page.getByRole('button', { name: 'Sign up' }).click();
    await page
      .getByRole('alert')
      .getByRole('link', { name: /cannot be used/ })
      .click();
    const email = page.getByLabel('Your email address');
    expect(await email.inputValue()).toBe('ada@nowhere');
    expect(await email.getAttribute('aria-invalid')).toBe('true');
    expect(page.url()).toMatch(/#email$/);
  });
});

test('a pause until a day, asked about beside its field, and what hurts left out: all of it with the keyboard', async () => {
  await using site = await openSite();
  await using at = await openPage(browser, { viewport: { width: 390, height: 844 } });
  const { page } = at;
  const id = await addSubscription(site, 'ada@example.org');
  const path = `/preferences/${await tokenFor(site, 'preferences', id)}`;
  await page.goto((await listen(site)) + path);
  const until = page.getByLabel('Day on which it starts again');
  expect(await until.isVisible()).toBe(false);
  await page.getByLabel('No pause').focus();
  for (let times = 0; times < 3; times += 1) await page.keyboard.press('ArrowDown');
  expect(await page.getByLabel('Until a day of your choice').isChecked()).toBe(true);
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByRole('link', { name: 'Please choose the day' }).waitFor();
  expect(await page.title()).toBe('Please check · Your The Daily Belle');
  expect(await page.evaluate('document.activeElement.id')).toBe('until');
  await until.fill('2026-12-24');
  const summary = page.getByText('Leave out difficult subjects');
  expect(await page.getByLabel('Baby loss').isVisible()).toBe(false);
  await summary.focus();
  await page.keyboard.press('Enter');
  await page.getByLabel('Baby loss').focus();
  await page.keyboard.press('Space');
  expect(await widthOf(page)).toBeLessThanOrEqual(390);
  await page.keyboard.press('Enter');
  await page.getByRole('status').getByText('Nothing comes until Thursday 24 December.').waitFor();
  // Whoever looks over the reader's shoulder learns nothing.
  expect(await page.getByText('Baby loss').isVisible()).toBe(false);
  await page.getByRole('button', { name: 'End the pause now' }).click();
  await page.getByText('Your subscription is active.').waitFor();
  const { mutes, paused_until } = await site.db
    .selectFrom('subscribers')
    .selectAll()
    .executeTakeFirstOrThrow();
  expect({ mutes, paused_until }).toEqual({ mutes: '["baby-loss"]', paused_until: null });
});

test.each(['light', 'dark'] as const)(
  'the page of preferences has no fault that a checker knows, in %s',
  async (colorScheme) => {
    await using site = await openSite();
    await using at = await openPage(browser, { colorScheme });
    const { page } = at;
    const id = await addSubscription(site, 'ada@example.org');
    const path = `/preferences/${await tokenFor(site, 'preferences', id)}`;
    await page.goto((await listen(site)) + path);
    await page.getByLabel('Until a day of your choice').check();
    await page.getByRole('button', { name: 'Save my preferences' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByText('Leave out difficult subjects').click();
    expect(await axeFaults(page)).toEqual([]);
  },
);

test('a form with every section unticked asks back by the sections, and is right once one is ticked', async () => {
  await using site = await openSite();
  await using at = await openPage(browser, { viewport: { width: 390, height: 844 } });
  const { page } = at;
  await page.goto(await listen(site));
  for (const section of ['Royals', 'Stars', 'Style & beauty']) await page.getByLabel(section).uncheck();
  await page.getByLabel('Your email address').fill('ada@example.org');
  await page.getByRole('button', { name: 'Sign up' }).click();
  await page
    .getByRole('alert')
    .getByRole('link', { name: 'at least one section of The Daily Belle' })
    .click();
  const sections = page.getByRole('group', { name: 'Sections of The Daily Belle' });
  await sections.getByText('Please choose at least one section of The Daily Belle.').waitFor();
  expect(await widthOf(page)).toBeLessThanOrEqual(390);
  await page.getByLabel('Stars').check();
  await page.getByRole('button', { name: 'Sign up' }).click();
  await page.getByRole('heading', { name: 'Check your inbox' }).waitFor();
  const row = await site.db.selectFrom('subscriptions').select('sections').executeTakeFirstOrThrow();
  expect(row.sections).toBe('["stars"]');
});

test.each([
  [390, 844],
  [1280, 900],
])(
  'a caught mail has most of a window of %i by %i to itself, and can be opened alone',
  async (width, height) => {
    await using studio = await openStudio();
    const id = await studio.caught.save(
      Buffer.from('Subject: Hello\r\nContent-Type: text/html\r\n\r\n<p>The mail itself</p>\r\n'),
      { from: '', to: ['ada@example.org'], receivedAt: 1_795_334_000_000 },
    );
    const address = await studio.app.listen({ port: 0, host: '127.0.0.1' });
    await using at = await openPage(browser, { viewport: { width, height } });
    const { page } = at;
    await page.goto(`${address.replace('127.0.0.1', 'localhost')}/studio/caught/${id}`);
    const frame = await page.locator('iframe[title="Hello"]').boundingBox();
    expect(frame?.height).toBeGreaterThanOrEqual(0.8 * height);
    expect(await widthOf(page)).toBeLessThanOrEqual(width);
    const [tab] = await Promise.all([
      page.context().waitForEvent('page'),
      page.getByRole('link', { name: 'Open in a new tab' }).click(),
    ]);
    await tab.getByText('The mail itself').waitFor();
    expect(new URL(tab.url()).pathname).toBe(`/studio/caught/${id}/html`);
  },
);

test('the whole way to a subscription can be gone with the keyboard', async () => {
  await using site = await openSite();
  await using at = await openPage(browser);
  const { page } = at;
  await page.goto(await listen(site));
  const focused = () => page.evaluate('document.activeElement.name || document.activeElement.textContent');
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('Skip to the content');
  for (let tabs = 0; tabs < 20 && (await focused()) !== 'email'; tabs += 1) await page.keyboard.press('Tab');
  await page.keyboard.type('ada@example.org');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Check your inbox' }).waitFor();
});

test('no page is wider than a small phone, asks anybody else for anything, or leaves a message in the console', async () => {
  const slot = Date.parse('2026-11-22T07:00:00Z');
  const edition = { id: 'daily-20261122T0700Z', newsletterId: 'daily', slot, title: 'x' };
  const headlines = [
    'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft',
    'Short',
  ];
  await using site = await openSite({ editions: [{ ...edition, headlines }], rehearsal: true });
  const origin = await listen(site);
  const id = await addSubscription(site, `${'a'.repeat(60)}@${'long-label.'.repeat(12)}example.org`);
  const pending = await addSubscription(site, 'pending@example.org', 'pending');
  const token = (purpose: 'confirm' | 'unsubscribe' | 'preferences', of: number) =>
    tokenFor(site, purpose, of, site.clock.now());
  const paths = [
    '/',
    '/archive',
    `/confirm/${await token('confirm', pending)}`,
    `/confirm/${await token('confirm', id)}`,
    `/u/${await token('unsubscribe', id)}`,
    `/preferences/${await token('preferences', id)}`,
  ];
  for (const colorScheme of ['light', 'dark'] as const) {
    await using at = await openPage(browser, { colorScheme, viewport: { width: 320, height: 640 } });
    for (const path of paths) {
      await at.page.goto(origin + path, { waitUntil: 'networkidle' });
      expect(await widthOf(at.page), path).toBeLessThanOrEqual(320);
    }
    expect(at.complaints).toEqual([]);
    expect(at.requests.filter((url) => !url.startsWith(origin))).toEqual([]);
  }
});

test('an edition in the archive cannot run its scripts, reach the site or send a form, but its links work', async () => {
  const html = `<!doctype html><html><head><style>p{color:rgb(1,2,3)}</style></head><body onload="document.title='ran'">
    <p>Story</p><script>document.title='ran'</script><form action="/subscribe" method="post"><button>Send</button></form>
    <a href="/archive">All editions</a></body></html>`;
  await using site = await openSite({ webVersions: { 'daily-20261122T0700Z': html } });
  const origin = await listen(site);
  await using at = await openPage(browser);
  await at.page.goto(`${origin}/archive/daily-20261122T0700Z`);
  expect(await at.page.title()).toBe('');
  expect(await at.page.evaluate("getComputedStyle(document.querySelector('p')).color")).toBe('rgb(1, 2, 3)');
  await at.page.getByRole('button', { name: 'Send' }).click();
  expect(at.requests.filter((url) => url.endsWith('/subscribe'))).toEqual([]);
  await at.page.getByRole('link', { name: 'All editions' }).click();
  await at.page.getByRole('heading', { name: 'Past editions' }).waitFor();
});

test('pictures of ours load in a mail that is shut off from the site', async () => {
  const picture = `${'ab'.repeat(16)}.png`;
  const html = `<!doctype html><html><body><img src="/media/${picture}" alt="Ours"></body></html>`;
  await using site = await openSite({ webVersions: { 'daily-20261122T0700Z': html } });
  writeFileSync(join(site.mediaDir, picture), Buffer.from(ONE_PIXEL, 'base64'));
  await using at = await openPage(browser);
  await at.page.goto(`${await listen(site)}/archive/daily-20261122T0700Z`, { waitUntil: 'load' });
  expect(await at.page.evaluate('document.images[0].naturalWidth')).toBe(1);
  expect(at.complaints).toEqual([]);
});

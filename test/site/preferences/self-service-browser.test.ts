import { text } from 'node:stream/consumers';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { editionId } from '../../../src/editions/edition.ts';
import { subscriptionById } from '../../../src/subscribers/subscriber-store.ts';
import { axeFaults, connectBrowser, listen, openPage, widthOf } from '../../helpers/browser.ts';
import { tokenFor } from '../../helpers/tokens.ts';
import { addSubscription, type OpenSite, openSite } from '../open-site.ts';

const DAY = 86_400_000;
const SLOT = Date.parse('2026-11-22T07:00:00Z');
const MAIL =
  '<!doctype html><html lang="en"><head><title>Mail</title></head><body style="margin:0"><h1>The mail itself</h1></body></html>';
let browser: Browser;

beforeAll(async () => {
  browser = await connectBrowser();
});
afterAll(() => browser.close());

describe.each([true, false])('in a browser with JavaScript: %s', (javaScriptEnabled) => {
  test('a reader moves to another address: asks, says yes in the old mailbox, and in the new', async () => {
    await using site = await openSite();
    const origin = await listen(site);
    await using at = await openPage(browser, { javaScriptEnabled });
    const { id, path } = await reader(site);
    await at.page.goto(origin + path);
    await at.page.getByRole('link', { name: 'Use another address' }).click();
    await at.page.getByLabel('New address').fill('ada@nowhere');
    await at.page.getByRole('button', { name: 'Send both confirmations' }).click();
    await at.page.getByRole('alert').getByText('cannot be used').waitFor();
    await at.page.getByLabel('New address').fill('ada@new.example');
    await at.page.getByRole('button', { name: 'Send both confirmations' }).click();
    await at.page.getByRole('heading', { name: 'Check both inboxes' }).waitFor();
    await at.page.goto(origin + (await question(site, 'address-old')));
    await at.page.getByRole('button', { name: 'Yes, send it to the new address' }).click();
    await at.page.getByRole('heading', { name: 'One more to go' }).waitFor();
    await at.page.goto(origin + (await question(site, 'address-new')));
    await at.page.getByRole('button', { name: 'Yes, send it here from now on' }).click();
    await at.page.getByRole('heading', { name: 'Your address has been changed' }).waitFor();
    expect(await subscriptionById(site.db, id)).toMatchObject({ email: 'ada@new.example' });
    expect(at.complaints.filter((text) => !text.includes('422'))).toEqual([]); // the browser notes the answer
  });

  test('a reader takes their data along, and is erased', async () => {
    await using site = await openSite();
    const origin = await listen(site);
    await using at = await openPage(browser, { javaScriptEnabled });
    const { id, path } = await reader(site);
    await at.page.goto(origin + path);
    const [download] = await Promise.all([
      at.page.waitForEvent('download'),
      at.page.getByRole('link', { name: 'Download all we keep about you' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('my-data.json');
    expect(JSON.parse(await text(await download.createReadStream()))).toMatchObject({
      email: 'ada@example.org',
    });
    await at.page.getByRole('link', { name: 'Delete my data' }).click();
    await at.page.getByRole('button', { name: 'Delete my data' }).click();
    await at.page.getByRole('alert').getByText('Nothing was deleted.').waitFor();
    await at.page.getByLabel('Yes, delete everything about me').check();
    await at.page.getByRole('button', { name: 'Delete my data' }).click();
    await at.page.getByRole('heading', { name: 'Your data has been deleted' }).waitFor();
    expect(await subscriptionById(site.db, id)).toBeUndefined();
  });

  test('a reader leaves, says why, and takes it back with one button', async () => {
    await using site = await openSite();
    const origin = await listen(site);
    await using at = await openPage(browser, { javaScriptEnabled });
    const { id, leave } = await reader(site);
    await at.page.goto(origin + leave);
    await at.page.getByRole('button', { name: 'Unsubscribe me' }).click();
    await at.page.getByLabel('Mind telling us why?').fill('Too many crowns');
    await at.page.getByRole('button', { name: 'Send', exact: true }).click();
    await at.page.getByRole('status').getByText('Thank you.').waitFor();
    const row = await site.db.selectFrom('subscriptions').selectAll().executeTakeFirstOrThrow();
    expect(row).toMatchObject({ state: 'unsubscribed', left_because: 'Too many crowns' });
    await at.page.getByRole('button', { name: 'Send me The Daily Belle again' }).click();
    await at.page.getByRole('status').getByText('Welcome back.').waitFor();
    expect(await subscriptionById(site.db, id)).toMatchObject({ state: 'active' });
    expect(at.complaints).toEqual([]);
  });

  test('a reader says where days are counted', async () => {
    await using site = await openSite();
    const origin = await listen(site);
    await using at = await openPage(browser, { javaScriptEnabled });
    const { id, path } = await reader(site);
    await at.page.goto(origin + path);
    await at.page.getByText('Time zone: London').click();
    await at.page.getByLabel('Time zone for days').selectOption({ label: 'Auckland' });
    await at.page.getByRole('button', { name: 'Save my preferences' }).click();
    await at.page.getByText('Time zone: Auckland').waitFor();
    expect(await subscriptionById(site.db, id)).toMatchObject({ timeZone: 'Pacific/Auckland' });
  });

  test('a visitor turns the pages of the archive, opens a month and an edition, and comes back', async () => {
    await using site = await openSite(archive(40));
    const origin = await listen(site);
    await using at = await openPage(browser, { javaScriptEnabled });
    const { page } = at;
    await page.goto(`${origin}/archive`);
    await page.getByRole('link', { name: 'The Daily Belle', exact: true }).click();
    await page.getByRole('heading', { name: 'The Daily Belle', level: 1 }).waitFor();
    await page.getByRole('link', { name: 'Older editions' }).click();
    await page.getByRole('link', { name: 'Edition of day 39' }).waitFor();
    await page.getByRole('link', { name: 'Back to the newest' }).click();
    await page.getByRole('navigation', { name: 'By month' }).getByText('October').click();
    await page.getByRole('heading', { name: 'October 2026', level: 1 }).waitFor();
    await page.goto(`${origin}/archive`);
    await page.getByRole('link', { name: 'Edition of day 0' }).click();
    await page.getByRole('heading', { name: 'The mail itself' }).waitFor();
    await page.getByRole('link', { name: 'Past editions' }).click();
    await page.getByRole('heading', { name: 'The Daily Belle', level: 1 }).waitFor();
    expect(at.complaints).toEqual([]);
  });
});

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  test('no page of these has a fault that a checker knows, or is wider than a small phone', async () => {
    await using site = await openSite(archive(40));
    const origin = await listen(site);
    await using at = await openPage(browser, { colorScheme, viewport: { width: 320, height: 640 } });
    const { path, leave } = await reader(site);
    await site.app.inject({
      method: 'POST',
      url: `${path}/address`,
      payload: 'email=ada@new.example',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    const left = await reader(site, 'bea@example.org', 'unsubscribed');
    const paths = [
      path,
      `${path}/address`,
      `${path}/erase`,
      leave,
      left.leave,
      left.path,
      await question(site, 'address-old'),
      await question(site, 'address-new'),
      '/archive',
      '/archive/daily/2026-10',
      `/archive/${editionId('daily', SLOT)}`,
    ];
    for (const one of paths) {
      await at.page.goto(origin + one);
      await at.page.evaluate('document.querySelectorAll("details").forEach((one) => { one.open = true; })');
      // The mail in the fixture is no page of ours: what is checked there is the bar above it.
      if (!one.startsWith('/archive/daily-')) expect(await axeFaults(at.page), one).toEqual([]);
      expect(await widthOf(at.page), one).toBeLessThanOrEqual(320);
    }
  });

  test('the bar above an edition can be read, and reached with the keyboard first', async () => {
    await using site = await openSite(archive(1));
    const origin = await listen(site);
    await using at = await openPage(browser, { colorScheme });
    await at.page.goto(`${origin}/archive/${editionId('daily', SLOT)}`);
    await at.page.keyboard.press('Tab');
    expect(await at.page.evaluate('document.activeElement.textContent')).toBe('← Past editions');
    const colours = await at.page.evaluate<string[]>(
      "[getComputedStyle(document.querySelector('.over-mail')).backgroundColor, getComputedStyle(document.querySelector('.over-mail a')).color]",
    );
    expect(colours).toEqual(
      colorScheme === 'dark'
        ? ['rgb(23, 19, 22)', 'rgb(240, 160, 182)']
        : ['rgb(251, 248, 244)', 'rgb(140, 29, 63)'],
    );
  });
});

async function reader(
  site: OpenSite,
  email = 'ada@example.org',
  state: 'active' | 'unsubscribed' = 'active',
): Promise<{ id: number; path: string; leave: string }> {
  const id = await addSubscription(site, email, state);
  return {
    id,
    path: `/preferences/${await tokenFor(site, 'preferences', id)}`,
    leave: `/u/${await tokenFor(site, 'unsubscribe', id)}`,
  };
}

/** Where the link of one of the two mails leads. */
async function question(site: OpenSite, kind: 'address-old' | 'address-new'): Promise<string> {
  const mail = await site.db
    .selectFrom('deliveries')
    .select(['id', 'created_at'])
    .where('kind', '=', kind)
    .executeTakeFirstOrThrow();
  return `/address/${await tokenFor(site, 'address', mail.id)}`;
}

function archive(days: number) {
  const editions = Array.from({ length: days }, (_, day) => ({
    id: editionId('daily', SLOT - day * DAY),
    newsletterId: 'daily',
    slot: SLOT - day * DAY,
    title: '',
    headlines: [
      `Edition of day ${day}`,
      'Second story',
      'Donaudampfschifffahrtselektrizitätenhauptbetriebswerk',
    ],
  }));
  return { editions, webVersions: { [editionId('daily', SLOT)]: MAIL } };
}

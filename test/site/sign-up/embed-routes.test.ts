import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ourVocabulary } from '../../../src/config/vocabulary.ts';
import { snippetsFor } from '../../../src/studio/readers/embed-page.ts';
import { axeFaults, connectBrowser } from '../../helpers/browser.ts';
import { twoNewsletters } from '../../web/sample-newsletters.ts';
import { type OpenSite, openSite, type SiteParts } from '../open-site.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await connectBrowser();
});
afterAll(() => browser.close());

describe('a form copied to a publisher’s own page', () => {
  test.each([true, false])('works as it is, with JavaScript: %s', async (javaScriptEnabled) => {
    await using at = await openPublisher('plain', { javaScriptEnabled });
    await at.page.getByLabel('Your email address').fill('ada@example.org');
    await at.page.getByRole('button', { name: 'Sign up' }).click();
    await at.page.getByRole('heading', { name: 'Check your inbox' }).waitFor();
    expect(new URL(at.page.url()).origin).toBe(at.siteOrigin);
    expect(at.site.enqueued).toHaveLength(1);
    expect(await at.origins()).toEqual([`a form on ${at.host}`]);
    expect(at.complaints).toEqual([]);
  });

  test('is a plain form without JavaScript, also where the script is meant to help', async () => {
    await using at = await openPublisher('inline', { javaScriptEnabled: false });
    await at.page.getByLabel('Your email address').fill('ada@example.org');
    await at.page.keyboard.press('Enter');
    await at.page.getByRole('heading', { name: 'Check your inbox' }).waitFor();
    expect(at.site.enqueued).toHaveLength(1);
  });

  test('answers where it stands with the script, asks about a typing mistake, and leaves no cookie', async () => {
    await using at = await openPublisher('inline');
    const { page } = at;
    expect(at.requests.filter((url) => url.startsWith(at.siteOrigin))).toEqual([`${at.siteOrigin}/embed.js`]);
    await page.getByLabel('Your email address').fill('ada@gmial.com');
    await page.keyboard.press('Enter');
    await page.getByRole('status').getByText('Did you mean ada@gmail.com?').waitFor();
    expect(await page.evaluate('document.activeElement.name')).toBe('email');
    expect(await page.getByLabel('Your email address').getAttribute('aria-invalid')).toBe('true');
    await page.getByRole('button', { name: 'Yes, use ada@gmail.com' }).click();
    await page.getByRole('status').getByText('Check your inbox').waitFor();
    expect(page.url()).toBe(at.pageUrl);
    expect(await page.getByLabel('Your email address').inputValue()).toBe('');
    const people = await at.site.db.selectFrom('subscribers').select('email').execute();
    expect(people).toEqual([{ email: 'ada@gmail.com' }]);
    expect(await at.origins()).toEqual([`a form on ${at.host}`]);
    expect(await page.context().cookies()).toEqual([]);
    // What the browser itself says of a 422 is no fault of the page.
    expect(at.complaints.filter((one) => !one.includes('422'))).toEqual([]);
    const stamped = await at.site.db.selectFrom('sign_up_counts').select('scope').execute();
    expect(stamped.map(({ scope }) => scope)).not.toContain('plain');
  });

  test('keeps a domain that its reader insists on', async () => {
    await using at = await openPublisher('inline');
    await at.page.getByLabel('Your email address').fill('ada@gmial.com');
    await at.page.keyboard.press('Enter');
    await at.page.getByRole('status').getByText('Did you mean').waitFor();
    await at.page.keyboard.press('Enter');
    await at.page.getByRole('status').getByText('Check your inbox').waitFor();
    const people = await at.site.db.selectFrom('subscribers').select('email').execute();
    expect(people).toEqual([{ email: 'ada@gmial.com' }]);
  });

  test('does the work that is asked of it, and goes as a plain form where its way is barred', async () => {
    await using at = await openPublisher('inline', {}, { proof_of_work: 8, plain_forms_per_network: 1 });
    for (const email of ['ada@example.org', 'ben@example.org']) {
      await at.page.getByLabel('Your email address').fill(email);
      await at.page.keyboard.press('Enter');
      await at.page.getByRole('status').getByText('Check your inbox').waitFor();
      await at.page.reload();
    }
    expect(at.site.enqueued).toHaveLength(2);
    await at.page.route('**/subscribe*', (route) =>
      route.request().resourceType() === 'fetch' ? route.abort() : route.continue(),
    );
    await at.page.getByLabel('Your email address').fill('cleo@example.org');
    await at.page.keyboard.press('Enter');
    await at.page.getByRole('heading', { name: 'Check your inbox' }).waitFor();
    expect(at.site.enqueued).toHaveLength(3);
  });

  test('does by itself what a busy hour asks for, and takes one reader after another with a stamp for each', async () => {
    await using at = await openPublisher('inline', {}, { per_network: 1 });
    for (const email of ['ada@example.org', 'ben@example.org']) {
      await at.page.getByLabel('Your email address').fill(email);
      await at.page.keyboard.press('Enter');
      await expect
        .poll(() => at.site.enqueued.length, { timeout: 20_000 })
        .toBe(email.startsWith('ada') ? 1 : 2);
      await at.page.getByRole('status').getByText('Check your inbox').waitFor();
      expect(at.page.url()).toBe(at.pageUrl);
    }
    const scopes = await at.site.db.selectFrom('sign_up_counts').select('scope').execute();
    expect(scopes.map(({ scope }) => scope)).toContain('worked');
    expect(await at.site.db.selectFrom('used_stamps').select('stamp').execute()).toHaveLength(2);
  });

  test('has no fault that a checker knows, before and after it has answered', async () => {
    await using at = await openPublisher('inline', { bypassCSP: true });
    expect(await axeFaults(at.page)).toEqual([]);
    await at.page.getByLabel('Your email address').fill('ada@nowhere');
    await at.page.keyboard.press('Enter');
    await at.page.getByRole('status').getByText('cannot be used').waitFor();
    expect(await axeFaults(at.page)).toEqual([]);
  });
});

/** A page of the publisher's, on another origin and under a strict policy, with one of the snippets in it. */
async function openPublisher(
  kind: 'plain' | 'inline',
  options: BrowserContextOptions = {},
  signUp: SiteParts['signUp'] = {},
) {
  const site: OpenSite = await openSite({ signUp });
  const siteOrigin = (await site.app.listen({ port: 0, host: '127.0.0.1' })).replace(
    '127.0.0.1',
    'localhost',
  );
  const { publisher, newsletters } = twoNewsletters();
  const [daily] = newsletters;
  const snippet =
    daily &&
    snippetsFor({ publicUrl: siteOrigin, publisher, vocabulary: ourVocabulary() }, daily).find(
      ({ id }) => id === `daily-${kind}`,
    );
  const server = await servePage(snippet?.code ?? '', siteOrigin);
  const host = `localhost:${(server.address() as AddressInfo).port}`;
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
  page.on('pageerror', (error) => void complaints.push(String(error)));
  page.on('request', (request) => void requests.push(request.url()));
  const pageUrl = `http://${host}/`;
  await page.goto(pageUrl, { waitUntil: 'networkidle' });
  return {
    ...{ site, siteOrigin, host, page, pageUrl, complaints, requests },
    origins: async () =>
      (await site.db.selectFrom('consents').select('origin').execute()).map(({ origin }) => origin),
    [Symbol.asyncDispose]: async () => {
      await context.close();
      server.close();
      await site[Symbol.asyncDispose]();
    },
  };
}

async function servePage(form: string, siteOrigin: string): Promise<Server> {
  const policy = `default-src 'none'; img-src data:; script-src ${siteOrigin}; connect-src ${siteOrigin}; form-action ${siteOrigin}`;
  const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Belle</title><link rel="icon" href="data:,"></head><body><main><h1>Belle</h1>${form}</main></body></html>`;
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.setHeader('content-security-policy', policy);
    response.end(page);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

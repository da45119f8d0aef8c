import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verdictOf } from '../../src/checks/check-edition.ts';
import type { Finding } from '../../src/checks/finding.ts';
import { axeFaults, connectBrowser, listen, widthOf } from '../helpers/browser.ts';
import { addEdition, EDITION_ID, openStudio } from './open-studio.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await connectBrowser();
});
afterAll(() => browser.close());

test('a caught mail with hostile HTML is shown and can do nothing; its links open in a tab where forms work', async () => {
  await using studio = await openStudio();
  studio.app.get('/target', (_request, reply) =>
    reply
      .type('text/html')
      .send('<h1>Target</h1><form method="post" action="/done"><button>Go</button></form>'),
  );
  studio.app.post('/done', (_request, reply) => reply.type('text/html').send('<h1>Done</h1>'));
  const origin = await listen(studio);
  const html = `<!doctype html><html><head><meta http-equiv="refresh" content="0;url=${origin}/refreshed">
    <base href="https://evil.example/"></head><body><script>top.document.title='ran'</script>
    <img src="x" onerror="top.document.title='ran'"><svg onload="top.document.title='ran'"></svg>
    <iframe src="${origin}/framed"></iframe><object data="${origin}/object"></object>
    <a href="javascript:top.document.title='ran'">Script</a> <a href="${origin}/target" target="_top">Top</a>
    <a href="${origin}/target">Read</a></body></html>`;
  const id = await studio.caught.save(
    Buffer.from(`Subject: Hostile\r\nContent-Type: text/html\r\n\r\n${html.replaceAll('\n', '\r\n')}`),
    { from: '', to: ['ada@example.org'], receivedAt: 1_795_334_000_000 },
  );
  const context = await browser.newContext();
  const page = await context.newPage();
  const requests: string[] = [];
  context.on('request', (request) => void requests.push(request.url()));
  await page.goto(`${origin}/studio/caught/${id}`);
  const frame = page.frameLocator('iframe[title="Hostile"]');
  await frame.getByText('Script').click();
  await frame.getByText('Top').click();
  await page.waitForTimeout(300);
  expect(page.url()).toBe(`${origin}/studio/caught/${id}`);
  expect(await page.title()).toBe('Hostile · Belle studio');
  expect(requests.filter((url) => /framed|object|evil/.test(url))).toEqual([]);
  const [tab] = await Promise.all([context.waitForEvent('page'), frame.getByText('Read').click()]);
  await tab.getByRole('button', { name: 'Go' }).click();
  await tab.getByRole('heading', { name: 'Done' }).waitFor();
  await context.close();
});

test('the mail can be seen as wide as a phone without a script', async () => {
  await using studio = await openStudio();
  await addEdition(studio.db, {
    content: { title: 'x', language: 'en', sections: [], stories: [{ headline: 'A garden' }] },
  });
  const origin = await listen(studio);
  const context = await browser.newContext({
    javaScriptEnabled: false,
    viewport: { width: 1280, height: 800 },
  });
  const page = await context.newPage();
  await page.goto(`${origin}/studio/editions/${EDITION_ID}`);
  const width = async () => (await page.locator('iframe').boundingBox())?.width ?? 0;
  expect(await width()).toBeGreaterThan(480);
  await page.getByLabel('Phone').check({ force: true });
  await page.waitForTimeout(400);
  expect(await width()).toBeLessThan(420);
  await page.frameLocator('iframe').getByText('A garden').first().waitFor();
  await context.close();
});

test('no page of the studio is wider than a small phone', async () => {
  await using studio = await openStudio({
    sourceStates: async () => [
      { id: 'palace', checkedAt: 0, succeededAt: null, failure: { code: 'text', text: 'x'.repeat(300) } },
    ],
  });
  await addEdition(studio.db, {
    content: { title: 'x', language: 'en', sections: [], stories: [{ headline: 'A garden' }] },
    deliveries: { accepted: 3, rejected: 1, deferred: 1, waiting: 1 },
    excluded: { unsubscribed: 1 },
  });
  const id = await studio.caught.save(
    Buffer.from(`Subject: ${'long'.repeat(60)}\r\nX-Long: ${'y'.repeat(300)}\r\n\r\n${'z'.repeat(300)}\r\n`),
    { from: 'a@example.org', to: [`${'b'.repeat(60)}@example.org`], receivedAt: 1_795_334_000_000 },
  );
  const origin = await listen(studio);
  const context = await browser.newContext({ viewport: { width: 320, height: 640 } });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
  for (const path of [
    '/studio',
    `/studio/editions/${EDITION_ID}`,
    '/studio/caught',
    `/studio/caught/${id}`,
    `/studio/caught/${id}?show=headers`,
  ]) {
    await page.goto(origin + path, { waitUntil: 'load' });
    expect(await widthOf(page), path).toBeLessThanOrEqual(320);
  }
  expect(complaints).toEqual([]);
  await context.close();
});

test('a draft’s findings fit on a small phone and keep within the rules of accessible pages', async () => {
  const finding = (severity: 'blocking' | 'advisory'): Finding => ({
    check: 'links',
    severity,
    says: `The link "${'long '.repeat(20)}" leads nowhere`,
    where: { part: 'links', story: 'A garden', excerpt: `https://paper.example/${'x'.repeat(60)}` },
    mend: 'Give it a whole address with https://.',
  });
  await using studio = await openStudio({
    verdict: async () => verdictOf([finding('blocking'), finding('advisory')]),
  });
  await addEdition(studio.db, {
    state: 'draft',
    candidates: null,
    content: { title: 'x', language: 'en', sections: [], stories: [{ headline: 'A garden' }] },
  });
  const origin = await listen(studio);
  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await browser.newContext({
      viewport: { width: 320, height: 640 },
      colorScheme,
      bypassCSP: true,
    });
    const page = await context.newPage();
    await page.goto(`${origin}/studio/editions/${EDITION_ID}`);
    await page.getByRole('heading', { name: 'Not ready to send' }).waitFor();
    expect(await widthOf(page)).toBeLessThanOrEqual(320);
    expect(await axeFaults(page)).toEqual([]);
    await context.close();
  }
});

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freezeAudience } from '../../../src/delivery/audience/audience.ts';
import { editionStatus } from '../../../src/delivery/progress.ts';
import { runEngine, settled } from '../../delivery/engine/run-engine.ts';
import { addActive, draft, emails } from '../../delivery/fixture.ts';
import { axeFaults, connectBrowser, listen, widthOf } from '../../helpers/browser.ts';
import { RunningClock } from '../../helpers/running-clock.ts';
import { ScriptedServer } from '../../helpers/smtp-server.ts';
import { story } from '../../mail/sample.ts';
import { type OpenStudio, openStudio, ticking } from '../open-studio.ts';

const PATIENCE = { timeout: 20_000 };
const READERS = 400;

let browser: Browser;

beforeAll(async () => {
  browser = await connectBrowser();
});
afterAll(() => browser.close());

test('an editor watches an edition go, pauses it, takes a story out of the rest, and lets it go on', {
  timeout: 120_000,
}, async () => {
  await using studio = await openStudio();
  await using _time = ticking(studio);
  await using server = await ScriptedServer.start({ body: { reply: '250 2.0.0 queued', afterMs: 40 } });
  const id = await ready(studio);
  const origin = await listen(studio);
  const page = await (await browser.newContext({ viewport: { width: 390, height: 844 } })).newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => void complaints.push(error.message));
  page.on('console', (message) => void (/^Refused/.test(message.text()) && complaints.push(message.text())));
  await page.goto(`${origin}/studio/editions/${id}`);
  expect(await accepted(page)).toBe(0);

  const compose = studio.house.composer.compose.bind(studio.house.composer);
  await using _ = runEngine(studio.db, server, {
    compose,
    connections: 2,
    clock: new RunningClock(studio.clock.now()),
  });
  await expect.poll(() => accepted(page), PATIENCE).toBeGreaterThan(0);
  const seen = await accepted(page);
  await expect.poll(() => accepted(page), PATIENCE).toBeGreaterThan(seen);

  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('button', { name: 'Resume' }).waitFor(PATIENCE);
  expect((await editionStatus(studio.db, id)).state).toBe('paused');
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByRole('button', { name: 'Pause' }).waitFor(PATIENCE);

  await page.getByRole('link', { name: 'Take it out… The wrong one' }).click();
  await page.getByRole('heading', { name: 'Take “The wrong one” out?' }).waitFor(PATIENCE);
  await page.getByRole('button', { name: 'Take it out' }).click();
  await page.getByText(/Taken out .*had it by then/).waitFor(PATIENCE);
  const status = await settled(studio.db, id, 60_000);
  expect(status).toMatchObject({ balanced: true, deliveries: { accepted: READERS } });
  const told = server.received.filter(({ message }) => message.includes('The wrong one')).length;
  expect(told).toBeGreaterThan(0);
  expect(told).toBeLessThan(READERS);
  await expect.poll(() => accepted(page), PATIENCE).toBe(READERS);
  await studio.db.updateTable('editions').set({ state: 'finished' }).execute();
  await page.getByRole('heading', { name: 'How it went' }).waitFor(PATIENCE);
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('without a script it can be paused and looked at again', async () => {
  await using studio = await openStudio();
  const id = await ready(studio);
  const origin = await listen(studio);
  const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await page.goto(`${origin}/studio/editions/${id}`);
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByText('paused by Rehearsal').waitFor(PATIENCE);
  await page.getByRole('link', { name: 'Refresh' }).click();
  await page.getByRole('link', { name: 'Cancel…' }).click();
  await page.getByRole('button', { name: 'Cancel the edition' }).click();
  await page.getByText('cancelled by Rehearsal').waitFor(PATIENCE);
  await page.context().close();
});

test('a long headline is seen whole where it is corrected, and stays one line', async () => {
  await using studio = await openStudio();
  const headline =
    'A headline of so many words that no window of a telephone would ever show all of them in one line';
  await addActive(studio.db, emails(1));
  const edition = await draft(studio.db, { stories: [story(0, { headline })] });
  await freezeAudience(studio.db, edition, studio.clock.now());
  await studio.db.updateTable('deliveries').set({ state: 'accepted', settled_at: 0 }).execute();
  const origin = await listen(studio);
  const page = await (await browser.newContext({ viewport: { width: 390, height: 844 } })).newPage();
  await page.goto(`${origin}/studio/editions/${edition.id}/correct?story=1`);
  const field = page.getByLabel('Its headline');
  await field.press('End');
  await field.press('Enter');
  expect(await field.inputValue()).toBe(headline);
  const unseen = () =>
    page.evaluate<number>(
      '(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight)(document.querySelector("#headline"))',
    );
  expect(await unseen()).toBe(0);
  await field.fill(`${headline}, ${headline}`);
  expect(await unseen()).toBe(0);
  await page.context().close();
});

test('the pages of watching keep within the rules of accessible pages, in both themes, on a phone', {
  timeout: 120_000,
}, async () => {
  await using studio = await openStudio();
  const id = await ready(studio);
  const origin = await listen(studio);
  for (const colorScheme of ['light', 'dark'] as const) {
    const viewport = { width: 390, height: 844 };
    const context = await browser.newContext({ viewport, colorScheme, bypassCSP: true });
    const page = await context.newPage();
    const here = `/studio/editions/${id}`;
    const asked = '?address=reader-00001%40readers.example';
    const pages = ['', '/cancel', '/pull/2', '/correct?story=2', '/deliveries', `/deliveries${asked}`];
    for (const path of [
      ...pages.map((one) => here + one),
      `/studio/readers${asked}`,
      '/studio/readers?address=x',
    ]) {
      await page.goto(origin + path);
      await page.locator('h1').first().waitFor(PATIENCE);
      expect(await widthOf(page), path).toBeLessThanOrEqual(390);
      expect(await axeFaults(page), `${path} ${colorScheme}`).toEqual([]);
    }
    await context.close();
  }
});

/** An edition on its way, of which nothing has left. */
async function ready({ db, clock }: OpenStudio): Promise<string> {
  await addActive(db, emails(READERS));
  const stories = [story(0), story(1, { headline: 'The wrong one' }), story(2, { tags: ['death'] })];
  const edition = await draft(db, { stories });
  await freezeAudience(db, edition, clock.now());
  return edition.id;
}

/** How many the page says were accepted. */
async function accepted(page: Page): Promise<number> {
  const words = await page.locator('[data-now] .key').textContent();
  return Number(/accepted ([\d,]+)/.exec(words ?? '')?.[1]?.replace(',', '') ?? 0);
}

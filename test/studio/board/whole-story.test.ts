import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { editionStatus } from '../../../src/delivery/progress.ts';
import { runEngine, settled } from '../../delivery/engine/run-engine.ts';
import { addActive, emails } from '../../delivery/fixture.ts';
import { connectBrowser } from '../../helpers/browser.ts';
import { ScriptedServer } from '../../helpers/smtp-server.ts';
import { NEXT, NEXT_SLOT, withReview } from '../desk/desk-sample.ts';
import { addAccount, type OpenStudio, openStudio, ticking } from '../open-studio.ts';

const PATIENCE = { timeout: 30_000 };
const READERS = 300;
const STORIES = [
  ['garden', 'royal', 'The Queen opens a garden'],
  ['goats', 'celebrity', 'Actress swaps the screen for a goat farm'],
  ['lantern', 'celebrity', 'Singer lights the harbour lamps'],
  ['jam', 'style', 'Seven jams that want no sugar'],
] as const;

let browser: Browser;

beforeAll(async () => {
  browser = await connectBrowser();
});
afterAll(() => browser.close());

test('from the letter that a draft is ready to the last reader: shaped, disputed, held, approved, watched, a story taken out', {
  timeout: 240_000,
}, async () => {
  const review = { before: '24h', approval: 'required' };
  const newsletters = withReview(review).replaceAll('[stories, palace]', '[stories]');
  await using studio = await openStudio({ newsletters });
  await using _time = ticking(studio);
  for (const [name, category, headline] of STORIES) addArticle(studio, name, category, headline);
  const anna = await addAccount(studio, 'anna@paper.example', 'approve');
  const ben = await addAccount(studio, 'ben@paper.example', 'edit');
  await addActive(studio.db, emails(READERS));
  const origin = (await studio.app.listen({ port: 0, host: '127.0.0.1' })).replace('127.0.0.1', 'localhost');

  // The draft comes to the desk, and both editors hear of it.
  await using server = await ScriptedServer.start({ body: { reply: '250 2.0.0 queued', afterMs: 40 } });
  const compose = studio.house.composer.compose.bind(studio.house.composer);
  await studio.house.runSchedule();
  await using _ = runEngine(studio.db, server, { compose, connections: 2, clock: studio.clock });
  await expect.poll(() => server.received.length, PATIENCE).toBe(2);
  const link = await linkFor(server, anna.email);

  // Anna changes a headline and takes it back; then both change the same one.
  const hers = await loggedIn(origin, anna);
  const his = await loggedIn(origin, ben);
  for (const page of [hers, his]) await page.goto(`${origin}/studio/editions/${NEXT}`);
  await write(hers, 'The Queen opens a garden', 'A garden for everybody');
  await shown(hers, 'A garden for everybody');
  await hers.locator('#do-undo', { hasText: 'Changed the headline of “The Queen' }).click(PATIENCE);
  await shown(hers, 'The Queen opens a garden');
  await his.reload();
  await his.route('**/edits', (route) => route.abort()); // Ben's train goes into a tunnel
  await write(his, 'Seven jams that want no sugar', 'Jam without sugar');
  await his
    .getByText(/^Not saved/)
    .first()
    .waitFor(PATIENCE);
  await write(hers, 'Seven jams that want no sugar', 'Seven honest jams');
  await his.unroute('**/edits');
  const question = his.locator('.conflict');
  await question.waitFor(PATIENCE);
  await question.getByRole('link', { name: /^Keep/ }).click();
  await shown(his, 'Seven honest jams');

  // She holds it by the link on her phone, lets it go on, and approves it.
  const phone = await (await browser.newContext({ viewport: { width: 390, height: 844 } })).newPage();
  await phone.goto(origin + link);
  await phone.getByRole('button', { name: 'Hold' }).click();
  await phone.getByRole('heading', { name: /^Held by/ }).waitFor(PATIENCE);
  await phone.getByRole('button', { name: 'Release hold' }).click();
  await phone.getByRole('button', { name: 'Approve' }).click();
  await phone.getByRole('heading', { name: /^Approved: goes to 300 readers/ }).waitFor(PATIENCE);

  // At its slot it goes; she watches, and takes a story out of what is still to come.
  studio.clock.advance(NEXT_SLOT - studio.clock.now());
  await studio.house.runSchedule();
  await hers.reload();
  await expect.poll(() => acceptedOn(hers), PATIENCE).toBeGreaterThan(0);
  await hers.getByRole('link', { name: /^Take it out… Singer lights/ }).click();
  await hers.getByRole('button', { name: 'Take it out' }).click();
  await hers.getByText(/^Taken out .*had it by then/).waitFor(PATIENCE);
  expect(await settled(studio.db, NEXT, 90_000)).toMatchObject({
    balanced: true,
    candidates: READERS,
    deliveries: { accepted: READERS },
    possibleSecondCopies: 0,
  });
  const mails = server.received.slice(2);
  expect(mails).toHaveLength(READERS);
  expect(new Set(mails.map(({ to }) => String(to))).size).toBe(READERS);
  const text = mails.map(({ message }) => message.toString());
  expect(text.every((one) => one.includes('Seven honest jams'))).toBe(true);
  const told = text.filter((one) => one.includes('Singer lights the harbour')).length;
  expect(told).toBeGreaterThan(0);
  expect(told).toBeLessThan(READERS);
  expect((await editionStatus(studio.db, NEXT)).stories).toBe(STORIES.length);
});

function addArticle({ folder }: OpenStudio, name: string, category: string, headline: string): void {
  const text = `---\nheadline: ${headline}\ndate: 2026-11-22T07:30:00Z\ncategory: ${category}\n---\n\n${headline}, and that was all there was to see on a wet morning.\n`;
  writeFileSync(join(folder, 'articles', `${name}.md`), text);
}

async function linkFor(server: ScriptedServer, email: string): Promise<string> {
  for (const { message } of server.received) {
    const { to, text = '' } = await simpleParser(message);
    const [, path] = /https?:\/\/[^/\s]+(\/studio\/review\/[\w-]+)/.exec(text) ?? [];
    if ([to].flat()[0]?.text.includes(email) && path) return path;
  }
  throw new Error(`No letter to ${email}`);
}

async function loggedIn(
  origin: string,
  { email, password }: { readonly email: string; readonly password: string },
): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  await page.goto(`${origin}/studio/login`);
  await page.getByLabel('Email address').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.waitForURL((url) => !url.pathname.endsWith('/login'), PATIENCE);
  return page;
}

const headlines = (page: Page) => page.locator('textarea.headline');

async function write(page: Page, from: string, to: string): Promise<void> {
  const all = await headlines(page).all();
  const values = await Promise.all(all.map((one) => one.inputValue()));
  await all[values.indexOf(from)]?.fill(to);
  await page.locator('#board-title').click();
}

async function shown(page: Page, headline: string): Promise<void> {
  const values = async () => Promise.all((await headlines(page).all()).map((one) => one.inputValue()));
  await expect.poll(values, PATIENCE).toContain(headline);
  await page.locator('#board-state', { hasText: /saved|kept/ }).waitFor(PATIENCE);
}

async function acceptedOn(page: Page): Promise<number> {
  const words = await page
    .locator('[data-now] .key')
    .textContent({ timeout: 5_000 })
    .catch(() => '');
  return Number(/accepted ([\d,]+)/.exec(words ?? '')?.[1]?.replace(',', '') ?? 0);
}

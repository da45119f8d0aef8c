import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enqueueStudio } from '../../../src/delivery/studio-ledger.ts';
import { runEngine } from '../../delivery/engine/run-engine.ts';
import { addActive, emails } from '../../delivery/fixture.ts';
import { axeFaults, connectBrowser, listen, openPage, widthOf } from '../../helpers/browser.ts';
import { ScriptedServer } from '../../helpers/smtp-server.ts';
import { tokenFor } from '../../helpers/tokens.ts';
import { address } from '../../mail/sample.ts';
import { standing } from '../../publishing/open-desk.ts';
import { addDraft, NEXT, NEXT_SLOT, withReview } from '../desk/desk-sample.ts';
import { type OpenStudio, openStudio, press, ticking } from '../open-studio.ts';

const PATIENCE = { timeout: 20_000 };
const ARTICLE =
  '---\nheadline: The Queen opens a garden\ndate: 2026-11-22T07:30:00Z\ncategory: royal\n---\n\nIt rained from ten until four, and nobody minded.\n';

let browser: Browser;

beforeAll(async () => {
  browser = await connectBrowser();
});
afterAll(() => browser.close());

test('a draft is ready, its editor is told, and holds, lets go on and approves it by the link; at its slot it goes', {
  timeout: 120_000,
}, async () => {
  const review = { before: '24h', approval: 'required', notify: '[desk@paper.example]' };
  const newsletters = withReview(review).replaceAll('[stories, palace]', '[stories]');
  await using studio = await openStudio({ newsletters });
  await using _time = ticking(studio);
  writeFileSync(join(studio.folder, 'articles', 'garden.md'), ARTICLE);
  await addActive(studio.db, emails(3));
  const origin = await listen(studio);
  await using server = await ScriptedServer.start();
  const compose = studio.house.composer.compose.bind(studio.house.composer);
  await studio.house.runSchedule();
  const delivered = async (mails: number) => {
    await using _ = runEngine(studio.db, server, { compose, connections: 2, clock: studio.clock });
    await expect.poll(() => server.received.length, PATIENCE).toBe(mails);
  };
  await delivered(1);
  const [letter] = server.received;
  const path = await linkIn(letter?.message ?? Buffer.alloc(0));

  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => void complaints.push(error.message));
  await page.goto(origin + path);
  await page.getByRole('heading', { name: 'Waits for approval' }).waitFor(PATIENCE);
  await page.frameLocator('iframe').getByText('The Queen opens a garden').first().waitFor(PATIENCE);
  expect(await standing(studio.db, NEXT)).toMatchObject({ heldAt: null, approvedAt: null });

  await page.getByRole('button', { name: 'Hold' }).click();
  await page.getByRole('heading', { name: 'Held by desk@paper.example' }).waitFor(PATIENCE);
  await page.getByRole('button', { name: 'Release hold' }).click();
  await page.getByRole('button', { name: 'Approve' }).click();
  await page
    .getByRole('heading', { name: /^Approved: goes to 3 readers on Mon 23 Nov, 07:00/ })
    .waitFor(PATIENCE);
  expect(server.received).toHaveLength(1);

  studio.clock.advance(NEXT_SLOT - studio.clock.now());
  await studio.house.runSchedule();
  await delivered(4);
  await page.reload();
  await page.getByText('Approved by desk@paper.example').waitFor(PATIENCE);
  expect(await page.getByRole('button').count()).toBe(0);
  expect(complaints).toEqual([]);
  await context.close();
});

test('on the page of a draft the decision is made, a test is sent, and the next minute is not waited for', {
  timeout: 120_000,
}, async () => {
  await using studio = await openStudio({ newsletters: withReview({ before: '24h', approval: 'required' }) });
  await addDraft(studio);
  const origin = await listen(studio);
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  await page.goto(`${origin}/studio`);
  await page.getByRole('link', { name: /^Open the draft of Mon 23 Nov/ }).click();
  const bar = page.locator('[data-letting-go]');
  await bar.getByText('Reschedule').first().click();
  await bar.getByLabel('Send at').fill('2026-11-23T09:30');
  await page.evaluate(
    "document.activeElement.blur(); document.dispatchEvent(new CustomEvent('broadsheet:changed'))",
  );
  await bar.getByRole('button', { name: 'Reschedule' }).click();
  await bar.getByText('Mon 23 Nov, 09:30').waitFor(PATIENCE);
  await bar.getByText('Send a test').click();
  await bar.getByLabel('To').fill('me@paper.example');
  await bar.getByRole('button', { name: 'Send test' }).click();
  await bar.getByText('me@paper.example').waitFor(PATIENCE);
  await bar.getByRole('button', { name: 'Approve' }).click();
  await bar.getByRole('heading', { name: /^Approved: goes to 3 readers/ }).waitFor(PATIENCE);
  await bar.getByRole('link', { name: 'Send now' }).click();
  await page.getByRole('heading', { name: 'Send now, to 3 readers?' }).waitFor(PATIENCE);
  await page.getByRole('button', { name: 'Send now', exact: true }).click();
  await expect.poll(async () => (await standing(studio.db, NEXT)).state, PATIENCE).toBe('frozen');
  await page.context().close();
});

describe('what another editor decides', () => {
  test('appears on an open draft by itself, beside the title too, and leaves alone who is writing', {
    timeout: 120_000,
  }, async () => {
    await using studio = await openStudio();
    await addDraft(studio);
    const url = `${await listen(studio)}/studio/editions/${NEXT}`;
    await using anna = await openPage(browser);
    await using ben = await openPage(browser);
    for (const { page } of [anna, ben]) await page.goto(url);
    const bar = ben.page.locator('[data-letting-go]');
    const pill = ben.page.locator('.title .state');
    await ben.page.evaluate('window.samePage = true');
    await bar.getByText('Send a test').click();
    await bar.getByLabel('To').pressSequentially('ben@pap');

    await anna.page.getByRole('button', { name: 'Hold' }).click();
    await anna.page.getByRole('heading', { name: /^Held by/ }).waitFor(PATIENCE);
    await bar.getByRole('heading', { name: /^Held by/ }).waitFor(PATIENCE);
    expect(await pill.textContent()).toBe('held');
    await bar.getByLabel('To').and(ben.page.locator(':focus')).waitFor(PATIENCE);
    await ben.page.keyboard.type('er.example');
    expect(await bar.getByLabel('To').inputValue()).toBe('ben@paper.example');

    await bar.getByText('Send a test').focus();
    await anna.page.getByRole('button', { name: 'Release hold' }).click();
    await anna.page.getByRole('button', { name: 'Approve' }).click();
    await bar.getByRole('heading', { name: /^Approved: goes to 3 readers/ }).waitFor(PATIENCE);
    expect(await pill.textContent()).toBe('approved');
    expect(await bar.getByLabel('To').inputValue()).toBe('ben@paper.example');
    expect(await bar.locator('details[open] > summary').textContent()).toBe('Send a test');
    expect(await ben.page.evaluate('window.samePage')).toBe(true);
    expect(ben.complaints).toEqual([]);

    await press(studio, `/studio/editions/${NEXT}/skip`);
    await bar.getByRole('heading', { name: /^Skipped/ }).waitFor(PATIENCE);
    await press(studio, `/studio/editions/${NEXT}/unskip`);
    await bar.getByRole('button', { name: 'Hold' }).waitFor(PATIENCE);
    await ben.page.locator('#headline-text-1').waitFor(PATIENCE);
  });

  test('by sending it: the page goes over to how it fares, unless words on it are unsaved', {
    timeout: 120_000,
  }, async () => {
    await using studio = await openStudio();
    await addDraft(studio);
    const url = `${await listen(studio)}/studio/editions/${NEXT}`;
    await using anna = await openPage(browser);
    await using ben = await openPage(browser);
    for (const { page } of [anna, ben]) await page.goto(url);
    await ben.page.route('**/edits', (route) => route.abort());
    const words = ben.page.locator('#line-subject-text');
    await words.fill('Written for nothing');
    await ben.page.locator('#board-state', { hasText: 'cannot be reached' }).waitFor(PATIENCE);
    await press(studio, `/studio/editions/${NEXT}/send-now`, { revision: '0' });
    await expect.poll(() => anna.page.locator('[data-letting-go]').count(), PATIENCE).toBe(0);
    await ben.page.unroute('**/edits');
    await ben.page.getByRole('heading', { name: 'No longer a draft' }).waitFor(PATIENCE);
    expect(await ben.page.getByRole('button', { name: /^(Approve|Hold)$/ }).count()).toBe(0);
    expect(await words.inputValue()).toBe('Written for nothing');
  });
});

test('after a change of what was approved the word beside the title follows as well', async () => {
  await using studio = await openStudio({ newsletters: withReview({ before: '24h', approval: 'required' }) });
  await addDraft(studio);
  await using desk = await openPage(browser);
  await desk.page.goto(`${await listen(studio)}/studio/editions/${NEXT}`);
  const pill = desk.page.locator('.title .state');
  await desk.page.getByRole('button', { name: 'Approve' }).click();
  await desk.page.locator('.title .state', { hasText: /^approved$/ }).waitFor(PATIENCE);
  await desk.page.locator('#line-subject-text').fill('Another subject');
  await desk.page.getByRole('heading', { name: 'Waits for approval' }).waitFor(PATIENCE);
  expect(await pill.textContent()).toBe('waits for approval');
});

test('a test on its way is seen to arrive, and a rehearsal says where to read it', async () => {
  await using studio = await openStudio();
  await using _time = ticking(studio);
  await addDraft(studio);
  await using desk = await openPage(browser);
  await desk.page.goto(`${await listen(studio)}/studio/editions/${NEXT}`);
  await desk.page.getByText('Send a test').click();
  await desk.page.locator('#test-to').fill('me@paper.example');
  await desk.page.getByRole('button', { name: 'Send test' }).click();
  const sent = desk.page.locator('#tests-sent li', { hasText: 'me@paper.example' });
  await sent.getByText('waiting').waitFor(PATIENCE);
  await desk.page.locator('#test-to').focus();
  await desk.page.evaluate('window.samePage = true');
  await using server = await ScriptedServer.start();
  const compose = studio.house.composer.compose.bind(studio.house.composer);
  await using _ = runEngine(studio.db, server, { compose, connections: 1, clock: studio.clock });
  await sent.getByText('arrived').waitFor(PATIENCE);
  expect(await desk.page.evaluate('window.samePage')).toBe(true);
  await desk.page.locator('#tests').getByRole('link', { name: 'Caught mail' }).click();
  await desk.page.waitForURL('**/studio/caught', PATIENCE);
});

test('the desk, a draft’s bar and a link’s page keep within the rules of accessible pages, in both themes, on a phone', {
  timeout: 120_000,
}, async () => {
  const review = { before: '24h', approval: 'required', notify: '[desk@paper.example]' };
  await using studio = await openStudio({ newsletters: withReview(review) });
  await using _time = ticking(studio);
  await addDraft(studio, { tags: ['death'] });
  const origin = await listen(studio);
  const path = await signed(studio);
  for (const colorScheme of ['light', 'dark'] as const) {
    const viewport = { width: 390, height: 844 };
    const context = await browser.newContext({ viewport, colorScheme, bypassCSP: true });
    const page = await context.newPage();
    for (const url of ['/studio', `/studio/editions/${NEXT}`, `/studio/editions/${NEXT}/send-now`, path]) {
      await page.goto(origin + url);
      for (const summary of await page.locator('.letting-go summary').all()) await summary.click();
      expect(await widthOf(page), url).toBeLessThanOrEqual(390);
      expect(await axeFaults(page), `${url} ${colorScheme}`).toEqual([]);
    }
    await context.close();
  }
});

test('the link that asks for approval shows first what is to be approved, on a phone too', async () => {
  const review = { before: '24h', approval: 'required', notify: '[desk@paper.example]' };
  await using studio = await openStudio({ newsletters: withReview(review) });
  await addDraft(studio);
  const path = await signed(studio);
  const page = await (await browser.newContext({ viewport: { width: 390, height: 844 } })).newPage();
  const origin = await listen(studio);
  for (const fragment of ['#approve', '#hold']) {
    await page.goto(origin + path + fragment);
    await page.locator(`form:target${fragment}`).waitFor(PATIENCE);
    expect(await page.evaluate('scrollY'), fragment).toBe(0);
    await page.goto('about:blank');
  }
  await page.context().close();
});

/** Where the letter leads to: its plain-text part has the address. */
async function linkIn(message: Buffer | string): Promise<string> {
  const { to, text = '' } = await simpleParser(message);
  expect([to].flat()[0]?.text).toContain('desk@paper.example');
  const [, path = ''] = /https?:\/\/[^/\s]+(\/studio\/review\/[\w-]+)/.exec(text) ?? [];
  return path;
}

async function signed({ db, clock, house }: OpenStudio): Promise<string> {
  const now = clock.now();
  const id = await enqueueStudio(db, {
    kind: 'draft-ready',
    to: address('desk@paper.example'),
    regards: NEXT,
    now,
  });
  return `/studio/review/${await tokenFor({ db, signer: house.parts.signer }, 'review', id)}`;
}

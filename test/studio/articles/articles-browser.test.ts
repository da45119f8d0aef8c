import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axeFaults, connectBrowser, widthOf } from '../../helpers/browser.ts';
import { type OpenStudio, openStudio } from '../open-studio.ts';

const PATIENCE = { timeout: 20_000 };
let browser: Browser;

beforeAll(async () => {
  browser = await connectBrowser();
});
afterAll(() => browser.close());

/** A folder with an article, a sad one, and a file that nobody can read. */
async function filledStudio(): Promise<{ studio: OpenStudio; origin: string }> {
  const studio = await openStudio();
  const write = (name: string, text: string) => writeFileSync(join(studio.folder, 'articles', name), text);
  write('garden.md', '---\ncategory: royal\n---\n# A garden opens at the palace\n\nIt opens on Sunday.');
  write('sad.md', `---\ncategory: royal\n---\n# The gardener has died\n\n${'A long life. '.repeat(20)}`);
  write('bad.md', `---\n${'x'.repeat(80)}: on: off\n---\nText`);
  const origin = await studio.app.listen({ port: 0, host: '127.0.0.1' });
  return { studio, origin: origin.replace('127.0.0.1', 'localhost') };
}

/** Presses Tab until what has the focus is called so. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let at = 0; at < 60; at += 1) {
    await page.keyboard.press('Tab');
    const text = await page.evaluate<string>(
      '(document.activeElement.closest("label") ?? document.activeElement).textContent',
    );
    if (name.test(text.trim())) return;
  }
  throw new Error(`Nothing that is called ${name} can be reached with the Tab key`);
}

test('with the keyboard alone, on a phone, a source is asked and an article’s subjects are decided', async () => {
  const { studio, origin } = await filledStudio();
  await using _studio = studio;
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
  await page.goto(`${origin}/studio/sources`);
  await tabTo(page, /^Check now: stories$/);
  await page.keyboard.press('Enter');
  const card = page.locator('[data-source="stories"]');
  await card.getByText('2 articles found: 2 new, 1 refused.').waitFor(PATIENCE);
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Check now: stories');
  expect(await page.locator('[data-heard]').textContent()).toBe('2 articles found: 2 new, 1 refused.');
  await page.goto(`${origin}/studio/articles?newsletter=daily`);
  await tabTo(page, /^Change: A garden opens/);
  await page.keyboard.press('Enter');
  await tabTo(page, /^Illness$/);
  await page.keyboard.press('Space');
  await tabTo(page, /^Save subjects$/);
  await page.keyboard.press('Enter');
  const row = page.locator('.art', { hasText: 'A garden opens' });
  await row.getByText('set by an editor').first().waitFor(PATIENCE);
  expect(await page.evaluate('document.activeElement.textContent')).toBe(
    'Change: A garden opens at the palace',
  );
  expect(await page.locator('[data-heard]').textContent()).toContain('Illness, from the next edition on');
  await row.getByRole('button', { name: 'Let the rules decide' }).click();
  await expect.poll(() => row.getByText('set by an editor').count(), PATIENCE).toBe(0);
  expect(complaints).toEqual([]);
  await context.close();
});

test('without a script the same is done by forms that lead back', async () => {
  const { studio, origin } = await filledStudio();
  await using _studio = studio;
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${origin}/studio/sources`);
  await page.getByRole('button', { name: /^Check now.*stories$/ }).click();
  await page
    .locator('[data-source="stories"]')
    .getByText('2 articles found: 2 new, 1 refused.')
    .waitFor(PATIENCE);
  await page.getByRole('link', { name: 'The gardener has died' }).click();
  await page.getByText('Change subjects').click();
  await page.getByLabel('Death and grief').uncheck();
  await page.getByRole('button', { name: 'Save subjects' }).click();
  await page.getByText('None: set by an editor.').waitFor(PATIENCE);
  await context.close();
});

test('sources and articles fit on a phone and keep within the rules of accessible pages, in light and dark', async () => {
  const { studio, origin } = await filledStudio();
  await using _studio = studio;
  await studio.house.collector.collect();
  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await browser.newContext({
      viewport: { width: 390, height: 844 },
      colorScheme,
      bypassCSP: true,
    });
    const page = await context.newPage();
    for (const path of [
      '/studio/sources?asked=stories',
      '/studio/articles?newsletter=daily&days=7',
      '/studio/articles?q=nothing',
      '/studio/articles/1?with=garden',
    ]) {
      await page.goto(origin + path);
      await page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true');
      expect(await widthOf(page), path).toBeLessThanOrEqual(390);
      expect(await axeFaults(page), `${colorScheme} ${path}`).toEqual([]);
    }
    await context.close();
  }
});

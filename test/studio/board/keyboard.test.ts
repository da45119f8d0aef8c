import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { findEdition } from '../../../src/editions/store/edition-store.ts';
import { addActive, emails } from '../../delivery/fixture.ts';
import { connectBrowser, listen } from '../../helpers/browser.ts';
import { NEXT, withReview } from '../desk/desk-sample.ts';
import { addAccount, type OpenStudio, openStudio } from '../open-studio.ts';

const PATIENCE = { timeout: 30_000 };
const MOST_STEPS = 250;

test('from logging in to an edition on its way with nothing but the keyboard', {
  timeout: 180_000,
}, async () => {
  const newsletters = withReview({ approval: 'required' }).replaceAll('[stories, palace]', '[stories]');
  await using studio = await openStudio({ newsletters });
  addArticle(studio, 'garden', 'royal', 'The Queen opens a garden');
  addArticle(studio, 'goats', 'celebrity', 'Actress swaps the screen for a goat farm');
  addArticle(studio, 'lantern', 'celebrity', 'Singer lights the harbour lamps');
  await addActive(studio.db, emails(3));
  const anna = await addAccount(studio, 'anna@paper.example', 'approve');
  const origin = await listen(studio);
  await using browser = await connectBrowser();
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();

  await page.goto(`${origin}/studio/login`);
  await page.locator('#email:focus').waitFor(PATIENCE); // by itself
  await page.keyboard.type(anna.email);
  await page.keyboard.press('Tab');
  await page.keyboard.type(anna.password);
  await page.keyboard.press('Enter');
  await page.waitForURL(`${origin}/studio`, PATIENCE);

  await tabTo(page, /^Build now/);
  await page.keyboard.press('Enter');
  await page.waitForURL(/build-now$/);
  await tabTo(page, /^Build now/);
  await page.keyboard.press('Enter');
  await page.waitForURL(`${origin}/studio/editions/${NEXT}`, PATIENCE);
  const before = await headlines(studio);
  await tabTo(page, /^Down: (Actress|Singer|The Queen)/);
  await page.keyboard.press('Enter');
  await expect.poll(() => headlines(studio), PATIENCE).not.toEqual(before);
  await page.locator('#do-undo:not([aria-disabled])').waitFor(PATIENCE); // seen to be done, it can be undone
  await page.keyboard.press('Control+z');
  await expect.poll(() => headlines(studio), PATIENCE).toEqual(before);

  await tabTo(page, /^Approve$/);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: /^Approved: goes to 3 readers/ }).waitFor(PATIENCE);
  await tabTo(page, /^Send now/);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: /^Send now/ }).waitFor(PATIENCE);
  await tabTo(page, /^Send now/);
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await findEdition(studio.db, NEXT))?.state, PATIENCE).toBe('frozen');
});

function addArticle({ folder }: OpenStudio, name: string, category: string, headline: string): void {
  const text = `---\nheadline: ${headline}\ndate: 2026-11-22T07:30:00Z\ncategory: ${category}\n---\n\n${headline}, and nobody minded the rain.\n`;
  writeFileSync(join(folder, 'articles', `${name}.md`), text);
}

async function headlines({ db }: OpenStudio): Promise<string[]> {
  return (await findEdition(db, NEXT))?.content?.stories.map(({ headline }) => headline) ?? [];
}

/** Tab by tab, as somebody without a mouse goes; what has the focus must be seen to have it. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let step = 0; step < MOST_STEPS; step += 1) {
    await page.keyboard.press('Tab');
    const focus = await page.evaluate<{ words: string; outline: string }>(
      "({ words: document.activeElement.innerText.replace(/\\s+/g, ' ').replace(' :', ':').trim(), outline: getComputedStyle(document.activeElement).outlineStyle })",
    );
    if (!name.test(focus.words)) continue;
    expect(focus.outline).not.toBe('none');
    return;
  }
  throw new Error(`No Tab leads to ${name}`);
}

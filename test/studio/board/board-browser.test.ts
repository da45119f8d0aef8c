import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeFaults, connectBrowser, widthOf } from '../../helpers/browser.ts';
import { press } from '../open-studio.ts';
import { type BoardDraft, collect, openDraft } from './board-draft.ts';

const SAVED = 'All changes are saved';
/** The machine that runs all tests at once stands still at times. */
const PATIENCE = { timeout: 20_000 };

let browser: Browser;

beforeAll(async () => {
  browser = await connectBrowser();
});
afterAll(() => browser.close());

interface Desk {
  readonly context: BrowserContext;
  readonly page: Page;
}

async function openBoard(
  draft: BoardDraft,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<Desk> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  context.setDefaultTimeout(PATIENCE.timeout);
  const page = await context.newPage();
  await page.goto((await originOf(draft)) + draft.url);
  return { context, page };
}

const origins = new WeakMap<BoardDraft, Promise<string>>();

function originOf(draft: BoardDraft): Promise<string> {
  const known = origins.get(draft) ?? draft.studio.app.listen({ port: 0, host: '127.0.0.1' });
  origins.set(draft, known);
  return known.then((origin) => origin.replace('127.0.0.1', 'localhost'));
}

async function saved(page: Page): Promise<void> {
  await page.locator('#board-state', { hasText: SAVED }).waitFor();
}

const headline = (page: Page, id: number) => page.locator(`#headline-text-${id}`);
const headlineOf = async (draft: BoardDraft, id: number) =>
  (await draft.content()).stories.find(({ articleId }) => articleId === id)?.headline;
const until = (look: () => Promise<unknown>) => expect.poll(look, PATIENCE);

test('words are saved as they are written, told to the preview, and undone by their name', async () => {
  await using draft = await openDraft();
  const { context, page } = await openBoard(draft);
  await page.evaluate(
    `document.addEventListener('broadsheet:changed', ({ detail }) => (window.told = detail.revision))`,
  );
  await headline(page, 4).fill('Dumplings of the year');
  await until(() => headlineOf(draft, 4)).toBe('Dumplings of the year');
  await saved(page);
  expect(await page.evaluate('window.told')).toBe(1);
  expect(await page.evaluate('document.activeElement.id')).toBe('headline-text-4');
  // In a text the keys undo the writing, outside of it what was done to the edition.
  await page.locator('#board-title').click();
  await page.keyboard.press('Control+z');
  await until(() => headlineOf(draft, 4)).toMatch(/^Chef/);
  await until(() => headline(page, 4).inputValue()).toMatch(/^Chef/);
  await page.getByRole('button', { name: /^Redo: Changed the headline of “Chef/ }).waitFor();
  await page.keyboard.press('Control+Shift+z');
  await until(() => headlineOf(draft, 4)).toBe('Dumplings of the year');
  await saved(page);
  await context.close();
});

describe('a story is moved', () => {
  test('by dragging it to a place in another section', async () => {
    await using draft = await openDraft();
    const { context, page } = await openBoard(draft);
    const handle = page.locator('#story-7 [data-handle]');
    await page.evaluate("document.getElementById('story-6').scrollIntoView({ block: 'center' })");
    const from = await handle.boundingBox();
    const to = await page.locator('#story-5').boundingBox();
    if (!from || !to) throw new Error('both are to be seen');
    await page.mouse.move(from.x + 5, from.y + 15);
    await page.mouse.down();
    await page.mouse.move(from.x + 5, to.y + 40, { steps: 5 });
    await page.mouse.move(from.x + 5, to.y + 2, { steps: 5 });
    await page.locator('.drop-line').waitFor();
    await page.mouse.up();
    await until(draft.order).toEqual([1, 2, 3, 4, 7, 5, 6, 8]);
    expect((await draft.content()).stories.find(({ articleId }) => articleId === 7)?.sectionId).toBe('stars');
    await page.locator('#list-stars #story-7').waitFor();
    await saved(page);
    await context.close();
  });

  test('by keyboard alone, as far as the key is pressed, and it is said where it is', async () => {
    await using draft = await openDraft();
    const { context, page } = await openBoard(draft);
    await page.locator('#down-4').focus();
    for (let time = 0; time < 3; time += 1) await page.keyboard.press('Enter');
    await until(
      async () => (await draft.content()).stories.find(({ articleId }) => articleId === 4)?.sectionId,
    ).toBe('style');
    await saved(page);
    expect(await page.evaluate('document.activeElement.id')).toBe('down-4');
    await page
      .locator('#board-says', {
        hasText: 'Moved “Chef Tobias Renn reveals plum dumplings” to Style. Now 1 of 2 in Style.',
      })
      .waitFor();
    // From any of its buttons, with Alt and an arrow.
    await page.locator('#drop-5').focus();
    await page.keyboard.press('Alt+ArrowUp');
    await until(draft.order).toEqual([1, 2, 3, 5, 6, 4, 7, 8]);
    await context.close();
  });
});

test('by keyboard alone a story is pinned, left out and brought back, and the focus stays near', async () => {
  await using draft = await openDraft();
  const { context, page } = await openBoard(draft);
  await page.locator('#pin-6').focus();
  await page.keyboard.press('Enter');
  await until(async () => (await draft.content()).pinned).toBe(6);
  await page.locator('#board-says', { hasText: 'It leads.' }).waitFor();
  await page.locator('#drop-5').focus();
  await page.keyboard.press('Enter');
  await page.locator('#board-tray').waitFor();
  await saved(page);
  expect(await page.evaluate('document.activeElement.id')).toMatch(/^drop-\d+$/);
  await page.locator('#do-back-5').focus();
  await page.keyboard.press('Enter');
  await until(draft.order).toContain(5);
  await page.locator('#board-tray').waitFor({ state: 'detached' });
  await context.close();
});

describe('what slides under the pointer is not pressed by the click that was meant for what stood there', () => {
  /** The second click of a double click, once the first was answered. */
  async function pressTwice(page: Page, id: string, answered: () => Promise<unknown>) {
    await page.locator(id).hover();
    const box = await page.locator(id).boundingBox();
    if (!box) throw new Error('it is to be seen');
    // Near its lower edge: the story that follows has a longer text.
    const [x, y] = [box.x + box.width / 2, box.y + box.height - 4];
    await page.mouse.click(x, y);
    await answered();
    await page.mouse.down({ clickCount: 2 });
    await page.mouse.up({ clickCount: 2 });
    return { x, y };
  }

  test('after “Leave out”, until somebody had the time to see it', async () => {
    await using draft = await openDraft();
    const { context, page } = await openBoard(draft);
    await saved(page);
    const place = await pressTwice(page, '#drop-4', () =>
      page.locator('#story-4').waitFor({ state: 'detached' }),
    );
    await saved(page);
    expect(await draft.order()).toEqual([1, 2, 3, 5, 6, 7, 8]);
    const below = `document.elementFromPoint(${place.x}, ${place.y}).closest('button')?.id`;
    expect(await page.evaluate(below)).toBe('drop-5');
    await page.waitForTimeout(600);
    await page.mouse.click(place.x, place.y);
    await until(draft.order).toEqual([1, 2, 3, 6, 7, 8]);
    await context.close();
  });

  test('but whoever moves the pointer on does not wait, after “Use mine” or “Leave out”', async () => {
    await using draft = await openDraft();
    const { context, page } = await openBoard(draft);
    await page.route('**/board?*', (route) => route.abort());
    await press(draft.studio, `${draft.url}/edits`, {
      kind: 'headline',
      story: '4',
      text: 'Anna’s',
      seen: '0',
    });
    await headline(page, 4).fill('Ben’s');
    await page.locator('.conflict').waitFor();
    await pressTwice(page, '[data-mine]', () => page.locator('.conflict').waitFor({ state: 'detached' }));
    await until(() => headlineOf(draft, 4)).toBe('Ben’s');
    await saved(page);
    expect(await draft.order()).toHaveLength(8);
    await page.locator('#drop-5').click();
    await page.locator('#story-5').waitFor({ state: 'detached' });
    await page.locator('#drop-7').click();
    await until(draft.order).toEqual([1, 2, 3, 4, 6, 8]);
    await context.close();
  });

  test('when the last undo is gone: undo and redo stand at their ends of the line', async () => {
    await using draft = await openDraft();
    const { context, page } = await openBoard(draft);
    await page.locator('#drop-4').click();
    await page.getByRole('button', { name: /^Undo: Left out/ }).waitFor();
    const before = await page.locator('#do-undo').boundingBox();
    await pressTwice(page, '#do-undo', () => page.locator('#do-undo[aria-disabled]').waitFor());
    await page.getByRole('button', { name: /^Redo: Left out/ }).waitFor();
    await saved(page);
    expect(await draft.order()).toHaveLength(8);
    expect((await page.locator('#do-undo').boundingBox())?.x).toBe(before?.x);
    const line = await page.locator('#board-steps').boundingBox();
    const redo = await page.locator('#do-redo').boundingBox();
    expect((redo?.x ?? 0) + (redo?.width ?? 0)).toBeCloseTo((line?.x ?? 0) + (line?.width ?? 0), 0);
    await page.locator('#do-redo').click();
    await until(draft.order).toHaveLength(7);
    await context.close();
  });
});

test('a story’s panel holds its section, picture and subjects; a subject counts as soon as it is ticked', async () => {
  await using draft = await openDraft();
  const { context, page } = await openBoard(draft);
  await page.locator('#more-7').click();
  await page.locator('#panel-7').getByLabel('Illness').check();
  await until(
    async () => (await draft.content()).stories.find(({ articleId }) => articleId === 7)?.tags,
  ).toEqual(['illness']);
  await page.locator('#story-7 .tag', { hasText: 'Illness' }).waitFor();
  await page.locator('#panel-7').getByLabel('Section').selectOption({ label: 'Stars' });
  await page.locator('#do-place-7').click();
  await page.locator('#list-stars #story-7 #panel-7').waitFor();
  await page.locator('#more-7').click();
  await page.locator('#panel-7').waitFor({ state: 'detached' });
  await context.close();
});

describe('two editors', () => {
  test('see what the other does, without losing what they are writing', async () => {
    await using draft = await openDraft();
    const [anna, ben] = [await openBoard(draft), await openBoard(draft)];
    await anna.page.route('**/edits', (route) => route.abort());
    await headline(anna.page, 2).fill('Half a senten');
    await headline(ben.page, 4).fill('Ben’s dumplings');
    await ben.page.locator('#down-2').click();
    await until(() => headlineOf(draft, 4)).toBe('Ben’s dumplings');
    await saved(ben.page);
    await anna.page.unroute('**/edits');
    await until(() => headlineOf(draft, 2)).toBe('Half a senten');
    await until(() => headline(anna.page, 4).inputValue()).toBe('Ben’s dumplings');
    expect(await headline(anna.page, 2).inputValue()).toBe('Half a senten');
    await until(() => headline(ben.page, 2).inputValue()).toBe('Half a senten');
    await anna.context.close();
    await ben.context.close();
  });

  test('who write the same words: the second is asked in place, and neither is lost before they have said', async () => {
    await using draft = await openDraft();
    const [anna, ben] = [await openBoard(draft), await openBoard(draft)];
    for (const { page } of [anna, ben]) await page.route('**/board?*', (route) => route.abort());
    await headline(anna.page, 4).fill('Anna’s dumplings');
    await saved(anna.page);
    await headline(ben.page, 4).fill('Ben’s dumplings');
    const question = ben.page.locator('.conflict');
    await question.getByText('Rehearsal changed this to “Anna’s dumplings” just now.').waitFor();
    expect(await ben.page.locator('#board-state').textContent()).toMatch(
      /^Not saved: somebody else changed the same thing/,
    );
    expect(await headline(ben.page, 4).inputValue()).toBe('Ben’s dumplings');
    expect(await headlineOf(draft, 4)).toBe('Anna’s dumplings');
    await question.getByRole('button', { name: 'Use mine' }).click();
    await until(() => headlineOf(draft, 4)).toBe('Ben’s dumplings');
    await saved(ben.page);

    await headline(anna.page, 4).fill('Anna again');
    await anna.page.locator('.conflict').getByRole('link', { name: 'Keep Rehearsal’s' }).click();
    await until(() => headline(anna.page, 4).inputValue()).toBe('Ben’s dumplings');
    await saved(anna.page);
    expect(await headlineOf(draft, 4)).toBe('Ben’s dumplings');
    await anna.context.close();
    await ben.context.close();
  });
});

test('while nothing can be saved it says so, keeps the words, and saves them by itself later', async () => {
  await using draft = await openDraft();
  const { context, page } = await openBoard(draft);
  await context.setOffline(true);
  await headline(page, 4).fill('Written on a train');
  await page.locator('#board-state', { hasText: 'Not saved: the server cannot be reached.' }).waitFor();
  expect(await headlineOf(draft, 4)).toMatch(/^Chef/);
  await context.setOffline(false);
  await until(() => headlineOf(draft, 4)).toBe('Written on a train');
  await saved(page);
  await context.close();
});

test('who has logged in again in another window loses nothing', async () => {
  await using draft = await openDraft();
  const { context, page } = await openBoard(draft);
  const answers: number[] = [];
  page.on('response', (response) => void (/edits$/.test(response.url()) && answers.push(response.status())));
  await page.evaluate(
    `for (const field of document.querySelectorAll('input[name="csrf"]')) field.value = 'old'`,
  );
  await headline(page, 4).fill('Written before');
  await until(() => headlineOf(draft, 4)).toBe('Written before');
  await saved(page);
  expect(answers).toEqual([403, 200]);
  await context.close();
});

test('what cannot be is said beside the field until it is mended', async () => {
  await using draft = await openDraft();
  const { context, page } = await openBoard(draft);
  await headline(page, 4).fill('x'.repeat(151));
  await page
    .locator('#headline-4')
    .getByText('A headline has at most 150 characters; this one has 151.')
    .waitFor();
  expect(await page.locator('#board-state').textContent()).toMatch(/^Not saved/);
  await headline(page, 4).fill('Shorter');
  await saved(page);
  expect(await page.locator('.board .wrong').count()).toBe(0);
  await page.locator('#down-7').click(); // into Shopping, which takes it
  await saved(page);
  await page.locator('#line-subject-text').fill('A father of two died of cancer last night');
  await page
    .locator('#line-subject')
    .getByText(/^This text touches /)
    .waitFor();
  await context.close();
});

test('late articles are found and let in on the board', async () => {
  await using draft = await openDraft();
  await collect(draft.studio, 'echo', [['Astronomers name a comet after a schoolgirl', 'celebrity']]);
  const { context, page } = await openBoard(draft);
  await page.locator('#board-articles summary').click();
  await page.locator('#do-let-in-9').click();
  await until(draft.order).toContain(9);
  await page.locator('#list-stars #story-9').waitFor();
  await page.locator('#article-9').waitFor({ state: 'detached' });
  await page.locator('#articles-q').fill('elowen');
  await page.locator('#articles-show').selectOption('all');
  await page.locator('#article-1', { hasText: 'leads the edition' }).waitFor();
  expect(await page.locator('.nearby > li').count()).toBe(1);
  await context.close();
});

test('without a script every edit is a form', async () => {
  await using draft = await openDraft();
  const { context, page } = await openBoard(draft, { javaScriptEnabled: false });
  await headline(page, 4).fill('Dumplings');
  await page.locator('#headline-4').getByRole('button', { name: 'Save' }).click();
  await until(() => headlineOf(draft, 4)).toBe('Dumplings');
  await page.locator('#down-2').click();
  await until(draft.order).toEqual([1, 3, 2, 4, 5, 6, 7, 8]);
  await page.locator('#more-7').click();
  await page.locator('#panel-7').getByLabel('Illness').check();
  await page.locator('#tags-7').getByRole('button', { name: 'Save' }).click();
  await page.locator('#story-7 .tag', { hasText: 'Illness' }).waitFor();
  await page.locator('#do-undo').click();
  await page.locator('#story-7 .tag').waitFor({ state: 'detached' });
  await context.close();
});

for (const colorScheme of ['light', 'dark'] as const)
  test(`the board keeps within the rules of accessible pages and a phone’s width, in ${colorScheme}`, async () => {
    await using draft = await openDraft();
    const { context, page } = await openBoard(draft, {
      colorScheme,
      viewport: { width: 390, height: 844 },
      bypassCSP: true,
    });
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.locator('#drop-8').click();
    await page.locator('#board-tray').waitFor();
    await page.locator('#more-4').click();
    await page.locator('#panel-4').waitFor();
    await page.locator('#board-history summary').click();
    await page.locator('#board-articles summary').click();
    await page.locator('#articles').waitFor();
    await saved(page);
    expect(await widthOf(page)).toBeLessThanOrEqual(390);
    for (const path of ['', '/history', '/articles']) {
      if (path) await page.goto((await originOf(draft)) + draft.url + path);
      const within = path ? 'main' : '#board';
      expect(await axeFaults(page, { within }), path || 'the board').toEqual([]);
      expect(await widthOf(page), path).toBeLessThanOrEqual(390);
    }
    expect(complaints).toEqual([]);
    await context.close();
  });

import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verdictOf } from '../../../src/checks/check-edition.ts';
import type { Finding } from '../../../src/checks/finding.ts';
import { axeFaults, connectBrowser, widthOf } from '../../helpers/browser.ts';
import { addEdition, EDITION_ID, type OpenStudio, openStudio } from '../open-studio.ts';

const PATIENCE = { timeout: 30_000, interval: 50 };
const PICTURE = { url: 'https://pictures.example/boat.png', alt: 'A boat with a red sail', caption: '' };
const BASE = `/studio/editions/${EDITION_ID}`;

let browser: Browser;
beforeAll(async () => {
  browser = await connectBrowser();
});
afterAll(() => browser.close());

const stories = (headline = 'A garden opens') => [
  { headline, sectionId: 'royal', picture: PICTURE, standfirst: 'The gates stand open from noon.' },
  ...Array.from({ length: 16 }, (_, at) => ({
    headline: `Story number ${at + 2}`,
    sectionId: at % 2 ? 'royal' : 'stars',
    standfirst: 'What it is about, in a sentence that is long enough to take two lines on a telephone.',
  })),
];
const contentWith = (all: ReturnType<typeof stories>) => ({
  title: 'The Daily Belle',
  language: 'en',
  sections: [
    { id: 'royal', title: 'Royals' },
    { id: 'stars', title: 'Stars' },
  ],
  stories: all,
});

async function opened(
  parts: Parameters<typeof openStudio>[0] = {},
): Promise<{ studio: OpenStudio; visit: (options?: BrowserContextOptions, path?: string) => Promise<Page> }> {
  const studio = await openStudio(parts);
  await addEdition(studio.db, { state: 'draft', candidates: null, content: contentWith(stories()) });
  const origin = (await studio.app.listen({ port: 0, host: '127.0.0.1' })).replace('127.0.0.1', 'localhost');
  const visit = async (options: BrowserContextOptions = {}, path = BASE) => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    await page.goto(origin + path);
    return page;
  };
  return { studio, visit };
}

/** The draft as it is after an edit. */
async function edit({ db }: OpenStudio, change: (content: string) => string): Promise<void> {
  const row = await db
    .selectFrom('editions')
    .select('content')
    .where('id', '=', EDITION_ID)
    .executeTakeFirst();
  await db
    .updateTable('editions')
    .set({ content: change(row?.content ?? '') })
    .where('id', '=', EDITION_ID)
    .execute();
}

const inFrame = <T>(page: Page, script: string) =>
  page.evaluate<T>(
    `(() => { const frame = document.querySelector('iframe[name="mail"]'); const { contentWindow, contentDocument } = frame; ${script} })()`,
  );
const text = (page: Page) => inFrame<string>(page, 'return contentDocument?.body?.innerText ?? ""');
const bar = (page: Page) => page.locator('#preview form');
const tell = (page: Page) => page.evaluate(`document.dispatchEvent(new CustomEvent('broadsheet:changed'))`);

test('a change is in the preview at once, at the place where it was, and nothing flashes', async () => {
  const { studio, visit } = await opened();
  await using _ = studio;
  const page = await visit();
  await expect.poll(() => text(page), PATIENCE).toContain('Story number 17');
  // From here on: is there ever a moment without a whole mail to see?
  await page.evaluate(`(() => {
    window.blank = 0;
    const look = () => {
      const seen = [...document.querySelectorAll('iframe:not(.coming)')].filter((one) => one.contentDocument?.body?.innerText.includes('Story number 17'));
      if (seen.length !== 1) window.blank += 1;
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  })()`);
  const topLink = `const link = [...contentDocument.links].find((one) => one.getBoundingClientRect().top >= 0); return [link.href, Math.round(link.getBoundingClientRect().top)]`;
  await inFrame(page, 'contentWindow.scrollTo(0, 1200)');
  const before = await inFrame<[string, number]>(page, topLink);
  await edit(studio, (content) =>
    content.replace(
      'A garden opens',
      'A garden opens at last, with a headline that is a good deal longer than it was before',
    ),
  );
  await tell(page);
  await expect.poll(() => text(page), PATIENCE).toContain('A garden opens at last');
  const after = await inFrame<[string, number]>(page, topLink);
  expect(after[0]).toBe(before[0]);
  expect(Math.abs(after[1] - before[1])).toBeLessThanOrEqual(1);
  expect(await inFrame<number>(page, 'return contentWindow.scrollY')).toBeGreaterThan(1200);
  expect(await page.evaluate('window.blank')).toBe(0);
  await expect
    .poll(() => page.locator('[data-facts]').innerText(), PATIENCE)
    .toContain('A garden opens at last');
  await page.context().close();
});

test('it is seen in every colour and width, without pictures, as text, and as whom one likes', async () => {
  const { studio, visit } = await opened();
  await using _ = studio;
  const page = await visit({ colorScheme: 'dark' });
  await expect.poll(() => text(page), PATIENCE).toContain('A garden opens');
  const ground = () =>
    inFrame<string>(
      page,
      'return contentWindow.getComputedStyle(contentDocument.querySelector(".sheet table, .sheet")).backgroundColor',
    );
  const light = await ground();
  await bar(page).getByLabel('Dark', { exact: true }).check({ force: true });
  await expect.poll(ground, PATIENCE).not.toBe(light);
  await bar(page).getByLabel('Forced', { exact: true }).check({ force: true });
  await expect.poll(ground, PATIENCE).toMatch(/^lab\(/);
  expect(await page.locator('.notes .forced').innerText()).toMatch(/as Gmail forces it .* roughly/);
  await bar(page).getByLabel('Light', { exact: true }).check({ force: true });
  await expect.poll(ground, PATIENCE).toBe(light); // whatever the editor's own machine prefers

  const inner = () => inFrame<number>(page, 'return contentWindow.innerWidth');
  expect(await inner()).toBeGreaterThanOrEqual(640);
  await bar(page).getByLabel('Phone', { exact: true }).check({ force: true });
  await expect.poll(inner, PATIENCE).toBe(390);
  await bar(page).getByLabel('Custom', { exact: true }).check({ force: true });
  await bar(page).getByLabel('Pixels wide, in figures').fill('480');
  await page.keyboard.press('Tab');
  await expect.poll(inner, PATIENCE).toBe(480);
  const box = await page.locator('.window .edge').boundingBox();
  if (!box) throw new Error('there is an edge to drag');
  await page.mouse.move(box.x + 8, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x - 12, box.y + 20);
  await page.mouse.up();
  expect(await inner()).toBe(440);

  await bar(page).getByLabel('No pictures').check();
  const picture =
    'const one = contentDocument.querySelector("img[alt=\'A boat with a red sail\']"); return one ? [one.getAttribute("src"), one.offsetHeight > 50] : null';
  await expect.poll(() => inFrame(page, picture), PATIENCE).toEqual(['data:,', true]);

  await bar(page).getByLabel('As', { exact: true }).selectOption('section-stars');
  await expect.poll(() => text(page), PATIENCE).not.toContain('A garden opens');
  await bar(page).getByLabel('Show', { exact: true }).selectOption('html');
  await expect.poll(() => text(page), PATIENCE).toMatch(/^<!doctype html>/);
  await bar(page).getByLabel('As', { exact: true }).selectOption('reader');
  await bar(page).getByLabel('Address').fill('nobody@example.org');
  await page.keyboard.press('Enter');
  await expect.poll(() => text(page), PATIENCE).toContain('Nobody with this address');
  await page.context().close();
});

test('each way of colouring is explained before it is chosen, and what is forced below once it is', async () => {
  const { studio, visit } = await opened();
  await using _ = studio;
  const page = await visit();
  const tall = async () => (await bar(page).boundingBox())?.height ?? 0;
  const before = await tall();
  for (const name of ['Light', 'Dark', 'Forced', 'Half']) {
    const choice = bar(page).getByLabel(name, { exact: true });
    const note = page.locator(`#${await choice.getAttribute('aria-describedby')}`);
    const words = (await note.textContent()) ?? '';
    expect(words).toMatch(/^(?:As designed|Dark mode as) .*\.$/);
    expect(await page.getByTitle(words, { exact: true }).innerText()).toBe(name);
    await choice.check({ force: true });
    const forced = name === 'Forced' || name === 'Half';
    expect(await note.isVisible(), name).toBe(forced);
    // One line more where it says something, and not a pixel where it does not.
    expect((await tall()) - before, name).toBeLessThan(forced ? 36 : 1);
  }
  await page.context().close();
});

test('on a phone it opens as a phone shows it, unless the editor chose otherwise', async () => {
  const { studio, visit } = await opened();
  await using _ = studio;
  const page = await visit({ viewport: { width: 390, height: 844 } }, `${BASE}?as=section-stars`);
  const width = (name: string) => bar(page).getByLabel(name, { exact: true });
  const inner = () => inFrame<number>(page, 'return contentWindow.innerWidth');
  expect(await width('Phone').isChecked()).toBe(true);
  await expect.poll(inner, PATIENCE).toBe(390);
  await bar(page).getByLabel('Dark', { exact: true }).check({ force: true });
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(page.url().replace('?as=section-stars', ''));
  expect(await width('Dark').isChecked()).toBe(true);
  expect(await width('Desktop').isChecked()).toBe(true); // the phone was never chosen
  await page.setViewportSize({ width: 390, height: 844 });
  await page.reload();
  await width('Desktop').check({ force: true });
  await page.reload();
  expect(await width('Desktop').isChecked()).toBe(true);
  await page.context().close();
});

test('a mail in the frame can do nothing, though the page can read how far it is scrolled', async () => {
  const { studio, visit } = await opened();
  await using _ = studio;
  const page = await visit();
  await page.route('**/preview?*', async (route) => {
    const answer = await route.fetch();
    const hostile = `<script>top.document.title='ran'</script><img src="x" onerror="top.document.title='ran'">
      <a id="js" href="javascript:top.document.title='ran'">Script</a>
      <a id="popup" target="_blank" href="javascript:opener.document.title='ran'">Popup</a>
      <form action="/studio/logout" method="post"><button id="post">Post</button></form>
      <iframe srcdoc="<script>top.document.title='ran'</script>"></iframe>`;
    await route.fulfill({
      response: answer,
      body: (await answer.text()).replace(/<body[^>]*>/, (body) => body + hostile),
    });
  });
  const posts: string[] = [];
  page.context().on('request', (request) => void (request.method() === 'POST' && posts.push(request.url())));
  await tell(page);
  await expect.poll(() => text(page), PATIENCE).toContain('Popup');
  const title = await page.title();
  const frame = page.frameLocator('iframe[name="mail"]');
  for (const id of ['#js', '#popup', '#post']) await frame.locator(id).click();
  await frame.locator('#js').click({ button: 'middle' });
  await page.waitForTimeout(500);
  expect(await page.title()).toBe(title);
  expect(posts).toEqual([]);
  for (const tab of page.context().pages()) expect(await tab.title()).not.toBe('ran');
  await page.context().close();
});

test('the checks follow a change, and lead to the place', async () => {
  const found: Finding[] = [];
  const { studio, visit } = await opened({ verdict: async () => verdictOf(found) });
  await using _ = studio;
  const page = await visit();
  await page.getByRole('heading', { name: 'Ready to send', exact: true }).waitFor();
  found.push({
    check: 'tone',
    severity: 'blocking',
    says: 'This headline shouts',
    where: { part: 'html', story: 'Story number 12', articleId: 12, excerpt: 'number 12' },
    mend: 'Say it quietly.',
  });
  await edit(studio, (content) => content.replace('A garden opens', 'The garden opens'));
  await tell(page);
  await page.getByText('Checking the changes').waitFor();
  await page.getByRole('heading', { name: 'Not ready to send' }).waitFor();
  expect(
    await page.locator('.verdict').getByRole('link', { name: 'Story number 12' }).getAttribute('href'),
  ).toBe('#story-12');
  await page.getByRole('button', { name: 'Show it in the mail' }).click();
  await expect
    .poll(() => inFrame<number>(page, 'return contentWindow.scrollY'), PATIENCE)
    .toBeGreaterThan(400);
  await page.context().close();
});

test.each(['light', 'dark'] as const)(
  'preview and sample readers keep within the rules of accessible pages: %s',
  async (colorScheme) => {
    const { studio, visit } = await opened();
    await using _ = studio;
    for (const [path, width] of [
      [BASE, 1280],
      [BASE, 390],
      [`${BASE}/personas`, 390],
    ] as const) {
      const page = await visit({ colorScheme, bypassCSP: true, viewport: { width, height: 844 } }, path);
      await page.locator('iframe').first().waitFor();
      const include = path === BASE ? ['#preview', '.verdict'] : ['main'];
      expect(await widthOf(page), path).toBeLessThanOrEqual(width);
      expect(await axeFaults(page, { within: { include }, iframes: false }), path).toEqual([]);
      await page.context().close();
    }
  },
);

test('with the keyboard alone: every way of seeing is reached and chosen', async () => {
  const { studio, visit } = await opened();
  await using _ = studio;
  const page = await visit();
  await bar(page).getByLabel('As', { exact: true }).focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => inFrame<number>(page, 'return contentWindow.innerWidth'), PATIENCE).toBe(390);
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  const asked = () => page.locator('iframe[name="mail"]').getAttribute('src');
  await expect.poll(asked, PATIENCE).toContain('colours=dark&pictures=off');
  await page.context().close();
});

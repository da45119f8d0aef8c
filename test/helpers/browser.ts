import axe from 'axe-core';
import type { FastifyInstance } from 'fastify';
import { type Browser, type BrowserContextOptions, type Page, chromium as playwright } from 'playwright-core';
import { inject } from 'vitest';

/** Connects to the run's browser. What is closed afterwards is this connection with its pages, and not the browser. */
export async function connectBrowser(): Promise<Browser> {
  return playwright.connect(inject('browserUrl'));
}

/** Starts a server on any free port. @returns where a browser finds it: by name, since its own links say localhost, too. */
export async function listen({ app }: { readonly app: FastifyInstance }): Promise<string> {
  return (await app.listen({ port: 0, host: '127.0.0.1' })).replace('127.0.0.1', 'localhost');
}

export interface OpenPage extends AsyncDisposable {
  readonly page: Page;
  /** What the console or the page itself complained about. */
  readonly complaints: readonly string[];
  /** Every address it asked for. */
  readonly requests: readonly string[];
}

/** A page in a context of its own: what one reader has in their browser, another has not. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<OpenPage> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
  page.on('pageerror', (error) => void complaints.push(String(error)));
  page.on('request', (request) => void requests.push(request.url()));
  return { page, complaints, requests, [Symbol.asyncDispose]: () => context.close() };
}

/** Pixels that the page needs, where it is wider than the window. */
export async function widthOf(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth');
}

/** What axe-core finds on a page as it stands: the rule and the elements, `color-contrast <a href="/">Home</a>`. */
export async function axeFaults(
  page: Page,
  { within, ...options }: axe.RunOptions & { readonly within?: axe.ElementContext } = {},
): Promise<string[]> {
  await page.evaluate(axe.source);
  const where = within === undefined ? 'document' : JSON.stringify(within);
  const { violations } = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
    `axe.run(${where}, ${JSON.stringify(options)})`,
  );
  return violations.map(({ id, nodes }) => `${id} ${nodes.map(({ html }) => html).join(' ')}`);
}

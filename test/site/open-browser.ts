import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { OpenSite } from './open-site.ts';

export interface OpenPage extends AsyncDisposable {
  readonly page: Page;
  /** What the console or the page itself complained about. */
  readonly complaints: readonly string[];
  /** What axe finds on the page as it stands. */
  faults(): Promise<string[]>;
  /** Pixels that the page needs, where it is wider than the window. */
  width(): Promise<number>;
}

export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<OpenPage> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
  page.on('pageerror', (error) => void complaints.push(String(error)));
  return {
    page,
    complaints,
    width: () => page.evaluate<number>('document.documentElement.scrollWidth'),
    faults: async () => {
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate<{ violations: { id: string; help: string }[] }>('axe.run()');
      return violations.map(({ id, help }) => `${id}: ${help}`);
    },
    [Symbol.asyncDispose]: () => context.close(),
  };
}

/** Where a site can be reached by a browser. */
export async function listen(site: OpenSite): Promise<string> {
  return (await site.app.listen({ port: 0, host: '127.0.0.1' })).replace('127.0.0.1', 'localhost');
}

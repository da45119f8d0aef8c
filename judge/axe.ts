import axe, { type AxeResults } from 'axe-core';
import type { Browser, Route } from 'playwright-core';
import { launchBrowser } from '../gallery/browser.ts';
import { type Judge, noneOf, type SentMessage } from './verdict.ts';

const SCHEMES = ['light', 'dark'] as const;
const WIDTHS = [390, 1280];
/**
 * What axe asks of a page and a mail must not do: it is one article (its role says so), shown within the page of a mail
 * program, and a second main landmark there would hide the first.
 */
const ONLY_FOR_PAGES = ['landmark-one-main', 'region'];
const RULES = Object.fromEntries(ONLY_FOR_PAGES.map((rule) => [rule, { enabled: false }]));
const RUN = `axe.run(document, ${JSON.stringify({ rules: RULES })})`;

/** What keeps people out who read by ear, by keyboard or with weak eyes; on a phone and on a desk, by day and by night. */
export function axeCore(site: string, publicUrl: string): Judge {
  return {
    name: 'axe-core',
    async judge(messages) {
      const browser = await launchBrowser();
      try {
        const findings: string[] = [];
        for (const message of messages)
          findings.push(...(await findingsOf(browser, message, (url) => url.replace(publicUrl, site))));
        return noneOf([...new Set(findings)]);
      } finally {
        await browser.close();
      }
    },
  };
}

async function findingsOf(
  browser: Browser,
  { name, html }: SentMessage,
  where: (url: string) => string,
): Promise<string[]> {
  const page = await browser.newPage();
  await page.route('**/*', (route) => pictureFor(route, where(route.request().url())));
  await page.setContent(html);
  await page.evaluate(axe.source);
  const findings: string[] = [];
  for (const colorScheme of SCHEMES)
    for (const width of WIDTHS) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      const { violations } = await page.evaluate<AxeResults>(RUN);
      for (const { id, nodes } of violations)
        findings.push(
          ...nodes.map(
            ({ target, failureSummary }) =>
              `${name}, ${colorScheme}: ${id}: ${target.join(' ')}: ${oneLine(failureSummary)}`,
          ),
        );
    }
  await page.close();
  return findings;
}

/** What a contrast is measured against may be a picture: ours come from the site, and nothing else is fetched. */
async function pictureFor(route: Route, url: string): Promise<void> {
  try {
    if (!url.startsWith('http://127.0.0.1:')) return await route.abort();
    await route.fulfill({ response: await route.fetch({ url }) });
  } catch {
    await route.abort();
  }
}

function oneLine(text = ''): string {
  return text.replace(/\s+/g, ' ').slice(0, 200);
}

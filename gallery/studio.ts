import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { small } from './curated.ts';
import { type StudioRoom, withStudio } from './studio-room.ts';
import { logIn, VIEWS } from './studio-views.ts';

/** `npm run gallery:studio`: every page of the studio on a desk and a telephone, by day and by night. */

const WIDTHS = [390, 1280] as const;
const LIGHTS = ['light', 'dark'] as const;
/** What documents show of each page. */
const CURATED = /-1280-light$|-390-dark$/;
const DOCS = join(import.meta.dirname, '../docs/images/studio');
const WINDOW_HEIGHT = 900;
/** Of what a document shows. */
const SHOWN_HEIGHT = 1000;

async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      out: { type: 'string', default: join(import.meta.dirname, 'out/studio') },
      curated: { type: 'boolean', default: false },
    },
  });
  const out = values.curated ? DOCS : resolve(values.out);
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  await withStudio(async (room) => {
    const browser = await launchBrowser();
    try {
      for (const width of WIDTHS)
        for (const light of LIGHTS)
          await drawViews({ browser, room, width, light, out, curated: values.curated });
    } finally {
      await browser.close();
    }
  });
}

interface Round {
  readonly browser: Browser;
  readonly room: StudioRoom;
  readonly width: number;
  readonly light: (typeof LIGHTS)[number];
  readonly out: string;
  readonly curated: boolean;
}

async function drawViews({ browser, room, width, light, out, curated }: Round): Promise<void> {
  const context = await browser.newContext({
    viewport: { width, height: WINDOW_HEIGHT },
    colorScheme: light,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  let inside = false;
  for (const view of VIEWS) {
    const name = `${view.name}-${width}-${light}`;
    if (!view.outside && !inside) {
      await logIn(page, room.origin);
      inside = true;
    }
    if (curated && !CURATED.test(name)) continue;
    await page.goto(room.origin + view.path(room), { waitUntil: 'load' });
    await settle(page);
    const image = await page.screenshot({
      type: 'png',
      fullPage: true,
      ...(curated ? { clip: { x: 0, y: 0, width, height: SHOWN_HEIGHT } } : {}),
    });
    const file = join(out, curated ? `${name}.jpg` : `${name}.png`);
    writeFileSync(file, curated ? await small(image) : image);
    console.log(file);
  }
  await context.close();
}

/** The mail in its frame, and pictures that only load where they come into view. */
async function settle(page: Page): Promise<void> {
  await page.evaluate('document.fonts.ready');
  await page.evaluate("for (const one of document.images) one.loading = 'eager'");
  await page.waitForTimeout(1200);
}

await main(process.argv.slice(2));

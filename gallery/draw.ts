import type { Browser, Page } from 'playwright-core';
import { inMode } from '../src/studio/preview/preview-modes.ts';
import { faceFile, withFaces } from './faces.ts';
import type { Newsroom } from './newsroom.ts';
import type { Mode } from './options.ts';

export interface View {
  readonly width: number;
  readonly mode: Mode;
}

export interface Drawing extends View {
  readonly image: Buffer;
}

/** How a page is drawn: `height` cuts it there, else all of it is shown. */
export interface Manner {
  readonly type: 'jpeg' | 'png';
  readonly quality?: number;
  readonly height?: number;
}

/** As editors see it in the studio. */
const FORCED = { colours: 'forced', pictures: true } as const;
/** What a browser draws in one piece ends here. */
const MOST_PIXELS_HIGH = 16_000;
const WINDOW_HEIGHT = 900;

/** Two windows of a mail program, one of them without pictures: what was once loaded would be shown from memory. */
export class Desk {
  readonly #sighted: Page;
  readonly #blind: Page;

  static async open(browser: Browser, room: Pick<Newsroom, 'media'>): Promise<Desk> {
    const open = async (pictures: boolean) => {
      const page = await browser.newPage();
      await page.route('**/*', async (route) => {
        const face = await faceFile(route.request().url());
        if (face) return route.fulfill({ body: face, headers: { 'access-control-allow-origin': '*' } });
        const body = pictures && (await room.media(route.request().url()));
        await (body ? route.fulfill({ body }) : route.abort());
      });
      return page;
    };
    return new Desk(await open(true), await open(false));
  }

  private constructor(sighted: Page, blind: Page) {
    this.#sighted = sighted;
    this.#blind = blind;
  }

  /** One mail in every view that is asked for. */
  async *draw(html: string, views: readonly View[], manner: Manner): AsyncGenerator<Drawing> {
    let shown = '';
    for (const view of views) {
      const { mode, width } = view;
      const page = mode === 'no-pictures' ? this.#blind : this.#sighted;
      await page.setViewportSize({ width, height: WINDOW_HEIGHT });
      await page.emulateMedia({ colorScheme: mode === 'dark' ? 'dark' : 'light' });
      const wanted = mode === 'dark' ? 'light' : mode;
      if (wanted !== shown) await show(page, mode === 'forced-dark' ? inMode(html, FORCED) : html);
      shown = wanted;
      yield { ...view, image: await shoot(page, width, manner) };
    }
  }
}

async function show(page: Page, html: string): Promise<void> {
  await page.setContent(withFaces(html), { waitUntil: 'load' });
  await page.evaluate('document.fonts.ready');
}

async function shoot(page: Page, width: number, { type, quality, height }: Manner): Promise<Buffer> {
  const whole = await page.evaluate<number>('document.documentElement.scrollHeight');
  const clip = { x: 0, y: 0, width, height: Math.min(height ?? whole, MOST_PIXELS_HIGH) };
  return page.screenshot({
    type,
    ...(quality === undefined || type === 'png' ? {} : { quality }),
    fullPage: true,
    clip,
  });
}

import chromium from '@sparticuz/chromium';
import { type Browser, chromium as playwright } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TEMPLATES_DIR } from '../../src/base/templates.ts';
import { selectAll } from '../../src/editions/selection.ts';
import { createRenderer, renderForReading } from '../../src/mail/render.ts';
import { edition, LINKS, newsletter, PICTURE, PUBLISHER, story } from './sample.ts';

const LEAST_CONTRAST = 4.5; // WCAG 2.2 AA for text
const LEAST_TARGET_PX = 24; // WCAG 2.2 AA, 2.5.8

const SECTIONS = ['royals', 'celebrity', 'lifestyle'];
const ONE = edition(
  Array.from({ length: 15 }, (_, bit) =>
    story(bit, {
      sectionId: SECTIONS[Math.floor(bit / 5)] ?? '',
      picture: bit % 5 < 3 && bit < 10 ? PICTURE : null,
      author: bit === 0 ? 'Emily Nash' : '',
    }),
  ),
);

let browser: Browser;
let html: string;

beforeAll(async () => {
  const renderer = createRenderer({ templatesDir: TEMPLATES_DIR, publisher: PUBLISHER, links: LINKS });
  const mail = await renderer.edition(newsletter(), ONE, selectAll(ONE.content));
  html = renderForReading(mail, { unsubscribe: 'u', preferences: 'p', view: 'v' }).html;
  browser = await playwright.launch({
    // One process for everything dies with the first page that closes.
    args: chromium.args.filter((arg) => arg !== '--single-process'),
    executablePath: await chromium.executablePath(),
  });
});

afterAll(() => browser?.close());

async function open(width: number, colorScheme: 'light' | 'dark' = 'light') {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  await page.route(/^https?:/, (route) => route.abort());
  await page.setContent(html);
  return page;
}

describe('the mail in a browser', () => {
  it.each([320, 390, 640, 1280])('is never wider than a window of %i pixels', async (width) => {
    const page = await open(width);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
  });

  it('sets pictures side by side on a desktop and one above the other on a phone', async () => {
    const tops = async (width: number) => {
      const page = await open(width);
      return page.evaluate<number[]>(
        '[...document.querySelectorAll(\'img[width="276"]\')].map((img) => img.getBoundingClientRect().top)',
      );
    };
    const [first, second] = await tops(1280);
    expect(first).toBe(second);
    const [upper = 0, lower = 0] = await tops(390);
    expect(lower).toBeGreaterThan(upper);
  });

  it.each(['light', 'dark'] as const)('is readable in its %s colours', async (scheme) => {
    const page = await open(640, scheme);
    const texts = await page.evaluate<{ text: string; ratio: number; size: number }[]>(CONTRASTS);
    expect(texts.length).toBeGreaterThan(40);
    expect(texts.filter(({ ratio }) => ratio < LEAST_CONTRAST)).toEqual([]);
    expect(texts.filter(({ size }) => size < 12)).toEqual([]);
  });

  it('is dark where the reader’s device is', async () => {
    const page = await open(640, 'dark');
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(20, 18, 21)');
  });

  it('keeps unsubscribing in plain sight, large enough for a thumb', async () => {
    const page = await open(320);
    const link = page.getByRole('link', { name: 'Unsubscribe' });
    expect(await link.isVisible()).toBe(true);
    const lineHeight = await page.evaluate<string>(
      'getComputedStyle(document.querySelector(\'a[href$="/u/u"]\').parentElement).lineHeight',
    );
    expect(Number.parseFloat(lineHeight)).toBeGreaterThanOrEqual(LEAST_TARGET_PX);
  });
});

/** Every text that can be seen, with its contrast to the first background behind it. A text: it runs in the page. */
const CONTRASTS = `(() => {
  const luminance = (color) => {
    const [r, g, b] = color.match(/[\\d.]+/g).slice(0, 3).map((part) => {
      const share = Number(part) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if (color !== 'rgba(0, 0, 0, 0)') return color;
    }
    return 'rgb(255, 255, 255)';
  };
  return [...document.querySelectorAll('body *')]
    .filter((node) => node.checkVisibility())
    .filter((node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim() !== ''))
    .map((node) => {
      const style = getComputedStyle(node);
      const [high, low] = [luminance(style.color), luminance(behind(node))].sort((a, b) => b - a);
      return { text: node.textContent.trim(), ratio: (high + 0.05) / (low + 0.05), size: parseFloat(style.fontSize) };
    });
})()`;

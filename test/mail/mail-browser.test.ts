import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TEMPLATES_DIR } from '../../src/base/templates.ts';
import { brandSchema } from '../../src/config/brand.ts';
import { LAYOUTS, type NewsletterConfig } from '../../src/config/newsletters.ts';
import { selectAll } from '../../src/editions/selection.ts';
import { createRenderer, renderForReading } from '../../src/mail/render.ts';
import { LETTER_KINDS, type LetterKind } from '../../src/mail/views/letter-view.ts';
import { NOTICE_KINDS, type NoticeKind } from '../../src/mail/views/notice-view.ts';
import { axeFaults, connectBrowser, widthOf } from '../helpers/browser.ts';
import { edition, LINKS, newsletter, notice, PICTURE, PUBLISHER, story } from './sample.ts';

type Layout = (typeof LAYOUTS)[number];

const LEAST_CONTRAST = 4.5; // WCAG 2.2 AA for text
const LEAST_TARGET_PX = 24; // WCAG 2.2 AA, 2.5.8

const SECTIONS = ['royals', 'celebrity', 'lifestyle'];
const LONG_WORD = 'Generalmusikdirektoren';
const ONE = edition(
  Array.from({ length: 21 }, (_, bit) =>
    story(bit, {
      sectionId: SECTIONS[Math.floor(bit / 7)] ?? '',
      headline: bit === 0 ? LONG_WORD : `Headline number ${bit}`,
      picture: bit % 7 < 4 && bit < 14 ? { ...PICTURE, alt: `Picture ${bit}` } : null,
      author: bit === 0 ? 'Emily Nash' : '',
      tags: bit === 3 ? ['illness'] : [],
      update: bit % 6 === 2,
      alsoBy: bit % 4 === 2 ? [{ name: 'Palace Press', link: `https://palace.example/${bit}` }] : [],
      standfirst:
        bit === 5
          ? '“I asked for a small crown and a large breakfast,” she said.'
          : `What story ${bit} is about, in some words.`,
    }),
  ),
);
const BRANDS = {
  ours: undefined,
  'light on dark': brandSchema.parse({
    accent: '#f0c987',
    ink: '#f5eee6',
    paper: '#14213d',
    ground: '#0b1324',
  }),
} as const;
const LOGO = brandSchema.parse({
  logo: 'https://paper.example/logo.png',
  logo_dark: 'https://paper.example/logo-dark.png',
  logo_width: 280,
  logo_height: 60,
});

const renderer = createRenderer({ templatesDir: TEMPLATES_DIR, publisher: PUBLISHER, links: LINKS });
const SLOT_VALUES = {
  unsubscribe: 'u',
  preferences: 'p',
  view: 'v',
  confirm: 'c',
  address: 'a',
  review: 'r',
  addressee: ', Anna',
};
const OURS = newsletter({
  greeting: 'Good morning',
  help: { illness: 'There is somebody to talk to, day and night, at the Open Ward.' },
});

let browser: Browser;

beforeAll(async () => {
  browser = await connectBrowser();
});

afterAll(() => browser?.close());

type Kind = Layout | LetterKind | NoticeKind;

async function htmlOf(kind: Kind, changes: Partial<NewsletterConfig> = {}): Promise<string> {
  return renderForReading(await mailOf(kind, { ...OURS, ...changes }), SLOT_VALUES).html;
}

function mailOf(kind: Kind, title: NewsletterConfig) {
  const layout = LAYOUTS.find((one) => one === kind);
  if (layout) return renderer.edition({ ...title, layout }, ONE, selectAll(ONE.content));
  const letter = LETTER_KINDS.find((one) => one === kind);
  if (letter) return renderer.letter(letter, title);
  return renderer.notice(kind as NoticeKind, title, notice(ONE, { reason: 'held by Anna' }));
}

async function open(html: string, width: number, colorScheme: 'light' | 'dark' = 'light') {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  await page.route(/^https?:/, (route) => route.abort());
  await page.setContent(html);
  return page;
}

describe.each([...LAYOUTS, ...LETTER_KINDS, ...NOTICE_KINDS])('the mail in a browser, as %s', (kind) => {
  it.each([320, 390, 640, 1280])('is never wider than a window of %i pixels', async (width) => {
    const page = await open(await htmlOf(kind), width);
    expect(await widthOf(page)).toBeLessThanOrEqual(width);
  });

  it.each(
    Object.entries(BRANDS).flatMap(([name, brand]) =>
      (['light', 'dark'] as const).map((scheme) => [name, scheme, brand] as const),
    ),
  )('is readable in the colours of a brand: %s, %s', async (_name, scheme, brand) => {
    const page = await open(await htmlOf(kind, { brand }), 640, scheme);
    const texts = await page.evaluate<{ text: string; ratio: number; size: number }[]>(CONTRASTS);
    expect(texts.length).toBeGreaterThan(5);
    expect(texts.filter(({ ratio }) => ratio < LEAST_CONTRAST)).toEqual([]);
    expect(texts.filter(({ size }) => size < 12)).toEqual([]);
  });

  it('is dark where the reader’s device is', async () => {
    const page = await open(await htmlOf(kind), 640, 'dark');
    const [dark] = await page.evaluate<number[]>(
      'getComputedStyle(document.body).backgroundColor.match(/[0-9]+/g).map(Number)',
    );
    expect(dark).toBeLessThan(40);
  });

  it('gives a screen reader no cause for complaint', async () => {
    const page = await open(await htmlOf(kind), 640);
    // A mail is one article, not a page with landmarks.
    const rules = { region: { enabled: false }, 'landmark-one-main': { enabled: false } };
    expect(await axeFaults(page, { rules })).toEqual([]);
  });

  it('has one first heading, and skips no level below it', async () => {
    const page = await open(await htmlOf(kind), 640);
    const levels = await page.evaluate<number[]>(
      "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map((heading) => Number(heading.tagName[1]))",
    );
    expect(levels[0]).toBe(1);
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    expect(levels.filter((level, at) => level > (levels[at - 1] ?? 0) + 1)).toEqual([]);
  });

  it('shows the logo that suits the light', async () => {
    for (const scheme of ['light', 'dark'] as const) {
      const page = await open(await htmlOf(kind, { brand: LOGO }), 640, scheme);
      const shown = await page.evaluate<string[]>(
        "[...document.querySelectorAll('h1 img')].filter((img) => img.checkVisibility()).map((img) => img.src)",
      );
      expect(shown).toEqual([scheme === 'dark' ? LOGO.logo_dark : LOGO.logo]);
      expect(await page.getByRole('heading', { level: 1, name: OURS.title }).count()).toBe(1);
    }
  });
});

describe('the magazine in a browser', () => {
  it('sets pictures side by side on a desktop and one above the other on a phone', async () => {
    const html = await htmlOf('magazine');
    const tops = async (width: number) => {
      const page = await open(html, width);
      return page.evaluate<number[]>(
        '[...document.querySelectorAll(\'img[width="276"]\')].map((img) => img.getBoundingClientRect().top)',
      );
    };
    const [first, second] = await tops(1280);
    expect(first).toBe(second);
    const [upper = 0, lower = 0] = await tops(390);
    expect(lower).toBeGreaterThan(upper);
  });

  it.each([390, 1280])('tears no long word of its largest headline apart at %i pixels', async (width) => {
    const page = await open(await htmlOf('magazine'), width);
    const lines = await page.evaluate<number>(`(() => {
      const heading = [...document.querySelectorAll('h2')].find((one) => one.textContent.includes('${LONG_WORD}'));
      const range = document.createRange();
      range.selectNodeContents(heading);
      return new Set([...range.getClientRects()].map(({ bottom }) => Math.round(bottom))).size;
    })()`);
    expect(lines).toBe(1);
  });
});

describe.each(LAYOUTS)('the way out of a mail, as %s', (layout) => {
  it('is in plain sight, large enough for a thumb', async () => {
    const page = await open(await htmlOf(layout), 320);
    const link = page.getByRole('link', { name: 'Unsubscribe' });
    expect(await link.isVisible()).toBe(true);
    const box = await link.boundingBox();
    expect(box?.height).toBeGreaterThanOrEqual(LEAST_TARGET_PX);
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

import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../../gallery/browser.ts';
import { allCases, type Case } from '../../gallery/cases.ts';
import { Desk, type Drawing } from '../../gallery/draw.ts';
import { htmlOf, plan } from '../../gallery/exhibition.ts';
import { indexPage } from '../../gallery/index-page.ts';
import { withNewsroom } from '../../gallery/newsroom.ts';
import { KINDS, MODES, readOptions } from '../../gallery/options.ts';
import { HTML_MAX_BYTES } from '../../src/mail/render.ts';

describe('what is asked for', () => {
  it('is everything, unless it is said', () => {
    expect(readOptions([])).toMatchObject({ only: [], widths: [390, 700, 1280], modes: MODES, png: false });
    const some = readOptions(['--only', 'usual,brief', '--width', '320', '--mode', 'dark,forced-dark']);
    expect(some).toMatchObject({ only: ['usual', 'brief'], widths: [320], modes: ['dark', 'forced-dark'] });
  });

  it('is refused in words when there is no such thing', () => {
    expect(() => readOptions(['--width', 'wide'])).toThrow('--width takes whole numbers');
    expect(() => readOptions(['--mode', 'twilight'])).toThrow('not "twilight"');
    expect(() => plan([], ['nonsense'])).toThrow('not "nonsense"');
  });
});

describe('the gallery', () => {
  let cases: readonly Case[];
  const pages = new Map<string, string>();

  beforeAll(() =>
    withNewsroom(async (room) => {
      cases = allCases(room);
      for (const mail of plan(cases, []))
        pages.set(`${mail.one.id} as ${mail.kind}`, await htmlOf(room, mail));
    }),
  );

  it('holds every layout and every letter, and each case in each layout', () => {
    expect([...new Set(plan(cases, []).map(({ kind }) => kind))]).toEqual([...KINDS]);
    expect(plan(cases, ['usual']).map(({ kind }) => kind)).toEqual([...KINDS]);
    expect(plan(cases, ['thirty', 'brief'])).toMatchObject([{ one: { id: 'thirty' }, kind: 'brief' }]);
  });

  it('holds no mail that Gmail would cut off', () => {
    const long = [...pages].filter(([, html]) => Buffer.byteLength(html) > HTML_MAX_BYTES);
    expect(long.map(([name]) => name)).toEqual([]);
    expect(pages.size).toBeGreaterThan(30);
    // The longest would be cut off, had it not given up its lesser standfirsts.
    expect(pages.get('thirty as magazine')).toContain('Four hundred children');
    expect(pages.get('sixty-four as magazine')).not.toContain('Four hundred children');
  });

  it('is a page with a link to every picture, and says what could not be drawn', () => {
    const [mail] = plan(cases, ['usual', 'brief']);
    if (!mail) throw new Error('there is no usual edition');
    const shot = { mail, width: 390, mode: 'dark', file: 'shots/a.jpg', thumbnail: 'shots/b.jpg' } as const;
    const page = indexPage([shot], [{ mail, reason: 'no <paper> left' }]);
    expect(page).toContain('<a href="shots/a.jpg" target="_blank" data-case="usual" data-kind="brief"');
    expect(page).toContain('no &lt;paper&gt; left');
    expect(page).toContain('<output>1 picture</output>');
  });
});

describe('a drawing', () => {
  const PICTURE = 'https://news.example/red.png';
  const MAIL = `<body style="margin:0;background:#fff"><img src="${PICTURE}" width="100" height="100" alt="">
    <p style="position:absolute;top:120px;width:50px;height:50px;background:#111">.</p></body>`;
  let browser: Browser;
  let drawn: Map<string, Drawing>;

  beforeAll(async () => {
    browser = await launchBrowser();
    const red = { create: { width: 100, height: 100, channels: 3, background: '#c01010' } } as const;
    const bytes = await sharp(red).png().toBuffer();
    const media = (address: string) => (address === PICTURE ? Promise.resolve(bytes) : undefined);
    const desk = await Desk.open(browser, { media });
    const views = MODES.map((mode) => ({ mode, width: 300 }));
    drawn = new Map();
    for await (const one of desk.draw(MAIL, views, { type: 'png' })) drawn.set(one.mode, one);
  });
  afterAll(() => browser?.close());

  /** Lightness of the page, of the dark box and of the picture, 0 to 255. */
  async function tones(mode: string): Promise<number[]> {
    const image = sharp(drawn.get(mode)?.image);
    const { data, info } = await image.greyscale().raw().toBuffer({ resolveWithObject: true });
    const at = (x: number, y: number) => data[(y * info.width + x) * info.channels] ?? Number.NaN;
    return [at(250, 60), at(20, 150), at(50, 50)];
  }

  it('shows a mail as it is', async () => {
    const [page = 0, box = 255, picture = 255] = await tones('light');
    expect(page).toBe(255);
    expect(box).toBeLessThan(30);
    expect(picture).toBeLessThan(120);
  });

  it('turns colours round where dark is forced, and leaves pictures alone', async () => {
    const [page = 255, box = 0, picture] = await tones('forced-dark');
    expect(page).toBeLessThan(40);
    expect(box).toBeGreaterThan(200);
    expect(picture).toBe((await tones('light'))[2]);
  });

  it('shows no picture where pictures are off, although they were on before', async () => {
    expect((await tones('no-pictures'))[2]).toBe(255);
  });
});

import { describe, expect, it } from 'vitest';
import { TEMPLATES_DIR } from '../../src/base/templates.ts';
import { LAYOUTS, type NewsletterConfig } from '../../src/config/newsletters.ts';
import type { EditionStory } from '../../src/editions/edition.ts';
import { EVERYTHING, NOTHING, select, selectAll } from '../../src/editions/selection.ts';
import { SLOTS } from '../../src/mail/mail-slots.ts';
import { createRenderer, HTML_MAX_BYTES, renderForReading } from '../../src/mail/render.ts';
import { elementsOf } from './html-of-mail.ts';
import { edition, LINKS, newsletter, PICTURE, PUBLISHER, story } from './sample.ts';

const renderer = createRenderer({ templatesDir: TEMPLATES_DIR, publisher: PUBLISHER, links: LINKS });
const SLOT_VALUES = { unsubscribe: 'uuu', preferences: 'ppp', view: 'vvv' };

function render(one: ReturnType<typeof edition>, sections: readonly string[] | null = null) {
  return renderer.edition(newsletter(), one, select(one.content, { ...EVERYTHING, sections }));
}

describe('the mail of an edition', () => {
  const full = edition([
    story(0, { picture: PICTURE, author: 'Emily Nash' }),
    story(1, { picture: PICTURE }),
    story(2),
    story(3, { picture: PICTURE }),
    story(4, { sectionId: 'celebrity', picture: PICTURE }),
    story(5, { sectionId: 'celebrity' }),
    story(6, { sectionId: 'lifestyle' }),
    story(7, { sectionId: 'lifestyle' }),
    story(8, { sectionId: 'gone' }),
  ]);

  it('tells every selected story exactly once, in HTML and in text', async () => {
    const mail = await render(full);
    for (const { headline } of full.content.stories) {
      expect(
        elementsOf(mail.html).filter(({ tag, text }) => /^h[23]$/.test(tag) && text === headline),
      ).toHaveLength(1);
      expect(mail.text.split('\n').filter((line) => line.endsWith(` ${headline}`))).toHaveLength(1);
    }
  });

  it('says nothing of stories outside the selection, in subject and preheader neither', async () => {
    const mail = await render(full, ['celebrity']);
    expect(mail.subject).toBe('Headline number 4');
    expect(mail.preheader).toBe('Also: Headline number 5');
    expect(`${mail.html}${mail.text}`).not.toMatch(/Headline number [0-3678]|story-[0-3678]|Lifestyle/);
  });

  it('keeps its slots, and nothing else of the private-use area', async () => {
    const mail = await render(full);
    for (const part of [mail.html, mail.text]) {
      expect([...part.matchAll(/[\ue000-\uf8ff]/gu)].map(([mark]) => mark).sort()).toEqual([
        SLOTS.unsubscribe,
        SLOTS.preferences,
        SLOTS.view,
      ]);
    }
  });

  it('reads complete once its slots are filled', async () => {
    const { html, text } = renderForReading(await render(full), SLOT_VALUES);
    for (const address of ['/u/uuu', '/preferences/ppp', '/view/vvv']) {
      expect(html).toContain(`href="https://news.example${address}"`);
      expect(text).toContain(`https://news.example${address}`);
    }
    expect(() => renderForReading({ subject: '', preheader: '', html: SLOTS.view, text: '' }, {})).toThrow(
      'view',
    );
  });

  it('names who wrote what leads', async () => {
    const mail = await render(full);
    expect(elementsOf(mail.html).some(({ tag, text }) => tag === 'p' && text === 'By Emily Nash')).toBe(true);
    expect(mail.text).toContain('    By Emily Nash\n');
  });

  it('names the publisher and where it lives', async () => {
    const mail = await render(full);
    for (const part of [mail.html, mail.text]) {
      expect(part).toContain('Curtsey Press');
      expect(part).toContain('14 Garden Walk, London EC2A 3PX');
    }
  });

  it('gives every picture a name, a size in numbers and an absolute address', async () => {
    const pictures = elementsOf((await render(full)).html).filter(({ tag }) => tag === 'img');
    expect(pictures).toHaveLength(4);
    for (const { attributes } of pictures) {
      expect(attributes).toMatchObject({ alt: 'A balcony', src: PICTURE.url });
      expect(attributes.width).toMatch(/^\d+$/);
      expect(attributes.height).toMatch(/^\d+$/);
    }
  });

  it('fetches nothing but its pictures: no font, no style sheet, no script', async () => {
    const tags = elementsOf((await render(full)).html).map(({ tag }) => tag);
    expect(tags).not.toContain('link');
    expect(tags).not.toContain('script');
    expect((await render(full)).html).not.toMatch(/@import|@font-face|fonts\.googleapis/);
  });

  it('calls a picture without a description by its headline', async () => {
    const mail = await render(edition([story(0, { picture: { ...PICTURE, alt: ' ' } })]));
    expect(mail.html).toContain('alt="Headline number 0"');
  });

  it('turns our own articles and pictures into addresses of our own', async () => {
    const mail = await render(
      edition([story(0, { link: 'article:desk/fox', picture: { ...PICTURE, url: 'media:fox.jpg' } })]),
    );
    expect(mail.html).toContain('href="https://news.example/read/desk/fox"');
    expect(mail.html).toContain('src="https://news.example/media/fox.jpg"');
  });

  it('lets the first story without a sensitive tag lead', async () => {
    const mail = await render(edition([story(0, { tags: ['death'] }), story(1)]));
    expect(mail.subject).toBe('Headline number 1');
    expect(mail.text.indexOf('Headline number 1')).toBeLessThan(mail.text.indexOf('Headline number 0'));
  });

  it('says so when nothing is left for a reader', async () => {
    const mail = await renderer.edition(newsletter(), full, NOTHING);
    expect(mail.html).toContain('nothing new in the sections you chose');
    expect(mail.text).toContain('nothing new in the sections you chose');
  });

  it('turns round for a language that is written from the right', async () => {
    const mail = await render(edition([story(0), story(1)], { language: 'ar' }));
    expect(elementsOf(mail.html)[0]?.attributes).toMatchObject({ lang: 'ar', dir: 'rtl' });
    expect(mail.html).toContain('الأحد');
  });

  it('dates itself by the day at home of the newsletter', async () => {
    const late = edition([story(0)], { slot: Date.UTC(2026, 10, 22, 23, 30) });
    const mail = await renderer.edition(
      newsletter({ time_zone: 'Asia/Tokyo' }),
      late,
      selectAll(late.content),
    );
    expect(mail.text).toContain('Monday, 23 November 2026');
  });

  it('stays under 80 kilobytes with 18 stories and their pictures', async () => {
    const usual = Array.from({ length: 18 }, (_, bit) =>
      story(bit, {
        sectionId: ['royals', 'celebrity', 'lifestyle'][bit % 3] ?? '',
        picture: PICTURE,
        headline: 'A headline of quite the usual length for a magazine of this kind',
        link: `https://www.paper.example/royals/20261122${bit}/a-headline-of-quite-the-usual-length-for-a-magazine/`,
      }),
    );
    expect(Buffer.byteLength((await render(edition(usual))).html)).toBeLessThan(80_000);
  });

  it('drops pictures and standfirsts before it grows so long that Gmail cuts it off', async () => {
    const many = Array.from({ length: 64 }, (_, bit) =>
      story(bit, {
        picture: { ...PICTURE, url: `https://paper.example/${'p'.repeat(900)}.jpg` },
        headline: `Number ${bit} ${'long '.repeat(20)}`,
        link: `https://paper.example/${'l'.repeat(600)}/${bit}`,
      }),
    );
    const mail = await render(edition(many));
    expect(Buffer.byteLength(mail.html)).toBeLessThan(HTML_MAX_BYTES);
    expect(elementsOf(mail.html).filter(({ tag }) => tag === 'img')).toHaveLength(1);
    for (const bit of many.keys()) expect(mail.html).toContain(`Number ${bit} `);
  });

  it('is the same bytes for the same edition', async () => {
    expect(await render(full)).toEqual(await render(full));
  });
});

describe('what an edition says besides its stories', () => {
  const texts = (html: string, tag: RegExp) =>
    elementsOf(html)
      .filter((element) => tag.test(element.tag))
      .map(({ text }) => text);
  const mailOf = (
    layout: 'magazine' | 'brief',
    stories: readonly EditionStory[],
    more: Partial<NewsletterConfig> = {},
  ) => {
    const one = edition(stories);
    return renderer.edition(newsletter({ layout, ...more }), one, selectAll(one.content));
  };

  it.each(
    LAYOUTS.flatMap((layout) =>
      ['en', 'de', 'fr', 'es', 'it', 'nl', 'ar'].map((language) => [layout, language] as const),
    ),
  )(
    'keeps how many it tells on one line, which in plain text is an ordinary one: %s, %s',
    async (layout, language) => {
      for (const stories of [[story(0)], [story(0), story(1)]]) {
        const one = edition(stories, { language });
        const { html, text } = await renderer.edition(newsletter({ layout }), one, selectAll(one.content));
        const count = / \| (.+)\n/.exec(text)?.[1] ?? '';
        expect(count).toContain(' ');
        expect(html).toContain(`>${count.replaceAll(' ', '\u00a0')}</span>`);
        expect(html).not.toContain(count);
      }
    },
  );

  it.each(LAYOUTS)('greets a reader by name, and everybody else without one: %s', async (layout) => {
    const mail = await mailOf(layout, [story(0)], { greeting: 'Good morning,' });
    for (const [addressee, words] of [
      [', Anna', 'Good morning, Anna.'],
      ['', 'Good morning.'],
    ] as const) {
      const { html, text } = renderForReading(mail, { ...SLOT_VALUES, addressee });
      expect(texts(html, /^p$/)).toContain(words);
      expect(text.split('\n')).toContain(words);
    }
    const ungreeted = await mailOf(layout, [story(0)]);
    expect(ungreeted.html + ungreeted.text).not.toContain(SLOTS.addressee);
  });

  it.each(LAYOUTS)(
    'marks an update and names who else covers it, by links that say what they lead to: %s',
    async (layout) => {
      const alsoBy = [
        { name: 'Palace Press', link: 'https://palace.example/1' },
        { name: 'The Courier', link: 'javascript:alert(1)' },
      ];
      const mail = await mailOf(layout, [story(0), story(1, { update: true, alsoBy }), story(2)]);
      expect(texts(mail.html, /^p$/)).toContain('Update');
      expect(texts(mail.html, /^p$/)).toContain('Also covered by Palace Press, The Courier');
      expect(elementsOf(mail.html).find(({ text }) => text === 'Palace Press')?.attributes).toMatchObject({
        href: 'https://palace.example/1',
        'aria-label': 'Palace Press: Headline number 1',
      });
      expect(mail.html).not.toContain('javascript:');
      expect(mail.text).toContain('    (Update)\n');
      expect(mail.text).toContain('    Also covered by Palace Press\n    https://palace.example/1\n');
    },
  );

  it.each(LAYOUTS)('says where help is, once, under a story with that subject: %s', async (layout) => {
    const help = { illness: 'The Open Ward listens.', death: 'The Lantern Line listens.' };
    const mail = await mailOf(layout, [story(0), story(1, { tags: ['other', 'death', 'illness'] })], {
      help,
    });
    expect(texts(mail.html, /^p$/).filter((text) => text.endsWith('listens.'))).toEqual([
      'The Lantern Line listens.',
    ]);
    expect(mail.text).toContain('\n    The Lantern Line listens.\n');
    const [lead] = [await mailOf(layout, [story(0, { tags: ['illness'] })], { help })];
    expect(lead.html).toContain('The Open Ward listens.');
  });

  it('sets one sentence large, of no grave story, and tells that story nowhere else', async () => {
    const said = '“I asked for a small crown and a large breakfast.”';
    const quoting = (tags: readonly string[]) =>
      Array.from({ length: 9 }, (_, bit) =>
        story(
          bit,
          bit === 5
            ? { standfirst: `She laughed: ${said}`, tags }
            : { standfirst: 'It was so. And it was not.' },
        ),
      );
    const { html } = await mailOf('magazine', quoting([]));
    expect(texts(html, /^p$/).filter((text) => text === said)).toHaveLength(1);
    expect(texts(html, /^h3$/).filter((text) => text === 'Headline number 5')).toHaveLength(1);
    expect(texts((await mailOf('magazine', quoting(['death']))).html, /^p$/)).not.toContain(said);
  });

  it('lists the tail of a long edition by headline, but never a grave story', async () => {
    const many = Array.from({ length: 24 }, (_, bit) => story(bit, bit === 20 ? { tags: ['death'] } : {}));
    const { html, text } = await mailOf('magazine', many);
    const [before = '', tail = ''] = html.split('Also in this edition');
    expect(texts(tail, /^h3$/)).toHaveLength(24 - 1 - 6 - 1);
    expect(tail).not.toContain('What story');
    expect(before).toContain('Headline number 20');
    for (const { headline } of many) expect(text).toContain(` ${headline}\n`);
    expect((await mailOf('magazine', many.slice(0, 9))).html).not.toContain('Also in this edition');
  });

  it('numbers every story of a brief, which stays under 25 kilobytes with 18 of them', async () => {
    const usual = Array.from({ length: 18 }, (_, bit) =>
      story(bit, {
        sectionId: ['royals', 'celebrity', 'lifestyle'][bit % 3] ?? '',
        picture: PICTURE,
        headline: 'A headline of quite the usual length for a magazine',
      }),
    );
    const { html } = await mailOf('brief', usual);
    expect(
      texts(html, /^td$/)
        .filter((text) => /^\d+$/.test(text))
        .map(Number),
    ).toEqual(Array.from({ length: 17 }, (_, at) => 18 - at));
    expect(Buffer.byteLength(html)).toBeLessThan(25_000);
    expect(elementsOf(html).filter(({ tag }) => tag === 'img')).toHaveLength(1);
  });

  it('takes the cut of a picture that its place wants, in that cut’s proportions', async () => {
    const cut = (name: string, width: number, height: number) => ({
      url: `media:${name}.jpg`,
      width,
      height,
      bytes: 1,
    });
    const cuts = { wide: cut('wide', 1280, 720), card: cut('card', 720, 480), thumb: cut('thumb', 240, 180) };
    const stories = Array.from({ length: 4 }, (_, bit) => story(bit, { picture: { ...PICTURE, cuts } }));
    const { html } = await mailOf('magazine', stories);
    const shown = elementsOf(html)
      .filter(({ tag }) => tag === 'img')
      .map(({ attributes: { src, width, height } }) => `${src} ${width}×${height}`);
    expect(shown.toSorted()).toEqual([
      'https://news.example/media/card.jpg 276×184',
      'https://news.example/media/card.jpg 276×184',
      'https://news.example/media/thumb.jpg 112×84',
      'https://news.example/media/wide.jpg 640×360',
    ]);
  });

  it('speaks English as English in a newsletter whose language it lacks words of', async () => {
    const one = edition([story(0)], { language: 'fa' });
    const { html } = await renderer.edition(newsletter(), one, selectAll(one.content));
    for (const words of ['Read the story', 'One\u00a0story'])
      expect(
        elementsOf(html).find(({ tag, text }) => tag === 'span' && text === words)?.attributes,
      ).toMatchObject({ lang: 'en', dir: 'ltr' });
    expect(html).not.toMatch(/letter-spacing:2px|text-transform:uppercase|font-style:italic/);
  });
});

describe('the public web version', () => {
  it('shows the whole edition with an invitation, and nothing personal', async () => {
    const page = await renderer.webVersion(
      newsletter(),
      edition([story(0), story(1, { sectionId: 'celebrity' })]),
    );
    expect(page).toContain('Headline number 0');
    expect(page).toContain('Headline number 1');
    expect(page).toContain('https://news.example/?newsletter&#x3D;daily');
    expect(page).not.toMatch(/[\ue000-\uf8ff]/u);
    expect(page).not.toMatch(/unsubscribe|preferences\/|\/view\//i);
  });
});

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TEMPLATES_DIR } from '../../src/base/templates.ts';
import { LAYOUTS } from '../../src/config/newsletters.ts';
import { createRenderer } from '../../src/mail/render.ts';
import { elementsOf } from './html-of-mail.ts';
import { edition, LINKS, newsletter, PUBLISHER, story } from './sample.ts';

const renderer = createRenderer({ templatesDir: TEMPLATES_DIR, publisher: PUBLISHER, links: LINKS });
const ALSO = [{ name: 'Palace Press', link: 'https://palace.example/1' }];
const ONE = edition([
  story(0, { headline: 'A quiet wedding', author: 'Honor Pellew', alsoBy: ALSO }),
  story(1, { headline: 'Six roses', update: true }),
  story(2, { headline: 'Bread', sectionId: 'a section that is gone' }),
]);
const ALL = 0b111n;
const HERE = newsletter({ greeting: 'Good morning' });

describe('which language an edition speaks to a reader', () => {
  it.each([
    ['en', 'de', 'de'],
    ['en', 'de-AT', 'de'],
    ['en', null, ''],
    ['en', '', ''],
    ['en', 'en', ''],
    ['en-GB', 'en-US', ''],
    ['de', 'en-US', 'en'],
    ['en', 'fi', ''],
    ['fi', 'en', 'en'],
    ['fi', 'fi', ''],
    ['en', 'ar', ''],
    ['ar', 'en', 'en'],
    ['ar', 'ja', 'ja'],
  ] as const)('in %s, to one who chose %s: "%s"', (own, chosen, expected) => {
    const one = edition([], { language: own });
    expect(renderer.languageFor(HERE, one, chosen)).toBe(expected);
  });

  it('knows the words of a newsletter’s own', () => {
    const templates = mkdtempSync(join(tmpdir(), 'words-'));
    writeFileSync(join(templates, 'words.yaml'), 'fi:\n  read: Lue juttu\n');
    expect(renderer.languageFor(newsletter({ templates }), ONE, 'fi')).toBe('fi');
  });
});

describe.each(LAYOUTS)('an edition to a reader who chose another language, as %s', (layout) => {
  const own = { ...HERE, layout };

  it('says what is ours in that one, and tells the stories as they are', async () => {
    const mail = await renderer.edition(own, ONE, ALL, 'de');
    for (const part of [mail.html, mail.text]) {
      for (const words of [
        '3 Geschichten',
        'Sonntag, 22. November 2026',
        'Abbestellen',
        'Abo anpassen',
        'Auch bei',
      ])
        expect(part.replaceAll('\u00a0', ' ')).toContain(words);
      for (const words of ['A quiet wedding', 'Six roses', 'Good morning', PUBLISHER.postal_address])
        expect(part).toContain(words);
      expect(part).not.toMatch(/\b(stories|Sunday|Unsubscribe|Change what you get|Also covered by)\b/);
    }
    expect(mail.preheader).toBe('Außerdem: Six roses · Bread');
  });

  it('is a page in the language of its stories, with every word of ours marked as in the other', async () => {
    const { html } = await renderer.edition(own, ONE, ALL, 'de');
    expect(html).toMatch(/<html[^>]* lang="en"/);
    const marked = elementsOf(html).filter(({ attributes }) => attributes.lang === 'de');
    expect(marked.every(({ attributes }) => attributes.dir === 'ltr')).toBe(true);
    const said = marked.map(({ text }) => text.replace(/\s+/g, ' ').trim());
    const expected = [
      'Sonntag, 22. November 2026',
      '3 Geschichten',
      'Update',
      'Weitere Geschichten',
      'Auch bei',
    ];
    expect(said).toEqual(expect.arrayContaining(expected));
    expect(said.some((text) => text.includes('Abbestellen'))).toBe(true);
    for (const theirs of ['A quiet wedding', 'Six roses', 'Bread', 'Palace Press', 'Good morning'])
      expect(said.some((text) => text.includes(theirs))).toBe(false);
  });

  it('is byte for byte the usual one for who chose the edition’s language, none, or one there are no words in', async () => {
    const usual = await renderer.edition(own, ONE, ALL);
    for (const chosen of ['en', 'en-US', 'fi', '', null])
      expect(await renderer.edition(own, ONE, ALL, chosen)).toEqual(usual);
    expect(usual.html).not.toMatch(/lang="(?!en")/);
  });

  it('goes from right to left where the words do, and the stories from left to right', async () => {
    const arabic = edition([story(0, { headline: 'خبز' })], { language: 'ar' });
    const { html } = await renderer.edition(own, arabic, 1n, 'fr');
    expect(html).toMatch(/<html[^>]* lang="ar" dir="rtl"/);
    expect(html).toMatch(/<span lang="fr" dir="ltr">Un\u00a0article<\/span>/);
    expect(html).toMatch(/<span lang="fr" dir="ltr">dimanche 22 novembre 2026<\/span>/);
  });
});

describe('the subject', () => {
  it('says "update", and the day, in the reader’s language', async () => {
    const update = edition([story(0, { headline: 'The gates open', update: true })]);
    expect((await renderer.edition(HERE, update, 1n, 'fr')).subject).toMatch(
      /^Mise à jour\s: The gates open$/,
    );
    const sad = edition([story(0, { tags: ['death'] })]);
    expect((await renderer.edition(HERE, sad, 1n, 'es')).subject).toBe(
      'The Daily Curtsey, domingo, 22 de noviembre',
    );
  });

  it('is as an editor wrote it, in whatever language', async () => {
    const one = { ...ONE, content: { ...ONE.content, subject: { text: 'Dear all', tags: [], about: [] } } };
    expect((await renderer.edition(HERE, one, ALL, 'de')).subject).toBe('Dear all');
  });
});

it('the public web version is in the edition’s own language', async () => {
  expect(await renderer.webVersion(HERE, ONE)).toMatch(/3\sstories/);
});

import { describe, expect, it } from 'vitest';
import { TEMPLATES_DIR } from '../../../src/base/templates.ts';
import { OUR_BRAND } from '../../../src/config/brand.ts';
import { SLOTS } from '../../../src/mail/mail-slots.ts';
import { createRenderer } from '../../../src/mail/render.ts';
import { LETTER_KINDS } from '../../../src/mail/views/letter-view.ts';
import { elementsOf } from '../html-of-mail.ts';
import { LINKS, newsletter, PUBLISHER } from '../sample.ts';

const renderer = createRenderer({ templatesDir: TEMPLATES_DIR, publisher: PUBLISHER, links: LINKS });
const section = {
  id: 'royals',
  title: 'Royals',
  light: false,
  when: { source: [], category: [], keyword: [] },
};

function marksIn(text: string): string[] {
  return [...new Set([...text.matchAll(/[\ue000-\uf8ff]/gu)].map(([mark]) => mark))].sort();
}

describe('the letters about a subscription', () => {
  it('ask for a confirmation with that one personal link and no other', async () => {
    const letter = await renderer.letter('confirmation', newsletter());
    expect(letter.subject).toBe('Please confirm: The Daily Curtsey');
    for (const part of [letter.html, letter.text]) expect(marksIn(part)).toEqual([SLOTS.confirm]);
  });

  it.each(['address-old', 'address-new'] as const)(
    'ask about another address with one personal link, and say that nothing changes by itself: %s',
    async (kind) => {
      const letter = await renderer.letter(kind, newsletter());
      for (const part of [letter.html, letter.text]) {
        expect(marksIn(part)).toEqual([SLOTS.address]);
        expect(part).toMatch(/nothing\s+(?:changes|comes\s+here)\s+without\s+your\s+yes/);
      }
    },
  );

  it.each(['welcome', 'already-subscribed'] as const)(
    'offer preferences and the way out: %s',
    async (kind) => {
      const letter = await renderer.letter(kind, newsletter({ sections: [section] }));
      for (const part of [letter.html, letter.text])
        expect(marksIn(part)).toEqual([SLOTS.unsubscribe, SLOTS.preferences]);
    },
  );

  it('say what can be chosen: sections, how often, a pause, subjects to leave out', async () => {
    const letter = await renderer.letter('welcome', newsletter({ sections: [section] }));
    for (const part of [letter.html, letter.text])
      for (const words of [
        /your\s+sections/,
        /how\s+often/,
        /pause\s+when\s+you\s+need/,
        /leave\s+out\s+subjects/,
      ])
        expect(part).toMatch(words);
  });

  it('say goodbye with one way back and no other link', async () => {
    const letter = await renderer.letter('goodbye', newsletter());
    for (const part of [letter.html, letter.text]) expect(marksIn(part)).toEqual([SLOTS.preferences]);
    expect(letter.html).toMatch(/>\s*Subscribe again\s*</);
  });

  it('close with the sentence of the brand', async () => {
    const footer = 'Made with tea, in a house with too many clocks.';
    for (const kind of LETTER_KINDS) {
      const letter = await renderer.letter(kind, newsletter({ brand: { ...OUR_BRAND, footer } }));
      for (const part of [letter.html, letter.text]) expect(part).toContain(footer);
    }
  });

  it('name the publisher and its address, and load no picture', async () => {
    for (const kind of LETTER_KINDS) {
      const letter = await renderer.letter(kind, newsletter());
      for (const part of [letter.html, letter.text])
        expect(part).toContain('14 Garden Walk, London EC2A 3PX');
      expect(elementsOf(letter.html).some(({ tag }) => tag === 'img')).toBe(false);
    }
  });

  it('hold a title as text, whatever the operator wrote there', async () => {
    const letter = await renderer.letter('welcome', newsletter({ title: '"><script>alert(1)</script>' }));
    expect(elementsOf(letter.html).some(({ tag }) => tag === 'script')).toBe(false);
    expect(letter.subject).toBe('Welcome to "><script>alert(1)</script>');
  });
});

describe('a letter’s language', () => {
  const GERMAN = { title: 'Der Hofbote', description: 'Königliches, kurz erzählt', language: 'de' };
  const ENGLISH = /\b(the|you|your|this|not|do|nothing|with|and|address|button|from)\b/i;
  const publisher = new RegExp(`${PUBLISHER.name}|${PUBLISHER.postal_address}|https?:\\S+`, 'g');
  const shown = (html: string) =>
    elementsOf(html)
      .filter(({ tag }) => /^(h\d|p|a|span)$/.test(tag))
      .map(({ text }) => text.replace(publisher, ''));

  it.each(LETTER_KINDS)('is the newsletter’s, to the last word: %s', async (kind) => {
    const letter = await renderer.letter(kind, newsletter(GERMAN));
    for (const text of [
      letter.subject,
      letter.preheader,
      letter.text.replace(publisher, ''),
      ...shown(letter.html),
    ])
      expect(text).not.toMatch(ENGLISH);
    expect(letter.html).toMatch(/<html[^>]* lang="de"/);
    expect(letter.html).not.toContain('lang="en"');
  });

  it('is the reader’s where they chose one, in a newsletter of any language', async () => {
    const french = await renderer.letter('confirmation', newsletter(), 'fr');
    expect(french.subject).toBe('Merci de confirmer\u00a0: The Daily Curtsey');
    expect(french.text).toContain('MERCI DE CONFIRMER');
    expect(french.html).toMatch(/<html[^>]* lang="fr"/);
    const spanish = await renderer.letter('goodbye', newsletter(GERMAN), 'es-MX');
    expect(spanish.subject).toBe('Se ha dado de baja de Der Hofbote');
  });

  it('is the newsletter’s where there are no words in the reader’s', async () => {
    expect((await renderer.letter('welcome', newsletter(GERMAN), 'fi')).subject).toBe(
      'Willkommen bei Der Hofbote',
    );
  });

  it('is English, and says so, where there are words in neither', async () => {
    const letter = await renderer.letter('welcome', newsletter({ language: 'ar', title: 'الصباح' }));
    expect(letter.subject).toBe('Welcome to الصباح');
    expect(letter.html).toMatch(/<html[^>]* lang="ar" dir="rtl"/);
    expect(letter.html).toMatch(/<h2 lang="en" dir="ltr"[^>]*>\s*Welcome/);
  });
});

import { describe, expect, it } from 'vitest';
import { TEMPLATES_DIR } from '../../src/base/templates.ts';
import { OUR_BRAND } from '../../src/config/brand.ts';
import { LETTER_KINDS } from '../../src/mail/letter-view.ts';
import { createRenderer } from '../../src/mail/render.ts';
import { SLOTS } from '../../src/mail/slots.ts';
import { elementsOf } from './html.ts';
import { LINKS, newsletter, PUBLISHER } from './sample.ts';

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
        expect(part).toMatch(/do\s+nothing/);
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

  it('say what can be chosen: how often, a pause, subjects to leave out, and sections where there are any', async () => {
    const withSections = await renderer.letter('welcome', newsletter({ sections: [section] }));
    const without = await renderer.letter('welcome', newsletter());
    for (const part of ['html', 'text'] as const) {
      for (const words of [/how\s+often/, /a pause/, /leave out subjects that\s+hurt/])
        for (const letter of [withSections, without]) expect(letter[part]).toMatch(words);
      expect(withSections[part]).toContain('your sections');
      expect(without[part]).not.toMatch(/sections/i);
    }
  });

  it('say goodbye with one way back and no other link', async () => {
    const letter = await renderer.letter('goodbye', newsletter());
    for (const part of [letter.html, letter.text]) expect(marksIn(part)).toEqual([SLOTS.preferences]);
    expect(letter.html).toMatch(/>\s*Come back\s*</);
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

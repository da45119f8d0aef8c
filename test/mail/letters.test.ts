import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TEMPLATES_DIR } from '../../src/base/templates.ts';
import { mjmlToHtml } from '../../src/mail/mjml.ts';
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

  it.each(['welcome', 'already-subscribed'] as const)(
    'offer preferences and the way out: %s',
    async (kind) => {
      const letter = await renderer.letter(kind, newsletter({ sections: [section] }));
      for (const part of [letter.html, letter.text])
        expect(marksIn(part)).toEqual([SLOTS.unsubscribe, SLOTS.preferences]);
    },
  );

  it.each(['welcome', 'already-subscribed'] as const)(
    'promise nothing that preferences do not offer: %s',
    async (kind) => {
      const withSections = await renderer.letter(kind, newsletter({ sections: [section] }));
      const without = await renderer.letter(kind, newsletter());
      for (const part of ['html', 'text'] as const) {
        expect(withSections[part]).toMatch(kind === 'welcome' ? /choose again/ : /Choose your sections/);
        expect(without[part]).toContain('See your subscription');
        expect(without[part]).not.toMatch(/choose|sections/i);
        for (const letter of [withSections, without])
          expect(letter[part]).not.toMatch(/\b(pause|leave out|subjects|keep about you|mute|how often)\b/i);
      }
    },
  );

  it('name the publisher and its address, and load no picture', async () => {
    for (const kind of ['confirmation', 'welcome', 'already-subscribed'] as const) {
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

describe('a template with a fault', () => {
  it('is refused by name when MJML does not know what it says', async () => {
    await expect(
      mjmlToHtml('<mjml><mj-body><mj-section><mj-colum /></mj-section></mj-body></mjml>', 'edition.mjml'),
    ).rejects.toMatchObject({ code: 'TEMPLATE_INVALID', message: expect.stringContaining('edition.mjml') });
  });

  it('is refused by name when it asks for a value that is not there', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'templates-'));
    mkdirSync(join(folder, 'mail', 'partials'), { recursive: true });
    writeFileSync(join(folder, 'mail', 'welcome.mjml.hbs'), '{{titel}}');
    const broken = createRenderer({ templatesDir: folder, publisher: PUBLISHER, links: LINKS });
    await expect(broken.letter('welcome', newsletter())).rejects.toMatchObject({
      code: 'TEMPLATE_INVALID',
      message: expect.stringContaining('welcome.mjml'),
    });
  });
});

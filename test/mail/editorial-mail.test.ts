import { describe, expect, it } from 'vitest';
import { TEMPLATES_DIR } from '../../src/base/templates.ts';
import { LAYOUTS } from '../../src/config/newsletters.ts';
import type { EditionContent, EditorialLine } from '../../src/editions/edition.ts';
import { selectAll } from '../../src/editions/selection.ts';
import { SLOTS } from '../../src/mail/mail-slots.ts';
import { createRenderer } from '../../src/mail/render.ts';
import { elementsOf } from './html-of-mail.ts';
import { edition, LINKS, newsletter, PUBLISHER, story } from './sample.ts';

const renderer = createRenderer({ templatesDir: TEMPLATES_DIR, publisher: PUBLISHER, links: LINKS });
const HEADLINES = ['A quiet wedding', 'A farewell', 'Six roses', 'Bread'];
const STORIES = HEADLINES.map((headline, bit) => story(bit, { headline, tags: bit === 1 ? ['death'] : [] }));

function said(text: string, changes: Partial<EditorialLine> = {}): EditorialLine {
  return { text, tags: [], about: [], ...changes };
}

function shaped(changes: Partial<EditionContent>) {
  const one = edition(STORIES);
  return { ...one, content: { ...one.content, ...changes } };
}

const ALL = 0b1111n;
const WITHOUT_THE_FAREWELL = 0b1101n;

describe('what an editor wrote for the inbox', () => {
  const farewell = { about: [2], tags: ['death'] };
  const one = shaped({
    subject: said('We say farewell', farewell),
    preheader: said('And what the garden does without her', farewell),
  });

  it('is what its readers see, and the others see ours', async () => {
    expect(await renderer.edition(newsletter(), one, ALL)).toMatchObject({
      subject: 'We say farewell',
      preheader: 'And what the garden does without her',
    });
    const spared = await renderer.edition(newsletter(), one, WITHOUT_THE_FAREWELL);
    expect(spared).toMatchObject({ subject: 'A quiet wedding', preheader: 'Also: Six roses · Bread' });
    for (const part of [spared.html, spared.text]) expect(part).not.toMatch(/farewell|without her/i);
  });

  it('is one short line that a header can hold, and forges no slot', async () => {
    const text = `Good\r\nBcc: everybody@example.org ${SLOTS.addressee}\u202e${'and so on '.repeat(40)}`;
    const mail = await renderer.edition(
      newsletter(),
      shaped({ subject: said(text), preheader: said(text) }),
      ALL,
    );
    for (const line of [mail.subject, mail.preheader]) {
      expect(line).toMatch(/^Good Bcc: everybody@example\.org and so on [^\r\n]*…$/);
      expect([...line].length).toBeLessThanOrEqual(120);
      expect(line).not.toMatch(/[\ue000-\uf8ff\u202e]/u);
    }
  });

  it('is ours again where it is empty', async () => {
    const mail = await renderer.edition(newsletter(), shaped({ subject: said(' \ue000\n') }), 0b1n);
    expect(mail.subject).toBe('A quiet wedding');
  });
});

describe.each(LAYOUTS)('an intro and a sign-off, as %s', (layout) => {
  const one = shaped({
    intro: said('Dear all,\n\nit rains & <b>we</b> like it.'),
    signoff: said('Until tomorrow.\n \nYours, the desk', { about: [4] }),
  });
  const orderOf = (text: string, ...parts: readonly string[]) => parts.map((part) => text.indexOf(part));
  const rising = (places: readonly number[]) =>
    places.every((place, at) => place > (at === 0 ? -1 : (places[at - 1] ?? 0)));

  it('stand above the first story and below the last, in paragraphs, as text', async () => {
    const own = newsletter({ layout, greeting: 'Good morning' });
    const { html, text } = await renderer.edition(own, one, ALL);
    const parts = [
      'Good morning',
      'Dear all,',
      'A quiet wedding',
      'Bread',
      'Until tomorrow.',
      'Yours, the desk',
    ];
    const body = html.slice(html.indexOf('<h1'));
    expect(rising(orderOf(body, ...parts, 'Unsubscribe'))).toBe(true);
    expect(rising(orderOf(text, ...parts, 'Unsubscribe'))).toBe(true);
    expect(html).toContain('it rains &amp; &lt;b&gt;we&lt;/b&gt; like it.');
    expect(text).toContain('it rains & <b>we</b> like it.');
    const paragraphs = elementsOf(html).filter(({ tag }) => tag === 'p');
    expect(paragraphs.map((p) => p.text.trim())).toEqual(
      expect.arrayContaining(['Dear all,', 'Until tomorrow.']),
    );
  });

  it('are in the public web version, and each only where it is for the reader', async () => {
    expect(await renderer.webVersion(newsletter({ layout }), one)).toMatch(/Dear all[\s\S]*Yours, the desk/);
    const without = await renderer.edition(newsletter({ layout }), one, 0b0111n);
    for (const part of [without.html, without.text]) {
      expect(part).toContain('Dear all');
      expect(part).not.toContain('Yours, the desk');
    }
  });

  it('forge no slot', async () => {
    const forged = shaped({ intro: said(`Hi ${SLOTS.unsubscribe}`), signoff: said(SLOTS.preferences) });
    const marks = async (content: typeof one) => {
      const { html } = await renderer.edition(newsletter({ layout }), content, ALL);
      return html.match(/[\ue000-\uf8ff]/gu);
    };
    expect(await marks(forged)).toEqual(await marks(edition(STORIES)));
  });

  it('leave nothing behind where there are none', async () => {
    const own = newsletter({ layout });
    const bare = await renderer.edition(own, edition(STORIES), ALL);
    const emptied = await renderer.edition(
      own,
      shaped({ intro: said('\n\n'), signoff: said('x', { about: [99] }) }),
      ALL,
    );
    expect(emptied).toEqual(bare);
  });
});

describe('a pinned story', () => {
  it('leads for whoever gets it, also a sensitive one, which our own subject still does not name', async () => {
    const one = shaped({ pinned: 2 });
    const mail = await renderer.edition(newsletter(), one, selectAll(one.content));
    expect(mail.text.indexOf('1. A farewell')).toBeGreaterThan(0);
    expect(mail.text.indexOf('2. A quiet wedding')).toBeGreaterThan(mail.text.indexOf('1. A farewell'));
    expect(mail.subject).toBe('A quiet wedding');
    const spared = await renderer.edition(newsletter(), one, WITHOUT_THE_FAREWELL);
    expect(spared.text).toContain('1. A quiet wedding');
  });

  it('names the mail where it is calm, wherever it stood', async () => {
    const mail = await renderer.edition(newsletter(), shaped({ pinned: 4 }), ALL);
    expect(mail).toMatchObject({ subject: 'Bread', preheader: 'Also: A quiet wedding · Six roses' });
    expect(mail.text).toContain('1. Bread');
  });
});

describe('a correction', () => {
  const said = { text: 'We were wrong.\n\nShe stays.', tags: [], about: [1] };
  const corrects = Date.parse('2026-11-21T07:00Z');
  const one = shaped({ corrects, intro: said });

  it.each(LAYOUTS)(
    'is marked as one, with the day of what it corrects, above its words: %s',
    async (layout) => {
      const mail = await renderer.edition(newsletter({ layout }), one, ALL);
      expect(mail.text).toContain(
        'CORRECTION\nof our edition of Saturday 21 November\n\nWe were wrong.\n\nShe stays.',
      );
      const page = await renderer.webVersion(newsletter({ layout }), one);
      for (const html of [mail.html, page]) {
        const headings = elementsOf(html).filter(({ tag }) => tag === 'h2');
        expect(headings.map(({ text }) => text)).toContain('Correction');
        expect(html.match(/We were wrong\./g)).toHaveLength(1);
        expect(html.indexOf('of our edition of Saturday 21 November')).toBeLessThan(
          html.indexOf('We were wrong.'),
        );
        expect(html.indexOf('She stays.')).toBeLessThan(html.lastIndexOf('A quiet wedding'));
      }
    },
  );

  it('is marked in the language of its newsletter, or of its reader', async () => {
    const german = shaped({ corrects, intro: said, language: 'de' });
    const ours = await renderer.edition(newsletter({ language: 'de' }), german, ALL);
    expect(ours.text).toContain('BERICHTIGUNG\nzu unserer Ausgabe vom Samstag, 21. November');
    const theirs = await renderer.edition(newsletter(), one, ALL, 'fr');
    expect(theirs.text).toContain('RECTIFICATIF\nde notre édition du samedi 21 novembre');
    expect(theirs.html).toMatch(/<h2 lang="fr" dir="ltr"[^>]*>Rectificatif</);
  });

  it('has no mark for a reader whom its words are not for', async () => {
    const mail = await renderer.edition(newsletter(), one, 0b1110n);
    for (const part of [mail.html, mail.text]) expect(part).not.toMatch(/correction|We were wrong/i);
  });

  it.each(LAYOUTS)(
    'stands on the page of what it corrects, apart from that’s own words: %s',
    async (layout) => {
      const corrected = shaped({
        corrections: ['She stays.', 'He stays.'],
        intro: { ...said, text: 'Good morning.' },
      });
      const html = await renderer.webVersion(newsletter({ layout }), corrected);
      expect(html.match(/of our edition of Sunday 22 November/g)).toHaveLength(2);
      expect(html).toMatch(/She stays\.[\s\S]*He stays\.[\s\S]*Good morning\./);
    },
  );
});

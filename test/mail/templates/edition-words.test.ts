import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { TEMPLATES_DIR } from '../../../src/base/templates.ts';
import { LAYOUTS } from '../../../src/config/newsletters.ts';
import { selectAll } from '../../../src/editions/selection.ts';
import { createRenderer } from '../../../src/mail/render.ts';
import { filledIn, wordsIn } from '../../../src/mail/templates/edition-words.ts';
import { elementsOf } from '../html-of-mail.ts';
import { edition, LINKS, newsletter, PUBLISHER, story } from '../sample.ts';

const OURS = join(TEMPLATES_DIR, 'mail');
const LANGUAGES = Object.keys(parse(readFileSync(join(OURS, 'words.yaml'), 'utf8')));

function folderWith(words: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'words-'));
  writeFileSync(join(folder, 'words.yaml'), words);
  return folder;
}

describe('the words of an edition', () => {
  it.each(LANGUAGES)('are all there, with their places for count, name and title: %s', (language) => {
    const english = wordsIn([OURS], 'en').words;
    const { words, areEnglish } = wordsIn([OURS], language);
    expect(areEnglish).toBe(language === 'en');
    const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place);
    for (const [key, text] of Object.entries(english) as [keyof typeof english, string][]) {
      expect([key, places(words[key])]).toEqual([key, places(text)]);
      const sameWord = key === 'neutral' || (['en', 'de', 'nl'].includes(language) && /^updated?$/.test(key));
      expect(language === 'en' || sameWord || words[key] !== text, `${language} ${key}`).toBe(true);
    }
  });

  it('are those of the language that a language is a kind of, and English where there are none', () => {
    expect(wordsIn([OURS], 'de-AT').words.read).toBe('Weiterlesen');
    expect(wordsIn([OURS], 'fi')).toEqual({ words: wordsIn([OURS], 'en').words, areEnglish: true });
  });

  it('are a newsletter’s own where it has some, word by word', () => {
    const folder = folderWith('en: { read: Go on }\nfi: { read: Lue lisää }\n');
    expect(wordsIn([folder, OURS], 'en-GB').words).toEqual({ ...wordsIn([OURS], 'en').words, read: 'Go on' });
    expect(wordsIn([folder, OURS], 'fi')).toMatchObject({
      areEnglish: false,
      words: { read: 'Lue lisää', update: 'Update' },
    });
  });

  it('are refused by file and line', () => {
    const refusal = (text: string) => expect(() => wordsIn([folderWith(text), OURS], 'en'));
    refusal('en:\n  red: Go on\n').toThrow(/words\.yaml:2: en\.red: this key is not known here .*read/);
    refusal('en:\n  read: 3\n').toThrow(/words\.yaml:2: en\.read: expected text, found 3/);
    refusal('english words:\n  read: Go on\n').toThrow(/words\.yaml:1: .*a language such as en, en-GB or de/);
    refusal('en: [\n').toThrow(/words\.yaml:/);
  });

  it('fill what they know of, and leave the rest as it was written', () => {
    expect(filledIn('{count} of {title}', { count: 3 })).toBe('3 of {title}');
  });

  it.each(LAYOUTS)('leave no English in a mail of another language: %s', async (layout) => {
    const renderer = createRenderer({ templatesDir: TEMPLATES_DIR, publisher: PUBLISHER, links: LINKS });
    const stories = Array.from({ length: 24 }, (_, bit) =>
      story(bit, {
        headline: `خبر ${bit}`,
        standfirst: 'كلمات قليلة.',
        author: 'ليلى',
        update: true,
        alsoBy: [{ name: 'جريدة', link: LINKS.archive('x') }],
      }),
    );
    const one = edition(stories, {
      language: 'ar',
      title: 'الصباح',
      sections: [{ id: 'royals', title: 'القصور' }],
    });
    const own = newsletter({ layout, language: 'ar', title: 'الصباح', description: '' });
    const mail = await renderer.edition(own, one, selectAll(one.content));
    const publisher = `${PUBLISHER.name} ${PUBLISHER.postal_address}`;
    const words = (text: string) =>
      (text.replace(/https?:\S+/g, ' ').match(/[A-Za-z]{3,}/g) ?? []).filter(
        (word) => !publisher.includes(word),
      );
    const shown = elementsOf(mail.html).filter(({ tag }) => /^(h\d|p|td|a)$/.test(tag));
    expect(shown.flatMap(({ text }) => words(text))).toEqual([]);
    expect(words(mail.text)).toEqual([]);
  });
});

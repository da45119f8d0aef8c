import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TEMPLATES_DIR } from '../../src/base/templates.ts';
import { slotAddress, webAddress } from '../../src/mail/mail-links.ts';
import { wordsIn } from '../../src/mail/templates/edition-words.ts';
import { columnsOf, tidyText, wrapText } from '../../src/mail/text-layout.ts';
import { longDate } from '../../src/mail/views/mail-dates.ts';
import { pullQuoteOf } from '../../src/mail/views/pull-quote.ts';
import { layOutSection } from '../../src/mail/views/section-layout.ts';
import { preheaderOf, subjectOf } from '../../src/mail/views/subject.ts';
import { edition, LINKS, newsletter, story } from './sample.ts';

const { words } = wordsIn([join(TEMPLATES_DIR, 'mail')], 'en');

const CONTENT = edition([]).content;

describe('the subject', () => {
  const subject = (...stories: ReturnType<typeof story>[]) =>
    subjectOf(newsletter(), edition(stories), stories, { words, language: 'en' });

  it('is the headline of the story that leads', () => {
    expect(subject(story(0, { headline: ' A  crown\nreturns ' }), story(1))).toBe('A crown returns');
  });

  it('is calm when every story is a sad one', () => {
    expect(subject(story(0, { tags: ['death'] }), story(1, { tags: ['illness'] }))).toBe(
      'The Daily Curtsey, Sunday 22 November',
    );
  });

  it('ends between words when a headline is long', () => {
    const long = subject(story(0, { headline: 'crown '.repeat(400) }));
    expect(long.length).toBeLessThanOrEqual(120);
    expect(long).toMatch(/crown…$/);
  });
});

describe('the preheader', () => {
  it('goes on where the subject ends, and leaves sad stories out', () => {
    const stories = [story(0), story(1, { tags: ['death'] }), story(2), story(3)];
    expect(preheaderOf(CONTENT, stories, words)).toBe('Also: Headline number 2 · Headline number 3');
  });

  it('takes the standfirst when there is one story only', () => {
    expect(preheaderOf(CONTENT, [story(0, { standfirst: 'What it is about.' })], words)).toBe(
      'What it is about.',
    );
  });

  it('is empty rather than sad', () => {
    expect(preheaderOf(CONTENT, [story(0, { tags: ['death'] })], words)).toBe('');
    expect(preheaderOf(CONTENT, [], words)).toBe('');
  });
});

describe('a section', () => {
  const worded = (bit: number) => ({ bit, picture: null as string | null, grave: false });
  const pictured = (bit: number) => ({ ...worded(bit), picture: 'p.jpg' });
  const grave = (bit: number) => ({ ...pictured(bit), grave: true });
  const layout = (position: number, ...stories: ReturnType<typeof worded>[]) => {
    const { feature, opener, pair, rows } = layOutSection(stories, position);
    const bits = (list: readonly { bit: number }[]) => list.map(({ bit }) => bit);
    return {
      feature: feature?.bit,
      opener: opener?.bit,
      pair: pair ? bits([pair.first, pair.second]) : [],
      rows: bits(rows),
    };
  };

  it('sets two pictures side by side, then the others in their order', () => {
    expect(layout(0, worded(0), pictured(1), worded(2), pictured(3), pictured(4))).toEqual({
      feature: undefined,
      opener: undefined,
      pair: [1, 3],
      rows: [0, 2, 4],
    });
  });

  it('has one large picture where it is its turn, or where there is but one', () => {
    expect(layout(1, pictured(0), pictured(1))).toMatchObject({ feature: 0, pair: [], rows: [1] });
    expect(layout(0, worded(0), pictured(1))).toMatchObject({ feature: 1, pair: [], rows: [0] });
  });

  it('never enlarges a grave story, and never sets one beside another', () => {
    expect(layout(0, grave(0), pictured(1), pictured(2))).toMatchObject({ pair: [1, 2], rows: [0] });
    expect(layout(1, grave(0), pictured(1))).toMatchObject({ feature: 1, rows: [0] });
    expect(layout(0, grave(0), worded(1))).toMatchObject({ opener: 1, rows: [0] });
    expect(layout(0, grave(0), grave(1))).toEqual({
      feature: undefined,
      opener: undefined,
      pair: [],
      rows: [0, 1],
    });
  });

  it('opens with words where there are only words', () => {
    expect(layout(0, worded(0), worded(1))).toMatchObject({ opener: 0, rows: [1] });
  });
});

describe('a pull quote', () => {
  it('is what somebody says, in whatever marks', () => {
    for (const said of [
      '“I never wore the same hat twice, and I regret it.”',
      '„Ich habe denselben Hut nie zweimal getragen.“',
      '«Je n’ai jamais porté deux fois le même chapeau.»',
      '「同じ帽子は二度とかぶりませんでした。それだけが心残りです」',
    ])
      expect(pullQuoteOf(`The duchess looks back: ${said} she told us.`)).toEqual({
        words: said,
        spoken: true,
      });
  });

  it('ends without the comma that leads on to who said it', () => {
    expect(pullQuoteOf('“I asked for a small crown,” she said.')?.words).toBe('“I asked for a small crown”');
  });

  it('is one good sentence, or nothing', () => {
    const sentence = 'Four linens, two candles and one rule: nothing may match.';
    expect(pullQuoteOf(sentence)).toEqual({ words: sentence, spoken: false });
    for (const poor of [
      '',
      'Too short.',
      'Two sentences make no quotation. The second one is one too many here.',
      'She wore a hat that nobody had seen before, and everybody saw it then.',
      `It never ends, ${'and goes on, '.repeat(20)} until it does.`,
      'Only an “aside” is quoted in this one, which is no reason to set anything large, and it does not',
    ])
      expect(pullQuoteOf(poor)).toBeNull();
  });
});

describe('links', () => {
  it('are http(s) in ASCII, or none', () => {
    expect(webAddress('https://exämple.org/ä?b=ü')).toBe('https://xn--exmple-cua.org/%C3%A4?b=%C3%BC');
    for (const bad of [
      'javascript:alert(1)',
      'data:,x',
      'ftp://x.example',
      'relative',
      '',
      `https://x.example/${'x'.repeat(1_000)}`,
    ])
      expect(webAddress(bad)).toBeUndefined();
  });

  it('with a slot are refused when they are not addresses or hold the mark twice', () => {
    for (const view of [
      (t: string) => `javascript:${t}`,
      (t: string) => `https://x.example/${t}/${t}`,
      () => 'https://x.example/',
      (t: string) => `https://x.example/ü${t}`,
    ])
      expect(() => slotAddress({ ...LINKS, view }, 'view')).toThrow('view');
  });
});

describe('the text part', () => {
  it('breaks between words and leaves a long word whole', () => {
    const lines = wrapText(`${'word '.repeat(40)}https://paper.example/${'x'.repeat(100)}`).split('\n');
    expect(lines.slice(0, -1).every((line) => line.length <= 72)).toBe(true);
    expect(lines.at(-1)).toBe(`https://paper.example/${'x'.repeat(100)}`);
  });

  it('hangs what is numbered', () => {
    const lines = wrapText('word '.repeat(40), { indent: 4, first: ' 1. ' }).split('\n');
    expect(lines[0]).toMatch(/^ 1\. word/);
    expect(lines.slice(1).every((line) => /^ {4}word/.test(line))).toBe(true);
    expect(lines.every((line) => line.length <= 72)).toBe(true);
  });

  it('counts wide signs twice and breaks between them, but never before a full stop or after a bracket', () => {
    expect([columnsOf('王室のニュース'), columnsOf('👑'), columnsOf('é'), columnsOf('“…”')]).toEqual([
      14, 2, 1, 3,
    ]);
    const lines = wrapText(`${'王'.repeat(36)}。${'室'.repeat(34)}「女王」`).split('\n');
    expect(lines).toEqual(['王'.repeat(35), `王。${'室'.repeat(34)}`, '「女王」']);
    expect(lines.every((line) => columnsOf(line) <= 72)).toBe(true);
  });

  it('has no trailing white space and no gaping holes', () => {
    expect(tidyText('\n\na  \n\n\n\n\n\nb\n\n')).toBe('a\n\n\nb\n');
  });
});

describe('a date', () => {
  it('is written as the language writes it', () => {
    const slot = Date.UTC(2026, 10, 22, 7);
    expect(longDate(slot, 'en', 'UTC')).toBe('Sunday, 22 November 2026');
    expect(longDate(slot, 'en-US', 'UTC')).toBe('Sunday, November 22, 2026');
    expect(longDate(slot, 'de', 'UTC')).toBe('Sonntag, 22. November 2026');
    expect(longDate(slot, 'not a language', 'UTC')).toBe('Sunday, 22 November 2026');
  });
});

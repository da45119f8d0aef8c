import { describe, expect, test } from 'vitest';
import { distinctMails, samplePersonas } from '../../src/composing/personas.ts';
import type { NewsletterConfig } from '../../src/config/newsletters.ts';
import type { EditionContent } from '../../src/editions/edition.ts';
import { NOTHING, storiesIn } from '../../src/editions/selection.ts';
import { section } from '../editions/sample-article.ts';
import { edition, newsletter, story } from '../mail/sample.ts';

const LANGUAGES = [
  { tag: 'en', name: 'English' },
  { tag: 'de', name: 'Deutsch' },
];
const STORIES = [
  story(0, { sectionId: 'royals', headline: 'A calm day at the palace' }),
  story(1, {
    sectionId: 'royals',
    headline: 'A headline that goes on for longer than every other in this edition',
  }),
  story(2, { sectionId: 'royals', headline: 'Farewell', tags: ['death'] }),
  story(3, { sectionId: 'style', headline: 'A hat' }),
];

function personas(changes: Partial<EditionContent> = {}, paper: Partial<NewsletterConfig> = {}) {
  const { content } = edition(STORIES, { sections: [section('royals'), section('style')] });
  const all = { ...content, ...changes };
  const known = samplePersonas(all, {
    newsletter: newsletter({ sections: ['royals', 'style', 'food'].map((id) => section(id)), ...paper }),
    subjects: ['death', 'illness'],
    languages: LANGUAGES,
  });
  const one = (id: string) => {
    const found = known.find((persona) => persona.id === id);
    if (!found) throw new Error(`there is no persona ${id}`);
    return found;
  };
  return { known, one, headlines: (id: string) => storiesIn(all, one(id).selection).map(({ bit }) => bit) };
}

describe('the sample readers of an edition', () => {
  test('get what somebody with those choices would get', () => {
    const { headlines } = personas();
    expect(headlines('everything')).toEqual([0, 1, 2, 3]);
    expect(headlines('section-royals')).toEqual([0, 1, 2]);
    expect(headlines('section-style')).toEqual([3]);
    expect(headlines('nothing-chosen')).toEqual([0, 1, 2, 3]);
    expect(headlines('all-muted')).toEqual([0, 1, 3]);
    expect(headlines('sensitive-only')).toEqual([2]);
    expect(headlines('most')).toEqual([0, 1, 2, 3]);
    expect(headlines('fewest')).toEqual([3]);
    expect(headlines('longest-headline')).toEqual([1, 2]);
  });

  test('say why they get none', () => {
    const { one } = personas();
    expect(one('section-food')).toMatchObject({
      selection: NOTHING,
      why: 'Nothing in FOOD this time.',
    });
    expect(one('weekly')).toMatchObject({
      selection: NOTHING,
      why: 'This is not the last edition of its week.',
    });
    expect(one('everything').why).toBe('');
    const calm = personas({ stories: [story(0)] });
    expect(calm.one('sensitive-only').why).toBe('No story of this edition is sensitive.');
    const grave = personas({ stories: [story(0, { tags: ['death'] })] });
    expect(grave.one('all-muted').why).toMatch(/^Every story is on a subject/);
  });

  test('who wants one a week gets the best of it in its last edition', () => {
    const { headlines } = personas({
      stories: [...STORIES, story(4, { earlier: true })],
      weekly: { best: [4, 1, 0, 2, 3], most: 3 },
    });
    expect(headlines('weekly')).toEqual([0, 1, 4]);
    expect(headlines('everything')).toEqual([0, 1, 2, 3]);
  });

  test('one has a name where the newsletter greets, one chose a language that is not the newsletter’s', () => {
    expect(personas().known.map(({ id }) => id)).not.toContain('named');
    expect(personas({}, { greeting: 'Good morning' }).one('named').called).toHaveLength(38);
    expect(personas().one('other-language').language).toBe('de');
    expect(personas({ language: 'de-AT' }).one('other-language').language).toBe('en');
  });

  test('have ids of their own, and the one who reads everything comes first', () => {
    const ids = personas().known.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids[0]).toBe('everything');
  });
});

test('a mail that several get is one mail, and who gets none has none', () => {
  const { known } = personas();
  const mails = distinctMails(known).map(({ persona, names }) => [persona.id, names]);
  expect(mails[0]).toEqual(['everything', ['Reads everything', 'Chose no section', 'Gets the most stories']]);
  expect(mails.flatMap(([, names]) => names)).not.toContain('Weekly reader');
  // The same stories in another language are another mail.
  expect(mails.map(([id]) => id)).toContain('other-language');
});

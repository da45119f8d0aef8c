import { arrange, type Chosen } from '../../src/composing/arrange.ts';
import type { NewsletterConfig } from '../../src/config/newsletters.ts';
import { applyEdit } from '../../src/editing/apply-edit.ts';
import type { Change, Edited } from '../../src/editing/edit.ts';
import type { EditionContent, EditorialLine } from '../../src/editions/edition.ts';
import { newsletter, PICTURE, story } from '../mail/sample.ts';
import { section } from './sample-article.ts';

/** A draft to be shaped: ten stories of four sections, one of them light, with what a week's end adds. */

export const DRAFTED: NewsletterConfig = newsletter({
  sections: [
    section('royals', { title: 'Royals' }),
    section('shopping', { title: 'Shopping', light: true }),
    section('celebrity', { title: 'Celebrity' }),
    section('style', { title: 'Style' }),
  ],
});

/** A story by its article's id. */
export function chosen(articleId: number, changes: Partial<Chosen> = {}): Chosen {
  const { bit: _, ...rest } = story(articleId);
  return {
    ...rest,
    articleId,
    storyId: articleId,
    headline: `Headline ${articleId}`,
    publishedAt: 1000 - articleId,
    ...changes,
  };
}

const FRESH = [
  chosen(1, { picture: PICTURE }),
  chosen(2),
  chosen(3, { tags: ['illness'] }),
  chosen(4, { sectionId: 'celebrity' }),
  chosen(5, { sectionId: 'celebrity', alsoBy: [{ name: 'The Echo', link: 'https://echo.example/5' }] }),
  chosen(6, { sectionId: 'celebrity' }),
  chosen(7, { sectionId: 'style' }),
  chosen(8, { sectionId: 'shopping' }),
];
const EARLIER = [chosen(9, { earlier: true }), chosen(10, { earlier: true, sectionId: 'style' })];

/** As composition arranges it. */
export function draft(newsletter = DRAFTED): EditionContent {
  const week = EARLIER.map((one) => ({ story: one, led: false }));
  const content = arrange(newsletter, FRESH, week);
  if (!content) throw new Error('there are stories');
  return content;
}

/** The draft after edits that must all be possible. */
export function shaped(content: EditionContent, ...changes: readonly Change[]): EditionContent {
  return changes.reduce((before, change) => edited(before, change).content, content);
}

export function edited(content: EditionContent, change: Change): Edited {
  const made = applyEdit(DRAFTED, content, change);
  if ('refused' in made) throw new Error(made.refused);
  return made;
}

/** Why an edit cannot be made. */
export function refusal(content: EditionContent, change: Change): string {
  const made = applyEdit(DRAFTED, content, change);
  return 'refused' in made ? made.refused : '';
}

/** Article ids in the order of the mail. */
export function order({ stories }: EditionContent): number[] {
  return stories.map(({ articleId }) => articleId);
}

/** Words for the whole mail. */
export function line(text: string, changes: Partial<EditorialLine> = {}): EditorialLine {
  return { text, tags: [], about: [], ...changes };
}

/** One of everything an editor can want, also what cannot be. */
export function anyChange(random: (below: number) => number, step: number): Change {
  const story = 1 + random(12);
  const section = ['royals', 'shopping', 'celebrity', 'style'][random(4)] ?? 'royals';
  const own = chosen(1000 + step, { sectionId: section, tags: random(3) === 0 ? ['death'] : [] });
  const telling = { storyId: story, tags: random(4) === 0 ? ['illness'] : [], alsoBy: [] };
  const changes: Change[] = [
    { kind: 'move', story, section },
    { kind: 'move', story, section, before: 1 + random(12) },
    { kind: 'lead', story },
    { kind: 'unpin' },
    { kind: 'drop', story },
    { kind: 'drop', story },
    { kind: 'restore', story },
    { kind: 'headline', story, text: `Other ${step}` },
    { kind: 'tags', story, tags: random(2) === 0 ? ['illness'] : [] },
    { kind: 'picture', story, picture: random(2) === 0 ? PICTURE : null },
    { kind: 'let-in', story: own },
    { kind: 'merge', story, into: 1 + random(12), together: telling },
    { kind: 'split', story, own, rest: telling },
    { kind: 'intro', line: random(2) === 0 ? null : line(`Words ${step}`, { about: [story] }) },
  ];
  return changes[random(changes.length)] ?? { kind: 'unpin' };
}

/** Numbers that look like chance and are the same at every run. */
export function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
}

import type { NewsletterConfig } from '../../src/config/newsletters.ts';
import { arrange, type Chosen } from '../../src/editions/arrange.ts';
import type { Change, Edited } from '../../src/editions/edit.ts';
import { applyEdit } from '../../src/editions/editing.ts';
import type { EditionContent } from '../../src/editions/edition.ts';
import { newsletter, PICTURE, story } from '../mail/sample.ts';
import { section } from './article.ts';

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

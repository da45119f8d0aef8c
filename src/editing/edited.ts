import { isDeepStrictEqual } from 'node:util';
import { shorten } from '../base/text/one-line.ts';
import type { NewsletterConfig } from '../config/newsletters.ts';
import type { EditionContent, EditionStory } from '../editions/edition.ts';
import type { EditedWhat } from '../editions/revision-what.ts';
import type { Change, Edited, Refused } from './edit.ts';

/** A draft and the newsletter whose rules it keeps. */
export interface Draft {
  readonly newsletter: NewsletterConfig;
  readonly content: EditionContent;
}

export type Of<Kind extends Change['kind']> = Extract<Change, { kind: Kind }>;

type Titled = Pick<EditionStory, 'headline'>;

export const GONE: Refused = {
  refused: 'That story is no longer in this edition. Look at the board again.',
};

/** A headline as history quotes it. */
export function named({ headline }: Titled): string {
  return `“${shorten(headline, 60)}”`;
}

export function storyIn({ stories }: EditionContent, articleId: number): EditionStory | undefined {
  return stories.find((story) => story.articleId === articleId);
}

/** The very same content where nothing is different: then there is nothing to keep. */
export function changed(
  before: EditionContent,
  after: EditionContent,
  what: EditedWhat,
  touches: readonly string[],
): Edited {
  return { content: isDeepStrictEqual(before, after) ? before : after, what, touches };
}

export function unchanged(content: EditionContent): Edited {
  return { content, what: { code: 'nothing' }, touches: [] };
}

export interface Target {
  readonly id: string;
  readonly title: string;
  readonly light: boolean;
}

/** A section a story can be in, with the title it has in this edition; or why there is none. */
export function targetFor(
  { newsletter, content }: Draft,
  id: string,
  story: Pick<EditionStory, 'tags' | 'headline'>,
): Target | Refused {
  const section = newsletter.sections.find((one) => one.id === id);
  if (!section)
    return {
      refused: `There is no section "${id}"; there are ${newsletter.sections.map(({ title }) => title).join(', ')}.`,
    };
  const title = content.sections.find((one) => one.id === id)?.title ?? section.title;
  if (!section.light || story.tags.length === 0) return { id, title, light: section.light };
  return {
    refused: `${title} is light and takes no sensitive story. ${named(story)} is about ${story.tags.join(', ')}.`,
  };
}

import type { EditionStory } from '../editions/edition.ts';

/** Blocking: the edition does not leave. Advisory: somebody may want to know. */
export type Severity = 'blocking' | 'advisory';

export interface Place {
  readonly part: 'html' | 'text' | 'subject' | 'preheader' | 'links' | 'pictures';
  /** The headline of the story it is about. */
  readonly story?: string;
  /**
   * The article which that story is told with: what is blocked by one story alone can go without
   * it.
   */
  readonly articleId?: number;
  /** The words, the address or the element in question, shortened. */
  readonly excerpt?: string;
}

/** Something that is wrong with a mail, in a sentence that holds the figure, and how to mend it. */
export interface Finding {
  /** The check that found it, as docs/CHECKS.md lists them. */
  readonly check: string;
  readonly severity: Severity;
  readonly says: string;
  readonly where?: Place;
  readonly mend: string;
  /** Readers whose mails have it, such as "a reader of a single section", where not all have. */
  readonly mails?: readonly string[];
}

const MOST_EXCERPT = 80;

/** The story that a finding is about. */
export type StoryRef = Pick<EditionStory, 'headline' | 'articleId'>;

/** A place with its story and excerpt, where there are any. */
export function placeIn(part: Place['part'], story?: StoryRef, excerpt?: string): Place {
  return {
    part,
    ...(story ? { story: story.headline, articleId: story.articleId } : {}),
    ...(excerpt ? { excerpt: cut(excerpt.replace(/\s+/g, ' ').trim(), MOST_EXCERPT) } : {}),
  };
}

/**
 * The first so many characters, as an inbox cuts a subject: anywhere, with an ellipsis in the last
 * place.
 */
export function cut(text: string, characters: number): string {
  const all = [...text];
  return all.length <= characters ? text : `${all.slice(0, characters - 1).join('')}…`;
}

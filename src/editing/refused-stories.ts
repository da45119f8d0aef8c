import type { NewsletterConfig } from '../config/newsletters.ts';
import type { DroppedStory, EditionContent } from '../editions/edition.ts';
import { drop } from './edit-order.ts';

/** A story that the checks do not let go. */
export interface RefusedStory {
  readonly articleId: number;
  readonly headline: string;
  /** Reason as a sentence without a full stop. */
  readonly because: string;
}

/**
 * Takes stories out of a draft; each is kept with the reason, and another leads where it was the
 * lead.
 * @returns undefined where nothing would be left to tell.
 */
export function leaveOut(
  newsletter: NewsletterConfig,
  content: EditionContent,
  refused: readonly RefusedStory[],
): EditionContent | undefined {
  let after = content;
  for (const { articleId, because } of refused) {
    const made = drop({ newsletter, content: after }, articleId);
    if ('refused' in made) return undefined;
    after = { ...made.content, dropped: explained(made.content.dropped ?? [], articleId, because) };
  }
  return after;
}

function explained(dropped: readonly DroppedStory[], articleId: number, because: string): DroppedStory[] {
  return dropped.map((story) => (story.articleId === articleId ? { ...story, because } : story));
}

/** Returns the stories of an edition that it goes without since the checks refused them. */
export function refusedIn(content: EditionContent | undefined): RefusedStory[] {
  return (content?.dropped ?? []).flatMap(({ articleId, headline, because }) =>
    because === undefined ? [] : [{ articleId, headline, because }],
  );
}

import { placeArticles, type StoryPlace } from '../articles/stories/story-store.ts';
import { clearDecision, decideTags } from '../articles/subjects/tag-decisions.ts';
import type { Database } from '../storage/schema/schema.ts';

/**
 * Decisions of an edit that reach other editions too, before and after: undo reverts them, redo
 * restores them.
 */
export interface Beside {
  readonly before: Decided;
  readonly after: Decided;
}

export interface Decided {
  /** Tags by article; null where the rules decide. */
  readonly tags?: readonly { readonly article: number; readonly tags: readonly string[] | null }[];
  /** Articles that tell one story. */
  readonly places?: readonly StoryPlace[];
}

/** Decides it so. */
export async function decide(trx: Database, { tags = [], places = [] }: Decided, now: number): Promise<void> {
  for (const one of tags)
    await (one.tags === null ? clearDecision(trx, one.article) : decideTags(trx, one.article, one.tags, now));
  if (places.length > 0) await placeArticles(trx, places, now);
}

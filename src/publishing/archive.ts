import type { NewsletterConfig } from '../config/newsletters.ts';
import { findEdition, SENT_STATES, sentEditions, withContent } from '../editions/edition-store.ts';
import { selectAll, storiesIn } from '../editions/selection.ts';
import type { Renderer } from '../mail/render.ts';
import type { Database } from '../storage/schema.ts';

/** A sent edition in a list. */
export interface EditionSummary {
  readonly id: string;
  readonly newsletterId: string;
  readonly slot: number;
  readonly title: string;
  readonly headlines: readonly string[];
}

/** What readers were sent, newest first: of one newsletter or of all. */
export async function archivedEditions(db: Database, newsletterId?: string): Promise<EditionSummary[]> {
  const editions = await sentEditions(db, newsletterId);
  return editions.map(({ id, newsletterId, slot, content }) => ({
    id,
    newsletterId,
    slot,
    title: content?.title ?? id,
    // What the week told before is in its last edition for weekly readers alone.
    headlines: content ? storiesIn(content, selectAll(content)).map((story) => story.headline) : [],
  }));
}

/** A sent edition as a page for everybody; undefined for what was never sent, or by a newsletter that is gone. */
export async function webVersion(
  {
    db,
    renderer,
    newsletters,
  }: { db: Database; renderer: Renderer; newsletters: readonly NewsletterConfig[] },
  editionId: string,
): Promise<string | undefined> {
  const edition = await findEdition(db, editionId);
  const newsletter = newsletters.find(({ id }) => id === edition?.newsletterId);
  if (!edition?.content || !newsletter || !SENT_STATES.includes(edition.state)) return undefined;
  return renderer.webVersion(newsletter, withContent(edition));
}

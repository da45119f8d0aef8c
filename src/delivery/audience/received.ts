import type { Edition } from '../../editions/edition.ts';
import { bitOf, NOTHING, type Selection, selectionOf } from '../../editions/selection.ts';
import { repeatsElsewhere } from '../../editions/store/told-before.ts';
import type { Database } from '../../storage/schema/schema.ts';

/** An earlier edition's story, and what of the edition at hand a reader who got it has had. */
interface Repeat {
  readonly bit: Selection;
  readonly had: Selection;
}

/** Tells for a page of readers which stories of one edition they had. */
export type Received = (subscriberIds: readonly number[]) => Promise<ReadonlyMap<number, Selection>>;

const NOBODY: ReadonlyMap<number, Selection> = new Map();

/**
 * Returns the stories that readers already had. Reads them off their deliveries in every
 * newsletter, through the variant that each was sent: there is no second record to keep in step. A
 * reader had a story when the same chapter of it, or a later one, was on its way; deliveries that
 * were refused or cancelled reached nobody. Stories are those of the articles as they are today, so
 * that an editor's split or merge counts for mail sent before it.
 */
export async function receivedBefore(
  db: Database,
  edition: Pick<Edition, 'id' | 'content'>,
): Promise<Received> {
  const repeats = await repeatsOf(db, edition);
  // As a rule an edition repeats nothing any other told, and nobody's past needs looking at.
  if (repeats.size === 0) return async () => NOBODY;
  const editionIds = [...repeats.keys()];
  return async (subscriberIds) => {
    const had = new Map<number, Selection>();
    for (const { subscriber_id, edition_id, selection } of await past(db, subscriberIds, editionIds)) {
      const got = selectionOf(selection);
      const again = (repeats.get(edition_id) ?? [])
        .filter(({ bit }) => (got & bit) !== NOTHING)
        .reduce((bits, repeat) => bits | repeat.had, NOTHING);
      had.set(subscriber_id, (had.get(subscriber_id) ?? NOTHING) | again);
    }
    return had;
  };
}

/** Returns, by edition, its stories that the current edition also tells. */
async function repeatsOf(
  db: Database,
  { id, content }: Pick<Edition, 'id' | 'content'>,
): Promise<Map<string, Repeat[]>> {
  const bits = new Map(content.stories.map((story) => [story.articleId, bitOf(story)]));
  const rows = await repeatsElsewhere(db, id, [...bits.keys()]);
  const repeats = new Map<string, Repeat[]>();
  for (const { articleId, editionId, bit } of rows) {
    const known = repeats.get(editionId) ?? [];
    known.push({ bit: bitOf({ bit }), had: bits.get(articleId) ?? NOTHING });
    repeats.set(editionId, known);
  }
  return repeats;
}

function past(db: Database, subscriberIds: readonly number[], editionIds: readonly string[]) {
  return (
    db
      .selectFrom('subscriptions')
      .innerJoin('deliveries', 'deliveries.subscription_id', 'subscriptions.id')
      .innerJoin('variants', 'variants.id', 'deliveries.variant_id')
      .select(['subscriptions.subscriber_id', 'variants.edition_id', 'variants.selection'])
      .where('subscriptions.subscriber_id', 'in', subscriberIds)
      // The variant's edition, not the delivery's: no index leads from there, or SQLite would read whole editions for a page.
      .where('variants.edition_id', 'in', editionIds)
      .where('deliveries.state', 'not in', ['rejected', 'cancelled'])
      .execute()
  );
}

import type { Edition } from '../../editions/edition.ts';
import type { Database } from '../../storage/schema/schema.ts';

/**
 * The language of the mail around an edition's stories for a reader: BCP 47, or empty for the
 * edition's own.
 * @param chosen as the reader has it in their preferences; null for none.
 */
export type Speaks = (edition: Pick<Edition, 'newsletterId' | 'content'>, chosen: string | null) => string;

/** To everybody in the edition's own. */
export const inItsOwn: Speaks = () => '';

/**
 * The variant of an edition for one selection in one language; made when nobody had that one yet.
 * @param language BCP 47, of the mail around the stories; empty for the edition's own.
 */
export async function variantOf(
  db: Database,
  editionId: string,
  selection: string,
  language: string,
): Promise<number> {
  await db
    .insertInto('variants')
    .values({ edition_id: editionId, selection, language })
    .onConflict((conflict) => conflict.columns(['edition_id', 'selection', 'language']).doNothing())
    .execute();
  const row = await db
    .selectFrom('variants')
    .select('id')
    .where('edition_id', '=', editionId)
    .where('selection', '=', selection)
    .where('language', '=', language)
    .executeTakeFirstOrThrow();
  return row.id;
}

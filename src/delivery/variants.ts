import type { Database } from '../storage/schema.ts';

/** The variant of an edition for one selection; made when nobody had that selection yet. */
export async function variantOf(db: Database, editionId: string, selection: string): Promise<number> {
  await db
    .insertInto('variants')
    .values({ edition_id: editionId, selection })
    .onConflict((conflict) => conflict.columns(['edition_id', 'selection', 'language']).doNothing())
    .execute();
  const row = await db
    .selectFrom('variants')
    .select('id')
    .where('edition_id', '=', editionId)
    .where('selection', '=', selection)
    .executeTakeFirstOrThrow();
  return row.id;
}

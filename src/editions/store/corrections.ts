import type { Database, EditionTable } from '../../storage/schema/schema.ts';

/** An edition by its place: which newsletter, which slot. */
export interface EditionPlace {
  readonly id: string;
  readonly newsletterId: string;
  readonly slot: number;
}

/** Returns the edition that this one corrects; undefined where it corrects none. */
export function correctedBy(db: Database, id: string): Promise<EditionPlace | undefined> {
  return db
    .selectFrom('editions')
    .innerJoin('editions as corrected', 'corrected.id', 'editions.corrects')
    .select(['corrected.id', 'corrected.newsletter_id as newsletterId', 'corrected.slot'])
    .where('editions.id', '=', id)
    .executeTakeFirst();
}

/** Returns the corrections of an edition, of whatever state, the oldest first. */
export function correctionsOf(
  db: Database,
  id: string,
): Promise<(EditionPlace & { readonly state: EditionTable['state'] })[]> {
  return db
    .selectFrom('editions')
    .select(['id', 'newsletter_id as newsletterId', 'slot', 'state'])
    .where('corrects', '=', id)
    .orderBy('slot')
    .execute();
}

/** Returns those among editions that correct another one. */
export async function correctionsAmong(db: Database, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await db
    .selectFrom('editions')
    .select('id')
    .where('id', 'in', ids)
    .where('corrects', 'is not', null)
    .execute();
  return new Set(rows.map(({ id }) => id));
}

import type { Database, EditionTable } from '../../storage/schema/schema.ts';
import type { EditionContent } from '../edition.ts';
import { replaceStories } from './edition-store.ts';
import { readContent, storedContent } from './kept-content.ts';
import { SENT_STATES } from './kept-edition.ts';

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

/** Returns the contents of the corrections of an edition that were sent, the newest first. */
export async function sentCorrectionsOf(db: Database, id: string): Promise<EditionContent[]> {
  const rows = await db
    .selectFrom('editions')
    .select('content')
    .where('corrects', '=', id)
    .where('state', 'in', SENT_STATES)
    .orderBy('slot', 'desc')
    .execute();
  return rows.flatMap((row) => readContent(row.content) ?? []);
}

/** Returns the corrections, with their contents, that have gone out to readers, but for one. */
export async function correctionsFrozen(
  db: Database,
  except: string,
): Promise<{ readonly id: string; readonly content: EditionContent }[]> {
  const rows = await db
    .selectFrom('editions')
    .select(['id', 'content'])
    .where('corrects', 'is not', null)
    .where('candidates', 'is not', null)
    .where('id', '!=', except)
    .execute();
  return rows.flatMap((row) => {
    const content = readContent(row.content);
    return content ? [{ id: row.id, content }] : [];
  });
}

/** Returns the id of the draft of a correction that tells an article. */
export async function correctionDraftOf(
  db: Database,
  corrected: string,
  articleId: number,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('editions')
    .innerJoin('edition_stories', 'edition_stories.edition_id', 'editions.id')
    .select('editions.id')
    .where('corrects', '=', corrected)
    .where('state', '=', 'draft')
    .where('article_id', '=', articleId)
    .executeTakeFirst();
  return row?.id;
}

/** Returns the id of the edition that this one corrects; null where it corrects none. */
export async function idCorrectedBy(db: Database, id: string): Promise<string | null> {
  const row = await db.selectFrom('editions').select('corrects').where('id', '=', id).executeTakeFirst();
  return row?.corrects ?? null;
}

/** A correction to be put on the desk. */
export interface NewCorrection extends EditionPlace {
  readonly corrected: string;
  readonly content: EditionContent;
  readonly now: number;
}

/** Puts the draft of a correction on the desk. False where another edition has that slot. */
export async function insertCorrection(
  trx: Database,
  { id, newsletterId, slot, corrected, content, now }: NewCorrection,
): Promise<boolean> {
  const row = await trx
    .insertInto('editions')
    .values({
      id,
      newsletter_id: newsletterId,
      slot,
      state: 'draft',
      as_of: now,
      composed_at: now,
      content: storedContent(content),
      desk_since: now,
      send_at: now,
      corrects: corrected,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (row) await replaceStories(trx, id, content);
  return row !== undefined;
}

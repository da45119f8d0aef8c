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

/** Returns the selection of a variant, as its row has it; undefined where there is no such variant. */
export async function selectionOfVariant(db: Database, id: number): Promise<string | undefined> {
  const row = await db.selectFrom('variants').select('selection').where('id', '=', id).executeTakeFirst();
  return row?.selection;
}

/** Returns the edition of a variant with its packed mail, null until it was rendered. @throws when there is no such variant. */
export function keptMail(
  db: Database,
  id: number,
): Promise<{ readonly editionId: string; readonly mail: string | null }> {
  return db
    .selectFrom('variants')
    .select(['edition_id as editionId', 'mail'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
}

/** Returns the first variants of an edition, from one on, that have no mail yet. */
export function variantsWithoutMail(
  db: Database,
  editionId: string,
  { from, limit }: { readonly from: number; readonly limit: number },
): Promise<{ readonly id: number; readonly selection: string; readonly language: string }[]> {
  return db
    .selectFrom('variants')
    .select(['id', 'selection', 'language'])
    .where('edition_id', '=', editionId)
    .where('id', '>=', from)
    .where('mail', 'is', null)
    .orderBy('id')
    .limit(limit)
    .execute();
}

/**
 * Keeps packed mails with their variants, all in one commit. One that another process kept at the
 * same moment stays: it is what everybody gets.
 */
export async function keepMails(
  db: Database,
  mails: readonly { readonly id: number; readonly mail: string }[],
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    for (const { id, mail } of mails)
      await trx
        .updateTable('variants')
        .set({ mail })
        .where('id', '=', id)
        .where('mail', 'is', null)
        .execute();
  });
}

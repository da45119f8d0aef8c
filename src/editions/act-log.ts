import type { Database } from '../storage/schema.ts';

/** Something that somebody decided about an edition. */
export interface NotedAct {
  readonly at: number;
  /** The editor's name. */
  readonly by: string;
  /** In words: `Approved`. */
  readonly what: string;
}

/** Notes who decided what: an edition's columns hold only how it stands now. */
export async function noteAct(db: Database, editionId: string, { at, by, what }: NotedAct): Promise<void> {
  await db.insertInto('edition_acts').values({ edition_id: editionId, at, editor: by, what }).execute();
}

/** The latest decisions about an edition, newest first. */
export async function actsOf(db: Database, editionId: string, limit = 50): Promise<NotedAct[]> {
  const rows = await db
    .selectFrom('edition_acts')
    .select(['at', 'editor as by', 'what'])
    .where('edition_id', '=', editionId)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows;
}

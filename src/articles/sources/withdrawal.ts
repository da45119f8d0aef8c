import type { Database } from '../../storage/schema/schema.ts';

/** Below the number of parameters that either database takes in one statement. */
const CHUNK = 500;

/**
 * A folder is the publisher's word on what is published: an article whose file is gone is
 * withdrawn, and one whose file is back is there again. A feed is not: it only ever shows its
 * newest. Returns how many were withdrawn.
 */
export async function withdrawMissing(
  db: Database,
  sourceId: string,
  present: ReadonlySet<string>,
  now: number,
): Promise<number> {
  const rows = await db
    .selectFrom('articles')
    .select(['id', 'link', 'withdrawn_at'])
    .where('source_id', '=', sourceId)
    .execute();
  const gone = rows.filter((row) => row.withdrawn_at === null && !present.has(row.link));
  const back = rows.filter((row) => row.withdrawn_at !== null && present.has(row.link));
  await mark(
    db,
    gone.map((row) => row.id),
    now,
  );
  await mark(
    db,
    back.map((row) => row.id),
    null,
  );
  return gone.length;
}

async function mark(db: Database, ids: readonly number[], withdrawnAt: number | null): Promise<void> {
  for (let from = 0; from < ids.length; from += CHUNK)
    await db
      .updateTable('articles')
      .set({ withdrawn_at: withdrawnAt })
      .where('id', 'in', ids.slice(from, from + CHUNK))
      .execute();
}

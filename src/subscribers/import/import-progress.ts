import { hash } from 'node:crypto';
import { AppError } from '../../base/errors.ts';
import type { Database } from '../../storage/schema/schema.ts';

/** Counts of a list's rows by result. They add up to `rows`. */
export interface ImportCounts {
  readonly rows: number;
  readonly added: number;
  /** Subscribed already. */
  readonly known: number;
  /** They left, are suppressed, or never confirmed: they stay so. */
  readonly leftAlone: number;
  /** They had left elsewhere, and are unsubscribed here from now on. */
  readonly unsubscribed: number;
  /**
   * They could not be reached elsewhere or had complained there, and are suppressed here from now
   * on.
   */
  readonly suppressed: number;
  /** The same address came earlier in the file. */
  readonly duplicates: number;
  readonly invalid: number;
}

export const NO_ROWS: ImportCounts = {
  ...{ rows: 0, added: 0, known: 0, leftAlone: 0 },
  ...{ unsubscribed: 0, suppressed: 0, duplicates: 0, invalid: 0 },
};

export interface ImportState {
  readonly counts: ImportCounts;
  readonly finishedAt: number | null;
}

export interface ImportIdentity {
  readonly id: string;
  readonly newsletterId: string;
  readonly file: string;
}

/**
 * The same content read with the same settings is the same import, under whatever name the file
 * goes.
 */
export function importId(digest: string, settings: readonly unknown[]): string {
  return hash('sha256', JSON.stringify([digest, ...settings]));
}

/** Opens the progress of an import: where it was left, or at its beginning. */
export async function openImport(
  db: Database,
  { id, newsletterId, file }: ImportIdentity,
  options: { readonly now: number; readonly again?: boolean },
): Promise<ImportState> {
  // One that was interrupted goes on, also when it is one that was asked for again.
  if (options.again)
    await db.deleteFrom('imports').where('id', '=', id).where('finished_at', 'is not', null).execute();
  const fresh = {
    ...{ id, newsletter_id: newsletterId, file, rows_done: 0, counts: JSON.stringify(NO_ROWS) },
    ...{ started_at: options.now, finished_at: null },
  };
  await db
    .insertInto('imports')
    .values(fresh)
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
  const row = await db
    .selectFrom('imports')
    .select(['counts', 'finished_at'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return { counts: JSON.parse(row.counts), finishedAt: row.finished_at };
}

/**
 * Writes down how far an import has come, in the transaction that takes its rows in.
 * @throws AppError IMPORT_STOPPED when another process has taken it further meanwhile; the
 * transaction is then taken back.
 */
export async function advanceImport(
  db: Database,
  { id, file }: ImportIdentity,
  rowsBefore: number,
  { counts, finishedAt }: ImportState,
): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable('imports')
    .set({ rows_done: counts.rows, counts: JSON.stringify(counts), finished_at: finishedAt })
    .where('id', '=', id)
    .where('rows_done', '=', rowsBefore)
    .where('finished_at', 'is', null)
    .executeTakeFirst();
  if (numUpdatedRows === 1n) return;
  throw new AppError('IMPORT_STOPPED', `${file} is being imported by another process at this moment`, {
    hint: 'Wait for it, or end it and run this command again: it goes on where the other one stopped.',
  });
}

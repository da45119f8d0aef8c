import type { Selectable } from 'kysely';
import type { Database } from '../storage/schema.ts';
import type { SourceTable } from '../storage/schema-articles.ts';
import type { Validators } from './article.ts';

/** What is known of a source from the last times it was asked. */
export interface SourceState extends Validators {
  readonly id: string;
  /** UTC milliseconds. */
  readonly checkedAt: number;
  readonly succeededAt: number | null;
  /** In one line; null after a success. */
  readonly lastError: string | null;
}

/** How asking a source went. An unchanged one keeps the validators it has, and so does one that failed. */
export type SourceOutcome =
  | { readonly kind: 'collected'; readonly validators: Validators }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'failed'; readonly reason: string };

export async function recordSource(
  db: Database,
  id: string,
  outcome: SourceOutcome,
  now: number,
): Promise<void> {
  const change = {
    checked_at: now,
    last_error: outcome.kind === 'failed' ? outcome.reason : null,
    ...(outcome.kind === 'failed' ? {} : { succeeded_at: now }),
    ...(outcome.kind === 'collected'
      ? { etag: outcome.validators.etag, last_modified: outcome.validators.lastModified }
      : {}),
  };
  await db
    .insertInto('sources')
    .values({ id, etag: null, last_modified: null, succeeded_at: null, ...change })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(change))
    .execute();
}

/** Every source that was ever asked, by id. */
export async function sourceStates(db: Database): Promise<Map<string, SourceState>> {
  const rows = await db.selectFrom('sources').selectAll().orderBy('id').execute();
  return new Map(rows.map((row) => [row.id, stateOf(row)]));
}

function stateOf(row: Selectable<SourceTable>): SourceState {
  return {
    id: row.id,
    etag: row.etag,
    lastModified: row.last_modified,
    checkedAt: row.checked_at,
    succeededAt: row.succeeded_at,
    lastError: row.last_error,
  };
}

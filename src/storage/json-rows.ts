import { type RawBuilder, sql } from 'kysely';
import { isPostgres } from './database.ts';
import type { Database } from './schema/schema.ts';

/**
 * Many values as one parameter, so that a statement has the same words for one row as for
 * thousands: it stays within both databases' limits (32,766 parameters on SQLite, 65,535 on
 * PostgreSQL), and is built and prepared once.
 */

/** For `where column in ${listOf(…)}`. */
export function listOf(db: Database, values: readonly string[]): RawBuilder<string> {
  const json = JSON.stringify(values);
  return isPostgres(db)
    ? sql`(select json_array_elements_text(${json}::json))`
    : sql`(select value from json_each(${json}))`;
}

export type Cell = string | number | null;

/**
 * For `from ${rowsOf(…)}`: the cells of a row are `given.value ->> 0`, `given.value ->> 1` …;
 * numbers want a cast.
 */
export function rowsOf(db: Database, rows: readonly (readonly Cell[])[]): RawBuilder<unknown> {
  const json = JSON.stringify(rows);
  return isPostgres(db)
    ? sql`json_array_elements(${json}::json) as given(value)`
    : sql`json_each(${json}) as given`;
}

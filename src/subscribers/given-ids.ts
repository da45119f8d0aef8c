import { isPublicId, newPublicId } from '../base/public-id.ts';
import { listOf } from '../storage/json-rows.ts';
import type { Database } from '../storage/schema/schema.ts';

/** The public ids of a row that another Broadsheet exported, where it has any. */
export interface ExportedIds {
  readonly person?: string;
  readonly subscription?: string;
}

/**
 * Begins an id with a letter, which keeps spreadsheets from reading one of digits as a number and
 * rounding it.
 */
const LETTERS = { person: 'p', subscription: 's' } as const;

/** Writes an id as it stands in an export. */
export function exportedId(kind: keyof ExportedIds, id: string): string {
  return LETTERS[kind] + id;
}

/** Reads the ids in a row's two cells; what is not an id is none. */
export function exportedIds(person: string, subscription: string): ExportedIds {
  const read = (kind: keyof ExportedIds, text: string) => {
    const id = text.startsWith(LETTERS[kind]) ? text.slice(1) : '';
    return isPublicId(id) ? { [kind]: id } : {};
  };
  return { ...read('person', person), ...read('subscription', subscription) };
}

/**
 * Returns an id for each of the rows that are about to be written: the one it comes with, where
 * nobody has it here and no row before it in the list, otherwise a new one. So an id never passes
 * from one reader to another.
 */
export async function givenIds(
  db: Database,
  table: 'subscribers' | 'subscriptions',
  wanted: readonly (string | undefined)[],
): Promise<string[]> {
  const asked = wanted.filter((id) => id !== undefined);
  const taken =
    asked.length === 0
      ? []
      : await db.selectFrom(table).select('public_id').where('public_id', 'in', listOf(db, asked)).execute();
  const used = new Set(taken.map((row) => row.public_id));
  return wanted.map((id) => {
    if (id === undefined || used.has(id)) return newPublicId();
    used.add(id);
    return id;
  });
}

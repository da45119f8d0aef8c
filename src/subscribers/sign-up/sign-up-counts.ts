import type { Database } from '../../storage/schema/schema.ts';

/** A count in one hour, which is numbered since 1970. */
export interface Count {
  readonly scope: string;
  readonly period: number;
  readonly count: number;
}

/** Networks and domains are nobody's name, but neither are they ours to keep. */
const KEPT_HOURS = 48;
/** Hashes of mailboxes: as long as what was sent to them matters. */
export const MAILBOX_KEPT_HOURS = 30 * 24;

/**
 * Adds to counts; returns what each is then, by `period scope`. In order of their names, so that no
 * two processes wait for each other in a circle.
 */
export async function increase(db: Database, rows: readonly Count[]): Promise<ReadonlyMap<string, number>> {
  if (rows.length === 0) return new Map();
  const sorted = rows.toSorted((a, b) =>
    a.scope < b.scope ? -1 : a.scope > b.scope ? 1 : a.period - b.period,
  );
  const counted = await db
    .insertInto('sign_up_counts')
    .values(sorted)
    .onConflict((conflict) =>
      conflict
        .columns(['scope', 'period'])
        .doUpdateSet((eb) => ({ count: eb('sign_up_counts.count', '+', eb.ref('excluded.count')) })),
    )
    .returning(['scope', 'period', 'count'])
    .execute();
  return new Map(counted.map((row) => [`${row.period} ${row.scope}`, Number(row.count)]));
}

export async function forgetCounts(db: Database, hour: number): Promise<void> {
  await db
    .deleteFrom('sign_up_counts')
    .where('period', '<', hour - KEPT_HOURS)
    .where((row) =>
      row.or([row('scope', 'not like', 'mailbox:%'), row('period', '<', hour - MAILBOX_KEPT_HOURS)]),
    )
    .execute();
}

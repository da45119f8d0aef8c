import type { Database } from '../../storage/schema/schema.ts';

/** A form's stamp, and what came with it. */
export interface Stamped {
  readonly stamp: string;
  /** A hash over the stamp and everything that was filled in. */
  readonly form: string;
  readonly now: number;
}

/**
 * `first`: the stamp was never used. `same`: this very form came before, by a double click or
 * "back". `spent`: another one did.
 */
export type StampUse = 'first' | 'same' | 'spent';

/**
 * Notes stamps as used and says of each, in their order, whether it was before; of two that arrive
 * at once one is first, whichever process has them. A form without a stamp is first.
 */
export async function spendStamps(
  db: Database,
  forms: readonly (Stamped | undefined)[],
): Promise<readonly StampUse[]> {
  const stamped = [...new Map(forms.flatMap((one) => (one ? [[one.stamp, one] as const] : []))).values()];
  if (stamped.length === 0) return forms.map(() => 'first');
  const inserted = await db
    .insertInto('used_stamps')
    .values(
      stamped
        // The first of those in one batch that share a stamp.
        .map(({ stamp }) => forms.find((one) => one?.stamp === stamp) as Stamped)
        .map(({ stamp, form, now }) => ({ stamp, form, used_at: now }))
        .toSorted((a, b) => (a.stamp < b.stamp ? -1 : 1)),
    )
    .onConflict((conflict) => conflict.column('stamp').doNothing())
    .returning('stamp')
    .execute();
  const fresh = new Set(inserted.map(({ stamp }) => stamp));
  const known = await db
    .selectFrom('used_stamps')
    .select(['stamp', 'form'])
    .where(
      'stamp',
      'in',
      stamped.map(({ stamp }) => stamp),
    )
    .execute();
  const formOf = new Map(known.map(({ stamp, form }) => [stamp, form]));
  return forms.map((one) => {
    if (!one || fresh.delete(one.stamp)) return 'first';
    return formOf.get(one.stamp) === one.form ? 'same' : 'spent';
  });
}

/**
 * Takes it back, in the same transaction: a form that was asked to work or wait comes again with
 * its stamp.
 */
export async function keepStamps(db: Database, stamps: readonly string[]): Promise<void> {
  if (stamps.length > 0) await db.deleteFrom('used_stamps').where('stamp', 'in', stamps).execute();
}

/** Forgets those that are too old to be taken anyway. */
export async function forgetStamps(db: Database, before: number): Promise<void> {
  await db.deleteFrom('used_stamps').where('used_at', '<', before).execute();
}

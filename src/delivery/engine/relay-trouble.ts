import type { Database } from '../../storage/schema/schema.ts';

/**
 * A relay that cannot be used, as the process that sends last found it. Times are UTC milliseconds.
 */
export interface RelayTrouble {
  readonly since: number;
  readonly lastError: string;
  readonly lastTriedAt: number;
}

/** The one that `SMTP_URL` names. */
const NAME = 'main';

/** Undefined while the relay can be used, as far as anybody has tried. */
export async function relayTrouble(db: Database): Promise<RelayTrouble | undefined> {
  const row = await db.selectFrom('relays').selectAll().where('name', '=', NAME).executeTakeFirst();
  if (!row || row.down_since === null) return undefined;
  return { since: row.down_since, lastError: row.last_error, lastTriedAt: row.last_tried_at };
}

/** Writes down that a connection failed. */
export async function noteRelayDown(db: Database, reason: string, now: number): Promise<void> {
  await db
    .insertInto('relays')
    .values({ name: NAME, down_since: now, last_error: reason, last_tried_at: now })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet(({ fn, ref, val }) => ({
        down_since: fn.coalesce(ref('relays.down_since'), val(now)),
        last_error: reason,
        last_tried_at: now,
      })),
    )
    .execute();
}

/** Writes down that one succeeded. */
export async function noteRelayUp(db: Database): Promise<void> {
  await db
    .updateTable('relays')
    .set({ down_since: null })
    .where('name', '=', NAME)
    .where('down_since', 'is not', null)
    .execute();
}

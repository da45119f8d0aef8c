import type { Tables } from './migration-tools.ts';

/** Adds the relay's state, as the sending processes see it, for processes that only look. */
export async function relayTrouble(db: Tables): Promise<void> {
  await db.schema
    .createTable('relays')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('down_since', 'bigint')
    .addColumn('last_error', 'text', (c) => c.notNull())
    .addColumn('last_tried_at', 'bigint', (c) => c.notNull())
    .execute();
}

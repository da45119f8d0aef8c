import { index, type Tables, withId } from './migration-tools.ts';

/**
 * Adds self-service for readers: language, change of address, reasons for leaving; and limits on
 * sign-up floods.
 */
export async function selfService(db: Tables): Promise<void> {
  await db.schema.alterTable('subscribers').addColumn('language', 'text').execute();
  await db.schema.alterTable('subscribers').addColumn('time_zone', 'text').execute();
  await db.schema.alterTable('subscriptions').addColumn('left_because', 'text').execute();
  await withId(db, db.schema.createTable('address_changes'))
    .addColumn('subscriber_id', 'bigint', (c) => c.notNull().references('subscribers.id').onDelete('cascade'))
    .addColumn('subscription_id', 'bigint', (c) => c.notNull())
    .addColumn('new_email', 'text', (c) => c.notNull())
    .addColumn('asked_at', 'bigint', (c) => c.notNull())
    .addColumn('old_confirmed_at', 'bigint')
    .addColumn('new_confirmed_at', 'bigint')
    .addColumn('done_at', 'bigint')
    .execute();
  await index(db, 'address_changes', ['subscriber_id']);
  await db.schema
    .createTable('sign_up_counts')
    .addColumn('scope', 'text', (c) => c.notNull())
    .addColumn('period', 'bigint', (c) => c.notNull())
    .addColumn('count', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('sign_up_counts_pk', ['scope', 'period'])
    .execute();
  await db.schema
    .createTable('imports')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('newsletter_id', 'text', (c) => c.notNull())
    .addColumn('file', 'text', (c) => c.notNull())
    .addColumn('rows_done', 'bigint', (c) => c.notNull())
    .addColumn('counts', 'text', (c) => c.notNull())
    .addColumn('started_at', 'bigint', (c) => c.notNull())
    .addColumn('finished_at', 'bigint')
    .execute();
}

import { index, type Tables } from './migration-tools.ts';

/** Adds protection against list bombing, and letters about several subscriptions. */
export async function signUpAbuse(db: Tables): Promise<void> {
  await db.schema
    .createTable('used_stamps')
    .addColumn('stamp', 'text', (c) => c.primaryKey())
    .addColumn('form', 'text', (c) => c.notNull())
    .addColumn('used_at', 'bigint', (c) => c.notNull())
    .execute();
  await index(db, 'used_stamps', ['used_at']);
  await db.schema
    .createTable('letter_subscriptions')
    .addColumn('delivery_id', 'bigint', (c) => c.notNull().references('deliveries.id').onDelete('cascade'))
    .addColumn('subscription_id', 'bigint', (c) =>
      c.notNull().references('subscriptions.id').onDelete('cascade'),
    )
    .addPrimaryKeyConstraint('letter_subscriptions_pk', ['delivery_id', 'subscription_id'])
    .execute();
  await index(db, 'letter_subscriptions', ['subscription_id']);
}

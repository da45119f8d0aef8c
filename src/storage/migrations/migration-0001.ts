import { sql } from 'kysely';
import { index, type Tables, withId } from './migration-tools.ts';

/** Creates the base tables: articles, subscribers, editions, the ledger. */
export async function foundation(db: Tables): Promise<void> {
  await articleTables(db);
  await subscriberTables(db);
  await editionTables(db);
  await ledgerTables(db);
}

async function articleTables(db: Tables): Promise<void> {
  await db.schema
    .createTable('newsletters')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('known_since', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('sources')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('etag', 'text')
    .addColumn('last_modified', 'text')
    .addColumn('checked_at', 'bigint', (c) => c.notNull())
    .addColumn('succeeded_at', 'bigint')
    .addColumn('last_error', 'text')
    .execute();
  await withId(db, db.schema.createTable('articles'))
    .addColumn('link', 'text', (c) => c.notNull().unique())
    .addColumn('source_id', 'text', (c) => c.notNull())
    .addColumn('story_id', 'bigint')
    .addColumn('headline', 'text', (c) => c.notNull())
    .addColumn('standfirst', 'text', (c) => c.notNull())
    .addColumn('paragraphs', 'text', (c) => c.notNull())
    .addColumn('author', 'text', (c) => c.notNull())
    .addColumn('categories', 'text', (c) => c.notNull())
    .addColumn('tags', 'text', (c) => c.notNull())
    .addColumn('picture_url', 'text')
    .addColumn('picture_alt', 'text', (c) => c.notNull())
    .addColumn('picture_caption', 'text', (c) => c.notNull())
    .addColumn('language', 'text', (c) => c.notNull())
    .addColumn('published_at', 'bigint', (c) => c.notNull())
    .addColumn('first_seen_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .addColumn('withdrawn_at', 'bigint')
    .execute();
  await index(db, 'articles', ['published_at']);
}

async function subscriberTables(db: Tables): Promise<void> {
  await withId(db, db.schema.createTable('subscribers'))
    .addColumn('email', 'text', (c) => c.notNull())
    .addColumn('email_key', 'text', (c) => c.notNull().unique())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('paused_until', 'bigint')
    .execute();
  await withId(db, db.schema.createTable('subscriptions'))
    .addColumn('subscriber_id', 'bigint', (c) => c.notNull().references('subscribers.id').onDelete('cascade'))
    .addColumn('newsletter_id', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('sections', 'text')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('confirmed_at', 'bigint')
    .addColumn('unsubscribed_at', 'bigint')
    .addColumn('confirmation_asked_at', 'bigint')
    .addUniqueConstraint('subscriptions_once', ['subscriber_id', 'newsletter_id'])
    .execute();
  await index(db, 'subscriptions', ['newsletter_id', 'id']);
  await withId(db, db.schema.createTable('consents'))
    .addColumn('subscription_id', 'bigint', (c) =>
      c.notNull().references('subscriptions.id').onDelete('cascade'),
    )
    .addColumn('act', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('origin', 'text', (c) => c.notNull())
    .addColumn('wording', 'text', (c) => c.notNull())
    .execute();
  await index(db, 'consents', ['subscription_id']);
  await db.schema
    .createTable('suppressions')
    .addColumn('email_hash', 'text', (c) => c.primaryKey())
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .execute();
}

async function editionTables(db: Tables): Promise<void> {
  await db.schema
    .createTable('editions')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('newsletter_id', 'text', (c) => c.notNull())
    .addColumn('slot', 'bigint', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('as_of', 'bigint', (c) => c.notNull())
    .addColumn('composed_at', 'bigint', (c) => c.notNull())
    .addColumn('content', 'text')
    .addColumn('reason', 'text')
    .addColumn('candidates', 'bigint')
    .addColumn('finished_at', 'bigint')
    .addUniqueConstraint('editions_one_per_slot', ['newsletter_id', 'slot'])
    .execute();
  await db.schema
    .createTable('edition_stories')
    .addColumn('edition_id', 'text', (c) => c.notNull().references('editions.id').onDelete('cascade'))
    .addColumn('bit', 'integer', (c) => c.notNull())
    .addColumn('story_id', 'bigint', (c) => c.notNull())
    .addColumn('article_id', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('edition_stories_pk', ['edition_id', 'bit'])
    .execute();
  await index(db, 'edition_stories', ['story_id']);
  await withId(db, db.schema.createTable('variants'))
    .addColumn('edition_id', 'text', (c) => c.notNull().references('editions.id').onDelete('cascade'))
    .addColumn('selection', 'text', (c) => c.notNull())
    .addColumn('mail', 'text')
    .addUniqueConstraint('variants_once', ['edition_id', 'selection'])
    .execute();
}

async function ledgerTables(db: Tables): Promise<void> {
  await withId(db, db.schema.createTable('deliveries'))
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('edition_id', 'text')
    .addColumn('variant_id', 'bigint')
    .addColumn('subscription_id', 'bigint')
    .addColumn('email', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('priority', 'integer', (c) => c.notNull())
    .addColumn('attempt_count', 'integer', (c) => c.notNull())
    .addColumn('next_attempt_at', 'bigint', (c) => c.notNull())
    .addColumn('claimed_by', 'text')
    .addColumn('lease_until', 'bigint')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('settled_at', 'bigint')
    .addColumn('detail', 'text')
    // One edition reaches one subscription once; rows without an edition are confirmations and the like.
    .addUniqueConstraint('deliveries_once', ['edition_id', 'subscription_id'])
    .execute();
  // What is due is a thin slice of a table that only grows: the index holds that slice alone.
  await sql`create index deliveries_due on deliveries (priority, next_attempt_at, id) where state in ('waiting', 'deferred')`.execute(
    db,
  );
  await sql`create index deliveries_held on deliveries (lease_until) where state in ('claimed', 'transmitting')`.execute(
    db,
  );
  await index(db, 'deliveries', ['edition_id', 'state']);
  await index(db, 'deliveries', ['subscription_id']);
  await db.schema
    .createTable('exclusions')
    .addColumn('edition_id', 'text', (c) => c.notNull())
    .addColumn('subscription_id', 'bigint', (c) => c.notNull())
    .addColumn('reason', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('exclusions_pk', ['edition_id', 'subscription_id'])
    .execute();
  await withId(db, db.schema.createTable('attempts'))
    .addColumn('delivery_id', 'bigint', (c) => c.notNull().references('deliveries.id').onDelete('cascade'))
    .addColumn('number', 'integer', (c) => c.notNull())
    .addColumn('outcome', 'text', (c) => c.notNull())
    .addColumn('phase', 'text', (c) => c.notNull())
    .addColumn('reply', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .execute();
  await index(db, 'attempts', ['delivery_id']);
}

import { sql } from 'kysely';
import { index, type Tables, withId } from './migration-tools.ts';

/** Adds personal digests: readers' choices, stories, and the sizes that pictures were cut to. */
export async function personal(db: Tables): Promise<void> {
  // Rendered mails are kept squeezed from here on; they are made again when they are wanted.
  await sql`update variants set mail = null`.execute(db);
  await db.schema
    .alterTable('subscribers')
    .addColumn('mutes', 'text', (c) => c.notNull().defaultTo('[]'))
    .execute();
  await db.schema
    .alterTable('subscriptions')
    .addColumn('frequency', 'text', (c) => c.notNull().defaultTo('every'))
    .execute();
  await db.schema
    .alterTable('articles')
    .addColumn('chapter', 'bigint', (c) => c.notNull().defaultTo(0))
    .execute();
  await index(db, 'articles', ['story_id']);
  // Which story an edition told is read off its articles, so that a split or a merge counts for what was sent before it.
  await db.schema.dropIndex('edition_stories_by_story_id').execute();
  await db.schema.alterTable('edition_stories').dropColumn('story_id').execute();
  await index(db, 'edition_stories', ['article_id']);
  await withId(db, db.schema.createTable('story_decisions'))
    .addColumn('article_id', 'bigint', (c) => c.notNull())
    .addColumn('other_article_id', 'bigint', (c) => c.notNull())
    .addColumn('verdict', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .execute();
  await index(db, 'story_decisions', ['article_id']);
  await db.schema
    .createTable('tag_decisions')
    .addColumn('article_id', 'bigint', (c) => c.primaryKey())
    .addColumn('tags', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('pictures')
    .addColumn('url', 'text', (c) => c.primaryKey())
    .addColumn('cuts', 'text')
    .addColumn('reason', 'text')
    .addColumn('checked_at', 'bigint', (c) => c.notNull())
    .execute();
}

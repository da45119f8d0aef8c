import { sql } from 'kysely';
import { index, isSqlite, type Tables, withId } from './migration-tools.ts';

/**
 * Adds the studio: accounts, drafts, holds, approvals, skipped slots, pulled stories, corrections.
 */
export async function studio(db: Tables): Promise<void> {
  await editorTables(db);
  await draftTables(db);
  await mailTables(db);
  await sourceTables(db);
}

async function editorTables(db: Tables): Promise<void> {
  await withId(db, db.schema.createTable('editors'))
    .addColumn('email', 'text', (c) => c.notNull())
    .addColumn('email_key', 'text', (c) => c.notNull().unique())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('password_hash', 'text', (c) => c.notNull())
    .addColumn('password_given', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('sessions')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('editor_id', 'bigint', (c) => c.references('editors.id').onDelete('cascade'))
    .addColumn('password_mark', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('seen_at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.alterTable('newsletters').addColumn('paused_at', 'bigint').execute();
  await db.schema.alterTable('newsletters').addColumn('paused_by', 'text').execute();
}

async function draftTables(db: Tables): Promise<void> {
  await db.schema
    .alterTable('editions')
    .addColumn('revision', 'integer', (c) => c.notNull().defaultTo(0))
    .execute();
  for (const column of ['desk_since', 'reminded_at', 'held_at', 'approved_at', 'send_at'])
    await db.schema.alterTable('editions').addColumn(column, 'bigint').execute();
  await db.schema.alterTable('editions').addColumn('approved_revision', 'integer').execute();
  for (const column of ['held_by', 'approved_by', 'corrects'])
    await db.schema.alterTable('editions').addColumn(column, 'text').execute();
  await db.schema.alterTable('edition_stories').addColumn('pulled_at', 'bigint').execute();
  await db.schema
    .createTable('edition_revisions')
    .addColumn('edition_id', 'text', (c) => c.notNull().references('editions.id').onDelete('cascade'))
    .addColumn('revision', 'integer', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('editor', 'text', (c) => c.notNull())
    .addColumn('what', 'text', (c) => c.notNull())
    .addColumn('touches', 'text', (c) => c.notNull())
    .addColumn('content', 'text')
    .addColumn('back', 'integer')
    .addColumn('forward', 'integer')
    .addColumn('beside', 'text')
    .addPrimaryKeyConstraint('edition_revisions_pk', ['edition_id', 'revision'])
    .execute();
  // Without a reference to its edition: a slot that is skipped and comes back has none for a while.
  await withId(db, db.schema.createTable('edition_acts'))
    .addColumn('edition_id', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('editor', 'text', (c) => c.notNull())
    .addColumn('what', 'text', (c) => c.notNull())
    .execute();
  await index(db, 'edition_acts', ['edition_id']);
}

async function mailTables(db: Tables): Promise<void> {
  await db.schema.alterTable('deliveries').addColumn('regards', 'text').execute();
  await db.schema.alterTable('deliveries').addColumn('mail', 'text').execute();
  await sql`create index deliveries_by_regards on deliveries (regards) where regards is not null`.execute(db);
  // What servers said about an edition, among the hundreds of thousands that went well at once.
  await sql`create index deliveries_amiss on deliveries (edition_id) where attempt_count > 1 or (attempt_count = 1 and state <> 'accepted')`.execute(
    db,
  );
  await variantsByLanguage(db);
}

async function sourceTables(db: Tables): Promise<void> {
  await db.schema.alterTable('sources').addColumn('last_report', 'text').execute();
  // How much a source brings and how regularly, without reading the articles themselves.
  await index(db, 'articles', ['source_id', 'first_seen_at']);
  await index(db, 'articles', ['source_id', 'published_at']);
}

/**
 * PostgreSQL exchanges the constraint; SQLite cannot, so the rows move to a new table, under their
 * old ids.
 */
async function variantsByLanguage(db: Tables): Promise<void> {
  const once = ['edition_id', 'selection', 'language'] as const;
  if (!isSqlite(db)) {
    await db.schema
      .alterTable('variants')
      .addColumn('language', 'text', (c) => c.notNull().defaultTo(''))
      .execute();
    await db.schema.alterTable('variants').dropConstraint('variants_once').execute();
    await db.schema
      .alterTable('variants')
      .addUniqueConstraint('variants_once', [...once])
      .execute();
    return;
  }
  await sql`alter table variants rename to variants_before`.execute(db);
  await withId(db, db.schema.createTable('variants'))
    .addColumn('edition_id', 'text', (c) => c.notNull().references('editions.id').onDelete('cascade'))
    .addColumn('selection', 'text', (c) => c.notNull())
    .addColumn('language', 'text', (c) => c.notNull().defaultTo(''))
    .addColumn('mail', 'text')
    .addUniqueConstraint('variants_once', [...once])
    .execute();
  await sql`insert into variants (id, edition_id, selection, mail) select id, edition_id, selection, mail from variants_before`.execute(
    db,
  );
  await db.schema.dropTable('variants_before').execute();
}

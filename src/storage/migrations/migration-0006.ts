import type { Tables } from './migration-tools.ts';

/**
 * Adds the address that readers get beside the link that tells articles apart, and the pictures to
 * try after the first.
 */
export async function candidates(db: Tables): Promise<void> {
  await db.schema
    .alterTable('articles')
    .addColumn('address', 'text', (c) => c.notNull().defaultTo(''))
    .execute();
  await db.schema
    .alterTable('articles')
    .addColumn('other_pictures', 'text', (c) => c.notNull().defaultTo('[]'))
    .execute();
}

import type { Tables } from './migration-tools.ts';

/**
 * The moments of an article whose time names no zone, for newsletters of several zones that share
 * its folder.
 */
export async function zonedArticles(db: Tables): Promise<void> {
  await db.schema.alterTable('articles').addColumn('moments', 'text').execute();
}

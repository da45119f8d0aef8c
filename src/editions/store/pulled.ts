import { sql } from 'kysely';
import type { Database } from '../../storage/schema/schema.ts';
import type { EditionContent } from '../edition.ts';
import { bitOf, NOTHING, type Selection } from '../selection.ts';
import { readContent } from './kept-content.ts';
import { SENT_STATES } from './kept-edition.ts';

/**
 * The stories that were taken out of editions after they had begun to go out, by edition; without
 * those that lost none.
 */
export async function pulledIn(
  db: Database,
  editionIds: readonly string[],
): Promise<ReadonlyMap<string, Selection>> {
  if (editionIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('edition_stories')
    .select(['edition_id', 'bit'])
    .where('edition_id', 'in', editionIds)
    .where('pulled_at', 'is not', null)
    .execute();
  const pulled = new Map<string, Selection>();
  for (const row of rows) pulled.set(row.edition_id, (pulled.get(row.edition_id) ?? NOTHING) | bitOf(row));
  return pulled;
}

/** Returns the moments at which stories of an edition were taken out, by article. */
export async function pulledMoments(db: Database, editionId: string): Promise<ReadonlyMap<number, number>> {
  const rows = await db
    .selectFrom('edition_stories')
    .select(['article_id', 'pulled_at'])
    .where('edition_id', '=', editionId)
    .execute();
  return new Map(
    rows.flatMap(({ article_id, pulled_at }) => (pulled_at === null ? [] : [[article_id, pulled_at]])),
  );
}

/** Returns words that change whenever a story is taken out of any edition. */
export async function pulledStamp(db: Database): Promise<string> {
  const { n, last } = await db
    .selectFrom('edition_stories')
    .select([db.fn.countAll<number>().as('n'), db.fn.max('pulled_at').as('last')])
    .where('pulled_at', 'is not', null)
    .executeTakeFirstOrThrow();
  return `${n} ${last}`;
}

/**
 * Writes down that a story is out; returns its headline. Undefined when the edition never went out,
 * or never told it.
 */
export async function takeOut(
  db: Database,
  { editionId, articleId }: { readonly editionId: string; readonly articleId: number },
  now: number,
): Promise<string | undefined> {
  const edition = await db
    .selectFrom('editions')
    .select(['content', 'state'])
    .where('id', '=', editionId)
    .where('state', 'in', SENT_STATES)
    .executeTakeFirst();
  const row = await db
    .updateTable('edition_stories')
    .set((story) => ({ pulled_at: story.fn.coalesce('pulled_at', sql<number>`${now}`) }))
    .where('edition_id', '=', edition ? editionId : '')
    .where('article_id', '=', articleId)
    .returning('article_id')
    .executeTakeFirst();
  const content = row && readContent(edition?.content);
  return content && (content.stories.find((story) => story.articleId === articleId)?.headline ?? '');
}

/** Returns the stories of an edition by article, with their places in its selections. */
export function placesIn(
  db: Database,
  editionId: string,
): Promise<{ readonly bit: number; readonly articleId: number }[]> {
  return db
    .selectFrom('edition_stories')
    .select(['bit', 'article_id as articleId'])
    .where('edition_id', '=', editionId)
    .execute();
}

/** An edition as it may still be shown to anybody: without the stories that were taken out. */
export function leftOf(content: EditionContent, gone: Selection = NOTHING): EditionContent {
  if (gone === NOTHING) return content;
  return { ...content, stories: content.stories.filter((story) => (bitOf(story) & gone) === NOTHING) };
}

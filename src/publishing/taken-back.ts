import { shorten } from '../base/one-line.ts';
import type { Finding } from '../checks/finding.ts';
import type { Edition } from '../editions/edition.ts';
import type { Database } from '../storage/schema.ts';

/**
 * Finds the stories of an edition whose article its source has taken back since: the file is gone or has become a draft, or
 * its date was moved ahead. Each finding names its story, so that the edition goes without it. A correction tells what
 * became of an article, and is let be.
 * @param now UTC milliseconds.
 */
export async function takenBack(db: Database, { content }: Edition, now: number): Promise<Finding[]> {
  const ids = content.stories.map(({ articleId }) => articleId);
  if (content.corrects !== undefined || ids.length === 0) return [];
  const rows = await db
    .selectFrom('articles')
    .select(['id', 'withdrawn_at', 'published_at'])
    .where('id', 'in', ids)
    .where(({ or, eb }) => or([eb('withdrawn_at', 'is not', null), eb('published_at', '>', now)]))
    .execute();
  const changed = new Map(rows.map((row) => [row.id, row]));
  return content.stories.flatMap(({ articleId, headline, publishedAt }): Finding[] => {
    const row = changed.get(articleId);
    // What was dated ahead when it was let in waits with the edition; only a later date takes it back.
    if (!row || (row.withdrawn_at === null && row.published_at <= publishedAt)) return [];
    const what = row.withdrawn_at === null ? 'now waits for a later date' : 'was taken back by its source';
    return [
      {
        check: 'stories',
        severity: 'blocking',
        says: `The article of “${shorten(headline, 60)}” ${what}`,
        where: { part: 'html', story: headline, articleId },
        mend: 'Take the story out of the draft, or publish its article again.',
      },
    ];
  });
}

import { type ArticleRow, momentsOf } from '../../articles/article-row.ts';
import { unsettledAmong } from '../../articles/article-store.ts';
import { inZone } from '../../articles/zoned.ts';
import { shorten } from '../../base/text/one-line.ts';
import type { Finding } from '../../checks/finding.ts';
import type { NewsletterConfig } from '../../config/newsletters.ts';
import type { Edition } from '../../editions/edition.ts';
import type { Database } from '../../storage/schema/schema.ts';

/**
 * Finds the stories of an edition whose article its source has taken back since: the file is gone
 * or has become a draft, or its date was moved ahead. Each finding names its story, so that the
 * edition goes without it. A correction tells what became of an article, and is let be.
 * @param newsletter by its clock an article waits, or has expired.
 * @param now UTC milliseconds.
 */
export async function takenBack(
  db: Database,
  { content }: Edition,
  { time_zone: zone }: Pick<NewsletterConfig, 'time_zone'>,
  now: number,
): Promise<Finding[]> {
  const ids = content.stories.map(({ articleId }) => articleId);
  if (content.corrects !== undefined || ids.length === 0) return [];
  const rows = await unsettledAmong(db, ids, now);
  const changed = new Map(rows.map((row) => [row.id, momentOf(row, zone)]));
  return content.stories.flatMap(({ articleId, headline, publishedAt }): Finding[] => {
    const moment = changed.get(articleId);
    // What was dated ahead when it was let in waits with the edition; only a later date takes it back.
    if (moment === undefined || (moment !== 'gone' && moment <= Math.max(publishedAt, now))) return [];
    const what = moment === 'gone' ? 'was withdrawn by its source' : 'now waits for a later date';
    return [
      {
        check: 'stories',
        severity: 'blocking',
        says: `The article of “${shorten(headline, 60)}” ${what}`,
        where: { part: 'html', story: headline, articleId },
        mend: 'Leave the story out, or publish its article again.',
      },
    ];
  });
}

type Row = Pick<ArticleRow, 'withdrawn_at' | 'published_at' | 'moments'>;

function momentOf(row: Row, timeZone: string): number | 'gone' {
  if (row.withdrawn_at !== null) return 'gone';
  return inZone({ publishedAt: row.published_at, ...momentsOf(row) }, timeZone)?.publishedAt ?? 'gone';
}

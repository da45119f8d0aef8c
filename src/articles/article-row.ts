import type { Selectable } from 'kysely';
import type { ArticleTable } from '../storage/schema/schema-articles.ts';
import type { Article, Picture } from './article.ts';
import type { Moments } from './zoned.ts';

export type ArticleRow = Selectable<ArticleTable>;

/** An article as it is kept, from its row. */
export function articleOf(row: ArticleRow): Article {
  return {
    id: row.id,
    sourceId: row.source_id,
    storyId: row.story_id ?? row.id,
    chapter: row.chapter,
    link: row.link,
    address: row.address || row.link,
    headline: row.headline,
    standfirst: row.standfirst,
    paragraphs: listFrom(row.paragraphs),
    author: row.author,
    categories: listFrom(row.categories),
    tags: listFrom(row.tags),
    picture: row.picture_url
      ? { url: row.picture_url, alt: row.picture_alt, caption: row.picture_caption }
      : null,
    otherPictures: JSON.parse(row.other_pictures) as Picture[],
    language: row.language,
    publishedAt: row.published_at,
    ...momentsOf(row),
    firstSeenAt: row.first_seen_at,
    ...(row.leads_since === null ? {} : { leadsSince: row.leads_since }),
  };
}

/** Returns the article's times by the clocks of several zones, where these differ. */
export function momentsOf({ moments }: Pick<ArticleRow, 'moments'>): { moments?: Moments } {
  return moments === null ? {} : { moments: JSON.parse(moments) as Moments };
}

function listFrom(json: string): string[] {
  const list: unknown = JSON.parse(json);
  return Array.isArray(list) ? list.map(String) : [];
}

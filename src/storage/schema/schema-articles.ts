import type { Generated } from 'kysely';
import type { Fixed } from '../fixed.ts';

export interface SourceTable {
  id: Fixed<string>;
  etag: string | null;
  last_modified: string | null;
  checked_at: number;
  succeeded_at: number | null;
  /** JSON: the code of why it could not be read, see `articles/sources/source-failure.ts`. */
  last_error: string | null;
  /**
   * JSON: what was found when it last had something to say, see `articles/sources/source-store.ts`;
   * null before.
   */
  last_report: string | null;
}

export interface ArticleTable {
  id: Generated<number>;
  /**
   * The canonical link, with the guid where several share one: what makes two sightings one
   * article.
   */
  link: Fixed<string>;
  /** Address that readers are sent to, as its editor wrote it; empty where it equals the link. */
  address: Generated<string>;
  source_id: string;
  story_id: number | null;
  /**
   * 0 for the news itself, one more for every real development of it: `(story, chapter)` is never
   * repeated to a reader.
   */
  chapter: Generated<number>;
  headline: string;
  standfirst: string;
  /** JSON: paragraphs of plain text. */
  paragraphs: string;
  author: string;
  /** JSON: names as the source gives them. */
  categories: string;
  /** JSON: sensitive subjects, such as `baby-loss`. */
  tags: string;
  picture_url: string | null;
  picture_alt: string;
  picture_caption: string;
  /** JSON: further candidates, tried in turn where the picture cannot be cut. */
  other_pictures: Generated<string>;
  language: string;
  /** The earliest of `moments`, where there are several. */
  published_at: number;
  /**
   * JSON: when it is published by the clock of each zone, see `articles/zoned.ts`; null where that
   * is one moment.
   */
  moments: string | null;
  first_seen_at: Fixed<number>;
  /**
   * Since when an editor wants its story told with it; of several in one story the last word
   * counts. Null where nobody said so.
   */
  leads_since: number | null;
  updated_at: number;
  /**
   * Time its file disappeared from a folder: no edition from then on includes it. Null while it is
   * there.
   */
  withdrawn_at: number | null;
}

/**
 * An editor's word that two articles tell one story, or two. Only ever added to; the last word
 * about a pair counts.
 */
export interface StoryDecisionTable {
  id: Generated<number>;
  article_id: Fixed<number>;
  other_article_id: Fixed<number>;
  verdict: Fixed<'same' | 'different'>;
  at: Fixed<number>;
}

/** An editor's word on an article's sensitive subjects, instead of what the rules say. */
export interface TagDecisionTable {
  article_id: Fixed<number>;
  /** JSON: may be empty. */
  tags: string;
  at: number;
}

/** Result of fetching and cutting a picture; fetched again only after a failure. */
export interface PictureTable {
  /** URL as the article names it: an http(s) address or `media:<file>`. */
  url: Fixed<string>;
  /** JSON: the cuts, see `articles/pictures/pictures.ts`; null where it could not be used. */
  cuts: string | null;
  /** JSON: the code of why it could not be used, see `articles/pictures/picture-fault.ts`. */
  reason: string | null;
  checked_at: number;
}

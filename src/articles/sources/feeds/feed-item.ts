import type { FeedText } from './feed-fields.ts';
import type { PictureCandidate } from './feed-pictures.ts';

/**
 * One entry of a feed of any format, its texts as the feed gives them: decoded once, perhaps HTML,
 * not yet clean.
 */
export interface FeedItem {
  readonly title: FeedText;
  /** In order of preference, not yet resolved or checked. */
  readonly links: readonly string[];
  /** Identifier from its publisher; empty where it has none. */
  readonly guid: string;
  /** Base address of relative links. */
  readonly base: string;
  /**
   * The page of the whole feed: a link that every entry may share. Empty where the feed does not
   * say.
   */
  readonly home: string;
  readonly summary: string;
  readonly content: string;
  /** Base address of pictures in the text; undefined where that is the entry's own page. */
  readonly contentBase: string | undefined;
  readonly author: string;
  readonly categories: readonly string[];
  /** In order of preference. */
  readonly dates: readonly string[];
  readonly pictures: readonly PictureCandidate[];
  readonly language: string;
  /** The feed breaks off in the middle of it. */
  readonly isCut: boolean;
}

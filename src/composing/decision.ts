import type { Article } from '../articles/article.ts';
import type { PictureFault } from '../articles/pictures/picture-fault.ts';

/** The place that an article has in an edition, and what is to be said of it there. */
export interface InReason {
  readonly code: 'leads' | 'in';
  /** The section's title. */
  readonly section: string;
  /** It goes on from what was told before. */
  readonly update: boolean;
  /** Fault of its picture, for an article told without it. */
  readonly withoutPicture?: PictureFault;
}

/**
 * No section takes an article, or only one of shopping and fun that its subjects have no place in.
 */
export type NoSection =
  | { readonly code: 'no-section' }
  | { readonly code: 'light-section'; readonly section: string; readonly tags: readonly string[] };

/**
 * Reasons for which an article is not in an edition; `composing/decision-words.ts` says each in a
 * sentence.
 */
export type OutReason =
  | NoSection
  | { readonly code: 'refused'; readonly because: string }
  | { readonly code: 'not-published-yet' }
  | { readonly code: 'too-old'; readonly hours: number }
  /** Its story was told, or it was there already, when that edition was made. */
  | { readonly code: 'told' | 'not-newer'; readonly edition: string }
  | { readonly code: 'same-story'; readonly headline: string }
  | { readonly code: 'edition-full'; readonly stories: number }
  | { readonly code: 'section-full'; readonly section: string; readonly stories: number }
  | { readonly code: 'enough-from-source'; readonly source: string; readonly stories: number };

/** Reason that an article is in the edition, or out of it. */
export type Decision =
  | { readonly article: Article; readonly in: true; readonly reason: InReason }
  | { readonly article: Article; readonly in: false; readonly reason: OutReason };

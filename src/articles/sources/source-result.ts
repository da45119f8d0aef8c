import type { CollectedArticle, Refusal, Validators } from '../article.ts';
import type { SourceFailure } from './source-failure.ts';

/** One source's answer. A failure is data: it is reported and never stops the other sources. */
export type SourceResult =
  | {
      readonly kind: 'collected';
      readonly articles: readonly CollectedArticle[];
      readonly refused: readonly Refusal[];
      readonly validators: Validators;
    }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'failed'; readonly reason: SourceFailure };

import { saysSomething } from '../../base/text/visible.ts';
import type { CollectedArticle, Refusal } from '../article.ts';

/**
 * Parts what a source hands over into articles and refusals: a headline of joiners, fillers,
 * combining marks or punctuation alone is none, whatever its source calls it.
 */
export function readable(offered: readonly CollectedArticle[]): {
  readonly articles: readonly CollectedArticle[];
  readonly refused: readonly Refusal[];
} {
  return {
    articles: offered.filter(({ headline }) => saysSomething(headline)),
    refused: offered.filter(({ headline }) => !saysSomething(headline)).map(refusalOf),
  };
}

function refusalOf({ link }: CollectedArticle): Refusal {
  return {
    what: link,
    reason: 'its headline shows nothing that can be read',
    mend: 'Give it a headline with letters or digits in it.',
  };
}

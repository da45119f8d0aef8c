import type { Article } from '../articles/article.ts';

/**
 * Returns true where a story is told with the one article rather than the other: an editor's choice
 * comes before the rules.
 */
export function outweighs(one: Article, other: Article): boolean {
  const [ours, theirs] = [chosenOver(one, other), chosenOver(other, one)];
  return ours === theirs ? precedence(one) > precedence(other) : ours > theirs;
}

/**
 * Returns the time an editor preferred an article over another; 0 where they did not, or could not
 * know of a later development.
 */
function chosenOver({ leadsSince = 0, chapter }: Article, other: Article): number {
  return other.chapter <= chapter || other.firstSeenAt <= leadsSince ? leadsSince : 0;
}

/** A later chapter outweighs everything; then a picture, then a standfirst. */
function precedence(article: Article): number {
  return article.chapter * 4 + (article.picture ? 2 : 0) + (article.standfirst ? 1 : 0);
}

/**
 * Returns the chapter that a story is told in: an article that an editor chose tells the later ones
 * with it.
 */
export function chapterTold(article: Article, others: readonly Article[]): number {
  if (article.leadsSince === undefined) return article.chapter;
  return Math.max(article.chapter, ...others.map(({ chapter }) => chapter));
}

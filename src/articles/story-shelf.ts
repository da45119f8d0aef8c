import type { Article } from './article.ts';
import { type Comparison, compareStories } from './story.ts';
import { StoryCorpus } from './story-corpus.ts';
import { traitsOf } from './story-traits.ts';

/** An article that tells the same event as another, and how much speaks for it. */
export interface Match {
  readonly article: Article;
  readonly comparison: Comparison;
}

/**
 * The articles a new one may share its story with, to be found by the words they lead with: comparing it with every one of
 * two thousand would take longer than all the rest of collecting.
 */
export class StoryShelf {
  readonly corpus = new StoryCorpus();
  readonly #articles = new Map<number, Article>();
  /** Ids by the words of headline and standfirst. */
  readonly #ids = new Map<string, number[]>();

  has(id: number): boolean {
    return this.#articles.has(id);
  }

  add(article: Article): void {
    this.#articles.set(article.id, article);
    this.corpus.add(article);
    for (const word of leadWords(article)) {
      const ids = this.#ids.get(word);
      if (ids) ids.push(article.id);
      else this.#ids.set(word, [article.id]);
    }
  }

  /** The best match; of equals the one seen first. Undefined where nothing tells the same event. */
  bestMatch(article: Article): Match | undefined {
    let best: Match | undefined;
    for (const candidate of this.#candidates(article)) {
      const comparison = compareStories(article, candidate, this.corpus);
      if (comparison.same && (!best || comparison.score > best.comparison.score))
        best = { article: candidate, comparison };
    }
    return best;
  }

  /** Those that lead with at least one of its words, in the order of their ids. */
  #candidates(article: Article): Article[] {
    const ids = new Set([...leadWords(article)].flatMap((word) => this.#ids.get(word) ?? []));
    return [...ids].sort((a, b) => a - b).flatMap((id) => this.#articles.get(id) ?? []);
  }

  /** All articles of a story that are on the shelf. */
  ofStory(storyId: number): Article[] {
    return [...this.#articles.values()].filter((article) => article.storyId === storyId);
  }
}

function leadWords(article: Article): string[] {
  return [...traitsOf(article).words].filter(([, { place }]) => place !== 'opening').map(([word]) => word);
}

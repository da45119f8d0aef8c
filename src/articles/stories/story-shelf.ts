import { type Comparison, compareStories, STORY_WINDOW_MS } from './story.ts';
import { StoryCorpus } from './story-corpus.ts';
import { type StoryText, traitsOf } from './story-traits.ts';

/** Article as the shelf knows it. */
export type Shelved = StoryText & { readonly id: number };

/** An article that tells the same event as another, and how much speaks for it. */
export interface Match<Text> {
  readonly article: Text;
  readonly comparison: Comparison;
}

/**
 * An article is compared with so many others at most: those that share most of the words it leads
 * with, rare ones first.
 */
export const MOST_COMPARISONS = 64;
/**
 * To find them, so many entries are looked at: the words that fewest articles lead with come first.
 */
export const MOST_ENTRIES = 2_000;

/**
 * The articles a new one may share its story with, to be found by the words they lead with:
 * comparing it with every one of two thousand would take longer than all the rest of collecting.
 */
export class StoryShelf<Text extends Shelved = Shelved> {
  readonly corpus = new StoryCorpus();
  readonly #articles = new Map<number, Text>();
  /** Articles by the words of headline and standfirst. */
  readonly #byWord = new Map<string, Text[]>();

  get size(): number {
    return this.#articles.size;
  }

  get all(): Text[] {
    return [...this.#articles.values()];
  }

  add(article: Text): void {
    this.#articles.set(article.id, article);
    this.corpus.add(article);
    for (const word of leadWords(article)) {
      const others = this.#byWord.get(word);
      if (others) others.push(article);
      else this.#byWord.set(word, [article]);
    }
  }

  /** The best match; of equals the one seen first. Undefined where nothing tells the same event. */
  bestMatch(article: Shelved, candidates = this.candidates(article)): Match<Text> | undefined {
    let best: Match<Text> | undefined;
    for (const candidate of candidates) {
      const comparison = compareStories(article, candidate, this.corpus);
      if (comparison.same && (!best || comparison.score > best.comparison.score))
        best = { article: candidate, comparison };
    }
    return best;
  }

  /**
   * Returns the articles to compare with, in the order of their ids: each has a word of its lead,
   * and appeared near it in time.
   */
  candidates(article: Shelved): Text[] {
    const lists = leadWords(article)
      .map((word) => this.#byWord.get(word) ?? [])
      .toSorted((one, other) => one.length - other.length);
    const weights = new Map<Text, number>();
    let entries = 0;
    for (const list of lists) {
      const room = MOST_ENTRIES - entries;
      // The newest, where there is not room for all.
      for (const other of list.slice(-room)) {
        if (Math.abs(other.publishedAt - article.publishedAt) <= STORY_WINDOW_MS)
          weights.set(other, (weights.get(other) ?? 0) + 1 / list.length);
      }
      entries += Math.min(list.length, room);
      if (entries >= MOST_ENTRIES) break;
    }
    return [...weights]
      .sort(([, one], [, other]) => other - one)
      .slice(0, MOST_COMPARISONS)
      .map(([other]) => other)
      .sort((one, other) => one.id - other.id);
  }
}

function leadWords(article: Shelved): string[] {
  return [...traitsOf(article).words].filter(([, { place }]) => place !== 'opening').map(([word]) => word);
}

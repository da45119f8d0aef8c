import { MINUTE_MS } from '../../base/clock.ts';
import { BoundedAside } from '../../base/processes/bounded-aside.ts';
import type { Article } from '../article.ts';
import { type Shelved, StoryShelf } from './story-shelf.ts';
import { LEAD_LENGTH, OPENING_LENGTH, OPENING_PARAGRAPHS } from './story-traits.ts';

/**
 * Finds, among the articles it was given, the one whose event a new article tells. Which story that
 * article belongs to is the database's to say.
 */
export interface StoryMatcher {
  /** True where it was given the article. */
  has(id: number): boolean;
  /**
   * @returns false where it has lost what it was given: then it has to be given everything again.
   */
  add(articles: readonly Article[]): Promise<boolean>;
  /**
   * The id of the best match of each article, in order; each is a match for those behind it.
   * @returns undefined where it has lost what it was given.
   */
  match(articles: readonly Article[]): Promise<readonly (number | null)[] | undefined>;
  /** Lets go of everything it was given: some of it may not be in the database after all. */
  forget(): void;
}

/** Returns the parts of an article that comparing needs. */
export function shelved({ id, headline, standfirst, paragraphs, publishedAt, language }: Article): Shelved {
  return {
    id,
    headline: headline.slice(0, LEAD_LENGTH),
    standfirst: standfirst.slice(0, LEAD_LENGTH),
    paragraphs: paragraphs.slice(0, OPENING_PARAGRAPHS).map((text) => text.slice(0, OPENING_LENGTH)),
    publishedAt,
    language,
  };
}

/**
 * The best match of each article among those on the shelf and before it; all are on the shelf
 * afterwards.
 */
export function matchAll(shelf: StoryShelf, articles: readonly Shelved[]): (number | null)[] {
  return articles.map((article) => {
    const match = shelf.bestMatch(article)?.article.id ?? null;
    shelf.add(article);
    return match;
  });
}

/** In this process: for few articles. */
export class MatcherHere implements StoryMatcher {
  #shelf = new StoryShelf();
  #ids = new Set<number>();

  has(id: number): boolean {
    return this.#ids.has(id);
  }

  async add(articles: readonly Article[]): Promise<true> {
    for (const article of articles) {
      this.#ids.add(article.id);
      this.#shelf.add(shelved(article));
    }
    return true;
  }

  async match(articles: readonly Article[]): Promise<readonly (number | null)[]> {
    for (const { id } of articles) this.#ids.add(id);
    return matchAll(this.#shelf, articles.map(shelved));
  }

  forget(): void {
    this.#shelf = new StoryShelf();
    this.#ids = new Set();
  }
}

/** Request to the other process. */
export interface MatchTask {
  readonly kind: 'add' | 'match';
  /** Number of articles it must already have; with none it starts anew. */
  readonly has: number;
  readonly articles: readonly Shelved[];
}

/** `lost` where the process does not have what it was given: another one stands in its place. */
export type MatchAnswer =
  | { readonly kind: 'matched'; readonly matches: readonly (number | null)[] }
  | { readonly kind: 'lost' };

const DEADLINE_MS = MINUTE_MS;

/** In another process, so that comparing thousands of articles holds up nothing here. */
export class MatcherAside implements StoryMatcher {
  readonly #aside = new BoundedAside<MatchTask, MatchAnswer>(new URL('./story-aside.ts', import.meta.url));
  #ids = new Set<number>();

  has(id: number): boolean {
    return this.#ids.has(id);
  }

  async add(articles: readonly Article[]): Promise<boolean> {
    return (await this.#ask('add', articles)) !== undefined;
  }

  match(articles: readonly Article[]): Promise<readonly (number | null)[] | undefined> {
    return this.#ask('match', articles);
  }

  forget(): void {
    this.#ids = new Set();
  }

  get isRunning(): boolean {
    return this.#aside.isRunning;
  }

  /** Ends the other process. */
  close(): Promise<void> {
    return this.#aside.close();
  }

  async #ask(kind: MatchTask['kind'], articles: readonly Article[]) {
    const task = { kind, has: this.#ids.size, articles: articles.map(shelved) };
    for (const { id } of articles) this.#ids.add(id);
    const answer = await this.#aside.ask(task, DEADLINE_MS);
    if (answer.kind === 'done' && answer.result.kind === 'matched') return answer.result.matches;
    this.forget();
    return undefined;
  }
}

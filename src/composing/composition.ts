import type { Article } from '../articles/article.ts';
import { articlesBetween, articlesById } from '../articles/article-store.ts';
import type { PictureFault } from '../articles/pictures/picture-fault.ts';
import { DAY_MS } from '../base/clock.ts';
import type { NewsletterConfig, SourceConfig } from '../config/newsletters.ts';
import type { EditionStory } from '../editions/edition.ts';
import { leftOf, pulledIn } from '../editions/store/pulled.ts';
import { editionsBetween } from '../editions/store/sent-editions.ts';
import { previousEdition, type Told, toldStories } from '../editions/store/told-before.ts';
import type { Database } from '../storage/schema/schema.ts';
import type { Earlier } from './arrange.ts';
import { type ComposeInput, type Composition, compose } from './compose.ts';
import type { Decision } from './decision.ts';
import type { Illustrated } from './illustrate.ts';
import { endsWeek } from './schedule.ts';

export interface CompositionDeps {
  readonly db: Database;
  readonly sources: readonly SourceConfig[];
  /** The articles with their sensitive subjects, as rules or an editor have them. */
  readonly tagged: (articles: readonly Article[]) => Promise<readonly Article[]>;
  /** Fetches and cuts pictures: by article id, null for one that cannot be used. */
  readonly illustrate: (articles: readonly Article[]) => Promise<Illustrated>;
}

/**
 * Time around the edition within which articles are read, so that the explanation can name near
 * misses.
 */
const LOOK_AROUND_MS = 2 * DAY_MS;
const WEEK_MS = 7 * DAY_MS;
/** Longer than any story goes on being joined by new articles. */
const STORY_RUNS_MS = 28 * DAY_MS;
/** A picture that fails can bring another article forward, whose picture can fail. */
const MOST_ROUNDS = 4;

/**
 * Composes the edition of one slot, as of a given time; stores nothing but pictures.
 * @param refused articles to leave out, by id, with the reason.
 */
export async function composition(
  deps: CompositionDeps,
  newsletter: NewsletterConfig,
  slot: number,
  asOf: number,
  refused: ReadonlyMap<number, string> = new Map(),
): Promise<Composition> {
  const input = await composeInput(deps, newsletter, slot, asOf);
  const week = input.week?.filter(({ story }) => !refused.has(story.articleId));
  return illustrated(deps, { ...input, refused, ...(week && { week }) });
}

/** Gathers the input for composing one slot's edition, as of a given time. */
export async function composeInput(
  deps: Pick<CompositionDeps, 'db' | 'sources' | 'tagged'>,
  newsletter: NewsletterConfig,
  slot: number,
  asOf: number,
): Promise<ComposeInput> {
  const { db } = deps;
  const from = asOf - newsletter.max_age - LOOK_AROUND_MS;
  const found = await articlesBetween(db, {
    from,
    until: asOf + LOOK_AROUND_MS,
    sourceIds: newsletter.sources,
    timeZone: newsletter.time_zone,
  });
  return {
    newsletter,
    articles: await deps.tagged(found),
    asOf,
    previous: await previousEdition(db, newsletter.id, slot),
    told: await toldBefore(db, newsletter.id, slot, asOf),
    sourceNames: new Map(deps.sources.map((source) => [source.id, source.title ?? source.id])),
    ...(endsWeek(newsletter, slot) ? { week: await weekBefore(deps, newsletter.id, slot) } : {}),
  };
}

/**
 * Returns the stories that the newsletter's other editions told, by story id, as far back as a
 * story can still be told again.
 */
export function toldBefore(
  db: Database,
  newsletterId: string,
  slot: number,
  asOf: number,
): Promise<ReadonlyMap<number, Told>> {
  return toldStories(db, newsletterId, slot, asOf - STORY_RUNS_MS);
}

/**
 * Only what was chosen is fetched; a story whose picture fails is composed again as one that has
 * none.
 */
async function illustrated({ illustrate }: CompositionDeps, input: ComposeInput): Promise<Composition> {
  const refusals = new Map<string, PictureFault>();
  let articles = input.articles;
  for (let round = 1; ; round += 1) {
    const composed = compose({ ...input, articles });
    const wanting = composed.decisions
      .filter((one) => one.in && isUncut(one.article))
      .map((one) => one.article);
    if (wanting.length === 0)
      return { ...composed, decisions: composed.decisions.map(withRefusal(refusals)) };
    const { pictures, refused } =
      round < MOST_ROUNDS ? await illustrate(wanting) : { pictures: new Map(), refused: [] };
    for (const { headline, reason } of refused) refusals.set(headline, reason);
    const done = new Map(wanting.map(({ id }) => [id, pictures.get(id) ?? null]));
    articles = articles.map((article) => {
      const picture = done.get(article.id);
      return picture === undefined ? article : { ...article, picture };
    });
  }
}

/** A mail holds no picture that readers would fetch from somebody else's server. */
function isUncut({ picture }: Article): boolean {
  return picture !== null && !('cuts' in picture);
}

function withRefusal(refusals: ReadonlyMap<string, PictureFault>) {
  return (decision: Decision): Decision => {
    if (!decision.in) return decision;
    const withoutPicture = refusals.get(decision.article.headline);
    return withoutPicture ? { ...decision, reason: { ...decision.reason, withoutPicture } } : decision;
  };
}

/**
 * Returns the newsletter's stories of the seven days before a slot: each once, as it was last told.
 */
async function weekBefore(
  deps: Pick<CompositionDeps, 'db' | 'tagged'>,
  newsletterId: string,
  slot: number,
): Promise<Earlier[]> {
  const editions = await editionsBetween(deps.db, newsletterId, slot - WEEK_MS, slot);
  const pulled = await pulledIn(
    deps.db,
    editions.map(({ id }) => id),
  );
  const told = editions.flatMap(({ id, content }) =>
    content ? leftOf(content, pulled.get(id)).stories.filter((story) => !story.earlier) : [],
  );
  const standing = await articlesById(
    deps.db,
    told.map((story) => story.articleId),
  );
  const articles = new Map((await deps.tagged(standing)).map((article) => [article.id, article]));
  const newest = new Map<number, Earlier>();
  for (const story of told) {
    const article = articles.get(story.articleId);
    if (article && !newest.has(article.storyId))
      newest.set(article.storyId, { story: again(story, article), led: story.bit === 0 });
  }
  return [...newest.values()];
}

/** Returns a story as it was told, under the story and with the subjects its article has today. */
function again({ bit: _, ...story }: EditionStory, { storyId, chapter, tags }: Article): Earlier['story'] {
  return {
    ...story,
    storyId,
    chapter,
    tags: [...new Set([...story.tags, ...tags])],
    update: false,
    earlier: true,
  };
}

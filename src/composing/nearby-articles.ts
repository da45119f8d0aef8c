import type { Article } from '../articles/article.ts';
import { articlesBetween } from '../articles/article-store.ts';
import { inZone } from '../articles/zoned.ts';
import type { Clock } from '../base/clock.ts';
import type { NewsletterConfig, Newsletters } from '../config/newsletters.ts';
import type { EditionContent } from '../editions/edition.ts';
import { findEdition } from '../editions/store/edition-store.ts';
import { sentAmong, type Told } from '../editions/store/told-before.ts';
import type { Database } from '../storage/schema/schema.ts';
import { compose, storyFrom } from './compose.ts';
import { type CompositionDeps, composeInput } from './composition.ts';
import type { Decision, InReason, OutReason } from './decision.ts';

/** Reason that an article is in an edition made earlier, or not. */
export type NearbyReason =
  | OutReason
  | { readonly code: 'leads-edition' | 'in-edition' | 'left-out' }
  | { readonly code: 'in-section'; readonly section: string }
  /** The checks refused it. */
  | { readonly code: 'left-out-by-checks'; readonly because: string }
  /**
   * It came too late for the draft, or an editor's changes left it no place; composition would take
   * it now.
   */
  | { readonly code: 'came-late'; readonly place: InReason };

interface NearbyDeps extends CompositionDeps {
  readonly clock: Clock;
  readonly newsletters: Newsletters;
}

/** An article from the days of an edition, and how the edition stands to it. */
export interface NearbyArticle {
  readonly article: Article;
  /** `told`: another article tells its story. `dropped`: an editor took it out. */
  readonly standing: 'in' | 'told' | 'dropped' | 'out';
  readonly why: NearbyReason;
  /**
   * Can be let in; then `sectionId` is the section that takes it, or undefined where an editor has
   * to name one.
   */
  readonly mayCome: boolean;
  readonly sectionId: string | undefined;
  /** Earlier edition that told its story, and the point to which it did. */
  readonly told: Told | undefined;
  /** It came after what was told, so an editor may say that it goes on from there. */
  readonly mayUpdate: boolean;
}

/**
 * Every article around an edition, the newest first: in it or out, and why. The reasons are those
 * of composing it now, so what came since the draft was made is among them. Empty where there is no
 * such edition.
 */
export async function nearbyArticles(deps: NearbyDeps, id: string): Promise<NearbyArticle[]> {
  const edition = await findEdition(deps.db, id);
  const newsletter = deps.newsletters.get(edition?.newsletterId);
  const content = edition?.content;
  if (!content || !newsletter) return [];
  const now = deps.clock.now();
  const input = await composeInput(deps, newsletter, edition.slot, now);
  const { decisions } = compose(input);
  const { time_zone: zone } = newsletter;
  const sent = await sentAmong(
    deps.db,
    decisions.map(({ article }) => article.id),
  );
  return decisions.map((decision) => {
    const { article } = decision;
    const told = input.told.get(article.storyId);
    const standing = standingOf(article, content);
    if (standing)
      return { article, ...standing, mayCome: false, mayUpdate: false, sectionId: undefined, told };
    const story = storyFrom(input, article);
    const sectionId = 'code' in story ? undefined : story.sectionId;
    const mayCome = article.publishedAt <= now;
    const mayUpdate =
      mayCome &&
      told !== undefined &&
      !sent.has(article.id) &&
      mayGoOnFrom(inZone(told, zone) ?? told, article);
    return { article, standing: 'out', why: whyOut(decision), mayCome, mayUpdate, sectionId, told };
  });
}

/**
 * Counts the articles that the newsletter could tell and that came since its draft was composed.
 */
export async function cameSince(
  db: Database,
  { sources, max_age, time_zone: timeZone }: Pick<NewsletterConfig, 'sources' | 'max_age' | 'time_zone'>,
  { composedAt, content }: { readonly composedAt: number; readonly content: EditionContent },
  now: number,
): Promise<number> {
  const around = await articlesBetween(db, {
    from: composedAt - max_age,
    until: now + 1,
    sourceIds: sources,
    timeZone,
  });
  const known = new Set([...content.stories, ...(content.dropped ?? [])].map(({ articleId }) => articleId));
  return around.filter(
    ({ id, firstSeenAt, publishedAt }) => Math.max(firstSeenAt, publishedAt) > composedAt && !known.has(id),
  ).length;
}

/** Returns an article's place in the draft; undefined where the draft does not mention it. */
function standingOf(
  { id, storyId }: Article,
  { stories, sections, dropped = [] }: EditionContent,
): Pick<NearbyArticle, 'standing' | 'why'> | undefined {
  const story = stories.find(({ articleId }) => articleId === id);
  const section = sections.find((one) => one.id === story?.sectionId)?.title;
  if (story?.bit === 0) return { standing: 'in', why: { code: 'leads-edition' } };
  if (story)
    return { standing: 'in', why: section ? { code: 'in-section', section } : { code: 'in-edition' } };
  const left = dropped.find(({ articleId }) => articleId === id);
  if (left) {
    const { because } = left;
    const why =
      because === undefined
        ? ({ code: 'left-out' } as const)
        : { code: 'left-out-by-checks' as const, because };
    return { standing: 'dropped', why };
  }
  const same = stories.find((one) => one.storyId === storyId);
  return same && { standing: 'told', why: { code: 'same-story', headline: same.headline } };
}

/**
 * Reports whether an article may continue a told story: an older one cannot tell anything newer.
 */
function mayGoOnFrom(told: Told, { chapter, publishedAt }: Article): boolean {
  return chapter <= told.chapter && publishedAt > told.publishedAt;
}

function whyOut(decision: Decision): NearbyReason {
  return decision.in ? { code: 'came-late', place: decision.reason } : decision.reason;
}

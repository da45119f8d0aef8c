import type { Article } from '../articles/article.ts';
import { HOUR_MS } from '../base/clock.ts';
import { folded } from '../base/text/folded.ts';
import type { NewsletterConfig, SectionConfig } from '../config/newsletters.ts';
import { MAX_STORIES } from '../config/newsletters.ts';
import type { AlsoBy, EditionContent } from '../editions/edition.ts';
import type { PreviousEdition, Told } from '../editions/store/told-before.ts';
import { arrange, type Chosen, type Earlier } from './arrange.ts';
import type { Decision, NoSection, OutReason } from './decision.ts';
import { chapterTold, outweighs } from './telling.ts';

export interface ComposeInput {
  readonly newsletter: NewsletterConfig;
  readonly articles: readonly Article[];
  /** UTC milliseconds: what is newer does not exist yet. */
  readonly asOf: number;
  /** The last edition that was sent; undefined for the first. */
  readonly previous: PreviousEdition | undefined;
  /** Earlier edition that told a story, by story id, and the point to which it told it. */
  readonly told: ReadonlyMap<number, Told>;
  /** In the last edition of a week: what the earlier ones told. */
  readonly week?: readonly Earlier[];
  /** Names that readers know sources by; a source without one goes by its id. */
  readonly sourceNames?: ReadonlyMap<string, string>;
  /** Articles that the checks refused in this edition, by id: why. */
  readonly refused?: ReadonlyMap<number, string>;
}

export interface Composition {
  /** Undefined when there is nothing to tell: no stories, no edition. */
  readonly content: EditionContent | undefined;
  /** One for every article that was looked at, newest first. */
  readonly decisions: readonly Decision[];
}

interface Candidate {
  readonly article: Article;
  readonly section: SectionConfig;
  /** Tags of its story: as sensitive as the plainest words in any of its articles. */
  readonly tags: readonly string[];
}

type LeaveOut = (article: Article, reason: OutReason) => void;

/** More names than this say nothing more. */
const MOST_ALSO_BY = 3;

/** Pure: the same articles, rules and moment make the same edition. */
export function compose(input: ComposeInput): Composition {
  const newestFirst = input.articles.toSorted((a, b) => b.publishedAt - a.publishedAt || b.id - a.id);
  const decisions = new Map<Article, Decision>();
  const leaveOut: LeaveOut = (article, reason) => decisions.set(article, { article, in: false, reason });

  const candidates = candidatesAmong(newestFirst, input, leaveOut);
  const chosen = withinLimits(oneArticlePerStory(candidates, leaveOut), input.newsletter, leaveOut);
  const stories = chosen.map((one) => toStory(one, candidates, input));
  const content = arrange(input.newsletter, stories, input.week);
  const leadId = content?.stories[0]?.articleId;
  for (const { article, section } of chosen) {
    const code = article.id === leadId ? 'leads' : 'in';
    const reason = { code, section: section.title, update: input.told.has(article.storyId) } as const;
    decisions.set(article, { article, in: true, reason });
  }
  return { content, decisions: newestFirst.flatMap((article) => decisions.get(article) ?? []) };
}

/**
 * The story that an article would be, whatever speaks against it: in the section that is asked for,
 * else in the one whose rule takes it; else why there is none.
 */
export function storyFrom(input: ComposeInput, article: Article, sectionId?: string): Chosen | NoSection {
  const { sections } = input.newsletter;
  const tags = subjectsByStory([...input.articles, article]).get(article.storyId) ?? [];
  const section = sections.find(({ id }) => id === sectionId) ?? sectionFor(article, tags, sections);
  if ('code' in section) return section;
  const others = candidatesAmong(input.articles, input, () => undefined);
  return toStory({ article, section, tags }, others, input);
}

function candidatesAmong(articles: readonly Article[], input: ComposeInput, leaveOut: LeaveOut): Candidate[] {
  const subjects = subjectsByStory(articles);
  const candidates: Candidate[] = [];
  for (const article of articles) {
    const tags = subjects.get(article.storyId) ?? [];
    const reason = whyNot(article, input);
    const section = sectionFor(article, tags, input.newsletter.sections);
    if (reason) leaveOut(article, reason);
    else if ('code' in section) leaveOut(article, section);
    else candidates.push({ article, section, tags });
  }
  return candidates;
}

function whyNot(
  article: Article,
  { asOf, newsletter, previous, told, refused }: ComposeInput,
): OutReason | undefined {
  const because = refused?.get(article.id);
  if (because !== undefined) return { code: 'refused', because };
  if (article.publishedAt > asOf) return { code: 'not-published-yet' };
  if (article.publishedAt < asOf - newsletter.max_age)
    return { code: 'too-old', hours: Math.round(newsletter.max_age / HOUR_MS) };
  const before = told.get(article.storyId);
  if (before && article.chapter <= before.chapter) return { code: 'told', edition: before.editionId };
  // An article that reached us only after the previous edition looked is new, whatever date it carries.
  if (previous && article.publishedAt <= previous.asOf && article.firstSeenAt <= previous.composedAt)
    return { code: 'not-newer', edition: previous.id };
  return undefined;
}

function subjectsByStory(articles: readonly Article[]): Map<number, string[]> {
  const subjects = new Map<number, string[]>();
  for (const { storyId, tags } of articles)
    subjects.set(storyId, [...new Set([...(subjects.get(storyId) ?? []), ...tags])]);
  return subjects;
}

/**
 * The first section, in the order of the file, whose rule takes the article, or why there is none.
 * A section without a rule takes all; a light one takes nothing sensitive.
 */
export function sectionFor(
  article: Article,
  tags: readonly string[],
  sections: readonly SectionConfig[],
): SectionConfig | NoSection {
  const categories = new Set(article.categories.map(folded));
  const text = folded([article.headline, article.standfirst, ...(article.keywords ?? [])].join(' '));
  const taking = sections.filter(({ when }) => {
    const anything = when.source.length + when.category.length + when.keyword.length === 0;
    return (
      anything ||
      when.source.includes(article.sourceId) ||
      when.category.some((name) => categories.has(folded(name))) ||
      when.keyword.some((word) => hasWord(text, folded(word)))
    );
  });
  const [first] = taking;
  if (!first) return { code: 'no-section' };
  const fitting = taking.find(({ light }) => !light || tags.length === 0);
  return fitting ?? { code: 'light-section', section: first.title, tags };
}

/**
 * Keeps one of several articles on one story: the furthest along, then the best presented, then the
 * newest.
 */
function oneArticlePerStory(candidates: readonly Candidate[], leaveOut: LeaveOut): Candidate[] {
  const best = new Map<number, Candidate>();
  for (const candidate of candidates) {
    const rival = best.get(candidate.article.storyId);
    if (!rival || outweighs(candidate.article, rival.article)) best.set(candidate.article.storyId, candidate);
  }
  return candidates.filter((candidate) => {
    const winner = best.get(candidate.article.storyId);
    if (winner === candidate) return true;
    leaveOut(candidate.article, { code: 'same-story', headline: winner?.article.headline ?? '' });
    return false;
  });
}

function withinLimits(
  candidates: readonly Candidate[],
  { limits }: NewsletterConfig,
  leaveOut: LeaveOut,
): Candidate[] {
  const perSource = new Map<string, number>();
  const perSection = new Map<string, number>();
  const chosen: Candidate[] = [];
  for (const candidate of candidates) {
    const { article, section } = candidate;
    const fromSource = perSource.get(article.sourceId) ?? 0;
    const inSection = perSection.get(section.id) ?? 0;
    const sectionLimit = section.limit ?? limits.per_section ?? MAX_STORIES;
    const sourceLimit = limits.per_source ?? MAX_STORIES;
    if (chosen.length >= limits.stories) leaveOut(article, { code: 'edition-full', stories: limits.stories });
    else if (inSection >= sectionLimit)
      leaveOut(article, { code: 'section-full', section: section.title, stories: sectionLimit });
    else if (fromSource >= sourceLimit)
      leaveOut(article, { code: 'enough-from-source', source: article.sourceId, stories: sourceLimit });
    else {
      perSource.set(article.sourceId, fromSource + 1);
      perSection.set(section.id, inSection + 1);
      chosen.push(candidate);
    }
  }
  return chosen;
}

function toStory(
  { article, section, tags }: Candidate,
  candidates: readonly Candidate[],
  { told, sourceNames }: ComposeInput,
): Chosen {
  const { storyId, headline, standfirst, address, picture, author, sourceId, publishedAt } = article;
  const others = candidates
    .map((one) => one.article)
    .filter((other) => other.storyId === storyId && other.id !== article.id);
  const chapter = chapterTold(article, others);
  return {
    articleId: article.id,
    storyId,
    chapter,
    sectionId: section.id,
    headline,
    standfirst,
    link: address,
    picture,
    author,
    sourceId,
    publishedAt,
    tags,
    // An editor can let in what was told already: nothing has happened since.
    update: chapter > (told.get(storyId)?.chapter ?? chapter),
    earlier: false,
    alsoBy: alsoBy(others, sourceId, sourceNames),
  };
}

/** The other sources, each once, with the article a reader would be sent to. */
function alsoBy(others: readonly Article[], own: string, names: ComposeInput['sourceNames']): AlsoBy[] {
  const bySource = new Map<string, AlsoBy>();
  for (const { sourceId, address } of others) {
    if (sourceId !== own && !bySource.has(sourceId))
      bySource.set(sourceId, { name: names?.get(sourceId) ?? sourceId, link: address });
  }
  return [...bySource.values()].slice(0, MOST_ALSO_BY);
}

function hasWord(text: string, word: string): boolean {
  const escaped = word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, 'u').test(text);
}

import type { Article } from '../articles/article.ts';
import type { NewsletterConfig, SectionConfig } from '../config/newsletters.ts';
import { MAX_STORIES } from '../config/newsletters.ts';
import type { EditionContent, EditionStory } from './edition.ts';

/** What an edition may look back on. */
export interface PreviousEdition {
  readonly id: string;
  readonly asOf: number;
  readonly composedAt: number;
}

export interface ComposeInput {
  readonly newsletter: NewsletterConfig;
  readonly articles: readonly Article[];
  /** UTC milliseconds: what is newer does not exist yet. */
  readonly asOf: number;
  /** The last edition that was sent; undefined for the first. */
  readonly previous: PreviousEdition | undefined;
  /** Which edition already told a story, by story id. */
  readonly told: ReadonlyMap<number, string>;
}

/** Why an article is in the edition, or out of it. */
export interface Decision {
  readonly article: Article;
  readonly in: boolean;
  readonly reason: string;
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
}

/** Pure: the same articles, rules and moment make the same edition. */
export function compose(input: ComposeInput): Composition {
  const newestFirst = input.articles.toSorted((a, b) => b.publishedAt - a.publishedAt || b.id - a.id);
  const decisions = new Map<Article, Decision>();
  const leaveOut = (article: Article, reason: string) =>
    decisions.set(article, { article, in: false, reason });

  const candidates: Candidate[] = [];
  for (const article of newestFirst) {
    const section = sectionFor(article, input.newsletter.sections);
    const reason = whyNot(article, input) ?? (section ? undefined : 'no section takes it');
    if (reason !== undefined || !section) leaveOut(article, reason ?? '');
    else candidates.push({ article, section });
  }
  const chosen = withinLimits(oneArticlePerStory(candidates, leaveOut), input.newsletter, leaveOut);
  for (const { article, section } of chosen)
    decisions.set(article, { article, in: true, reason: `in ${section.title}` });
  const lead = leadOf(chosen, input.newsletter.lead);
  if (lead)
    decisions.set(lead.article, {
      article: lead.article,
      in: true,
      reason: `leads the edition, from ${lead.section.title}`,
    });
  return {
    content: lead && contentOf(input.newsletter, lead, chosen),
    decisions: newestFirst.flatMap((article) => decisions.get(article) ?? []),
  };
}

function whyNot(article: Article, { asOf, newsletter, previous, told }: ComposeInput): string | undefined {
  if (article.publishedAt > asOf) return 'not published yet at that moment';
  if (article.publishedAt < asOf - newsletter.max_age)
    return `older than max_age (${Math.round(newsletter.max_age / 3_600_000)} h)`;
  const toldIn = told.get(article.storyId);
  if (toldIn) return `its story was told in ${toldIn}`;
  // An article that reached us only after the previous edition looked is new, whatever date it carries.
  if (previous && article.publishedAt <= previous.asOf && article.firstSeenAt <= previous.composedAt)
    return `not newer than the previous edition (${previous.id})`;
  return undefined;
}

/** The first section, in the order of the file, whose rule takes the article. A section without a rule takes all. */
function sectionFor(article: Article, sections: readonly SectionConfig[]): SectionConfig | undefined {
  const categories = new Set(article.categories.map(fold));
  const text = fold(`${article.headline} ${article.standfirst}`);
  return sections.find(({ when }) => {
    const anything = when.source.length + when.category.length + when.keyword.length === 0;
    return (
      anything ||
      when.source.includes(article.sourceId) ||
      when.category.some((name) => categories.has(fold(name))) ||
      when.keyword.some((word) => hasWord(text, fold(word)))
    );
  });
}

/** Of several articles that tell one story, the one with most to show: a picture, then a standfirst, then the newest. */
function oneArticlePerStory(
  candidates: readonly Candidate[],
  leaveOut: (article: Article, reason: string) => void,
): Candidate[] {
  const best = new Map<number, Candidate>();
  for (const candidate of candidates) {
    const rival = best.get(candidate.article.storyId);
    if (!rival || showing(candidate.article) > showing(rival.article))
      best.set(candidate.article.storyId, candidate);
  }
  return candidates.filter((candidate) => {
    const winner = best.get(candidate.article.storyId);
    if (winner === candidate) return true;
    leaveOut(candidate.article, `the same story as “${winner?.article.headline}”`);
    return false;
  });
}

function withinLimits(
  candidates: readonly Candidate[],
  { limits }: NewsletterConfig,
  leaveOut: (article: Article, reason: string) => void,
): Candidate[] {
  const perSource = new Map<string, number>();
  const perSection = new Map<string, number>();
  const chosen: Candidate[] = [];
  for (const candidate of candidates) {
    const { article, section } = candidate;
    const fromSource = perSource.get(article.sourceId) ?? 0;
    const inSection = perSection.get(section.id) ?? 0;
    const sectionLimit = section.limit ?? limits.per_section ?? MAX_STORIES;
    if (chosen.length >= limits.stories) leaveOut(article, `the edition is full (${limits.stories} stories)`);
    else if (inSection >= sectionLimit) leaveOut(article, `${section.title} is full (${sectionLimit})`);
    else if (fromSource >= (limits.per_source ?? MAX_STORIES))
      leaveOut(article, `enough from ${article.sourceId} (${limits.per_source})`);
    else {
      perSource.set(article.sourceId, fromSource + 1);
      perSection.set(section.id, inSection + 1);
      chosen.push(candidate);
    }
  }
  return chosen;
}

/**
 * The newest story that can carry the top of the page: nothing sensitive, with a picture and a standfirst if there is
 * one; from the sections the newsletter prefers, in their order, if they have one.
 */
function leadOf(chosen: readonly Candidate[], preferred: readonly string[]): Candidate | undefined {
  const calm = chosen.filter(({ article }) => article.tags.length === 0);
  const strong = calm.filter(({ article }) => article.picture && article.standfirst);
  const fromPreferred = preferred
    .map((id) => strong.find(({ section }) => section.id === id))
    .find((one) => one !== undefined);
  return fromPreferred ?? strong[0] ?? calm[0] ?? chosen[0];
}

function contentOf(
  newsletter: NewsletterConfig,
  lead: Candidate,
  chosen: readonly Candidate[],
): EditionContent {
  const bySection = newsletter.sections.flatMap((section) =>
    chosen.filter((one) => one.section === section && one !== lead),
  );
  const used = newsletter.sections.filter((section) => chosen.some((one) => one.section === section));
  return {
    title: newsletter.title,
    language: newsletter.language,
    sections: used.map(({ id, title }) => ({ id, title })),
    stories: [lead, ...bySection].map(toStory),
  };
}

function toStory({ article, section }: Candidate, bit: number): EditionStory {
  const { storyId, chapter, headline, standfirst, link, picture, author, sourceId, publishedAt, tags } =
    article;
  return {
    bit,
    articleId: article.id,
    storyId,
    sectionId: section.id,
    headline,
    standfirst,
    link,
    picture,
    author,
    sourceId,
    publishedAt,
    tags,
    chapter,
    update: false,
    earlier: false,
    alsoBy: [],
  };
}

function showing(article: Article): number {
  return (article.picture ? 2 : 0) + (article.standfirst ? 1 : 0);
}

function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

function hasWord(text: string, word: string): boolean {
  const escaped = word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, 'u').test(text);
}

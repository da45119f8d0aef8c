import { candidatesOf } from '../../articles/article.ts';
import { articlesOfStories, type BriefArticle, type StoredArticle } from '../../articles/article-search.ts';
import { type KnownPicture, knownPictures, likeliestPicture } from '../../articles/pictures/picture-store.ts';
import { pictureFaultWords } from '../../articles/sources/failure-words.ts';
import { type TaggedArticle, tagsWithReasons } from '../../articles/subjects/tag-decisions.ts';
import { inZone } from '../../articles/zoned.ts';
import { shorten } from '../../base/text/one-line.ts';
import type { NewsletterConfig } from '../../config/newsletters.ts';
import { SENT_STATES } from '../../editions/store/kept-edition.ts';
import { type Telling, tellingsOf } from '../../editions/store/told-before.ts';
import { mailLinks } from '../../outbound/site-links.ts';
import { nearbyWords } from '../board/nearby-words.ts';
import type { Studio } from '../studio-deps.ts';
import { distance, moment } from '../studio-words.ts';
import type { Known } from './articles-outlook.ts';

/** Facts for showing a few articles, looked up for all of them at once. */
interface Around {
  readonly tagged: ReadonlyMap<number, TaggedArticle>;
  readonly stories: ReadonlyMap<number, readonly BriefArticle[]>;
  readonly tellings: ReadonlyMap<number, readonly Telling[]>;
  readonly pictures: ReadonlyMap<string, KnownPicture>;
}

export type ArticleView = ReturnType<typeof viewOf>;

/** Articles as the list shows them. @param known how the next edition of `newsletter` stands to them. */
export async function articleViews(
  studio: Studio,
  articles: readonly StoredArticle[],
  newsletter: NewsletterConfig | undefined,
  known: Known | undefined,
): Promise<ArticleView[]> {
  const ids = articles.map(({ id }) => id);
  const urls = articles.flatMap(candidatesOf).map(({ url }) => url);
  const [tagged, stories, tellings, pictures] = await Promise.all([
    tagsWithReasons(studio.db, articles, studio.config.subjects),
    articlesOfStories(
      studio.db,
      articles.map(({ storyId }) => storyId),
    ),
    tellingsOf(studio.db, ids),
    knownPictures(studio.db, urls),
  ]);
  const around = {
    tagged: new Map(tagged.map((one) => [one.article.id, one])),
    stories,
    tellings,
    pictures,
  };
  return articles.map((article) => ({
    ...viewOf(studio, article, around),
    standing: newsletter && known ? standingView(studio, article, newsletter, known) : null,
  }));
}

function viewOf(studio: Studio, article: StoredArticle, around: Around) {
  const now = studio.clock.now();
  const { id, headline, standfirst, address } = article;
  const tellings = around.tellings.get(id) ?? [];
  return {
    id,
    href: `/studio/articles/${id}`,
    headline,
    standfirst,
    original: mailLinks(studio.publicUrl).article(address),
    source: nameOfSource(studio, article.sourceId),
    age: distance(article.publishedAt, now),
    iso: new Date(article.publishedAt).toISOString(),
    withdrawn: article.withdrawnAt === null ? '' : distance(article.withdrawnAt, now),
    picture: pictureView(article, around.pictures),
    others: (around.stories.get(article.storyId) ?? [])
      .filter((other) => other.id !== id)
      .map((other) => otherView(studio, other, article)),
    chapter: article.chapter,
    /** Reason that a choice of subjects was refused. */
    wrong: '',
    ...subjectsView(studio, around.tagged.get(id)),
    told: tellings
      .filter(({ state }) => SENT_STATES.includes(state))
      .map((telling) => tellingView(studio, telling)),
    drafts: tellings.filter(({ state }) => state === 'draft').map((telling) => tellingView(studio, telling)),
  };
}

/** Returns the name that readers know a source by. */
export function nameOfSource({ config }: Studio, id: string): string {
  return config.sources.find((source) => source.id === id)?.title ?? id;
}

function otherView(
  studio: Studio,
  { id, headline, sourceId, isWithdrawn }: BriefArticle,
  own: StoredArticle,
) {
  return {
    href: `/studio/articles/${id}`,
    headline,
    // Of its own source the name would say nothing.
    label: sourceId === own.sourceId ? `“${shorten(headline, 40)}”` : nameOfSource(studio, sourceId),
    isWithdrawn,
  };
}

/** A picture that nobody looked at yet is fetched and cut when it comes into view. */
function pictureView(article: StoredArticle, known: Around['pictures']) {
  const picture = likeliestPicture(article, known);
  if (!picture) return null;
  const cut = known.get(picture.url);
  if (!cut) return { src: `/studio/articles/${article.id}/picture`, refused: '' };
  if (!cut.ok) return { src: '', refused: pictureFaultWords(cut.reason) };
  return { src: mediaPath(cut.cuts.thumb.url), refused: '' };
}

/** `media:<file>` as a path of the site. */
export function mediaPath(url: string): string {
  return url.replace(/^media:/, '/media/');
}

/** Its sensitive subjects, who says so, and all there are to choose from. */
function subjectsView({ config }: Studio, tagged: TaggedArticle | undefined) {
  const has = new Map((tagged?.tags ?? []).map(({ subject, because }) => [subject, because]));
  const titles = new Map(config.subjects.map(({ id, title }) => [id, title]));
  const own = [...has.keys()].filter((id) => !titles.has(id));
  const all = [...titles.keys(), ...own];
  return {
    decided: tagged?.decided ?? false,
    subjects: [...has].map(([id, because]) => ({ title: titles.get(id) ?? id, because })),
    choices: all.map((id) => ({ id, title: titles.get(id) ?? id, checked: has.has(id) })),
  };
}

function tellingView(studio: Studio, { editionId, newsletterId, slot, isPulled }: Telling) {
  const newsletter = studio.newsletters.get(newsletterId);
  return {
    href: `/studio/editions/${editionId}`,
    newsletter: newsletter?.title ?? newsletterId,
    moment: moment(slot, newsletter?.time_zone ?? 'UTC', studio.clock.now()),
    isPulled,
  };
}

const UNKNOWN: Readonly<Record<Extract<Known, string>, string>> = {
  pending: 'the edition is being worked out; refresh in a moment',
  failed: 'the edition could not be worked out; see the log',
  none: 'no upcoming edition',
};

const LABELS = { in: 'In', out: 'Out', open: 'Not known' } as const;

/** Returns whether it is in the next edition, and the reason. */
export function standingView(
  studio: Studio,
  article: StoredArticle,
  newsletter: NewsletterConfig,
  known: Known,
) {
  const { title } = newsletter;
  const standing = (mark: keyof typeof LABELS, why: string) => ({
    mark,
    label: LABELS[mark],
    newsletter: title,
    why,
  });
  if (article.withdrawnAt !== null) return standing('out', 'it was withdrawn');
  if (!newsletter.sources.includes(article.sourceId)) return standing('out', 'it does not use this source');
  if (typeof known === 'string') return standing('open', UNKNOWN[known]);
  const prospect = known.of.get(article.id);
  const now = studio.clock.now();
  if (prospect)
    return standing(prospect.isIn ? 'in' : 'out', nearbyWords(prospect.why, newsletter.time_zone, now));
  const there = inZone(article, newsletter.time_zone);
  if (!there) return standing('out', 'it has expired');
  if (there.publishedAt > now)
    return standing('out', `not published yet: due ${distance(there.publishedAt, now)}`);
  const isOld = there.publishedAt < now - newsletter.max_age;
  return standing('out', isOld ? 'too old' : 'it arrived after the edition was last worked out');
}

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { candidatesOf } from '../../articles/article.ts';
import { type StoredArticle, searchArticles, storedArticles } from '../../articles/article-search.ts';
import { knownPictures, likeliestPicture } from '../../articles/pictures/picture-store.ts';
import { pictureFaultWords } from '../../articles/sources/failure-words.ts';
import { storyNeighbours, type ToldArticle } from '../../articles/stories/story-list.ts';
import { inZone } from '../../articles/zoned.ts';
import { DAY_MS } from '../../base/clock.ts';
import { languageTag, writingOf } from '../../base/text/language.ts';
import { oneLine } from '../../base/text/one-line.ts';
import type { Studio } from '../studio-deps.ts';
import { sendPage } from '../studio-page.ts';
import { distance, moment } from '../studio-words.ts';
import { type ArticleRoute, readId } from './articles-filter.ts';
import type { NextEditions } from './articles-outlook.ts';
import { articleViews, mediaPath, nameOfSource, standingView } from './articles-view.ts';

const FOUND_TO_MERGE = 8;
/** A story that runs longer goes on as a new one: what is further away is no part of it. */
const STORY_RUNS_MS = 14 * DAY_MS;

/** One article with its whole text, where it stands, its story and what became of it. */
export function articlePage(scope: FastifyInstance, studio: Studio, next: NextEditions): void {
  scope.get<ArticleRoute>('/studio/articles/:id', async (request, reply) => {
    const [article] = await storedArticles(studio.db, [readId(request.params.id)]);
    return article ? sendArticle(studio, next, request, reply, article) : reply.callNotFound();
  });
}

/** Subjects that an editor ticked and may not give, and why not. */
export interface RefusedSubjects {
  readonly ticked: readonly string[];
  readonly wrong: string;
}

/** Sends an article's page. @param refused shown in its form as it was sent. */
export async function sendArticle(
  studio: Studio,
  next: NextEditions,
  request: FastifyRequest<ArticleRoute>,
  reply: FastifyReply,
  article: StoredArticle,
  refused?: RefusedSubjects,
): Promise<FastifyReply> {
  const { query } = request;
  const text = typeof query.with === 'string' ? oneLine(query.with).slice(0, 200) : '';
  const [view] = await articleViews(studio, [article], undefined, undefined);
  const values = {
    pageTitle: article.headline,
    styles: ['article-list.css'],
    article: {
      ...view,
      ...(view && refused && asTicked(view.choices, refused)),
      here: `/studio/articles/${article.id}`,
      isChanged: query.did === String(article.id),
    },
    paragraphs: article.paragraphs,
    writing: article.language && {
      language: languageTag(article.language),
      direction: writingOf(article.language).direction,
    },
    facts: factsOf(studio, article),
    picture: await pictureOf(studio, article),
    standings: await standingsOf(studio, next, article),
    history: historyOf(studio, article),
    story: await storyView(studio, article, text),
  };
  return sendPage(studio, request, reply, 'article-page', values, refused ? 422 : 200);
}

function asTicked<Choice extends { readonly id: string }>(
  choices: readonly Choice[],
  { ticked, wrong }: RefusedSubjects,
) {
  return { wrong, choices: choices.map((one) => ({ ...one, checked: ticked.includes(one.id) })) };
}

function factsOf(studio: Studio, { author, sourceId, categories, language }: StoredArticle) {
  const facts = [
    ['Source', nameOfSource(studio, sourceId)],
    ['By', author],
    ['Categories', categories.join(', ')],
    ['Language', language],
  ] as const;
  return facts.filter(([, value]) => value !== '').map(([name, value]) => ({ name, value }));
}

/** Returns its picture as an edition would have it, or the reason that none could be used. */
async function pictureOf({ db }: Studio, article: StoredArticle) {
  const all = await knownPictures(
    db,
    candidatesOf(article).map(({ url }) => url),
  );
  const picture = likeliestPicture(article, all);
  if (!picture) return null;
  const known = all.get(picture.url);
  const { alt, caption } = picture;
  if (known && !known.ok) return { src: '', alt, caption, refused: pictureFaultWords(known.reason) };
  const src = known ? mediaPath(known.cuts.card.url) : `/studio/articles/${article.id}/picture`;
  return { src, alt, caption, refused: '' };
}

async function standingsOf(studio: Studio, next: NextEditions, article: StoredArticle) {
  const using = studio.newsletters.filter(({ sources }) => sources.includes(article.sourceId));
  return Promise.all(
    using.map(async (newsletter) => standingView(studio, article, newsletter, await next.of(newsletter))),
  );
}

/** Returns its history, in order. */
function historyOf(studio: Studio, article: StoredArticle) {
  const { firstSeenAt, updatedAt, withdrawnAt } = article;
  const zone = studio.newsletters[0]?.time_zone ?? 'UTC';
  const { publishedAt } = inZone(article, zone) ?? article;
  const events = [
    { what: 'Published', at: publishedAt },
    { what: 'First seen here', at: firstSeenAt },
    ...(updatedAt > firstSeenAt ? [{ what: 'Text last changed', at: updatedAt }] : []),
    ...(withdrawnAt === null ? [] : [{ what: 'Withdrawn: its file is gone', at: withdrawnAt }]),
  ];
  return events.map(({ what, at }) => ({
    what,
    when: moment(at, zone, studio.clock.now()),
    ago: distance(at, studio.clock.now()),
    iso: new Date(at).toISOString(),
  }));
}

/**
 * Returns the articles on the same story, those that come near it, and those that an editor's
 * search found.
 */
async function storyView(studio: Studio, article: StoredArticle, text: string) {
  const { told, near } = await storyNeighbours(studio.db, article);
  const member = (one: ToldArticle) => ({
    ...lineOf(studio, one.article),
    why: one.why,
    isThis: one.article.id === article.id,
    chapter: one.article.chapter,
  });
  const found = text
    ? (
        await searchArticles(
          studio.db,
          { text, from: article.publishedAt - STORY_RUNS_MS },
          { before: undefined, limit: FOUND_TO_MERGE, sift: async (all) => all.filter(isOther(article)) },
        )
      ).articles
    : [];
  return {
    told: told.map(member),
    several: told.length > 1,
    near: near.map(member),
    text,
    found: found.map((one) => lineOf(studio, one)),
  };
}

function isOther({ storyId }: StoredArticle): (other: StoredArticle) => boolean {
  return (other) => other.storyId !== storyId;
}

function lineOf(studio: Studio, { id, headline, sourceId, publishedAt }: ToldArticle['article']) {
  return {
    id,
    href: `/studio/articles/${id}`,
    headline,
    source: nameOfSource(studio, sourceId),
    age: distance(publishedAt, studio.clock.now()),
  };
}

import type { FastifyInstance } from 'fastify';
import { oneLine } from '../../base/text/one-line.ts';
import { type NearbyArticle, nearbyArticles } from '../../composing/nearby-articles.ts';
import { type Draft, findDraft } from '../../editions/store/draft-store.ts';
import type { EditionRoute, Studio } from '../studio-deps.ts';
import { pageContext, sendPage } from '../studio-page.ts';
import { count, distance, moment } from '../studio-words.ts';
import { nameOfSource } from './board-panel.ts';
import { addressOf, asValue } from './board-stories.ts';
import { nearbyWords } from './nearby-words.ts';
import { toldWords } from './told-words.ts';

interface ArticlesRoute extends EditionRoute {
  Querystring: {
    /** Words that the headline or the source has. */
    readonly q?: string;
    readonly show?: string;
    /** Only the list: for the board, which holds it. */
    readonly part?: string;
  };
}

const SHOWS = [
  { id: 'out', name: 'Left out', has: ['out', 'dropped'] },
  { id: 'in', name: 'In the edition', has: ['in', 'told'] },
  { id: 'all', name: 'All', has: ['in', 'told', 'out', 'dropped'] },
] as const;

const STANDINGS: Readonly<Record<NearbyArticle['standing'], string>> = {
  in: 'In',
  told: 'Merged',
  dropped: 'Left out',
  out: 'Out',
};

/** Every article around an edition: in it or out, why, and those that can still come. */
export function articlesRoute(scope: FastifyInstance, studio: Studio): void {
  scope.get<ArticlesRoute>('/studio/editions/:id/articles', async (request, reply) => {
    const draft = await findDraft(studio.db, request.params.id);
    if (!draft?.content) return reply.callNotFound();
    const values = {
      pageTitle: 'Articles around an edition',
      styles: ['board.css'],
      ...editionTitle(studio, draft),
      ...(await articlesView(studio, draft, request.query)),
    };
    if (!request.query.part) return sendPage(studio, request, reply, 'board-articles', values);
    const html = studio.pages.fill('board-articles-part', { ...pageContext(studio, request), ...values });
    return reply.type('text/html; charset=utf-8').send(html);
  });
}

async function articlesView(
  studio: Studio,
  draft: Draft,
  { q = '', show = 'out' }: ArticlesRoute['Querystring'],
) {
  const deps = { ...studio.publishing, subjects: studio.config.subjects };
  const nearby = await nearbyArticles(deps, draft.id);
  const newsletter = studio.newsletters.get(draft.newsletterId);
  const chosen = SHOWS.find(({ id }) => id === show) ?? SHOWS[0];
  const words = oneLine(q).toLowerCase();
  const fits = ({ article }: NearbyArticle) =>
    `${article.headline} ${nameOfSource(studio, article.sourceId)}`.toLowerCase().includes(words);
  const shown = nearby.filter((one) => chosen.has.some((standing) => standing === one.standing) && fits(one));
  return {
    q,
    shows: SHOWS.map(({ id, name, has }) => ({
      id,
      name,
      selected: id === chosen.id,
      count: count(nearby.filter((one) => has.some((standing) => standing === one.standing)).length),
    })),
    revision: draft.revision,
    sections: (newsletter?.sections ?? []).map(({ id, title }) => ({ id, title })),
    articles: shown.map((one) => articleView(studio, draft, one)),
    none: words ? `No article has “${oneLine(q)}”.` : 'There is none.',
  };
}

function articleView(
  studio: Studio,
  draft: Draft,
  { article, standing, why, mayCome, mayUpdate, sectionId, told }: NearbyArticle,
) {
  const isDraft = draft.state === 'draft';
  const zone = studio.newsletters.get(draft.newsletterId)?.time_zone ?? 'UTC';
  const isComing = isDraft && (mayCome || standing === 'dropped') && draft.corrects === null;
  const asUpdate = mayUpdate ? '; as an update everybody does' : '';
  const toldBefore =
    isComing && told ? toldWords(told, article, { zone, now: studio.clock.now() }) + asUpdate : '';
  return {
    id: article.id,
    headline: article.headline,
    source: nameOfSource(studio, article.sourceId),
    age: distance(article.publishedAt, studio.clock.now()),
    iso: new Date(article.publishedAt).toISOString(),
    link: addressOf(article.address),
    standing,
    label: STANDINGS[standing],
    // Where it says when its story was told and who gets it, that is why, too.
    why: toldBefore || nearbyWords(why, zone, studio.clock.now()),
    /** One button where a section takes it; a choice of sections where an editor has to say. */
    letIn: isDraft && mayCome && sectionId ? asValue({ kind: 'let-in', article: article.id }) : '',
    choose: isDraft && mayCome && !sectionId,
    /** It may go on from what was told: then everybody gets it. */
    letInUpdate:
      isDraft && mayUpdate && sectionId ? asValue({ kind: 'let-in', article: article.id, update: true }) : '',
    mayUpdate: isDraft && mayUpdate,
    restore: isDraft && standing === 'dropped' ? asValue({ kind: 'restore', story: article.id }) : '',
  };
}

/** Returns the heading of the pages about one edition. */
export function editionTitle(
  studio: Studio,
  { id, newsletterId, slot }: Pick<Draft, 'id' | 'newsletterId' | 'slot'>,
) {
  const newsletter = studio.newsletters.get(newsletterId);
  return {
    home: `/studio/editions/${id}`,
    newsletter: newsletter?.title ?? newsletterId,
    moment: moment(slot, newsletter?.time_zone ?? 'UTC', studio.clock.now()),
  };
}

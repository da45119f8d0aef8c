import type { FastifyInstance, FastifyReply } from 'fastify';
import { countArticles, searchArticles, storedArticles } from '../../articles/article-search.ts';
import { SECOND_MS } from '../../base/clock.ts';
import type { NewsletterConfig } from '../../config/newsletters.ts';
import type { Studio } from '../studio-deps.ts';
import { sendPage } from '../studio-page.ts';
import { count, distance, moment } from '../studio-words.ts';
import { articleActs } from './articles-act.ts';
import {
  type ArticleRoute,
  filterView,
  listAddress,
  readCursor,
  readFilters,
  readId,
  searchOf,
  siftOf,
} from './articles-filter.ts';
import { type Known, NextEditions } from './articles-outlook.ts';
import { articlePage } from './articles-page.ts';
import { articleViews, mediaPath } from './articles-view.ts';

const PER_PAGE = 25;
const PICTURE_WITHIN_MS = 5 * SECOND_MS;

/** Everything that came: to be looked for, looked at, and decided about. */
export function articleRoutes(scope: FastifyInstance, studio: Studio): void {
  const next = new NextEditions(studio);
  scope.get<ArticleRoute>('/studio/articles', async (request, reply) =>
    sendPage(studio, request, reply, 'article-list', {
      pageTitle: 'Articles',
      styles: ['article-list.css'],
      ...(await listView(studio, next, request.query)),
    }),
  );
  scope.get<ArticleRoute>('/studio/articles/:id/picture', async (request, reply) =>
    sendThumb(studio, reply, readId(request.params.id)),
  );
  articlePage(scope, studio, next);
  articleActs(scope, studio, next);
}

async function listView(studio: Studio, next: NextEditions, query: ArticleRoute['Querystring']) {
  const filters = readFilters(studio, query);
  const newsletter = studio.newsletters.get(filters.newsletter);
  const known = newsletter && (await next.of(newsletter));
  const search = searchOf(studio, filters, newsletter, known);
  const sift = siftOf(studio, filters, newsletter, known);
  const before = readCursor(query.before);
  const found = await searchArticles(studio.db, search, {
    before,
    limit: PER_PAGE,
    ...(sift && { sift }),
  });
  const number = sift || search.text ? undefined : await countArticles(studio.db, search);
  const { lookedBackTo } = found;
  const here = listAddress(filters, before);
  const views = await articleViews(studio, found.articles, newsletter, known);
  const changed = readId(typeof query.did === 'string' ? query.did : '');
  return {
    filters: filterView(studio, filters),
    articles: views.map((one) => ({ ...one, here, isChanged: one.id === changed })),
    counted: number === undefined ? '' : number === 1 ? '1 article' : `${count(number)} articles`,
    isFiltered: listAddress({ ...filters, newsletter: '' }) !== '/studio/articles',
    edition: newsletter && known ? editionView(newsletter, known, studio.clock.now()) : null,
    lookedBack: lookedBackTo === undefined ? '' : distance(lookedBackTo, studio.clock.now()),
    older: found.next ? listAddress(filters, found.next) : '',
    newest: before ? listAddress(filters) : '',
  };
}

function editionView({ title, time_zone }: NewsletterConfig, known: Known, now: number) {
  if (typeof known === 'string')
    return { title, when: '', href: '', pending: known === 'pending', none: known === 'none' };
  return {
    title,
    when: moment(known.slot, time_zone, now),
    href: known.onDesk ? `/studio/editions/${known.editionId}` : '',
    pending: false,
    none: false,
  };
}

/** Fetched and cut at the first look, as it would be for an edition; what takes longer than a moment is there the next time. */
async function sendThumb(studio: Studio, reply: FastifyReply, id: number): Promise<FastifyReply> {
  const { clock, publishing, db } = studio;
  const [article] = await storedArticles(db, [id]);
  if (!article?.picture) return reply.code(404).send();
  const done = new AbortController();
  const late = clock.sleep(PICTURE_WITHIN_MS, done.signal).then(() => undefined);
  const made = publishing.illustrate([article]).catch(() => undefined);
  const illustrated = await Promise.race([made, late]).finally(() => done.abort());
  const thumb = illustrated?.pictures.get(article.id)?.cuts?.thumb;
  return thumb ? reply.redirect(mediaPath(thumb.url), 302) : reply.code(204).send();
}

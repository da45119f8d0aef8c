import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Article } from '../articles/article.ts';
import type { EditionSummary } from '../publishing/archive.ts';
import { sendMailDocument } from '../web/mail-document.ts';
import { isoDate, longDate } from './dates.ts';
import { mediaPath } from './media.ts';
import { BROKEN_LINK, type Notice, SIGN_UP_ACTION, sendNotice } from './notice.ts';
import { type Site, titleOf } from './site-deps.ts';

const EDITION_ID = /^[a-z0-9-]{1,40}-\d{8}T\d{4}Z$/;
const ARCHIVE_HEADLINES = 4;
/** A drop capital is two lines high: a first paragraph that is shorter than that lets it hang into the second. */
const CAPITAL_FROM_CHARACTERS = 200;
const NO_SUCH_EDITION: Notice = {
  kicker: 'The archive',
  heading: 'This edition is not here',
  paragraphs: ['It was never published, or its address was cut short on the way.'],
  actions: [{ href: '/archive', label: 'See all editions' }, SIGN_UP_ACTION],
};
const NO_SUCH_ARTICLE: Notice = {
  kicker: 'Not found',
  heading: 'This article is not here',
  paragraphs: ['It may have been withdrawn, or its address was cut short on the way.'],
  actions: [{ href: '/archive', label: 'Read past editions' }],
};

/** What anybody may read: past editions, and articles that have no other home. */
export function readingRoutes(app: FastifyInstance, site: Site): void {
  app.get('/archive', async (_request, reply) => {
    const editions = (await site.editions()).map((edition) => archiveEntry(site, edition));
    return site.pages.send(reply, 'archive', {
      pageTitle: `Past editions · ${site.publisher.name}`,
      editions,
    });
  });
  app.get<{ Params: { edition: string } }>('/archive/:edition', async (request, reply) => {
    const { edition } = request.params;
    const html = EDITION_ID.test(edition) ? await site.webVersion(edition) : undefined;
    return html === undefined
      ? sendNotice(site.pages, reply, NO_SUCH_EDITION, 404)
      : sendMailDocument(reply, html);
  });
  app.get<{ Params: { '*': string } }>('/articles/*', async (request, reply) => {
    const article = await site.article(`article:${request.params['*']}`);
    return article ? sendArticle(site, reply, article) : sendNotice(site.pages, reply, NO_SUCH_ARTICLE, 404);
  });
}

/** A reader's own web version of a mail. */
export function personalRoutes(app: FastifyInstance, site: Site): void {
  app.get<{ Params: { token: string } }>('/view/:token', async (request, reply) => {
    const claim = site.signer.verify('view', request.params.token);
    const html = claim && (await site.personalVersion(claim.id));
    if (html === undefined) return sendNotice(site.pages, reply, BROKEN_LINK, 404);
    return sendMailDocument(reply, html);
  });
}

function archiveEntry(site: Site, edition: EditionSummary) {
  const newsletter = site.newsletters.find((one) => one.id === edition.newsletterId);
  const [lead = edition.title, ...more] = edition.headlines;
  return {
    href: `/archive/${edition.id}`,
    newsletter: titleOf(site, edition.newsletterId),
    date: longDate(edition.slot, newsletter?.time_zone ?? 'UTC'),
    iso: isoDate(edition.slot),
    lead,
    more: more.slice(0, ARCHIVE_HEADLINES),
  };
}

function sendArticle(site: Site, reply: FastifyReply, article: Article): FastifyReply {
  const picture = article.picture && { ...article.picture, url: mediaPath(article.picture.url) };
  const elsewhere = picture && URL.parse(picture.url);
  // The publisher's own picture server, for this page alone; the rest of the site loads nothing from anywhere.
  if (elsewhere) reply.header('content-security-policy', articlePolicy(elsewhere.origin));
  return site.pages.send(reply, 'article', {
    pageTitle: article.headline,
    headline: article.headline,
    standfirst: article.standfirst,
    paragraphs: article.paragraphs,
    capital: (article.paragraphs[0] ?? '').length >= CAPITAL_FROM_CHARACTERS,
    author: article.author,
    category: article.categories[0] ?? '',
    language: article.language || 'en',
    date: longDate(article.publishedAt, site.newsletters[0]?.time_zone ?? 'UTC'),
    iso: isoDate(article.publishedAt),
    picture,
  });
}

function articlePolicy(pictureOrigin: string): string {
  return `default-src 'none'; style-src 'self'; img-src 'self' ${pictureOrigin}; form-action 'self'; frame-ancestors 'self'; base-uri 'none'`;
}

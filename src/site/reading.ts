import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Article } from '../articles/article.ts';
import { sendMailDocument } from '../web/mail-document.ts';
import { isoDate, longDate } from './dates.ts';
import { mediaPath } from './media.ts';
import { BROKEN_LINK, type Notice, sendNotice } from './notice.ts';
import { pageHead } from './page-head.ts';
import type { Site } from './site-deps.ts';

/** A drop capital is two lines high: a first paragraph that is shorter than that lets it hang into the second. */
const CAPITAL_FROM_CHARACTERS = 200;
const NO_SUCH_ARTICLE: Notice = {
  kicker: 'Not found',
  heading: 'This article is not here',
  paragraphs: ['It may have been withdrawn, or its address was cut short on the way.'],
  actions: [{ href: '/archive', label: 'Read past editions' }],
};

/** Articles that have no other home. */
export function readingRoutes(app: FastifyInstance, site: Site): void {
  app.get<{ Params: { '*': string } }>('/articles/*', async (request, reply) => {
    const name = request.params['*'];
    const article = await site.article(`article:${name}`);
    if (!article) return sendNotice(site.pages, reply, NO_SUCH_ARTICLE, 404);
    return sendArticle(
      site,
      reply,
      article,
      `/articles/${name.split('/').map(encodeURIComponent).join('/')}`,
    );
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

function sendArticle(site: Site, reply: FastifyReply, article: Article, path: string): FastifyReply {
  const picture = article.picture && { ...article.picture, url: mediaPath(article.picture.url) };
  const elsewhere = picture && URL.parse(picture.url);
  // The publisher's own picture server, for this page alone; the rest of the site loads nothing from anywhere.
  if (elsewhere) reply.header('content-security-policy', articlePolicy(elsewhere.origin));
  const language = article.language || 'en';
  return site.pages.send(reply, 'article', {
    pageTitle: `${article.headline} · ${site.publisher.name}`,
    head: pageHead(site, path, language, {
      title: article.headline,
      description: article.standfirst || (article.paragraphs[0] ?? ''),
      type: 'article',
      picture: picture && { url: new URL(picture.url, site.publicUrl).href, alt: picture.alt },
      publishedAt: isoDate(article.publishedAt),
    }),
    headline: article.headline,
    standfirst: article.standfirst,
    paragraphs: article.paragraphs,
    capital: (article.paragraphs[0] ?? '').length >= CAPITAL_FROM_CHARACTERS,
    author: article.author,
    category: article.categories[0] ?? '',
    language,
    date: longDate(article.publishedAt, site.newsletters[0]?.time_zone ?? 'UTC'),
    iso: isoDate(article.publishedAt),
    picture,
  });
}

function articlePolicy(pictureOrigin: string): string {
  return `default-src 'none'; style-src 'self'; img-src 'self' ${pictureOrigin}; form-action 'self'; frame-ancestors 'self'; base-uri 'none'`;
}

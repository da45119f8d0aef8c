import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Article } from '../articles/article.ts';
import { inZone } from '../articles/zoned.ts';
import type { Words } from '../config/vocabulary.ts';
import { deliveryBehind } from '../delivery/delivery-links.ts';
import { isLost } from '../subscribers/subscription-links.ts';
import { sendMailDocument } from '../web/mail-document.ts';
import { mediaPath } from './media-routes.ts';
import { sendPage, tell, tellLost, toArchive } from './page.ts';
import { isoDate, longDate } from './page-dates.ts';
import { pageHead } from './page-head.ts';
import { wordsFor } from './page-language.ts';
import type { Site } from './site-deps.ts';

/**
 * A drop capital is two lines high: a first paragraph that is shorter than that lets it hang into
 * the second.
 */
const CAPITAL_FROM_CHARACTERS = 200;

/** Articles that have no other home. */
export function readingRoutes(app: FastifyInstance, site: Site): void {
  app.get<{ Params: { '*': string } }>('/articles/*', async (request, reply) => {
    const name = request.params['*'];
    const article = await site.article(`article:${name}`);
    const words = wordsFor(site, request, { newsletter: article?.language });
    if (!article)
      return tell(site, reply, words, 'no_such_article', { actions: [toArchive(words)], status: 404 });
    const path = `/articles/${name.split('/').map(encodeURIComponent).join('/')}`;
    return sendArticle(site, reply, words, { article, path });
  });
}

/** A reader's own web version of a mail. */
export function personalRoutes(app: FastifyInstance, site: Site): void {
  app.get<{ Params: { token: string } }>('/view/:token', async (request, reply) => {
    const delivery = await deliveryBehind(site.db, site.signer, 'view', request.params.token);
    if (isLost(delivery)) return tellLost(site, reply, wordsFor(site, request), delivery);
    const html = await site.personalVersion(delivery);
    if (html === undefined) return tellLost(site, reply, wordsFor(site, request), 'gone');
    return sendMailDocument(reply, html);
  });
}

function sendArticle(
  site: Site,
  reply: FastifyReply,
  words: Words,
  { article, path }: { readonly article: Article; readonly path: string },
): FastifyReply {
  const picture = article.picture && { ...article.picture, url: mediaPath(article.picture.url) };
  const elsewhere = picture && URL.parse(picture.url);
  // The publisher's own picture server, for this page alone; the rest of the site loads nothing from anywhere.
  if (elsewhere) reply.header('content-security-policy', articlePolicy(elsewhere.origin));
  const language = article.language || 'en';
  const zone = site.newsletters[0]?.time_zone ?? 'UTC';
  const { publishedAt } = inZone(article, zone) ?? article;
  return sendPage(site, reply, words, 'article', {
    pageTitle: `${article.headline} · ${site.publisher.name}`,
    head: pageHead(site, path, language, {
      title: article.headline,
      description: article.standfirst || (article.paragraphs[0] ?? ''),
      type: 'article',
      picture: picture && { url: new URL(picture.url, site.publicUrl).href, alt: picture.alt },
      publishedAt: isoDate(publishedAt),
    }),
    headline: article.headline,
    standfirst: article.standfirst,
    paragraphs: article.paragraphs,
    capital: (article.paragraphs[0] ?? '').length >= CAPITAL_FROM_CHARACTERS,
    author: article.author,
    category: article.categories[0] ?? '',
    language,
    date: longDate(publishedAt, zone, words.language),
    iso: isoDate(publishedAt),
    picture,
  });
}

function articlePolicy(pictureOrigin: string): string {
  return `default-src 'none'; style-src 'self'; img-src 'self' ${pictureOrigin}; form-action 'self'; frame-ancestors 'self'; base-uri 'none'`;
}

import type { FastifyInstance, FastifyReply } from 'fastify';
import type { NewsletterConfig } from '../config/newsletters.ts';
import { readEditionId } from '../editions/edition.ts';
import type { PublicEdition } from '../publishing/archive.ts';
import { sendMailDocument, withAdditions } from '../web/mail-document.ts';
import { feedsOf } from './archive-feed.ts';
import { readMonth } from './archive-months.ts';
import { archiveView, NO_SUCH_MONTH, type Place } from './archive-view.ts';
import { isoDate } from './dates.ts';
import { type Notice, SIGN_UP_ACTION, sendNotice } from './notice.ts';
import { pageHead } from './page-head.ts';
import { archivedNewsletters, type Site } from './site-deps.ts';

interface Request {
  Params: { name?: string; month?: string };
  Querystring: { before?: string | string[] };
}

const NO_SUCH_EDITION: Notice = {
  kicker: 'The archive',
  heading: 'This edition is not here',
  paragraphs: ['It was never published, or its address was cut short on the way.'],
  actions: [{ href: '/archive', label: 'See all editions' }, SIGN_UP_ACTION],
};
const NO_ARCHIVE: Notice = {
  kicker: 'The archive',
  heading: 'Past editions are for subscribers',
  paragraphs: ['Who gets the newsletter by email finds a link to the web version at its top.'],
  actions: [SIGN_UP_ACTION],
};

/**
 * Past editions: `/archive` has all, `/archive/daily` those of one newsletter, `/archive/2026-11` and
 * `/archive/daily/2026-11` those of a month, `/archive/daily-20261122T0700Z` is one of them.
 */
export function archiveRoutes(app: FastifyInstance, site: Site): void {
  app.get<Request>('/archive', async ({ query }, reply) => sendIndex(site, reply, everything(site), query));
  app.get<Request>('/archive/:name', async ({ params: { name = '' }, query }, reply) => {
    if (readEditionId(name)) return sendEdition(site, reply, await site.publicEdition(name));
    const month = readMonth(name);
    const place = ofNewsletter(site, name) ?? (month && { ...everything(site), month });
    return place ? sendIndex(site, reply, place, query) : sendNotice(site.pages, reply, NO_SUCH_EDITION, 404);
  });
  app.get<Request>('/archive/:name/:month', async ({ params, query }, reply) => {
    const place = ofNewsletter(site, params.name ?? '');
    const month = readMonth(params.month ?? '');
    if (!place || !month) return sendNotice(site.pages, reply, NO_SUCH_EDITION, 404);
    return sendIndex(site, reply, { ...place, month }, query);
  });
}

function everything(site: Site): Place {
  return { newsletters: archivedNewsletters(site) };
}

function ofNewsletter(site: Site, id: string): Place | undefined {
  const newsletter = archivedNewsletters(site).find((one) => one.id === id);
  return newsletter && { newsletters: [newsletter], newsletter };
}

async function sendIndex(
  site: Site,
  reply: FastifyReply,
  place: Place,
  { before }: Request['Querystring'],
): Promise<FastifyReply> {
  if (place.newsletters.length === 0) return sendNotice(site.pages, reply, NO_ARCHIVE, 404);
  const view = await archiveView(site, place, typeof before === 'string' ? before : '');
  if (!view) return sendNotice(site.pages, reply, NO_SUCH_MONTH, 404);
  hideIfAsked(reply, place.newsletters);
  return site.pages.send(reply, 'archive', view);
}

/** The mail as it went out, with a way back to the archive above it. */
function sendEdition(site: Site, reply: FastifyReply, edition: PublicEdition | undefined): FastifyReply {
  const newsletter = site.newsletters.find(({ id }) => id === edition?.newsletterId);
  if (!edition || !newsletter) return sendNotice(site.pages, reply, NO_SUCH_EDITION, 404);
  hideIfAsked(reply, [newsletter]);
  const head = pageHead(site, `/archive/${edition.id}`, edition.language, {
    title: edition.subject,
    description: edition.preheader || edition.headlines.slice(1, 4).join(' · '),
    type: 'article',
    picture: edition.lead?.picture ?? null,
    publishedAt: isoDate(edition.slot),
    isHidden: newsletter.archive === 'noindex',
    feeds: feedsOf(site, newsletter),
  });
  const bar = {
    archive: site.newsletters.length > 1 ? `/archive/${newsletter.id}` : '/archive',
    signUp: `/?newsletter=${newsletter.id}`,
  };
  const additions = {
    head: site.pages.fill('edition-head', { head }),
    top: site.pages.fill('edition-bar', bar),
  };
  return sendMailDocument(reply, withAdditions(edition.html, additions));
}

/** A page that shows anything of a newsletter that is not to be found must not be found either. */
function hideIfAsked(reply: FastifyReply, newsletters: readonly NewsletterConfig[]): void {
  if (newsletters.some(({ archive }) => archive === 'noindex')) reply.header('x-robots-tag', 'noindex');
}

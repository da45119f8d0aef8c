import type { FastifyInstance, FastifyReply } from 'fastify';
import type { NewsletterConfig } from '../../config/newsletters.ts';
import type { Words } from '../../config/vocabulary.ts';
import { datedAt, readEditionId } from '../../editions/edition.ts';
import type { PublicEdition } from '../../publishing/public-archive.ts';
import { field } from '../../web/form-fields.ts';
import { isKnownTo } from '../../web/kept-pages.ts';
import { sendMailDocument, withAdditions } from '../../web/mail-document.ts';
import { type Action, inOtherLanguages, tell, toSignUp, withLanguage } from '../page.ts';
import { isoDate } from '../page-dates.ts';
import { pageHead } from '../page-head.ts';
import { wordsFor } from '../page-language.ts';
import { archivedNewsletters, type Site } from '../site-deps.ts';
import { feedsOf } from './archive-feed.ts';
import { readMonth } from './archive-months.ts';
import { archiveView, type Place, pathOf } from './archive-view.ts';

interface Request {
  Params: { name?: string; month?: string };
}

/**
 * Past editions: `/archive` has all, `/archive/daily` those of one newsletter, `/archive/2026-11`
 * and `/archive/daily/2026-11` those of a month, `/archive/daily-20261122T0700Z` is one of them.
 */
export function archiveRoutes(app: FastifyInstance, site: Site): void {
  app.get<Request>('/archive', (request, reply) =>
    sendIndex(site, reply, everything(site), wordsFor(site, request)),
  );
  app.get<Request>('/archive/:name', async (request, reply) => {
    const { name = '' } = request.params;
    if (readEditionId(name)) return sendEdition(site, reply, name);
    const month = readMonth(name);
    const own = ofNewsletter(site, name);
    const place = own ?? (month && { ...everything(site), month });
    const words = wordsFor(site, request, { newsletter: own?.newsletter.language });
    return place ? sendIndex(site, reply, place, words) : tellNoEdition(site, reply, words);
  });
  app.get<Request>('/archive/:name/:month', async (request, reply) => {
    const place = ofNewsletter(site, request.params.name ?? '');
    const month = readMonth(request.params.month ?? '');
    const words = wordsFor(site, request, { newsletter: place?.newsletter.language });
    if (!place || !month) return tellNoEdition(site, reply, words);
    return sendIndex(site, reply, { ...place, month }, words);
  });
}

function tellNoEdition(site: Site, reply: FastifyReply, words: Words): FastifyReply {
  const actions = [allEditions(words), toSignUp(words)];
  return tell(site, reply, words, 'no_such_edition', { actions, status: 404 });
}

function allEditions(words: Words): Action {
  return { href: '/archive', label: words.say('actions.all_editions') };
}

function everything(site: Site) {
  return { newsletters: archivedNewsletters(site) };
}

function ofNewsletter(site: Site, id: string) {
  const newsletter = archivedNewsletters(site).find((one) => one.id === id);
  return newsletter && { newsletters: [newsletter], newsletter };
}

async function sendIndex(site: Site, reply: FastifyReply, place: Place, words: Words): Promise<FastifyReply> {
  if (place.newsletters.length === 0)
    return tell(site, reply, words, 'no_archive', { actions: [toSignUp(words)], status: 404 });
  const asked = field(reply.request.query, 'before');
  // Whatever is no edition that was sent is the beginning, which is one page and not many.
  const before = readEditionId(asked) && (await site.datedAt(asked)) !== undefined ? asked : '';
  const language = withLanguage(site, reply, words, {});
  const which = `${pathOf(place.newsletter, place.month)}?${before}`;
  const page = await site.kept.page(
    `${which} ${words.language} ${language.chosen}`,
    await site.stamp(),
    async () => {
      const view = await archiveView(site, place, before, words);
      const others = inOtherLanguages(site, words, '', new URLSearchParams(before ? { before } : {}));
      return view && { body: site.pages.fill('archive', { ...language, others, ...view }), headers: {} };
    },
  );
  if (!page) return tell(site, reply, words, 'no_such_month', { actions: [allEditions(words)], status: 404 });
  hideIfAsked(reply, place.newsletters);
  reply.header('content-language', words.language).type('text/html; charset=utf-8');
  return isKnownTo(reply.request, reply, page) ? reply.code(304).send() : reply.send(page.body);
}

/** The mail as it went out, with a way back to the archive above it; made once for all who look. */
async function sendEdition(site: Site, reply: FastifyReply, id: string): Promise<FastifyReply> {
  const named = readEditionId(id)?.newsletterId;
  const newsletter = archivedNewsletters(site).find((one) => one.id === named);
  const words = wordsFor(site, reply.request, { newsletter: newsletter?.language });
  if (!newsletter) return tellNoEdition(site, reply, words);
  const language = withLanguage(site, reply, words, {});
  const key = `${id} ${words.language} ${language.chosen}`;
  const page = await site.kept.page(key, await site.stamp(), async () => {
    const edition = await site.publicEdition(id);
    return edition && { body: editionPage(site, edition, newsletter, language), headers: {} };
  });
  if (!page) return tellNoEdition(site, reply, words);
  hideIfAsked(reply, [newsletter]);
  if (isKnownTo(reply.request, reply, page)) return reply.code(304).send();
  return sendMailDocument(reply, page.body);
}

function editionPage(
  site: Site,
  edition: PublicEdition,
  newsletter: NewsletterConfig,
  language: object,
): string {
  const head = pageHead(site, `/archive/${edition.id}`, edition.language, {
    title: edition.subject,
    description: edition.preheader || edition.headlines.slice(1, 4).join(' · '),
    type: 'article',
    picture: edition.lead?.picture ?? null,
    publishedAt: isoDate(datedAt(edition)),
    isHidden: newsletter.archive === 'noindex',
    feeds: feedsOf(site, newsletter),
  });
  const bar = {
    archive: site.newsletters.length > 1 ? `/archive/${newsletter.id}` : '/archive',
    signUp: `/?newsletter=${newsletter.id}`,
  };
  return withAdditions(edition.html, {
    head: site.pages.fill('edition-head', { head }),
    top: site.pages.fill('edition-bar', { ...language, ...bar }),
  });
}

/** A page that shows anything of a newsletter that is not to be found must not be found either. */
function hideIfAsked(reply: FastifyReply, newsletters: readonly NewsletterConfig[]): void {
  if (newsletters.some(({ archive }) => archive === 'noindex')) reply.header('x-robots-tag', 'noindex');
}

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { generateJsonFeed, generateRssFeed } from 'feedsmith';
import type { NewsletterConfig } from '../../config/newsletters.ts';
import type { Words } from '../../config/vocabulary.ts';
import { datedAt } from '../../editions/edition.ts';
import type { EditionSummary } from '../../publishing/public-archive.ts';
import { isKnownTo, type MadePage } from '../../web/kept-pages.ts';
import type { FeedLink } from '../page-head.ts';
import { archivedNewsletters, type Site, titleOf } from '../site-deps.ts';

/** Content of a feed, in any format. */
interface FeedContent {
  readonly title: string;
  readonly description: string;
  readonly home: string;
  /** Without its extension. */
  readonly self: string;
  readonly language: string | undefined;
  readonly isHidden: boolean;
  readonly entries: readonly Entry[];
}

interface Entry {
  readonly address: string;
  readonly title: string;
  readonly newsletter: string;
  readonly summary: string;
  readonly html: string;
  readonly date: Date;
  readonly picture: string | undefined;
}

const FORMATS = {
  xml: { type: 'application/rss+xml', name: 'RSS', write: rss },
  json: { type: 'application/feed+json', name: 'JSON Feed', write: jsonFeed },
} as const;
type Format = keyof typeof FORMATS;
const FEED_EDITIONS = 30;
const CACHE = 'public, max-age=300';

/** Past editions for feed readers: of all newsletters, and of each. */
export function feedRoutes(app: FastifyInstance, site: Site): void {
  if (archivedNewsletters(site).length === 0) return;
  for (const format of ['xml', 'json'] as const) {
    app.get(`/archive.${format}`, async (request, reply) => sendFeed(site, request, reply, format));
    for (const newsletter of archivedNewsletters(site))
      app.get(`/archive/${newsletter.id}.${format}`, async (request, reply) =>
        sendFeed(site, request, reply, format, newsletter),
      );
  }
}

/** The feeds a page leads to: the newsletter's own, or those of all. */
export function feedsOf(site: Site, newsletter: NewsletterConfig | undefined): readonly FeedLink[] {
  const base = newsletter ? `/archive/${newsletter.id}` : '/archive';
  return Object.entries(FORMATS).map(([extension, { type, name }]) => ({
    type,
    title: `${newsletter?.title ?? site.publisher.name} (${name})`,
    href: `${site.publicUrl}${base}.${extension}`,
    name,
  }));
}

async function sendFeed(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  format: Format,
  newsletter?: NewsletterConfig,
): Promise<FastifyReply> {
  const { type } = FORMATS[format];
  const page = await site.kept.page(`${newsletter?.id ?? ''}.${format}`, await site.stamp(), () =>
    made(site, format, newsletter),
  );
  // Feed readers on other people's sites may look, too: there is nothing here that is not public.
  reply.header('access-control-allow-origin', '*').header('cross-origin-resource-policy', 'cross-origin');
  if (!page) throw new Error('a feed is always made');
  if (isKnownTo(request, reply, page)) return reply.code(304).send();
  return reply.type(`${type}; charset=utf-8`).send(page.body);
}

async function made(site: Site, format: Format, newsletter: NewsletterConfig | undefined): Promise<MadePage> {
  const content = await contentOf(site, newsletter);
  const changed = content.entries[0]?.date;
  return {
    body: FORMATS[format].write(content),
    headers: {
      'cache-control': CACHE,
      ...(changed ? { 'last-modified': changed.toUTCString() } : {}),
      ...(content.isHidden ? { 'x-robots-tag': 'noindex' } : {}),
    },
  };
}

async function contentOf(site: Site, newsletter: NewsletterConfig | undefined): Promise<FeedContent> {
  const newsletters = newsletter ? [newsletter] : archivedNewsletters(site);
  const lists = await Promise.all(newsletters.map(({ id }) => site.editions(id, { limit: FEED_EDITIONS })));
  const editions = lists
    .flat()
    .toSorted((a, b) => datedAt(b) - datedAt(a))
    .slice(0, FEED_EDITIONS);
  const languages = new Set(newsletters.map(({ language }) => language));
  const language = languages.size === 1 ? [...languages][0] : undefined;
  // Not the browser's: whoever fetches a feed does so for many.
  const words = site.vocabulary.in(language ?? '');
  const path = newsletter ? `/archive/${newsletter.id}` : '/archive';
  const title = newsletter?.title ?? site.publisher.name;
  return {
    title,
    description: newsletter?.description || words.say('archive.every', { title }),
    home: site.publicUrl + path,
    self: site.publicUrl + path,
    language,
    isHidden: newsletters.some(({ archive }) => archive === 'noindex'),
    entries: editions.map((edition) => entryOf(site, edition, words)),
  };
}

function entryOf(site: Site, edition: EditionSummary, words: Words): Entry {
  const [title = edition.title, ...more] = edition.headlines;
  const summary = edition.lead?.standfirst ?? '';
  return {
    address: `${site.publicUrl}/archive/${edition.id}`,
    title,
    newsletter: titleOf(site, edition.newsletterId),
    summary,
    html: site.pages.fill('feed-entry', { summary, more, words }).trim(),
    date: new Date(datedAt(edition)),
    picture: edition.lead?.picture?.url,
  };
}

function rss({ title, description, home, self, language, entries }: FeedContent): string {
  return generateRssFeed({
    title,
    description,
    link: home,
    ...(language ? { language } : {}),
    ...(entries[0] ? { lastBuildDate: entries[0].date } : {}),
    atom: { links: [{ href: `${self}.xml`, rel: 'self', type: FORMATS.xml.type }] },
    items: entries.map((entry) => ({
      title: entry.title,
      link: entry.address,
      guid: { value: entry.address, isPermaLink: true },
      pubDate: entry.date,
      description: entry.html,
      categories: [{ name: entry.newsletter }],
    })),
  });
}

function jsonFeed({ title, description, home, self, language, entries }: FeedContent): string {
  const feed = generateJsonFeed({
    title,
    description,
    home_page_url: home,
    feed_url: `${self}.json`,
    ...(language ? { language } : {}),
    items: entries.map((entry) => ({
      id: entry.address,
      url: entry.address,
      title: entry.title,
      content_html: entry.html,
      ...(entry.summary ? { summary: entry.summary } : {}),
      ...(entry.picture ? { image: entry.picture } : {}),
      date_published: entry.date,
      tags: [entry.newsletter],
    })),
  });
  // feedsmith leaves an empty list out, and a JSON Feed must have one.
  return JSON.stringify(Object.assign({ items: [] }, feed), null, 2);
}

import { type AtomFeed, type JsonFeed, parseFeed, type RdfFeed, type RssFeed } from 'feedsmith';
import { Parser } from 'htmlparser2';
import { pictureUrl } from './content.ts';
import { atomPictures, jsonPictures, type PictureCandidate, rssPictures } from './feed-pictures.ts';
import { guardXml } from './xml-guard.ts';

/** One entry of a feed of any format, its texts as the feed gives them: decoded once, perhaps HTML, not yet clean. */
export interface FeedItem {
  /** `markup` is false where the format says that the title is plain text. */
  readonly title: { readonly text: string; readonly markup: boolean };
  /** In order of preference, not yet resolved or checked. */
  readonly links: readonly string[];
  /** What relative links and pictures are relative to. */
  readonly base: string;
  readonly summary: string;
  readonly content: string;
  readonly author: string;
  readonly categories: readonly string[];
  /** In order of preference. */
  readonly dates: readonly string[];
  readonly pictures: readonly PictureCandidate[];
  readonly language: string;
}

export type ParsedFeed =
  | { readonly kind: 'feed'; readonly items: readonly FeedItem[] }
  | { readonly kind: 'failed'; readonly reason: string };

/** What the entries of one feed have in common. */
interface FeedContext {
  readonly base: string;
  /** See `guardXml`. */
  readonly originals: ReadonlyMap<string, string>;
}

const MAX_ITEMS = 1000;

/**
 * Reads RSS, RDF, Atom or JSON Feed.
 * @param address where the feed came from: relative links are relative to it, unless xml:base says otherwise.
 */
export function readFeed(text: string, address: string): ParsedFeed {
  const start = text.replace(/^[\s\ufeff]+/, '');
  if (start === '') return failed('the answer is empty');
  if (start.startsWith('{')) return parse(start, address, new Map());
  if (!start.startsWith('<')) return failed('this is not a feed');
  if (/^<(!doctype\s+)?html\b/i.test(withoutComments(start).slice(0, 100)))
    return failed(webPageReason(start, address));
  const guarded = guardXml(start);
  return guarded.ok ? parse(guarded.text, address, guarded.originals) : failed(guarded.reason);
}

function parse(text: string, address: string, originals: ReadonlyMap<string, string>): ParsedFeed {
  try {
    const parsed = parseFeed<string>(text, { maxItems: MAX_ITEMS, parseDateFn: (raw) => raw });
    const context = { base: address, originals };
    switch (parsed.format) {
      case 'rss':
        return { kind: 'feed', items: rssItems(parsed.feed, context) };
      case 'atom':
        return { kind: 'feed', items: atomItems(parsed.feed, context) };
      case 'rdf':
        return { kind: 'feed', items: rdfItems(parsed.feed, context) };
      case 'json':
        return { kind: 'feed', items: jsonItems(parsed.feed, context) };
      default:
        return parsed satisfies never;
    }
  } catch {
    // The parser's own message says "Invalid feed format" for everything; ours at least says what was expected.
    return failed(
      text.startsWith('{') ? 'this JSON is not a JSON Feed' : 'this XML cannot be read as RSS, RDF or Atom',
    );
  }
}

function rssItems(feed: RssFeed.Feed<string>, context: FeedContext): FeedItem[] {
  const base = resolve(feed.xml?.base, context.base);
  const language = feed.language ?? feed.dc?.languages?.[0] ?? feed.xml?.lang ?? '';
  return (feed.items ?? []).map((item) => {
    const guid = item.guid?.value ?? '';
    // A guid is a permalink unless it says it is not.
    const permalink = item.guid?.isPermaLink === false ? undefined : webAddress(guid);
    const original = context.originals.get(guid) ?? context.originals.get(item.link ?? '');
    return {
      title: { text: item.title ?? item.dc?.titles?.[0] ?? item.itunes?.title ?? '', markup: true },
      links: present([original, item.link, alternate(item.atom?.links), permalink]),
      base: resolve(item.xml?.base, base),
      summary: item.description ?? item.itunes?.summary ?? item.dc?.descriptions?.[0] ?? '',
      content: item.content?.encoded ?? '',
      author: names([
        ...(item.dc?.creators ?? []),
        ...(item.authors ?? []).map((author) => author.name),
        item.itunes?.author,
      ]),
      categories: present([
        ...(item.categories ?? []).map((category) => category.name),
        ...(item.dc?.subjects ?? []),
      ]),
      dates: present([
        item.pubDate,
        ...(item.dc?.dates ?? []),
        item.dcterms?.created?.[0],
        item.atom?.published,
        item.atom?.updated,
      ]),
      pictures: rssPictures(item),
      language: item.dc?.languages?.[0] ?? item.xml?.lang ?? language,
    };
  });
}

function rdfItems(feed: RdfFeed.Feed<string>, context: FeedContext): FeedItem[] {
  const base = resolve(feed.xml?.base, context.base);
  return (feed.items ?? []).map((item) => ({
    title: { text: item.title ?? item.dc?.titles?.[0] ?? '', markup: true },
    links: present([context.originals.get(item.link ?? ''), item.link, webAddress(item.rdf?.about)]),
    base: resolve(item.xml?.base, base),
    summary: item.description ?? item.dc?.descriptions?.[0] ?? '',
    content: item.content?.encoded ?? '',
    author: names(item.dc?.creators ?? []),
    categories: present(item.dc?.subjects ?? []),
    dates: present([...(item.dc?.dates ?? []), item.dcterms?.created?.[0]]),
    pictures: rssPictures(item),
    language: item.dc?.languages?.[0] ?? feed.dc?.languages?.[0] ?? feed.xml?.lang ?? '',
  }));
}

function atomItems(feed: AtomFeed.Feed<string>, context: FeedContext): FeedItem[] {
  const base = resolve(feed.xml?.base, context.base);
  const feedAuthor = names((feed.authors ?? []).map((author) => author.name));
  return (feed.entries ?? []).map((entry) => {
    const link = alternate(entry.links);
    const original = context.originals.get(entry.id ?? '') ?? context.originals.get(link ?? '');
    const entryBase = resolve(entry.xml?.base, base);
    return {
      title: { text: entry.title?.value ?? '', markup: /html/.test(entry.title?.type ?? '') },
      links: present([original, link, webAddress(entry.id)]),
      base: entryBase,
      summary: htmlOf(entry.summary),
      content: htmlOf(entry.content),
      author:
        names([...(entry.authors ?? []).map((author) => author.name), ...(entry.dc?.creators ?? [])]) ||
        feedAuthor,
      categories: present((entry.categories ?? []).map((category) => category.label ?? category.term)),
      dates: present([entry.published, entry.updated, ...(entry.dc?.dates ?? [])]),
      pictures: atomPictures(entry, resolve(entry.content?.xml?.base, entryBase)),
      language: entry.xml?.lang ?? feed.xml?.lang ?? '',
    };
  });
}

function jsonItems(feed: JsonFeed.Feed<string>, context: FeedContext): FeedItem[] {
  return (feed.items ?? []).map((item) => ({
    title: { text: item.title ?? '', markup: false },
    links: present([item.url, item.external_url, webAddress(item.id)]),
    base: context.base,
    summary: escaped(item.summary ?? ''),
    content: item.content_html ?? escaped(item.content_text ?? ''),
    author: names((item.authors ?? feed.authors ?? []).map((author) => author.name)),
    categories: item.tags ?? [],
    dates: present([item.date_published, item.date_modified]),
    pictures: jsonPictures(item),
    language: item.language ?? feed.language ?? '',
  }));
}

/** The page itself among an entry's links; `alternate` is what a link without `rel` means (RFC 4287 §4.2.7.2). */
function alternate(
  links: readonly { readonly href?: string; readonly rel?: string; readonly type?: string }[] | undefined,
): string | undefined {
  const pages = (links ?? []).filter((link) => (link.rel ?? 'alternate') === 'alternate');
  return (pages.find((link) => /html/.test(link.type ?? 'text/html')) ?? pages[0])?.href;
}

/** An Atom text construct as HTML: plain text is escaped, so that everything after this reads one language. */
function htmlOf(text: { readonly value?: string; readonly type?: string } | undefined): string {
  const value = text?.value ?? '';
  return /html|xml/.test(text?.type ?? '') ? value : escaped(value);
}

function escaped(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/\n\s*\n/g, '<p>');
}

/** An id that is an address. Others, such as `4711`, would only become one below the feed's own, where nothing is. */
function webAddress(id: string | undefined): string | undefined {
  return id && /^https?:/i.test(id) ? id : undefined;
}

function resolve(base: string | undefined, against: string): string {
  return pictureUrl(base, against) ?? against;
}

function present(values: readonly (string | undefined)[]): string[] {
  return values.filter((value): value is string => value !== undefined && value !== '');
}

function names(values: readonly (string | undefined)[]): string {
  return [...new Set(present(values))].join(', ');
}

/** What stands behind leading comments; step by step, for a pattern of repeated comments can be made to run for ever. */
function withoutComments(text: string): string {
  let at = 0;
  while (text.startsWith('<!--', at)) {
    const end = text.indexOf('-->', at);
    if (end < 0) return '';
    at = end + 3;
    while (/\s/.test(text[at] ?? '')) at += 1;
  }
  return text.slice(at);
}

/** People paste the address of a site instead of its feed; the page usually says where the feed is. */
function webPageReason(html: string, address: string): string {
  const feeds: string[] = [];
  const parser = new Parser({
    onopentag: (name, { rel, type, href }) => {
      const isFeed = /\balternate\b/i.test(rel ?? '') && /(rss|atom|feed\+json|rdf)/i.test(type ?? '');
      const url = name === 'link' && isFeed ? pictureUrl(href, address) : undefined;
      if (url) feeds.push(url);
    },
  });
  parser.end(html);
  return `this is a web page, not a feed${feeds[0] ? `; it names the feed ${feeds[0]}` : ''}`;
}

function failed(reason: string): ParsedFeed {
  return { kind: 'failed', reason };
}

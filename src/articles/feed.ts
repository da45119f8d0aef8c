import { Parser } from 'htmlparser2';
import { pictureUrl } from './content.ts';
import type { FeedItem } from './feed-item.ts';
import { jsonItems } from './feed-json.ts';
import { readTree } from './feed-tree.ts';
import { xmlItems } from './feed-xml.ts';

export type ParsedFeed =
  | {
      readonly kind: 'feed';
      readonly items: readonly FeedItem[];
      /** It has more entries than are read. */
      readonly hasMore: boolean;
      /** It breaks off before its end. */
      readonly isCut: boolean;
    }
  | { readonly kind: 'failed'; readonly reason: string };

/** Entries of one feed that are read; feeds have the newest first. */
export const MAX_ITEMS = 1000;

const ROOT = /<(?:[\w-]{1,40}:)?(?:rss|feed|rdf|channel)(?=[\s>])/i;
const WEB_PAGE = /<html[\s>]|<!doctype\s+html/i;

/**
 * Reads RSS, RDF, Atom or JSON Feed, in spite of what is wrong with it: a flaw costs one entry at most.
 * @param address where the feed came from: relative links are relative to it where nothing else is said.
 */
export function readFeed(text: string, address: string): ParsedFeed {
  const start = text.replace(/^[\s\ufeff\u0000]+/, '');
  if (start === '') return failed('the answer is empty');
  if (start.startsWith('{') || start.startsWith('[')) return readJson(start, address);
  // Warnings of the program that made the feed often stand before it.
  const root = ROOT.exec(start)?.index ?? -1;
  const page = WEB_PAGE.exec(start)?.index ?? -1;
  if (page >= 0 && (root < 0 || page < root)) return failed(webPageReason(start, address));
  if (root < 0) return failed(start.startsWith('<') ? NO_XML_FEED : 'this is not a feed');
  return readXml(start.slice(root), address);
}

const NO_XML_FEED = 'this XML cannot be read as RSS, RDF or Atom';

function readXml(text: string, address: string): ParsedFeed {
  const tree = readTree(text, address, { items: MAX_ITEMS });
  if (!tree.ok) return failed(tree.reason);
  const { root, items, hasMore } = tree;
  const isCut = root?.isCut === true;
  if (!root) return failed(NO_XML_FEED);
  if (items.length === 0 && isCut) return failed(BREAKS_OFF);
  if (items.length === 0 && /<(?:[\w-]{1,40}:)?(?:item|entry)[\s>]/i.test(text))
    return failed('its entries cannot be read: its XML is too broken');
  return { kind: 'feed', items: xmlItems(tree, address), hasMore, isCut };
}

/** Why a feed is of no use of which nothing whole arrived. */
export const BREAKS_OFF = 'its XML breaks off before the end';

function readJson(text: string, address: string): ParsedFeed {
  const items = jsonItems(text, address);
  if (!items) return failed('this JSON is not a JSON Feed');
  return { kind: 'feed', items: items.slice(0, MAX_ITEMS), hasMore: items.length > MAX_ITEMS, isCut: false };
}

const MOST_OF_A_PAGE = 256 * 1024;

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
  parser.end(html.slice(0, MOST_OF_A_PAGE));
  return `this is a web page, not a feed${feeds[0] ? `; it names the feed ${feeds[0]}` : ''}`;
}

function failed(reason: string): ParsedFeed {
  return { kind: 'failed', reason };
}

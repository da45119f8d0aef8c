import { Parser } from 'htmlparser2';
import type { SourceFailure } from '../source-failure.ts';
import { pictureUrl } from '../text/content.ts';
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
  | { readonly kind: 'failed'; readonly reason: SourceFailure };

/** Entries of one feed that are read; feeds have the newest first. */
export const MAX_ITEMS = 1000;

const ROOT = /<(?:[\w-]{1,40}:)?(?:rss|feed|rdf|channel)(?=[\s>])/i;
const WEB_PAGE = /<html[\s>]|<!doctype\s+html/i;

/**
 * Reads RSS, RDF, Atom or JSON Feed, in spite of what is wrong with it: a flaw costs one entry at
 * most.
 * @param address where the feed came from: relative links are relative to it where nothing else is
 * said.
 */
export function readFeed(text: string, address: string): ParsedFeed {
  const start = text.replace(/^[\s\ufeff\u0000]+/, '');
  if (start === '') return failed({ code: 'empty' });
  if (start.startsWith('{') || start.startsWith('[')) return readJson(start, address);
  // Warnings of the program that made the feed often stand before it.
  const root = ROOT.exec(start)?.index ?? -1;
  const page = WEB_PAGE.exec(start)?.index ?? -1;
  if (page >= 0 && (root < 0 || page < root)) return failed(webPage(start, address));
  if (root < 0) return failed({ code: start.startsWith('<') ? 'not-an-xml-feed' : 'not-a-feed' });
  return readXml(start.slice(root), address);
}

function readXml(text: string, address: string): ParsedFeed {
  const tree = readTree(text, address, { items: MAX_ITEMS });
  if (!tree.ok) return failed({ code: tree.fault });
  const { root, items, hasMore } = tree;
  const isCut = root?.isCut === true;
  if (!root) return failed({ code: 'not-an-xml-feed' });
  if (items.length === 0 && isCut) return failed({ code: 'breaks-off' });
  if (items.length === 0 && /<(?:[\w-]{1,40}:)?(?:item|entry)[\s>]/i.test(text))
    return failed({ code: 'entries-broken' });
  return { kind: 'feed', items: xmlItems(tree, address), hasMore, isCut };
}

function readJson(text: string, address: string): ParsedFeed {
  const items = jsonItems(text, address);
  if (!items) return failed({ code: 'not-a-json-feed' });
  return { kind: 'feed', items: items.slice(0, MAX_ITEMS), hasMore: items.length > MAX_ITEMS, isCut: false };
}

const MOST_OF_A_PAGE = 256 * 1024;

/**
 * People paste the address of a site instead of its feed; the page usually says where the feed is.
 */
function webPage(html: string, address: string): SourceFailure {
  const feeds: string[] = [];
  const parser = new Parser({
    onopentag: (name, { rel, type, href }) => {
      const isFeed = /\balternate\b/i.test(rel ?? '') && /(rss|atom|feed\+json|rdf)/i.test(type ?? '');
      const url = name === 'link' && isFeed ? pictureUrl(href, address) : undefined;
      if (url) feeds.push(url);
    },
  });
  parser.end(html.slice(0, MOST_OF_A_PAGE));
  return { code: 'web-page', ...(feeds[0] && { feed: feeds[0] }) };
}

function failed(reason: SourceFailure): ParsedFeed {
  return { kind: 'failed', reason };
}

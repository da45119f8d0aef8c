import { escapedText } from '../text/content.ts';
import { type JsonObject, listAt, objectFrom, textAt } from '../text/json-values.ts';
import { byLine } from './feed-authors.ts';
import type { FeedItem } from './feed-item.ts';
import { jsonPictures } from './feed-pictures.ts';

/** The entries of a JSON Feed, whatever version it says it is; undefined for JSON that is none. */
export function jsonItems(text: string, address: string): FeedItem[] | undefined {
  const feed = objectFrom(parsed(text));
  if (!Array.isArray(feed.items)) return undefined;
  const language = textAt(feed, 'language');
  const home = textAt(feed, 'home_page_url');
  const authors = namesAt(feed);
  return feed.items.map((each) => itemOf(objectFrom(each), { address, home, language, authors }));
}

interface Feed {
  readonly address: string;
  readonly home: string;
  readonly language: string;
  readonly authors: readonly string[];
}

function itemOf(item: JsonObject, feed: Feed): FeedItem {
  const id = typeof item.id === 'number' ? String(item.id) : textAt(item, 'id');
  const names = namesAt(item);
  const isAddress = /^https?:\/\//i.test(id);
  return {
    title: { text: textAt(item, 'title'), markup: false },
    links: [
      textAt(item, 'url'),
      textAt(item, 'external_url'),
      isAddress ? id : '',
      attachmentOf(item),
    ].filter(Boolean),
    guid: id,
    base: /^https?:/i.test(feed.home) ? feed.home : feed.address,
    home: feed.home,
    summary: escapedText(textAt(item, 'summary')),
    content: textAt(item, 'content_html') || escapedText(textAt(item, 'content_text')),
    contentBase: undefined,
    author: byLine(names.length > 0 ? names : feed.authors),
    categories: listAt(item, 'tags').filter((tag): tag is string => typeof tag === 'string'),
    dates: [textAt(item, 'date_published'), textAt(item, 'date_modified')].filter(Boolean),
    pictures: jsonPictures(item),
    language: textAt(item, 'language') || feed.language,
    isCut: false,
  };
}

/**
 * JSON as it is, else without what careless programs leave in it: control characters in texts,
 * commas at the end.
 */
function parsed(text: string): unknown {
  for (const attempt of [text, text.replace(/[\u0000-\u001f]+/g, ' ').replace(/,\s*(?=[}\]])/g, '')])
    try {
      return JSON.parse(attempt);
    } catch {}
  return undefined;
}

function attachmentOf(item: JsonObject): string {
  return (
    listAt(item, 'attachments')
      .map((one) => textAt(objectFrom(one), 'url'))
      .find(Boolean) ?? ''
  );
}

/** Version 1 has one author, 1.1 a list of them. */
function namesAt(object: JsonObject): string[] {
  const all = [...listAt(object, 'authors'), object.author].map((one) =>
    typeof one === 'string' ? one : textAt(objectFrom(one), 'name'),
  );
  return all.filter(Boolean);
}

import type { FeedConfig } from '../config/newsletters.ts';
import {
  type CollectedArticle,
  canonicalLink,
  type Refusal,
  type SourceResult,
  type Validators,
} from './article.ts';
import { stripPromotions } from './boilerplate.ts';
import { decodeText } from './charset.ts';
import { firstPicture, lineOf, paragraphsOf } from './content.ts';
import { readDate } from './dates.ts';
import { type FeedItem, readFeed } from './feed.ts';
import { bestPicture } from './feed-pictures.ts';
import { type FetchOptions, type FetchResult, guardedFetch } from './guarded-fetch.ts';
import { tell } from './standfirst.ts';

const ACCEPT =
  'application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5';

export interface FeedFetch extends Pick<FetchOptions, 'userAgent' | 'limits' | 'resolve' | 'stop'> {
  /** What the server gave us last time. */
  readonly validators: Validators;
}

/** The settings of a feed that say how it is read. */
export type FeedSettings = Pick<FeedConfig, 'language' | 'time_zone'>;

/** What a feed's server answered, as plain data that another thread can be handed. */
export type FetchedFeed = Omit<Extract<FetchResult, { kind: 'fetched' }>, 'body'> & {
  readonly body: Uint8Array;
};

/** Fetches one feed. Every failure is the answer's `reason`. */
export function fetchFeed(
  source: Pick<FeedConfig, 'feed' | 'allow_private'>,
  fetch: FeedFetch,
): Promise<FetchResult> {
  return guardedFetch(source.feed, { ...fetch, accept: ACCEPT, allowPrivate: source.allow_private });
}

/** Reads what a feed's server answered; every entry left out is among `refused`. */
export function readFetched(source: FeedSettings, fetched: FetchedFeed, now: number): SourceResult {
  const parsed = readFeed(decodeText(fetched.body, fetched.contentType), fetched.url);
  if (parsed.kind === 'failed') return parsed;
  return {
    kind: 'collected',
    ...sortOut(parsed.items, source.language, now),
    validators: fetched.validators,
  };
}

type Verdict = { readonly article: CollectedArticle } | { readonly refusal: Refusal };

function sortOut(
  items: readonly FeedItem[],
  language: string,
  now: number,
): { articles: CollectedArticle[]; refused: Refusal[] } {
  const articles = new Map<string, CollectedArticle>();
  const refused: Refusal[] = [];
  for (const item of items) {
    const verdict = judge(item, language, now);
    if ('refusal' in verdict) refused.push(verdict.refusal);
    else if (articles.has(verdict.article.link))
      refused.push({
        what: verdict.article.headline,
        reason: `the same link twice: ${verdict.article.link}`,
      });
    else articles.set(verdict.article.link, verdict.article);
  }
  return { articles: [...articles.values()], refused };
}

function judge(item: FeedItem, language: string, now: number): Verdict {
  const headline = item.title.markup ? lineOf(item.title.text) : lineOf(escapeMarkup(item.title.text));
  const link = item.links.map((each) => canonicalLink(each, item.base)).find(Boolean);
  if (!link) return refuse(headline || 'an entry without headline', noLink(item.links), 'link');
  if (!headline) return refuse(link, 'it has no headline', 'title');
  const habits = { language: item.language || language };
  const date = item.dates.map((each) => readDate(each, now, habits)).find((reading) => reading.ok);
  const body = stripPromotions(paragraphsOf(item.content));
  const told = tell(stripPromotions(paragraphsOf(item.summary)), body);
  return {
    article: {
      link,
      headline,
      ...told,
      author: lineOf(item.author),
      categories: distinct(item.categories.map(lineOf)),
      tags: [],
      picture: pictureFor(item),
      language: (item.language || language).trim(),
      publishedAt: date?.at ?? now,
      dated: date?.dated ?? false,
    },
  };
}

/** Text that is said to be plain keeps its angle brackets: `lineOf` takes markup out, but entities only once more. */
function escapeMarkup(text: string): string {
  return text.replace(/</g, '&lt;');
}

function noLink(links: readonly string[]): string {
  return links[0] ? `its link is not a web address: ${links[0].slice(0, 100)}` : 'it has no link';
}

function pictureFor(item: FeedItem): CollectedArticle['picture'] {
  const inText = firstPicture(item.content, item.base) ?? firstPicture(item.summary, item.base);
  const named = bestPicture(item.pictures, item.base);
  // The feed's own picture seldom has an alternative text; the same picture in the text often does.
  if (named && inText && named.url === inText.url)
    return { ...inText, caption: inText.caption || named.caption };
  return named ?? inText;
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names.filter(Boolean))];
}

/** Whoever makes the feed is the only one who can mend an entry. */
function refuse(what: string, reason: string, element: 'title' | 'link'): Verdict {
  const mend = `The publisher of the feed has to give this entry a ${element}.`;
  return { refusal: { what, reason, mend } };
}

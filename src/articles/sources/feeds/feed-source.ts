import { DAY_MS } from '../../../base/clock.ts';
import type { FeedConfig } from '../../../config/newsletters.ts';
import type { CollectedArticle, Refusal, Validators } from '../../article.ts';
import { type FetchOptions, type FetchResult, guardedFetch } from '../../fetching/guarded-fetch.ts';
import type { SourceResult } from '../source-result.ts';
import { decodeText } from '../text/charset.ts';
import { MAX_ITEMS, type ParsedFeed, readFeed } from './feed.ts';
import { type Draft, draftOf, type FeedHabits } from './feed-article.ts';
import { identify } from './feed-identity.ts';

const ACCEPT =
  'application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5';

/**
 * An undated entry of a feed that is collected for the first time counts as this old: it may be
 * from any year.
 */
const UNDATED_MS = 365 * DAY_MS;

export interface FeedFetch extends Pick<FetchOptions, 'userAgent' | 'limits' | 'resolve' | 'stop'> {
  /** Validators from the server's last response. */
  readonly validators: Validators;
}

/** The settings of a feed that say how it is read. */
export interface FeedSettings extends FeedHabits {
  /** Nothing of this feed was ever kept: what has no date in it is an archive, and no news. */
  readonly isFirst?: boolean;
}

/** Response of a feed's server, as plain data that another thread can receive. */
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
export function readFetched(settings: FeedSettings, fetched: FetchedFeed, now: number): SourceResult {
  const parsed = readFeed(decodeText(fetched.body, fetched.contentType), fetched.url);
  return articlesOf(parsed, settings, now, fetched.validators);
}

/** The articles of a feed that was read. */
function articlesOf(
  parsed: ParsedFeed,
  settings: FeedSettings,
  now: number,
  validators: Validators,
): SourceResult {
  if (parsed.kind === 'failed') return parsed;
  const verdicts = parsed.items.map((item) => draftOf(item, settings, now));
  const drafts = verdicts.flatMap((verdict) => ('draft' in verdict ? [verdict.draft] : []));
  const { articles, twice } = identify(drafts);
  const isFirst = settings.isFirst === true;
  const undated = isFirst ? articles.filter((draft) => draft.date === undefined) : [];
  const refused: Refusal[] = [
    ...verdicts.flatMap((verdict) => verdict.problems),
    ...twice,
    ...undatedReport(undated),
    ...(parsed.hasMore ? [tooMany(parsed.items.length)] : []),
  ];
  if (articles.length === 0 && parsed.isCut) return { kind: 'failed', reason: { code: 'breaks-off' } };
  return {
    kind: 'collected',
    articles: articles.map((draft) => articleOf(draft, isFirst ? now - UNDATED_MS : now)),
    refused,
    // What broke off would else be "unchanged" the next time, and its end would never be asked for.
    validators: parsed.isCut ? { etag: null, lastModified: null } : validators,
  };
}

/** @param undated when it counts as published where it has no date. */
function articleOf({ article, date }: Draft, undated: number): CollectedArticle {
  return { ...article, publishedAt: date?.at ?? undated, dated: date?.dated ?? false };
}

function undatedReport(undated: readonly Draft[]): Refusal[] {
  const [first] = undated;
  if (!first) return [];
  const others = undated.length > 1 ? ` and ${undated.length - 1} more` : '';
  return [
    {
      what: `${first.article.headline}${others}`,
      reason:
        'no date that can be read: as this feed was collected for the first time, it counts as old and not as news',
      mend: 'What the feed brings from now on counts from when it is first seen.',
      partly: true,
    },
  ];
}

function tooMany(count: number): Refusal {
  return {
    what: `what comes after the first ${count} entries`,
    reason: `no more than ${MAX_ITEMS} entries and 60,000 elements of a feed are read`,
    mend: 'Ask its publisher for a feed of the latest entries alone.',
  };
}

import type { Clock } from '../../base/clock.ts';
import { SECOND_MS } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { folderPath } from '../../config/config.ts';
import type { FeedConfig, SourceConfig } from '../../config/newsletters.ts';
import type { Database } from '../../storage/schema/schema.ts';
import type { CollectedArticle, Refusal } from '../article.ts';
import type { FetchLimits, FetchResult, Resolver } from '../fetching/guarded-fetch.ts';
import { MatcherAside, type StoryMatcher } from '../stories/story-matcher.ts';
import { sourceFailureWords } from './failure-words.ts';
import { fetchFeed } from './feeds/feed-source.ts';
import { underKnownLinks } from './old-links.ts';
import { readable } from './readable.ts';
import { saveArticles } from './save-articles.ts';
import type { SourceFailure } from './source-failure.ts';
import { SourceReader } from './source-reader.ts';
import type { SourceResult } from './source-result.ts';
import { recordSource, type SourceState, sourceStates } from './source-store.ts';
import { markValidators, NO_VALIDATORS, validatorsFor } from './source-validators.ts';
import { withdrawMissing } from './withdrawal.ts';

export interface CollectDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** Relative folders are looked up from here. */
  readonly baseDir: string;
  /** Folder that holds the pictures of folder articles. */
  readonly mediaDir: string;
  /** The User-Agent, as `userAgentOf` makes it. */
  readonly userAgent: string;
  /** Every source in the configuration, where `sources` is only some of them. */
  readonly configured?: readonly string[];
  /** Reads what sources hand over; one of its own for each call where none is handed in. */
  readonly reader?: SourceReader;
  /** Fires when the process stops: what is under way is given up. */
  readonly stop?: AbortSignal;
  /** For fetching one source, in milliseconds. */
  readonly sourceDeadlineMs?: number;
  readonly limits?: Partial<FetchLimits>;
  readonly resolve?: Resolver;
}

/** Result of collecting one source. */
export interface SourceReport {
  readonly sourceId: string;
  readonly kind: 'collected' | 'unchanged' | 'failed';
  /** Articles that could be read, new or not. */
  readonly offered: number;
  readonly added: number;
  readonly updated: number;
  /** New ones of a feed that were left for the next time, the oldest. */
  readonly later: number;
  /** Articles of a folder whose file is gone. */
  readonly withdrawn: number;
  readonly refused: readonly Refusal[];
  readonly reason?: SourceFailure;
}

type FolderConfig = Exclude<SourceConfig, FeedConfig>;

const CONCURRENCY = 4;
/** So many new articles of one feed are kept at one collection. */
const MOST_NEW = 300;
const SOURCE_DEADLINE_MS = 60 * SECOND_MS;

/**
 * Asks every source once and keeps what it offers; reports come in the order of `sources`. A source
 * that fails, hangs or throws is a report like any other and holds up nobody beyond its deadline.
 * @throws an `AbortError` once `stop` has fired, so that no edition is made of what was collected
 * by then.
 */
export async function collectSources(
  deps: CollectDeps,
  sources: readonly SourceConfig[],
): Promise<SourceReport[]> {
  const reader = deps.reader ?? new SourceReader();
  const matcher = new MatcherAside();
  try {
    return await collectWith(
      {
        ...deps,
        reader,
        matcher,
        stop: deps.stop ?? new AbortController().signal,
        configured: new Set(deps.configured ?? sources.map((source) => source.id)),
      },
      sources,
    );
  } finally {
    await matcher.close();
    if (!deps.reader) await reader.close();
  }
}

interface OneDeps extends Omit<CollectDeps, 'configured'> {
  readonly configured: ReadonlySet<string>;
  readonly reader: SourceReader;
  readonly matcher: StoryMatcher;
  readonly stop: AbortSignal;
}

async function collectWith(deps: OneDeps, sources: readonly SourceConfig[]): Promise<SourceReport[]> {
  const states = await sourceStates(deps.db);
  const reports: SourceReport[] = [];
  const queue = sources.entries();
  const work = async () => {
    for (const [at, source] of queue) {
      if (deps.stop.aborted) return;
      reports[at] = await collectOne(deps, source, states.get(source.id));
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  deps.stop.throwIfAborted();
  return reports;
}

async function collectOne(
  deps: OneDeps,
  source: SourceConfig,
  state: SourceState | undefined,
): Promise<SourceReport> {
  const report = await readSource(deps, source, state)
    .then((result) => keep(deps, source, result))
    .catch((error) => failedReport(source, { code: 'fault', says: messageOf(error) }));
  if (deps.stop.aborted) return report; // it is no fault of the source
  if (report.reason) {
    const { reason } = report;
    deps.log.warn(
      { source: source.id, reason: sourceFailureWords(reason), code: reason.code },
      'A source could not be collected',
    );
    await recordSource(deps.db, source.id, { kind: 'failed', reason }, deps.clock.now()).catch((error) =>
      deps.log.error({ source: source.id, reason: messageOf(error) }, 'Its failure could not be kept'),
    );
  } else {
    const { kind, offered, added, updated, refused } = report;
    deps.log.info(
      { source: source.id, kind, offered, added, updated, refused: refused.length },
      'Source collected',
    );
  }
  return report;
}

function readSource(
  deps: OneDeps,
  source: SourceConfig,
  state: SourceState | undefined,
): Promise<SourceResult> {
  return 'folder' in source ? readFolder(deps, source) : readFeed(deps, source, state);
}

function readFolder({ reader, clock, ...deps }: OneDeps, source: FolderConfig): Promise<SourceResult> {
  const place = {
    sourceId: source.id,
    folder: folderPath(deps, source.folder),
    mediaDir: deps.mediaDir,
    language: source.language,
    timeZones: source.time_zones ?? [],
  };
  return reader.read({ kind: 'folder', place, now: clock.now() });
}

async function readFeed(
  deps: OneDeps,
  source: FeedConfig,
  state: SourceState | undefined,
): Promise<SourceResult> {
  const fetch = {
    userAgent: deps.userAgent,
    validators: validatorsFor(source, state),
    stop: deps.stop,
    ...(deps.limits ? { limits: deps.limits } : {}),
    ...(deps.resolve ? { resolve: deps.resolve } : {}),
  };
  const fetched = await inTime(deps, fetchFeed(source, fetch));
  if (fetched.kind !== 'fetched') return fetched;
  const settings = {
    language: source.language,
    // Its entries are out already, so it keeps nothing back: read by the easternmost clock it is too late for nobody.
    time_zone: source.time_zones?.[0],
    isFirst: (state?.succeededAt ?? null) === null,
  };
  return deps.reader.read({ kind: 'feed', source: settings, fetched, now: deps.clock.now() });
}

type Fetched = Exclude<FetchResult, { kind: 'failed' }> | Extract<SourceResult, { kind: 'failed' }>;

/** Returns the response, or a failure at the deadline; a later response changes nothing. */
async function inTime(deps: OneDeps, fetching: Promise<FetchResult>): Promise<Fetched> {
  const deadlineMs = deps.sourceDeadlineMs ?? SOURCE_DEADLINE_MS;
  const done = new AbortController();
  const late = deps.clock
    .sleep(deadlineMs, AbortSignal.any([done.signal, deps.stop]))
    .then(
      (): Fetched => ({ kind: 'failed', reason: { code: 'no-result', seconds: deadlineMs / SECOND_MS } }),
    );
  return Promise.race([fetching, late]).finally(() => done.abort());
}

async function keep(deps: OneDeps, source: SourceConfig, result: SourceResult): Promise<SourceReport> {
  if (result.kind === 'failed') return failedReport(source, result.reason);
  const now = deps.clock.now();
  if (result.kind === 'unchanged') {
    await recordSource(deps.db, source.id, result, now);
    return { sourceId: source.id, kind: 'unchanged', ...NOTHING };
  }
  const { articles: offered, refused: unreadable } = readable(result.articles);
  const known = await underKnownLinks(deps.db, source.id, offered);
  const articles = known.map((article) => withCategories(article, source.categories));
  const saved = await saveArticles(deps.db, source.id, articles, now, {
    configured: deps.configured,
    matcher: deps.matcher,
    stop: deps.stop,
    ...('feed' in source && { mostNew: MOST_NEW }),
  });
  const withdrawn =
    'folder' in source ? await withdrawMissing(deps.db, source.id, linksOf(articles), now) : 0;
  // Only now: validators of a feed whose articles were not kept would make us skip them next time.
  // With some left for the next time, "unchanged" would be the wrong answer then.
  const validators = markValidators(source, saved.later > 0 ? NO_VALIDATORS : result.validators);
  const reading = {
    offered: articles.length,
    added: saved.added,
    updated: saved.updated,
    later: saved.later,
    withdrawn,
    refused: [...result.refused, ...unreadable],
  };
  await recordSource(deps.db, source.id, { kind: 'collected', validators, reading }, now);
  return { sourceId: source.id, kind: 'collected', ...reading };
}

const NOTHING = { offered: 0, added: 0, updated: 0, later: 0, withdrawn: 0, refused: [] };

function linksOf(articles: readonly CollectedArticle[]): Set<string> {
  return new Set(articles.map((article) => article.link));
}

function withCategories(article: CollectedArticle, added: readonly string[]): CollectedArticle {
  return { ...article, categories: [...new Set([...article.categories, ...added])] };
}

function failedReport(source: SourceConfig, reason: SourceFailure): SourceReport {
  return { sourceId: source.id, kind: 'failed', ...NOTHING, reason };
}

import { createHash } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { SECOND_MS } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { folderPath } from '../config/config.ts';
import type { SourceConfig } from '../config/newsletters.ts';
import type { Database } from '../storage/schema.ts';
import type { CollectedArticle, Refusal, SourceResult, Validators } from './article.ts';
import { saveArticles } from './article-store.ts';
import { readFeedSource } from './feed-source.ts';
import { readFolderSource } from './folder-source.ts';
import type { FetchLimits, Resolver } from './guarded-fetch.ts';
import { recordSource, type SourceState, sourceStates } from './source-store.ts';
import { withdrawMissing } from './withdrawal.ts';

export interface CollectDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** Relative folders are looked up from here. */
  readonly baseDir: string;
  /** Where pictures of folder articles are kept. */
  readonly mediaDir: string;
  /** Says who asks and where to complain: `Broadsheet/0.1 (+<publicUrl>)`. */
  readonly userAgent: string;
  /** Every source in the configuration, where `sources` is only some of them. */
  readonly configured?: readonly string[];
  readonly sourceDeadlineMs?: number;
  readonly limits?: Partial<FetchLimits>;
  readonly resolve?: Resolver;
}

/** What came of asking one source. */
export interface SourceReport {
  readonly sourceId: string;
  readonly kind: 'collected' | 'unchanged' | 'failed';
  /** Articles that could be read, new or not. */
  readonly offered: number;
  readonly added: number;
  readonly updated: number;
  /** Of a folder: articles whose file is gone. */
  readonly withdrawn: number;
  readonly refused: readonly Refusal[];
  /** Why it failed, in one line. */
  readonly reason?: string;
}

const CONCURRENCY = 4;
const SOURCE_DEADLINE_MS = 60 * SECOND_MS;

/**
 * Asks every source once and keeps what it offers; reports come in the order of `sources`. A source that fails, hangs
 * or throws is a report like any other and holds up nobody beyond its deadline.
 */
export async function collectSources(
  deps: CollectDeps,
  sources: readonly SourceConfig[],
): Promise<SourceReport[]> {
  const states = await sourceStates(deps.db);
  const configured = new Set(deps.configured ?? sources.map((source) => source.id));
  const reports: SourceReport[] = [];
  const queue = sources.entries();
  const work = async () => {
    for (const [at, source] of queue) {
      reports[at] = await collectOne({ ...deps, configured }, source, states.get(source.id));
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return reports;
}

type OneDeps = Omit<CollectDeps, 'configured'> & { readonly configured: ReadonlySet<string> };

async function collectOne(
  deps: OneDeps,
  source: SourceConfig,
  state: SourceState | undefined,
): Promise<SourceReport> {
  const report = await keep(deps, source, await readInTime(deps, source, state)).catch((error) =>
    failedReport(source, messageOf(error)),
  );
  if (report.kind === 'failed') {
    deps.log.warn({ source: source.id, reason: report.reason }, 'A source could not be collected');
    await recordSource(
      deps.db,
      source.id,
      { kind: 'failed', reason: report.reason ?? '' },
      deps.clock.now(),
    ).catch((error) =>
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

/** The source's answer, or a failure when its time is up. What still runs then is not waited for and changes nothing. */
async function readInTime(
  deps: OneDeps,
  source: SourceConfig,
  state: SourceState | undefined,
): Promise<SourceResult> {
  const deadlineMs = deps.sourceDeadlineMs ?? SOURCE_DEADLINE_MS;
  const done = new AbortController();
  const late = deps.clock
    .sleep(deadlineMs, done.signal)
    .then((): SourceResult => ({ kind: 'failed', reason: `no result within ${deadlineMs / SECOND_MS} s` }));
  const read = readSource(deps, source, state).catch(
    (error): SourceResult => ({ kind: 'failed', reason: messageOf(error) }),
  );
  return Promise.race([read, late]).finally(() => done.abort());
}

function readSource(
  deps: OneDeps,
  source: SourceConfig,
  state: SourceState | undefined,
): Promise<SourceResult> {
  const now = deps.clock.now();
  if ('folder' in source) {
    const folder = folderPath(deps, source.folder);
    return readFolderSource(
      {
        sourceId: source.id,
        folder,
        mediaDir: deps.mediaDir,
        language: source.language,
        ...(source.time_zone ? { timeZone: source.time_zone } : {}),
      },
      now,
    );
  }
  const fetch = {
    userAgent: deps.userAgent,
    validators: validatorsFor(source, state),
    ...(deps.limits ? { limits: deps.limits } : {}),
    ...(deps.resolve ? { resolve: deps.resolve } : {}),
  };
  return readFeedSource(source, fetch, now);
}

async function keep(deps: OneDeps, source: SourceConfig, result: SourceResult): Promise<SourceReport> {
  if (result.kind === 'failed') return failedReport(source, result.reason);
  const now = deps.clock.now();
  if (result.kind === 'unchanged') {
    await recordSource(deps.db, source.id, result, now);
    return { sourceId: source.id, kind: 'unchanged', ...NOTHING };
  }
  const articles = result.articles.map((article) => withCategories(article, source.categories));
  const saved = await saveArticles(deps.db, source.id, articles, now, deps.configured);
  const withdrawn =
    'folder' in source ? await withdrawMissing(deps.db, source.id, linksOf(articles), now) : 0;
  // Only now: validators of a feed whose articles were not kept would make us skip them next time.
  const validators = markValidators(source, result.validators);
  const reading = {
    offered: articles.length,
    added: saved.added,
    updated: saved.updated,
    withdrawn,
    refused: result.refused,
  };
  await recordSource(deps.db, source.id, { kind: 'collected', validators, reading }, now);
  return { sourceId: source.id, kind: 'collected', ...reading };
}

const NOTHING = { offered: 0, added: 0, updated: 0, withdrawn: 0, refused: [] };

function linksOf(articles: readonly CollectedArticle[]): Set<string> {
  return new Set(articles.map((article) => article.link));
}

function withCategories(article: CollectedArticle, added: readonly string[]): CollectedArticle {
  return { ...article, categories: [...new Set([...article.categories, ...added])] };
}

function failedReport(source: SourceConfig, reason: string): SourceReport {
  return { sourceId: source.id, kind: 'failed', ...NOTHING, reason };
}

/**
 * Validators are kept with a mark of the settings they were got under. After a change of address or categories the old
 * ones would have the server answer "unchanged" about something that was never collected that way.
 */
function markValidators(source: SourceConfig, { etag, lastModified }: Validators): Validators {
  const mark = markOf(source);
  return {
    etag: etag === null ? null : `${mark} ${etag}`,
    lastModified: lastModified === null ? null : `${mark} ${lastModified}`,
  };
}

function validatorsFor(source: SourceConfig, state: Validators | undefined): Validators {
  const mark = `${markOf(source)} `;
  const unmarked = (value: string | null | undefined) =>
    value?.startsWith(mark) ? value.slice(mark.length) : null;
  return { etag: unmarked(state?.etag), lastModified: unmarked(state?.lastModified) };
}

function markOf(source: SourceConfig): string {
  return createHash('sha256').update(JSON.stringify(source)).digest('hex').slice(0, 12);
}

import type { Refusal } from '../../articles/article.ts';
import { headlinesSeenAt } from '../../articles/article-store.ts';
import { sourceFailureWords } from '../../articles/sources/failure-words.ts';
import {
  type SourceActivity,
  type SourceState,
  sourceActivity,
  sourceStates,
} from '../../articles/sources/source-store.ts';
import { DAY_MS } from '../../base/clock.ts';
import type { SourceConfig } from '../../config/newsletters.ts';
import { toldBySource } from '../../editions/store/told-before.ts';
import type { Studio } from '../studio-deps.ts';
import { count, distance } from '../studio-words.ts';
import { lastRun, span, wayOut } from './sources-words.ts';

/** The worst first. */
const HEALTHS = ['failing', 'unasked', 'quiet', 'mending', 'well'] as const;
type Health = (typeof HEALTHS)[number];

const HEALTH_WORDS: Readonly<Record<Health, string>> = {
  failing: 'Failing',
  unasked: 'Not checked yet',
  quiet: 'Quiet',
  mending: 'Needs fixing',
  well: 'OK',
};

const SUMMARY_WORDS: Readonly<Record<Health, string>> = {
  failing: 'failing',
  unasked: 'not checked yet',
  quiet: 'unusually quiet',
  mending: 'to fix',
  well: 'OK',
};

/** A source that has brought something all along is unusually quiet after twice its longest silence; within a day nothing is. */
const QUIET_AFTER_GAPS = 2;
const NEVER_QUIET_WITHIN_MS = DAY_MS;
/**
 * Time without articles after which a feed counts as quiet, where it has too few to know its
 * rhythm.
 */
const QUIET_AFTER_MS = 14 * DAY_MS;
const NEW_HEADLINES = 5;

/** All sources in use, the ones that need somebody first, and those that are in use no longer. */
export async function sourcesView(studio: Studio, asked = '') {
  const [states, activity] = await Promise.all([sourceStates(studio.db), activityOf(studio)]);
  const { sources } = studio.config;
  const views = await Promise.all(
    sources.map((source) => viewOf(studio, source, states.get(source.id), activity.get(source.id), asked)),
  );
  const inUse = new Set(sources.map(({ id }) => id));
  const former = [...activity].filter(([id]) => !inUse.has(id));
  return {
    sources: HEALTHS.flatMap((health) => views.filter((view) => view.health === health)),
    summary: HEALTHS.flatMap((health) => {
      const number = views.filter((view) => view.health === health).length;
      return number === 0 ? [] : [{ health, number: count(number), words: SUMMARY_WORDS[health] }];
    }),
    former: former.map(([id, { articles }]) => ({
      id,
      articles: articlesIn(articles),
      href: articlesOf(id),
    })),
  };
}

/** One source as it is now. */
export async function sourceView(studio: Studio, source: SourceConfig) {
  const [states, activity] = await Promise.all([sourceStates(studio.db), activityOf(studio)]);
  return viewOf(studio, source, states.get(source.id), activity.get(source.id), source.id);
}

function activityOf({ db, clock }: Studio): Promise<Map<string, SourceActivity>> {
  return sourceActivity(db, { now: clock.now(), told: (since) => toldBySource(db, since) });
}

async function viewOf(
  studio: Studio,
  source: SourceConfig,
  state: SourceState | undefined,
  activity: SourceActivity | undefined,
  asked: string,
) {
  const now = studio.clock.now();
  const reading = state?.reading ?? null;
  const quiet = quietOf(source, state, activity, now);
  const health = healthOf(source, state, quiet);
  const failed = state?.failure ?? null;
  const refused = (reading?.refused ?? []).filter(({ leftOut }) => !leftOut);
  const leftOut = (reading?.refused ?? []).filter((one) => one.leftOut);
  return {
    id: source.id,
    title: source.title ?? source.id,
    isFeed: 'feed' in source,
    place: 'feed' in source ? source.feed : source.folder,
    health,
    healthWords: HEALTH_WORDS[health],
    asked: momentOf(state?.checkedAt ?? null, now),
    succeeded: momentOf(state?.succeededAt ?? null, now),
    failure: failed && { reason: sourceFailureWords(failed), mend: wayOut(source, failed) },
    run: state && failed === null ? lastRun(state, now) : '',
    brought: reading && failed === null ? await headlinesOf(studio, source.id, reading.at) : [],
    quiet,
    refused: refused.map(refusalView),
    more: beyond(reading?.refusedInAll, refused.length),
    leftOut: leftOut.map(refusalView),
    moreLeftOut: beyond(reading?.leftOutInAll, leftOut.length),
    figures: {
      lately: count(activity?.lately ?? 0),
      told: count(activity?.latelyTold ?? 0),
      lastBrought: momentOf(activity?.lastBroughtAt ?? null, now),
    },
    articles: activity ? { words: articlesIn(activity.articles), href: articlesOf(source.id) } : null,
    newsletters: newslettersOf(studio, source.id),
    justAsked: asked === source.id,
    said: asked === source.id && state ? lastRun(state, now) : '',
  };
}

/**
 * Rates a source's health. Faults in somebody else's feed are reported, too, but nobody here can
 * mend them.
 */
function healthOf(source: SourceConfig, state: SourceState | undefined, quiet: string): Health {
  if (!state) return 'unasked';
  if (state.failure !== null) return 'failing';
  if (quiet) return 'quiet';
  return 'folder' in source && (state.reading?.refusedInAll ?? 0) > 0 ? 'mending' : 'well';
}

/** In a sentence where a source has been silent for unusually long; empty where it has not. */
function quietOf(
  source: SourceConfig,
  state: SourceState | undefined,
  activity: SourceActivity | undefined,
  now: number,
): string {
  if (!activity) return state?.succeededAt ? 'It has never delivered an article.' : '';
  const { longestGap, lastBroughtAt } = activity;
  const silence = now - lastBroughtAt;
  if (longestGap === null)
    return 'feed' in source && silence > QUIET_AFTER_MS ? `Nothing new for ${span(silence)}.` : '';
  if (silence <= Math.max(NEVER_QUIET_WITHIN_MS, QUIET_AFTER_GAPS * longestGap)) return '';
  return `Nothing new for ${span(silence)}; until now the longest gap was ${span(longestGap)}.`;
}

function momentOf(time: number | null, now: number) {
  return time === null ? null : { words: distance(time, now), iso: new Date(time).toISOString() };
}

/** Returns the headlines that a reading brought: they were first seen at that very time. */
async function headlinesOf({ db }: Studio, sourceId: string, at: number) {
  const rows = await headlinesSeenAt(db, sourceId, at, NEW_HEADLINES);
  return rows.map(({ id, headline }) => ({ headline, href: `/studio/articles/${id}` }));
}

/** Returns the number of items beyond those shown; empty where all are. */
function beyond(inAll: number | undefined, shown: number): string {
  return inAll !== undefined && inAll > shown ? count(inAll - shown) : '';
}

function refusalView({ what, reason, mend = '', partly }: Refusal) {
  return { what, reason, mend, partly: partly === true };
}

function newslettersOf({ newsletters }: Studio, sourceId: string) {
  return newsletters
    .filter(({ sources }) => sources.includes(sourceId))
    .map(({ id, title }) => ({ title, href: `${articlesOf(sourceId)}&newsletter=${id}` }));
}

function articlesOf(sourceId: string): string {
  return `/studio/articles?source=${encodeURIComponent(sourceId)}`;
}

function articlesIn(number: number): string {
  return number === 1 ? '1 article' : `${count(number)} articles`;
}

import type { Moments } from '../../zoned.ts';
import type { FileContent } from '../formats/file-content.ts';
import { momentOf } from './file-moment.ts';
import { dateInName } from './file-names.ts';
import { MEND, type Problem } from './file-problems.ts';

/** Publication of a file by its dates: an article, or the reason it is none. */
export type FileDates =
  | {
      readonly kind: 'article';
      /** UTC milliseconds; ahead where it waits. */
      readonly publishedAt: number;
      readonly moments?: Moments;
      readonly dated: boolean;
      readonly problems: readonly Problem[];
    }
  | { readonly kind: 'no article'; readonly problem: Problem };

interface Context {
  /** The path of the file, which may hold a date. */
  readonly name: string;
  readonly language: string;
  /** IANA name, for times without a zone; UTC where absent. */
  readonly timeZone: string | undefined;
  readonly now: number;
}

interface Reading {
  readonly timeZone: string;
  readonly dates: FileDates;
}

/**
 * Returns when a file is an article, by the clock of each zone; the earliest of several moments
 * where they differ, and all of them.
 */
export function datesInZones(
  content: FileContent,
  context: Omit<Context, 'timeZone'>,
  timeZones: readonly string[],
): FileDates {
  const readings = timeZones.map(
    (timeZone): Reading => ({ timeZone, dates: datesOf(content, { ...context, timeZone }) }),
  );
  const [first] = readings;
  if (!first) return datesOf(content, { ...context, timeZone: undefined });
  const moments = readings.map(({ dates }) => (dates.kind === 'article' ? dates.publishedAt : null));
  const articles = readings.flatMap(({ dates }) => (dates.kind === 'article' ? [dates] : []));
  const [one = first.dates] = articles;
  // What has no date of its own is an article for all until it has expired for all.
  if (one.kind === 'no article' || !one.dated || new Set(moments).size === 1) return one;
  return {
    ...one,
    publishedAt: Math.min(...articles.map(({ publishedAt }) => publishedAt)),
    moments: Object.fromEntries(readings.map(({ timeZone }, at) => [timeZone, moments[at] ?? null])),
    problems: problemsInZones(readings),
  };
}

/**
 * Lists problems that every clock reports once, and joins those in which the clocks differ into one
 * sentence with the name of each.
 */
function problemsInZones(readings: readonly Reading[]): Problem[] {
  const said = readings.map(({ timeZone, dates }) => ({
    timeZone,
    problems: dates.kind === 'article' ? dates.problems : [dates.problem],
  }));
  const isCommon = (reason: string) =>
    said.every(({ problems }) => problems.some((one) => one.reason === reason));
  const common = said[0]?.problems.filter(({ reason }) => isCommon(reason)) ?? [];
  const own = said.flatMap(({ timeZone, problems }) =>
    problems
      .filter(({ reason }) => !isCommon(reason))
      .map((one) => ({ ...one, reason: `${one.reason} for ${timeZone}` })),
  );
  const [one] = own;
  return one ? [...common, { ...one, reason: own.map(({ reason }) => reason).join(', ') }] : common;
}

/**
 * The moment of an article: its date, or where it is later the moment it was to wait for; and none
 * once it has expired.
 */
function datesOf({ dates, changed, publication }: FileContent, context: Context): FileDates {
  const { name, language, timeZone, now } = context;
  const habits = { language, ...(timeZone ? { timeZone } : {}) };
  const read = (text: string) => momentOf(text, now, habits);
  const { from = [], until = [], waits = false } = publication.kind === 'public' ? publication : {};
  const unread = [...from, ...until].find((text) => !read(text));
  if (unread !== undefined)
    return none(`a moment of it cannot be read: ${unread.slice(0, 60)}`, { mend: MEND.moment });
  const ends = until.flatMap((text) => read(text) ?? []).map(({ at }) => at);
  const end = Math.min(...ends);
  if (end <= now) return none(`it has expired (${inUtc(end)})`, { leftOut: 'expired' });
  // Each in its turn: a date that cannot be read gives way to one that can.
  const inOrder = [...dates, dateInName(name), ...changed].filter(Boolean);
  const date = inOrder.map(read).find((one) => one !== undefined);
  const starts = from.flatMap((text) => read(text) ?? []).map(({ at }) => at);
  if (waits && starts.length === 0 && !date)
    return none('it waits, and says no moment', { leftOut: 'scheduled' });
  const publishedAt = Math.max(date?.at ?? (starts.length > 0 ? 0 : now), ...starts);
  const dated = (date?.dated ?? false) || starts.length > 0;
  return { kind: 'article', publishedAt, dated, problems: problemsOf(publishedAt, dated, now, dates, read) };
}

function problemsOf(
  publishedAt: number,
  dated: boolean,
  now: number,
  dates: readonly string[],
  read: (text: string) => unknown,
): Problem[] {
  const [first] = dates;
  const unread: Problem[] =
    first !== undefined && !read(first)
      ? [{ reason: `its date cannot be read: ${first.slice(0, 60)}`, mend: MEND.date, partly: true }]
      : [];
  const waiting: Problem[] =
    dated && publishedAt > now
      ? [{ reason: `it waits until ${inUtc(publishedAt)}`, leftOut: 'scheduled' }]
      : [];
  return [...unread, ...waiting];
}

/** "2026-12-04 07:00 UTC" */
function inUtc(at: number): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime())
    ? 'an impossible moment'
    : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function none(reason: string, rest: Omit<Problem, 'reason'>): FileDates {
  return { kind: 'no article', problem: { reason, ...rest } };
}

import { HOUR_MS } from '../base/clock.ts';

/**
 * Publication and expiry of an article by the clocks of several zones, by IANA name: UTC
 * milliseconds, null where it has expired there. Kept only where they differ, for a file whose time
 * names no zone and that newsletters of several zones share.
 */
export type Moments = Readonly<Record<string, number | null>>;

interface Zoned {
  /** UTC milliseconds; the earliest of `moments`. */
  readonly publishedAt: number;
  readonly moments?: Moments;
}

/** From UTC+14 to UTC−12: no clock is further behind the first that shows a time. */
export const FURTHEST_APART_MS = 26 * HOUR_MS;

/** Returns an article as newsletters of a zone have it; undefined where it has expired there. */
export function inZone<T extends Zoned>(article: T, timeZone: string): T | undefined {
  const moment = article.moments?.[timeZone];
  if (moment === undefined) return article;
  return moment === null ? undefined : { ...article, publishedAt: moment };
}

/**
 * Returns every article as newsletters of a zone have it, without those that have expired there.
 */
export function allInZone<T extends Zoned>(articles: readonly T[], timeZone: string): T[] {
  return articles.flatMap((article) => inZone(article, timeZone) ?? []);
}

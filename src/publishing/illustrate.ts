import type { Article } from '../articles/article.ts';
import { hasCut } from '../articles/media.ts';
import { makePicture, type PictureDeps } from '../articles/picture-maker.ts';
import { type KnownPicture, knownPictures, recordPicture } from '../articles/picture-store.ts';
import { type PictureResult, pictureRefused } from '../articles/pictures.ts';
import { type Clock, HOUR_MS, SECOND_MS } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { SourceConfig } from '../config/newsletters.ts';
import type { EditionPicture } from '../editions/edition.ts';
import type { Database } from '../storage/schema.ts';

export interface IllustrateDeps extends PictureDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** All that are configured: they say which addresses may be private. */
  readonly sources: readonly SourceConfig[];
}

export interface RefusedPicture {
  readonly headline: string;
  readonly url: string;
  readonly reason: string;
}

export interface Illustrated {
  /** By article: its picture with cuts, or null where it has none that could be used. */
  readonly pictures: ReadonlyMap<number, EditionPicture | null>;
  readonly refused: readonly RefusedPicture[];
}

interface Order {
  readonly url: string;
  readonly headline: string;
  readonly allowPrivate: boolean;
}

const CONCURRENCY = 4;
/** With 20 s at most for each fetch, an edition waits a minute for its pictures and no longer. */
const BEGIN_WITHIN_MS = 40 * SECOND_MS;
const RETRY_AFTER_MS = HOUR_MS;
/** PostgreSQL indexes no key that is much longer. */
const MAX_ADDRESS = 2000;

/**
 * Finds or makes the cuts of the articles' pictures. A picture is fetched once, whoever names it; one that could not be
 * used is looked at again after an hour. What is wrong with a picture is a refusal, and the article goes without.
 */
export async function illustrate(deps: IllustrateDeps, articles: readonly Article[]): Promise<Illustrated> {
  const results = await resultsOf(deps, ordersOf(deps.sources, articles));
  const pictures = new Map<number, EditionPicture | null>();
  const refused: RefusedPicture[] = [];
  for (const { id, headline, picture } of articles) {
    const result = picture && results.get(picture.url);
    const alt = picture?.alt || picture?.caption || headline;
    pictures.set(id, picture && result?.ok ? { ...picture, alt, cuts: result.cuts } : null);
    if (picture && result && !result.ok) refused.push({ headline, url: picture.url, reason: result.reason });
  }
  return { pictures, refused };
}

/** One order for each address, however many articles name it. */
function ordersOf(sources: readonly SourceConfig[], articles: readonly Article[]): Order[] {
  const orders = new Map<string, Order>();
  for (const { headline, picture, sourceId } of articles) {
    if (!picture) continue;
    const source = sources.find(({ id }) => id === sourceId);
    const allowPrivate = mayBePrivate(source, picture.url) || orders.get(picture.url)?.allowPrivate === true;
    orders.set(picture.url, { url: picture.url, headline, allowPrivate });
  }
  return [...orders.values()];
}

/** On the feed's own host and nowhere else: a feed must not send us round the rest of a private network. */
function mayBePrivate(source: SourceConfig | undefined, url: string): boolean {
  if (!source || !('feed' in source) || !source.allow_private) return false;
  return URL.parse(source.feed)?.hostname === URL.parse(url)?.hostname;
}

async function resultsOf(
  deps: IllustrateDeps,
  orders: readonly Order[],
): Promise<ReadonlyMap<string, PictureResult>> {
  const known = await knownPictures(
    deps.db,
    orders.map((order) => order.url),
  );
  const results = new Map<string, PictureResult>();
  const missing: Order[] = [];
  for (const order of orders) {
    const before = known.get(order.url);
    if (before && (await stillHolds(deps, before))) results.set(order.url, before);
    else missing.push(order);
  }
  if (missing.length > 0) await makeAll(deps, missing, results);
  return results;
}

/** A success for as long as its files are there; a failure for an hour, and not if the clock was set back meanwhile. */
async function stillHolds({ clock, mediaDir }: IllustrateDeps, known: KnownPicture): Promise<boolean> {
  if (!known.ok) return Math.abs(clock.now() - known.checkedAt) < RETRY_AFTER_MS;
  const { wide, card, thumb } = known.cuts;
  const there = await Promise.all([wide, card, thumb].map((cut) => hasCut(mediaDir, cut)));
  return there.every(Boolean);
}

async function makeAll(
  deps: IllustrateDeps,
  orders: readonly Order[],
  results: Map<string, PictureResult>,
): Promise<void> {
  const { clock, log } = deps;
  const startedAt = clock.now();
  log.info({ pictures: orders.length }, 'Fetching and cutting pictures');
  const done = new AbortController();
  let late = false;
  void clock.sleep(BEGIN_WITHIN_MS, done.signal).then(() => {
    late = true;
  });
  const queue = orders.values();
  const work = async () => {
    for (const order of queue) results.set(order.url, late ? NO_TIME : await makeOne(deps, order));
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  done.abort();
  const made = orders.filter(({ url }) => results.get(url)?.ok).length;
  log.info({ made, refused: orders.length - made, ms: clock.now() - startedAt }, 'Pictures are ready');
}

const NO_TIME = pictureRefused('other pictures took so long that there was no time left for it');

async function makeOne(deps: IllustrateDeps, { url, headline, allowPrivate }: Order): Promise<PictureResult> {
  if (url.length > MAX_ADDRESS) return pictureRefused(`its address is longer than ${MAX_ADDRESS} characters`);
  try {
    const result = await makePicture(deps, url, allowPrivate);
    await recordPicture(deps.db, url, result, deps.clock.now());
    if (!result.ok) deps.log.warn({ headline, url, reason: result.reason }, 'A picture was left out');
    return result;
  } catch (error) {
    // Our disk's or database's fault and not the picture's: nothing is kept of it, and the next edition asks again.
    deps.log.error({ headline, url, error }, 'A picture could not be made ready');
    return pictureRefused(`it could not be made ready: ${messageOf(error)}`);
  }
}

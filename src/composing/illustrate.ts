import { type Article, candidatesOf, type Picture } from '../articles/article.ts';
import { hasCut } from '../articles/pictures/kept-pictures.ts';
import type { PictureFault } from '../articles/pictures/picture-fault.ts';
import { makePicture, type PictureDeps } from '../articles/pictures/picture-maker.ts';
import { type KnownPicture, knownPictures, recordPicture } from '../articles/pictures/picture-store.ts';
import { type PictureResult, pictureRefused } from '../articles/pictures/pictures.ts';
import { pictureFaultWords } from '../articles/sources/failure-words.ts';
import { type Clock, HOUR_MS, SECOND_MS } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { SourceConfig } from '../config/newsletters.ts';
import type { EditionPicture } from '../editions/edition.ts';
import type { Database } from '../storage/schema/schema.ts';

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
  readonly reason: PictureFault;
}

export interface Illustrated {
  /** Pictures with their cuts by article, or null where none could be used. */
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

/** An article's candidates beyond these are not tried. */
const MOST_CANDIDATES = 5;

/**
 * Finds or makes the cuts of the articles' pictures: of each article the first candidate that can
 * be cut. A picture is fetched once, whoever names it; one that could not be used is looked at
 * again after an hour. What is wrong with the pictures of an article is a refusal, and the article
 * goes without.
 */
export async function illustrate(deps: IllustrateDeps, articles: readonly Article[]): Promise<Illustrated> {
  const pictures = new Map<number, EditionPicture | null>();
  const refusals = new Map<number, RefusedPicture>();
  const done = new AbortController();
  const time = { isUp: false };
  void deps.clock.sleep(BEGIN_WITHIN_MS, done.signal).then(() => {
    time.isUp = true;
  });
  for (let turn = 0; turn < MOST_CANDIDATES; turn += 1) {
    const waiting = articles.flatMap((article) => {
      const picture = candidatesOf(article)[turn];
      return picture && !pictures.get(article.id) ? [{ article, picture }] : [];
    });
    const results = await resultsOf(deps, ordersOf(deps.sources, waiting), time);
    for (const { article, picture } of waiting) {
      const result = results.get(picture.url);
      const alt = picture.alt || picture.caption || article.headline;
      if (result?.ok) pictures.set(article.id, { ...picture, alt, cuts: result.cuts });
      else if (result && !refusals.has(article.id))
        refusals.set(article.id, { headline: article.headline, url: picture.url, reason: result.reason });
    }
  }
  done.abort();
  for (const { id } of articles) if (!pictures.has(id)) pictures.set(id, null);
  return { pictures, refused: [...refusals].filter(([id]) => !pictures.get(id)).map(([, one]) => one) };
}

/** One order for each address, however many articles name it. */
function ordersOf(
  sources: readonly SourceConfig[],
  wanted: readonly { readonly article: Article; readonly picture: Picture }[],
): Order[] {
  const orders = new Map<string, Order>();
  for (const { article, picture } of wanted) {
    const source = sources.find(({ id }) => id === article.sourceId);
    const allowPrivate = mayBePrivate(source, picture.url) || orders.get(picture.url)?.allowPrivate === true;
    orders.set(picture.url, { url: picture.url, headline: article.headline, allowPrivate });
  }
  return [...orders.values()];
}

/**
 * On the feed's own host and nowhere else: a feed must not send us round the rest of a private
 * network.
 */
function mayBePrivate(source: SourceConfig | undefined, url: string): boolean {
  if (!source || !('feed' in source) || !source.allow_private) return false;
  return URL.parse(source.feed)?.hostname === URL.parse(url)?.hostname;
}

async function resultsOf(
  deps: IllustrateDeps,
  orders: readonly Order[],
  time: { readonly isUp: boolean },
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
  if (missing.length > 0) await makeAll(deps, missing, time, results);
  return results;
}

/**
 * A success for as long as its files are there; a failure for an hour, and not if the clock was set
 * back meanwhile.
 */
async function stillHolds({ clock, mediaDir }: IllustrateDeps, known: KnownPicture): Promise<boolean> {
  if (!known.ok) return Math.abs(clock.now() - known.checkedAt) < RETRY_AFTER_MS;
  const { wide, card, thumb } = known.cuts;
  const there = await Promise.all([wide, card, thumb].map((cut) => hasCut(mediaDir, cut)));
  return there.every(Boolean);
}

async function makeAll(
  deps: IllustrateDeps,
  orders: readonly Order[],
  time: { readonly isUp: boolean },
  results: Map<string, PictureResult>,
): Promise<void> {
  const { clock, log } = deps;
  const startedAt = clock.now();
  log.info({ pictures: orders.length }, 'Fetching and cutting pictures');
  const queue = orders.values();
  const work = async () => {
    for (const order of queue) results.set(order.url, time.isUp ? NO_TIME : await makeOne(deps, order));
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  const made = orders.filter(({ url }) => results.get(url)?.ok).length;
  log.info({ made, refused: orders.length - made, ms: clock.now() - startedAt }, 'Pictures are ready');
}

const NO_TIME = pictureRefused({ code: 'no-time-left' });

async function makeOne(deps: IllustrateDeps, { url, headline, allowPrivate }: Order): Promise<PictureResult> {
  if (url.length > MAX_ADDRESS) return pictureRefused({ code: 'address-too-long', most: MAX_ADDRESS });
  try {
    const result = await makePicture(deps, url, allowPrivate);
    await recordPicture(deps.db, url, result, deps.clock.now());
    if (!result.ok) {
      const { reason } = result;
      const noted = { headline, url, reason: pictureFaultWords(reason), code: reason.code };
      deps.log.warn(noted, 'A picture was left out');
    }
    return result;
  } catch (error) {
    // Our disk's or database's fault and not the picture's: nothing is kept of it, and the next edition asks again.
    deps.log.error({ headline, url, error }, 'A picture could not be made ready');
    return pictureRefused({ code: 'fault', says: messageOf(error) });
  }
}

import type { Selectable } from 'kysely';
import type { Database } from '../../storage/schema/schema.ts';
import type { PictureTable } from '../../storage/schema/schema-articles.ts';
import { type Article, candidatesOf, type Picture } from '../article.ts';
import { readPictureFault } from './picture-fault.ts';
import type { PictureCuts, PictureResult } from './pictures.ts';

/** Result of the last look at a picture, with its time. */
export type KnownPicture = PictureResult & { /** UTC milliseconds. */ readonly checkedAt: number };

/** Returns the known pictures by address; pictures that were never looked at are absent. */
export async function knownPictures(
  db: Database,
  urls: readonly string[],
): Promise<Map<string, KnownPicture>> {
  if (urls.length === 0) return new Map();
  const rows = await db.selectFrom('pictures').selectAll().where('url', 'in', urls).execute();
  return new Map(rows.map((row) => [row.url, knownFrom(row)]));
}

/**
 * The first candidate that was cut, else the first that nobody looked at yet, else the first: what
 * an edition would take.
 */
export function likeliestPicture(
  article: Pick<Article, 'picture' | 'otherPictures'>,
  known: ReadonlyMap<string, KnownPicture>,
): Picture | null {
  const all = candidatesOf(article);
  const made = all.find(({ url }) => known.get(url)?.ok);
  return made ?? all.find(({ url }) => !known.has(url)) ?? all[0] ?? null;
}

/**
 * Several processes may have made the same picture; a failure of one of them never hides what
 * another has.
 */
export async function recordPicture(
  db: Database,
  url: string,
  result: PictureResult,
  now: number,
): Promise<void> {
  const row = result.ok
    ? { cuts: JSON.stringify(result.cuts), reason: null, checked_at: now }
    : { cuts: null, reason: JSON.stringify(result.reason), checked_at: now };
  await db
    .insertInto('pictures')
    .values({ url, ...row })
    .onConflict((conflict) => {
      const update = conflict.column('url').doUpdateSet(row);
      return result.ok ? update : update.where('pictures.cuts', 'is', null);
    })
    .execute();
}

function knownFrom({ cuts, reason, checked_at }: Selectable<PictureTable>): KnownPicture {
  return cuts === null
    ? { ok: false, reason: readPictureFault(reason ?? ''), checkedAt: checked_at }
    : { ok: true, cuts: JSON.parse(cuts) as PictureCuts, checkedAt: checked_at };
}

import type { Edition, EditionContent } from '../../editions/edition.ts';
import { bitOf, bitsOf, NOTHING, type Selection, selectionOf } from '../../editions/selection.ts';
import { correctionsFrozen, idCorrectedBy } from '../../editions/store/corrections.ts';
import { placesIn } from '../../editions/store/pulled.ts';
import { type EarlierTelling, tellingsBefore } from '../../editions/store/told-before.ts';
import type { Database } from '../../storage/schema/schema.ts';
import type { Subscription } from '../../subscribers/subscriber.ts';
import { editionStatus } from '../progress.ts';
import { reachOf } from '../pull.ts';
import type { Received } from './received.ts';

/** Audience of a correction. */
export interface Correction {
  /**
   * Returns the subscriptions among these that got the edition it corrects: later choices do not
   * matter, muted subjects do.
   */
  owedTo(subscriptions: readonly Subscription[]): Promise<Subscription[]>;
  /**
   * Readers who already have the same words, because the corrected story reached them in another
   * edition too.
   */
  readonly received: Received;
}

/** Undefined for an edition that corrects nothing. */
export async function correctionIn(
  db: Database,
  { id, content }: Pick<Edition, 'id' | 'content'>,
): Promise<Correction | undefined> {
  const corrected = await idCorrectedBy(db, id);
  if (!corrected) return undefined;
  const told = await toldThere(db, corrected, content);
  const alike = await alikeCorrections(db, id, content);
  return {
    owedTo: async (subscriptions) => {
      const got = await recipients(db, corrected, subscriptions, told);
      return subscriptions
        .filter(({ id: one }) => got.has(one))
        .map((one) => ({ ...one, sections: null, frequency: 'every' }));
    },
    received: (subscriberIds) => whoHad(db, alike, subscriberIds, bitsOf(content.stories)),
  };
}

/**
 * The places of the corrected stories in the mails that told them; undefined where the whole
 * edition is corrected.
 */
async function toldThere(
  db: Database,
  corrected: string,
  { stories }: EditionContent,
): Promise<Selection | undefined> {
  const corrects = new Set(stories.map(({ articleId }) => articleId));
  const rows = (await placesIn(db, corrected)).filter(({ articleId }) => corrects.has(articleId));
  const told = rows.reduce((bits, row) => bits | bitOf(row), NOTHING);
  return told === NOTHING ? undefined : told;
}

/** Accepted, or perhaps: who may have it is told as well. */
async function recipients(
  db: Database,
  corrected: string,
  subscriptions: readonly Subscription[],
  told: Selection | undefined,
): Promise<ReadonlySet<number | null>> {
  const rows = await db
    .selectFrom('deliveries')
    .innerJoin('variants', 'variants.id', 'variant_id')
    .select(['subscription_id', 'selection'])
    .where('deliveries.edition_id', '=', corrected)
    .where(
      'subscription_id',
      'in',
      subscriptions.map(({ id }) => id),
    )
    .where('state', 'in', ['accepted', 'uncertain'])
    .execute();
  const got = rows.filter(
    ({ selection }) => told === undefined || (selectionOf(selection) & told) !== NOTHING,
  );
  return new Set(got.map((row) => row.subscription_id));
}

/** Corrections that have left and say the very same. */
async function alikeCorrections(db: Database, id: string, content: EditionContent): Promise<string[]> {
  const words = wordsOf(content);
  const others = await correctionsFrozen(db, id);
  return others.filter((one) => wordsOf(one.content) === words).map((one) => one.id);
}

function wordsOf({ intro, stories }: EditionContent): string {
  return JSON.stringify([intro?.text, stories.map(({ headline, standfirst }) => [headline, standfirst])]);
}

async function whoHad(
  db: Database,
  editionIds: readonly string[],
  subscriberIds: readonly number[],
  everything: Selection,
): Promise<ReadonlyMap<number, Selection>> {
  if (editionIds.length === 0 || subscriberIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('subscriptions')
    .innerJoin('deliveries', 'deliveries.subscription_id', 'subscriptions.id')
    .select('subscriber_id')
    .where('subscriber_id', 'in', subscriberIds)
    .where('edition_id', 'in', editionIds)
    .where('deliveries.state', 'not in', ['rejected', 'cancelled'])
    .execute();
  return new Map(rows.map((row) => [row.subscriber_id, everything]));
}

/**
 * Counts the readers who got an edition, or one story of it, or perhaps did. @param articleId null
 * for the edition as a whole.
 */
export async function whoGot(db: Database, editionId: string, articleId: number | null): Promise<number> {
  if (articleId !== null) return (await reachOf(db, editionId)).get(articleId)?.got ?? 0;
  const { accepted, uncertain } = (await editionStatus(db, editionId)).deliveries;
  return accepted + uncertain;
}

const EDITIONS_BACK = 20;

/**
 * The newest earlier edition of the same newsletter that told readers this story; by the same
 * article or by another.
 */
export async function toldEarlier(
  db: Database,
  edition: Pick<Edition, 'id' | 'newsletterId' | 'slot'>,
  articleId: number,
): Promise<EarlierTelling | undefined> {
  for (const telling of await tellingsBefore(db, edition, articleId, EDITIONS_BACK))
    if ((await whoGot(db, telling.editionId, telling.articleId)) > 0) return telling;
  return undefined;
}

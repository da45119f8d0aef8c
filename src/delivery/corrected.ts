import type { Edition, EditionContent } from '../editions/edition.ts';
import { bitOf, bitsOf, NOTHING, type Selection, selectionOf } from '../editions/selection.ts';
import type { Database } from '../storage/schema.ts';
import type { Subscription } from '../subscribers/subscriber.ts';
import type { Received } from './received.ts';

/** Whom a correction goes to. */
export interface Correction {
  /** Of these, exactly those who got what it corrects; what they chose since does not matter, what they mute does. */
  owedTo(subscriptions: readonly Subscription[]): Promise<Subscription[]>;
  /** Who has had the same words already, as the corrected story came to them in another edition too. */
  readonly received: Received;
}

/** Undefined for an edition that corrects nothing. */
export async function correctionIn(
  db: Database,
  { id, content }: Pick<Edition, 'id' | 'content'>,
): Promise<Correction | undefined> {
  const row = await db.selectFrom('editions').select('corrects').where('id', '=', id).executeTakeFirst();
  const corrected = row?.corrects;
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

/** The places of the corrected stories in the mails that told them; undefined where the whole edition is corrected. */
async function toldThere(
  db: Database,
  corrected: string,
  { stories }: EditionContent,
): Promise<Selection | undefined> {
  const rows = await db
    .selectFrom('edition_stories')
    .select('bit')
    .where('edition_id', '=', corrected)
    .where(
      'article_id',
      'in',
      stories.map(({ articleId }) => articleId),
    )
    .execute();
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
  const rows = await db
    .selectFrom('editions')
    .select(['id', 'content'])
    .where('corrects', 'is not', null)
    .where('candidates', 'is not', null)
    .where('id', '!=', id)
    .execute();
  const words = wordsOf(content);
  return rows.filter((row) => row.content && wordsOf(JSON.parse(row.content)) === words).map((row) => row.id);
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

import { type Choices, NOTHING, narrow, selectionKey, selectionOf } from '../../editions/selection.ts';
import { readContent } from '../../editions/store/kept-content.ts';
import type { Database } from '../../storage/schema/schema.ts';
import { inItsOwn, type Speaks, variantOf } from './variants.ts';

/**
 * Takes a reader's new wishes to the mails that still wait for them: what they no longer want is
 * left out, a mail with nothing left is cancelled, and all speak the language they chose. Nothing
 * is added, for the edition was composed before they asked. One that is being handed over at this
 * moment goes as it is.
 */
export async function reselect(
  db: Database,
  subscriberId: number,
  now: number,
  speaks: Speaks = inItsOwn,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    for (const waiting of await waitingFor(trx, subscriberId)) {
      const content = readContent(waiting.content);
      if (!content) continue;
      const before = selectionOf(waiting.selection);
      const after = narrow(content, before, choicesOf(waiting));
      const language = speaks({ newsletterId: waiting.newsletter_id, content }, waiting.chosen);
      if (after === before && language === waiting.language) continue;
      const change =
        after === NOTHING
          ? { state: 'cancelled' as const, settled_at: now, detail: 'nothing in what they chose' }
          : { variant_id: await variantOf(trx, waiting.edition_id, selectionKey(after), language) };
      await trx
        .updateTable('deliveries')
        .set(change)
        .where('id', '=', waiting.id)
        .where('state', 'in', ['waiting', 'deferred'])
        .execute();
    }
  });
}

function waitingFor(db: Database, subscriberId: number) {
  return db
    .selectFrom('subscribers')
    .innerJoin('subscriptions', 'subscriptions.subscriber_id', 'subscribers.id')
    .innerJoin('deliveries', 'deliveries.subscription_id', 'subscriptions.id')
    .innerJoin('variants', 'variants.id', 'deliveries.variant_id')
    .innerJoin('editions', 'editions.id', 'variants.edition_id')
    .select([
      'deliveries.id',
      'variants.edition_id',
      'variants.selection',
      'variants.language',
      'editions.content',
      'editions.newsletter_id',
      'subscribers.language as chosen',
      'subscriptions.sections',
      'subscriptions.frequency',
      'subscribers.mutes',
    ])
    .where('subscribers.id', '=', subscriberId)
    .where('deliveries.state', 'in', ['waiting', 'deferred'])
    .where('editions.content', 'is not', null)
    .execute();
}

function choicesOf(row: Awaited<ReturnType<typeof waitingFor>>[number]): Choices {
  const sections: readonly string[] | null = row.sections === null ? null : JSON.parse(row.sections);
  return { sections, frequency: row.frequency, mutes: JSON.parse(row.mutes) };
}

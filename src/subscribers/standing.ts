import { addressKey, type EmailAddress } from '../base/address.ts';
import { listOf } from '../storage/json-rows.ts';
import type { Database } from '../storage/schema.ts';

/** Where somebody stands with a newsletter; `left` until they confirm anew: typing their address into the form is nobody's consent. */
export type Standing = 'active' | 'pending' | 'left';

export interface KnownReader {
  readonly standing: Standing;
  readonly subscriptionId: number;
  /** UTC milliseconds: when they last confirmed on our own site, by themselves. */
  readonly confirmedHereAt: number | null;
}

/** Those of these people whom the newsletter knows, by the key of their address. */
export async function readersAmong(
  db: Database,
  people: readonly { readonly email: EmailAddress }[],
  newsletterId: string,
): Promise<Map<string, KnownReader>> {
  const rows = await db
    .selectFrom('subscriptions')
    .innerJoin('subscribers', 'subscribers.id', 'subscriptions.subscriber_id')
    .select((eb) => [
      'email_key',
      'state',
      'unsubscribed_at',
      'subscriptions.id',
      eb
        .selectFrom('consents')
        .whereRef('consents.subscription_id', '=', 'subscriptions.id')
        .where('act', '=', 'confirmed')
        .select(({ fn }) => fn.max('at').as('at'))
        .as('confirmed_here_at'),
    ])
    .where('newsletter_id', '=', newsletterId)
    .where(
      'email_key',
      'in',
      listOf(
        db,
        people.map(({ email }) => addressKey(email)),
      ),
    )
    .execute();
  return new Map(
    rows.map((row) => {
      const left = row.state === 'unsubscribed' || (row.state === 'pending' && row.unsubscribed_at !== null);
      const standing: Standing = row.state === 'active' ? 'active' : left ? 'left' : 'pending';
      return [
        row.email_key,
        { standing, subscriptionId: row.id, confirmedHereAt: row.confirmed_here_at },
      ] as const;
    }),
  );
}

import type { App } from '../src/app.ts';
import { parseAddress } from '../src/base/text/address.ts';
import type { NewsletterConfig } from '../src/config/newsletters.ts';
import { enqueue } from '../src/delivery/ledger.ts';
import { LETTER_KINDS, type LetterKind } from '../src/mail/views/letter-view.ts';
import { addReaders, type NewReader } from '../src/subscribers/add-readers.ts';
import { mute } from '../src/subscribers/choices.ts';

/** Three people who have little in common. The first part of their address names them in every verdict. */

const FREQUENT = { frequency: 'every', sections: null, name: '' } as const;

/** Who reads everything, who reads one section, and who gave a name, mutes subjects and gets one mail a week. */
export async function addOurReaders(app: App, newsletter: NewsletterConfig): Promise<void> {
  const { id, sections } = newsletter;
  const named = { name: 'Anna-Maria O’Neill', frequency: 'weekly', sections: null } as const;
  const gentle = await addReader(app, newsletter, `muted-named-weekly-${id}`, named);
  await mute(app.db, gentle.personId, ['death', 'baby-loss']);
  await addReader(app, newsletter, `everything-${id}`, FREQUENT);
  const one = sections.slice(-1).map((section) => section.id);
  await addReader(app, newsletter, `one-section-${id}`, { ...FREQUENT, sections: one });
}

/** How one stands to whom such a letter goes: to anybody else it would not be sent. */
const STANDING: Record<LetterKind, 'pending' | 'active' | 'unsubscribed'> = {
  confirmation: 'pending',
  welcome: 'active',
  'already-subscribed': 'active',
  goodbye: 'unsubscribed',
  'address-old': 'active',
  'address-new': 'active',
};

/** Every letter there is, each to a person of its own. */
export async function writeLetters(app: App, newsletter: NewsletterConfig): Promise<void> {
  for (const kind of LETTER_KINDS) {
    const { subscriptionId } = await addReader(app, newsletter, kind, FREQUENT);
    const state = STANDING[kind];
    await app.db.updateTable('subscriptions').set({ state }).where('id', '=', subscriptionId).execute();
    await enqueue(app.db, subscriptionId, kind, app.clock.now());
  }
}

async function addReader(
  { db, clock }: App,
  { id: newsletterId }: NewsletterConfig,
  localPart: string,
  choice: Omit<NewReader, 'email'>,
): Promise<{ personId: number; subscriptionId: number }> {
  const parsed = parseAddress(`${localPart}@readers.example`);
  if (!parsed.ok) throw new Error(parsed.reason);
  const reader = { ...choice, email: parsed.address };
  await addReaders(db, [reader], { newsletterId, origin: 'judge', now: clock.now() });
  return db
    .selectFrom('subscriptions')
    .innerJoin('subscribers', 'subscribers.id', 'subscriber_id')
    .select(['subscriptions.id as subscriptionId', 'subscribers.id as personId'])
    .where('email', '=', parsed.address)
    .executeTakeFirstOrThrow();
}

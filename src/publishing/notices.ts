import { addressKey, type EmailAddress } from '../base/text/address.ts';
import type { NewsletterConfig } from '../config/newsletters.ts';
import { enqueueStudio } from '../delivery/studio-ledger.ts';
import type { EditorRole } from '../editors/editor.ts';
import { namedEditors } from '../editors/editor-store.ts';
import type { Database } from '../storage/schema/schema.ts';

/** Somebody who hears about a newsletter's drafts, and what they may do about them. */
export interface Recipient {
  readonly email: EmailAddress;
  readonly role: EditorRole;
  readonly name: string;
}

/**
 * Returns the recipients: the addresses of `review.notify`, who may approve since the publisher
 * named them, and the named editors by their roles. Each once; where both name somebody, the name
 * is that of the account.
 */
export async function recipientsOf(
  db: Database,
  { review }: Pick<NewsletterConfig, 'review'>,
): Promise<Recipient[]> {
  const people = new Map<string, Recipient>();
  for (const email of review.notify) people.set(addressKey(email), { email, role: 'approve', name: email });
  for (const { email, name, role } of await namedEditors(db)) {
    const named = people.get(addressKey(email));
    people.set(addressKey(email), { email, name, role: named?.role ?? role });
  }
  return [...people.values()];
}

/**
 * Mails word of a draft to whom it concerns: a reminder to those who can act, everything else to
 * all. Run it in the transaction that brought the draft there, so that each of them hears of it
 * once, whoever did it and however often it is tried.
 */
export async function tellEditors(
  trx: Database,
  newsletter: NewsletterConfig,
  {
    kind,
    regards,
    now,
  }: { kind: 'draft-ready' | 'draft-reminder' | 'draft-missed'; regards: string; now: number },
): Promise<number> {
  const all = await recipientsOf(trx, newsletter);
  const told = kind === 'draft-reminder' ? all.filter(({ role }) => role === 'approve') : all;
  for (const { email } of told) await enqueueStudio(trx, { kind, to: email, regards, now });
  return told.length;
}

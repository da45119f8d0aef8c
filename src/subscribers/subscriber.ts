import { hash } from 'node:crypto';
import { addressKey, type EmailAddress } from '../base/text/address.ts';
import type { Database } from '../storage/schema/schema.ts';

/** A subscription's states; the person's own state is read off their subscriptions. */
export type SubscriptionState = 'pending' | 'active' | 'unsubscribed';

export const FREQUENCIES = ['every', 'weekly'] as const;
/** Every edition, or one a week with the best of what they have not had. */
export type Frequency = (typeof FREQUENCIES)[number];

export function isFrequency(text: string): text is Frequency {
  return (FREQUENCIES as readonly string[]).includes(text);
}

/** One person's subscription to one newsletter. */
export interface Subscription {
  readonly id: number;
  /** Random: what the links in its mails hold. */
  readonly publicId: string;
  readonly subscriberId: number;
  readonly newsletterId: string;
  readonly email: EmailAddress;
  readonly name: string;
  readonly state: SubscriptionState;
  /** The section names chosen; null means all, those added later too. */
  readonly sections: readonly string[] | null;
  readonly createdAt: number;
  readonly confirmedAt: number | null;
  readonly pausedUntil: number | null;
  readonly frequency: Frequency;
  /** Sensitive subjects this person is never sent, in any newsletter. */
  readonly mutes: readonly string[];
  /** BCP 47, as they chose it; null for the newsletter's. */
  readonly language: string | null;
  readonly timeZone: string | null;
}

/**
 * Evidence kept with every act of consent: where it came from and which words the person had before
 * them.
 */
export interface Evidence {
  /** `site`, `mail`, `import readers.csv`, `command line` … */
  readonly origin: string;
  readonly wording: string;
}

/** Options of a letter beside its kind and the subscription it is sent for. */
export interface LetterOptions {
  /** Another address than the subscriber's own: the one they want to move to. */
  readonly to?: EmailAddress;
  /** Further subscriptions of the same person that it speaks of. */
  readonly with?: readonly number[];
}

/** Writes a mail to the ledger, in the transaction it is handed. */
export type Enqueue<Kind> = (
  db: Database,
  subscriptionId: number,
  kind: Kind,
  options?: LetterOptions,
) => Promise<void>;

/** Remembers an address without keeping it: enough to leave an erased person alone for good. */
export function emailHash(address: string): string {
  return hash('sha256', `broadsheet:suppression:${addressKey(address)}`);
}

/**
 * A choice of sections as it is stored: null when nothing or everything is chosen, so that new
 * sections are included.
 */
export function normaliseSections(
  chosen: readonly string[],
  known: readonly string[],
): readonly string[] | null {
  const valid = known.filter((id) => chosen.includes(id));
  return valid.length === 0 || valid.length === known.length ? null : valid;
}

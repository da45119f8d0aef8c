import type { Generated } from 'kysely';
import type { Fixed } from '../fixed.ts';

/** Somebody's wish for another address, done once both mailboxes have said yes. */
export interface AddressChangeTable {
  id: Generated<number>;
  subscriber_id: Fixed<number>;
  /** Subscription whose newsletter sends the mails about the change. */
  subscription_id: Fixed<number>;
  new_email: Fixed<string>;
  asked_at: Fixed<number>;
  old_confirmed_at: number | null;
  new_confirmed_at: number | null;
  done_at: number | null;
}

/**
 * Counts of sign-ups by network, by domain and in all, and of the mail they brought a mailbox; no
 * address is kept.
 */
export interface SignUpCountTable {
  /** Such as `net:203.0.113.0/24`, `domain:example.org`, `all`, `mailbox:` and a hash. */
  scope: Fixed<string>;
  /** The number of the hour since 1970. */
  period: Fixed<number>;
  count: number;
}

/** Stamps of sign-up forms that were used: each is good once. */
export interface UsedStampTable {
  stamp: Fixed<string>;
  /** A hash of what came with it, so that the same form sent twice is known as such. */
  form: Fixed<string>;
  used_at: Fixed<number>;
}

/** Subscriptions that a letter speaks of, beside the one it is sent for. */
export interface LetterSubscriptionTable {
  delivery_id: Fixed<number>;
  subscription_id: Fixed<number>;
}

/** Progress of importing a file, so that an interrupted import resumes. */
export interface ImportTable {
  /** Hash of the file's content and the settings it is read with. */
  id: Fixed<string>;
  newsletter_id: Fixed<string>;
  file: Fixed<string>;
  rows_done: number;
  /** JSON. */
  counts: string;
  started_at: Fixed<number>;
  finished_at: number | null;
}

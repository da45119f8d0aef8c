import type { Generated } from 'kysely';
import type { Fixed } from '../fixed.ts';

/** Somebody's wish for another address, done once both mailboxes have said yes. */
export interface AddressChangeTable {
  id: Generated<number>;
  subscriber_id: Fixed<number>;
  /** Whose newsletter the mails about it are sent for. */
  subscription_id: Fixed<number>;
  new_email: Fixed<string>;
  asked_at: Fixed<number>;
  old_confirmed_at: number | null;
  new_confirmed_at: number | null;
  done_at: number | null;
}

/** How many sign-ups came from a network, at a domain or from everybody, and how much mail they brought a mailbox; no address is kept. */
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

/** Which subscriptions a letter speaks of, beside the one it is sent for. */
export interface LetterSubscriptionTable {
  delivery_id: Fixed<number>;
  subscription_id: Fixed<number>;
}

/** How far the import of a file has come, so that it goes on where it was interrupted. */
export interface ImportTable {
  /** Of the file's content and the settings it is read with. */
  id: Fixed<string>;
  newsletter_id: Fixed<string>;
  file: Fixed<string>;
  rows_done: number;
  /** JSON. */
  counts: string;
  started_at: Fixed<number>;
  finished_at: number | null;
}

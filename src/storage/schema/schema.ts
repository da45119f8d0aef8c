import type { ColumnType, Generated, Kysely } from 'kysely';
import type { Fixed } from '../fixed.ts';
import type {
  ArticleTable,
  PictureTable,
  SourceTable,
  StoryDecisionTable,
  TagDecisionTable,
} from './schema-articles.ts';
import type { InstallationTable } from './schema-installation.ts';
import type { EditionActTable, EditionRevisionTable, EditorTable, SessionTable } from './schema-studio.ts';
import type {
  AddressChangeTable,
  ImportTable,
  LetterSubscriptionTable,
  SignUpCountTable,
  UsedStampTable,
} from './schema-subscribers.ts';

/**
 * The tables as Kysely sees them. One shape for both databases: times are UTC milliseconds,
 * booleans 0 or 1, lists and objects JSON text, so that a row reads the same wherever it came from.
 */
export interface Schema {
  newsletters: NewsletterTable;
  sources: SourceTable;
  articles: ArticleTable;
  story_decisions: StoryDecisionTable;
  tag_decisions: TagDecisionTable;
  pictures: PictureTable;
  editions: EditionTable;
  edition_stories: EditionStoryTable;
  variants: VariantTable;
  subscribers: SubscriberTable;
  subscriptions: SubscriptionTable;
  consents: ConsentTable;
  suppressions: SuppressionTable;
  address_changes: AddressChangeTable;
  sign_up_counts: SignUpCountTable;
  used_stamps: UsedStampTable;
  letter_subscriptions: LetterSubscriptionTable;
  imports: ImportTable;
  deliveries: DeliveryTable;
  exclusions: ExclusionTable;
  attempts: AttemptTable;
  relays: RelayTable;
  editors: EditorTable;
  sessions: SessionTable;
  edition_revisions: EditionRevisionTable;
  edition_acts: EditionActTable;
  installation: InstallationTable;
}

export type Database = Kysely<Schema>;

export interface NewsletterTable {
  id: Fixed<string>;
  /** Time this installation first knew the newsletter: slots before it were never due. */
  known_since: Fixed<number>;
  /** Since when it makes no editions, and who wanted that; null while it does. */
  paused_at: number | null;
  paused_by: string | null;
}

export interface EditionTable {
  id: Fixed<string>;
  newsletter_id: Fixed<string>;
  slot: Fixed<number>;
  /** `frozen` is being sent, `paused` on hold, `finished` and `cancelled` over. */
  state: 'draft' | 'frozen' | 'paused' | 'finished' | 'empty' | 'missed' | 'skipped' | 'cancelled';
  /** The moment the edition looks back from. */
  as_of: number;
  composed_at: number;
  /** JSON: the edition's content, see `editions/edition.ts`; null where there is none. */
  content: string | null;
  /** JSON: why the edition is empty, missed, paused or cancelled; see `editions/reason.ts`. */
  reason: string | null;
  /** Everyone who was looked at when the audience was frozen; null until then. */
  candidates: number | null;
  finished_at: number | null;
  /** Counts changes of a draft, so that two editors do not overwrite each other unawares. */
  revision: Generated<number>;
  /** Time the draft came to the editors' desk: from then on only they change it. */
  desk_since: number | null;
  /** Time the editors were reminded that the edition leaves soon. */
  reminded_at: number | null;
  held_at: number | null;
  held_by: string | null;
  approved_at: number | null;
  approved_by: string | null;
  /** Revision that was approved; a later revision is not. */
  approved_revision: number | null;
  /** A moment to leave at other than its slot. */
  send_at: number | null;
  /** Time its audience was frozen, the date on its mails; null before, its slot in old editions. */
  dated_at: number | null;
  /** The edition that this one corrects; it goes to exactly those who got that one. */
  corrects: string | null;
}

export interface EditionStoryTable {
  edition_id: Fixed<string>;
  /** The story's bit in every selection of this edition, 0 to 63. */
  bit: Fixed<number>;
  article_id: Fixed<number>;
  /** Time it was taken out of an edition that was already going out. */
  pulled_at: number | null;
}

export interface VariantTable {
  id: Generated<number>;
  edition_id: Fixed<string>;
  /** The selection as 16 hexadecimal digits. */
  selection: Fixed<string>;
  /** BCP 47: what the mail around the stories is said in; empty for the edition's own. */
  language: Generated<string>;
  /** The rendered mail, packed by `outbound/variant-mails.ts`; null until first needed. */
  mail: string | null;
}

export interface SubscriberTable {
  id: Generated<number>;
  /** Random: how the world outside knows this person. */
  public_id: Fixed<string>;
  email: string;
  /** The address in lower case: unique. */
  email_key: string;
  name: string;
  created_at: Fixed<number>;
  paused_until: number | null;
  /** JSON: sensitive subjects never sent to this person. Used for nothing else. */
  mutes: Generated<string>;
  /** BCP 47, as they chose it; null for the newsletter's. */
  language: string | null;
  time_zone: string | null;
}

export interface SubscriptionTable {
  id: Generated<number>;
  /** Random: what the links in its mails hold. */
  public_id: Fixed<string>;
  subscriber_id: Fixed<number>;
  newsletter_id: Fixed<string>;
  state: 'pending' | 'active' | 'unsubscribed';
  /** JSON: the section names chosen; null means all, those added later too. */
  sections: string | null;
  /** Every edition, or the last one of a week with the best of what they have not had. */
  frequency: Generated<'every' | 'weekly'>;
  created_at: Fixed<number>;
  confirmed_at: number | null;
  unsubscribed_at: number | null;
  /** In their own words, if they gave any when they left. */
  left_because: string | null;
  /** Time the last confirmation was requested: at most one a day is mailed. */
  confirmation_asked_at: number | null;
}

/** Evidence of consent: act, time, origin and the words the person read. Append-only. */
export interface ConsentTable {
  id: Generated<number>;
  subscription_id: Fixed<number>;
  act: Fixed<'asked' | 'confirmed' | 'imported' | 'unsubscribed'>;
  at: Fixed<number>;
  origin: Fixed<string>;
  wording: Fixed<string>;
}

/** Addresses that must not be written to, by hash, so that an erased person stays left alone. */
export interface SuppressionTable {
  email_hash: Fixed<string>;
  reason: Fixed<'erased' | 'undeliverable' | 'complained'>;
  at: Fixed<number>;
}

export type DeliveryState =
  | 'waiting'
  | 'claimed'
  | 'transmitting'
  | 'accepted'
  | 'rejected'
  | 'deferred'
  | 'uncertain'
  | 'cancelled';

export type DeliveryKind = 'edition' | SystemMail | StudioMail;
/** Mail to editors: a draft to look at, and news of its state. */
export type StudioMail = 'test' | 'draft-ready' | 'draft-reminder' | 'draft-missed';
/** Mail that answers one person's own act. */
export type SystemMail =
  | 'confirmation'
  | 'welcome'
  | 'already-subscribed'
  | 'goodbye'
  | 'address-old'
  | 'address-new';

export interface DeliveryTable {
  id: Generated<number>;
  /** Random token of its links, Message-ID and envelope sender; null once its reader was erased. */
  public_id: ColumnType<string | null, string, null>;
  kind: Fixed<DeliveryKind>;
  edition_id: Fixed<string | null>;
  /** Changes while the delivery waits, when its reader wants less. */
  variant_id: number | null;
  subscription_id: number | null;
  /** The address when the delivery was made; `erased` once the person asked to be forgotten. */
  email: string;
  state: DeliveryState;
  /** 0 goes first: what a person is waiting for, before what a schedule sends. */
  priority: Fixed<number>;
  attempt_count: number;
  next_attempt_at: number;
  claimed_by: string | null;
  lease_until: number | null;
  created_at: Fixed<number>;
  settled_at: number | null;
  /** The last reply, or reason for cancelling; null once accepted: the attempt has the reply. */
  detail: string | null;
  /** Edition that a studio mail is about, whose ledger does not count it; null otherwise. */
  regards: Fixed<string | null>;
  /** Content of a test mail as it was on the screen, packed as a variant's is; null otherwise. */
  mail: string | null;
}

/** State of the relay, as the process that sent last found it. */
export interface RelayTable {
  name: Fixed<string>;
  /** Null while it can be used. */
  down_since: number | null;
  last_error: string;
  last_tried_at: number;
}

export interface ExclusionTable {
  edition_id: Fixed<string>;
  subscription_id: Fixed<number>;
  reason: Fixed<string>;
}

export interface AttemptTable {
  id: Generated<number>;
  delivery_id: Fixed<number>;
  number: Fixed<number>;
  outcome: Fixed<'accepted' | 'deferred' | 'rejected' | 'uncertain'>;
  /** Phase that the conversation had reached: connect, mail, rcpt, data, body. */
  phase: Fixed<string>;
  reply: Fixed<string>;
  at: Fixed<number>;
}

import type { ColumnType, Generated, Kysely } from 'kysely';

/**
 * The tables as Kysely sees them. One shape for both databases: times are UTC milliseconds, booleans 0 or 1, lists and
 * objects JSON text, so that a row reads the same wherever it came from.
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
  deliveries: DeliveryTable;
  exclusions: ExclusionTable;
  attempts: AttemptTable;
}

export type Database = Kysely<Schema>;

/** A column that is written once, with the row. */
type Fixed<T> = ColumnType<T, T, never>;

export interface NewsletterTable {
  id: Fixed<string>;
  /** When this installation first knew the newsletter: slots before it were never due. */
  known_since: Fixed<number>;
}

export interface SourceTable {
  id: Fixed<string>;
  etag: string | null;
  last_modified: string | null;
  checked_at: number;
  succeeded_at: number | null;
  last_error: string | null;
}

export interface ArticleTable {
  id: Generated<number>;
  /** The canonical link: what makes two sightings one article. */
  link: Fixed<string>;
  source_id: string;
  story_id: number | null;
  /** 0 for the news itself, one more for every real development of it: `(story, chapter)` is never repeated to a reader. */
  chapter: Generated<number>;
  headline: string;
  standfirst: string;
  /** JSON: paragraphs of plain text. */
  paragraphs: string;
  author: string;
  /** JSON: names as the source gives them. */
  categories: string;
  /** JSON: sensitive subjects, such as `baby-loss`. */
  tags: string;
  picture_url: string | null;
  picture_alt: string;
  picture_caption: string;
  language: string;
  published_at: number;
  first_seen_at: Fixed<number>;
  updated_at: number;
  /** When its file was gone from a folder: it is in no edition from then on. Null while it is there. */
  withdrawn_at: number | null;
}

/** An editor's word that two articles tell one story, or two. Only ever added to; the last word about a pair counts. */
export interface StoryDecisionTable {
  id: Generated<number>;
  article_id: Fixed<number>;
  other_article_id: Fixed<number>;
  verdict: Fixed<'same' | 'different'>;
  at: Fixed<number>;
}

/** An editor's word on an article's sensitive subjects, instead of what the rules say. */
export interface TagDecisionTable {
  article_id: Fixed<number>;
  /** JSON: may be empty. */
  tags: string;
  at: number;
}

/** What became of a picture when it was fetched and cut; asked for again only after a failure. */
export interface PictureTable {
  /** As the article names it: an http(s) address or `media:<file>`. */
  url: Fixed<string>;
  /** JSON: the cuts, see `articles/pictures.ts`; null where it could not be used. */
  cuts: string | null;
  /** Why it could not be used. */
  reason: string | null;
  checked_at: number;
}

export interface EditionTable {
  id: Fixed<string>;
  newsletter_id: Fixed<string>;
  slot: Fixed<number>;
  /** From `frozen` on it is being sent; `paused` holds it, `finished` and `cancelled` end it. */
  state: 'draft' | 'frozen' | 'paused' | 'finished' | 'empty' | 'missed' | 'cancelled';
  /** The moment the edition looks back from. */
  as_of: number;
  composed_at: number;
  /** JSON: the edition's content, see `editions/edition.ts`; null where there is none. */
  content: string | null;
  /** Why an edition is empty, missed, paused or cancelled, in a sentence. */
  reason: string | null;
  /** Everyone who was looked at when the audience was frozen; null until then. */
  candidates: number | null;
  finished_at: number | null;
}

export interface EditionStoryTable {
  edition_id: Fixed<string>;
  /** The story's bit in every selection of this edition, 0 to 63. */
  bit: Fixed<number>;
  article_id: Fixed<number>;
}

export interface VariantTable {
  id: Generated<number>;
  edition_id: Fixed<string>;
  /** The selection as 16 hexadecimal digits. */
  selection: Fixed<string>;
  /** JSON: the rendered mail with its slots, see `mail/render.ts`; null until it is first needed. */
  mail: string | null;
}

export interface SubscriberTable {
  id: Generated<number>;
  email: string;
  /** The address in lower case: unique. */
  email_key: string;
  name: string;
  created_at: Fixed<number>;
  paused_until: number | null;
  /** JSON: sensitive subjects this person is never sent. On no account looked at for anything else. */
  mutes: Generated<string>;
}

export interface SubscriptionTable {
  id: Generated<number>;
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
  /** When the last confirmation was asked for: at most one a day is mailed. */
  confirmation_asked_at: number | null;
}

/** Evidence: who agreed to or ended what, when, from where, having read which words. Only ever added to. */
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

export type DeliveryKind = 'edition' | SystemMail;
/** Mail that answers one person's own act. */
export type SystemMail = 'confirmation' | 'welcome' | 'already-subscribed' | 'goodbye';

export interface DeliveryTable {
  id: Generated<number>;
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
  /** The last reply, or why it was cancelled; null once accepted, where the attempt has the words. */
  detail: string | null;
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
  /** How far the conversation had come: connect, mail, rcpt, data, body. */
  phase: Fixed<string>;
  reply: Fixed<string>;
  at: Fixed<number>;
}

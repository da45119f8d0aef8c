import type { Article } from '../articles/article.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { TokenSigner } from '../base/token.ts';
import type { NewsletterConfig, Newsletters, Publisher } from '../config/newsletters.ts';
import type { SignUpConfig } from '../config/sign-up-config.ts';
import type { Vocabulary } from '../config/vocabulary.ts';
import type { Archive } from '../publishing/public-archive.ts';
import type { Database, SystemMail } from '../storage/schema/schema.ts';
import type { Enqueue, Subscription } from '../subscribers/subscriber.ts';
import type { KeptPages } from '../web/kept-pages.ts';
import type { Pages } from '../web/pages.ts';

/**
 * Dependencies of the readers' pages; everything beyond the lower floors comes in as a function.
 */
export interface SiteDeps extends Archive {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly signer: TokenSigner;
  readonly publisher: Publisher;
  readonly newsletters: Newsletters;
  readonly signUp: SignUpConfig;
  /** Subjects that a reader may mute. */
  readonly subjects: readonly SensitiveSubject[];
  /** Text shown to readers, in every language that has words. */
  readonly vocabulary: Vocabulary;
  readonly publicUrl: string;
  readonly mediaDir: string;
  readonly rehearsal: boolean;
  /** Writes a letter to the ledger, in the transaction it is handed. */
  readonly enqueue: Enqueue<SystemMail>;
  /**
   * Reports whether the relay, at the last connection, took addresses with letters beyond ASCII
   * before the @.
   */
  takesUtf8(): boolean;
  /** A reader chose anew: what still waits for them in an edition under way follows. */
  reselect(subscriberId: number): Promise<void>;
  /** The HTML of a mail as its reader got it. */
  personalVersion(deliveryId: number): Promise<string | undefined>;
  /** For `article:source/name` links: what is read on this site. */
  article(link: string): Promise<Article | undefined>;
}

export interface SensitiveSubject {
  readonly id: string;
  /** "Baby loss". */
  readonly title: string;
  /** One kind line. */
  readonly description: string;
  /** Both, by language. */
  readonly translations?: Readonly<Record<string, { readonly title: string; readonly description: string }>>;
}

/** The same with the pages to show them in: what every group of routes is handed. */
export interface Site extends SiteDeps {
  readonly pages: Pages;
  /** Pages that are the same for everybody. */
  readonly kept: KeptPages;
}

/** Returns the newsletters whose past editions anybody may read. */
export function archivedNewsletters({
  newsletters,
}: Pick<SiteDeps, 'newsletters'>): readonly NewsletterConfig[] {
  return newsletters.filter(({ archive }) => archive !== 'off');
}

/** The title a reader knows a newsletter by, also when it is no longer in the configuration. */
export function titleOf(site: SiteDeps, newsletterId: string): string {
  return site.newsletters.get(newsletterId)?.title ?? site.publisher.name;
}

/**
 * Returns where a reader manages a subscription. The token never expires: the link stands in mails
 * that are kept for years.
 */
export function preferencesPath(site: SiteDeps, { publicId }: Pick<Subscription, 'publicId'>): string {
  return `/preferences/${site.signer.sign('preferences', { publicId, issuedAt: 0 })}`;
}

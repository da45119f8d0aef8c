import type { SourceState } from '../articles/source-store.ts';
import type { Clock } from '../base/clock.ts';
import type { Verdict } from '../checks/verdict.ts';
import type { NewsletterConfig, Publisher } from '../config/newsletters.ts';
import type { SignUpConfig } from '../config/sign-up.ts';
import type { Vocabulary } from '../config/vocabulary.ts';
import type { Edition } from '../editions/edition.ts';
import type { Database } from '../storage/schema.ts';
import type { CaughtMails } from '../transport/caught-mails.ts';
import type { Pages } from '../web/pages.ts';

/** How a source fared when it was last looked at. */
export type SourceHealth = Pick<SourceState, 'id' | 'checkedAt' | 'succeededAt' | 'lastError'>;

/** What the editors' pages need; whatever lies beyond the house's lower floors comes in as a function. */
export interface StudioDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly newsletters: readonly NewsletterConfig[];
  readonly publisher: Publisher;
  readonly signUp: SignUpConfig;
  /** What is said to readers: a form that is put on somebody's site speaks to them. */
  readonly vocabulary: Vocabulary;
  readonly publicUrl: string;
  readonly rehearsal: boolean;
  readonly studioPassword: string | undefined;
  /** In rehearsal: what the catcher kept. */
  readonly caught: CaughtMails | undefined;
  /** An edition as mail HTML with sample links. */
  preview(editionId: string): Promise<string | undefined>;
  /** Whether an edition is ready to send. */
  verdict(edition: Edition): Promise<Verdict>;
  nextSlot(newsletterId: string): number | undefined;
  sourceStates(): Promise<readonly SourceHealth[]>;
}

/** The same with the pages to show them in: what every group of routes is handed. */
export interface Studio extends StudioDeps {
  readonly pages: Pages;
}

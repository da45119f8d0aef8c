import type { SourceState } from '../articles/sources/source-store.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { TokenSigner } from '../base/token.ts';
import type { Config } from '../config/config.ts';
import type { Newsletters, Publisher } from '../config/newsletters.ts';
import type { SignUpConfig } from '../config/sign-up-config.ts';
import type { Vocabulary } from '../config/vocabulary.ts';
import type { Renderer } from '../mail/render.ts';
import type { MailComposer } from '../outbound/mail-composer.ts';
import type { GiveVerdict } from '../publishing/checking/give-verdict.ts';
import type { PublishingDeps } from '../publishing/publish.ts';
import type { Database } from '../storage/schema/schema.ts';
import type { CaughtMails } from '../transport/inbound/caught-mails.ts';
import type { Pages } from '../web/pages.ts';
import type { GuessLimits } from './attempts.ts';
import type { LiveFiles } from './live-files.ts';

/** How a source fared when it was last looked at. */
export type SourceHealth = Pick<SourceState, 'id' | 'checkedAt' | 'succeededAt' | 'failure'>;

/** What the editors' pages need; whatever lies beyond the house's lower floors comes in as a function. */
export interface StudioDeps {
  readonly db: Database;
  readonly log: Log;
  readonly config: Config;
  readonly signer: TokenSigner;
  readonly composer: MailComposer;
  readonly renderer: Renderer;
  readonly publishing: PublishingDeps;
  readonly clock: Clock;
  readonly newsletters: Newsletters;
  readonly publisher: Publisher;
  readonly signUp: SignUpConfig;
  /** What is said to readers: a form that is put on somebody's site speaks to them. */
  readonly vocabulary: Vocabulary;
  readonly publicUrl: string;
  readonly rehearsal: boolean;
  readonly studioPassword: string | undefined;
  /** In rehearsal: what the catcher kept. */
  readonly caught: CaughtMails | undefined;
  /** Whether an edition is ready to send. */
  readonly verdict: GiveVerdict;
  /** The files that mails are made of, as they change. */
  readonly live: LiveFiles;
  /** Tells the engine that something is due. */
  wake(): void;
  sourceStates(): Promise<readonly SourceHealth[]>;
}

/** The same with the pages to show them in: what every group of routes is handed. */
export interface Studio extends StudioDeps {
  readonly pages: Pages;
  /** What slows down guessing of passwords. */
  readonly guesses: GuessLimits;
}

/** What routes of one edition are asked with. */
export interface EditionRoute {
  Params: { id: string };
}

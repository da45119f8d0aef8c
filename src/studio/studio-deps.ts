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

/** State of a source at its last collection. */
export type SourceHealth = Pick<SourceState, 'id' | 'checkedAt' | 'succeededAt' | 'failure'>;

/**
 * Dependencies of the editors' pages; everything beyond the lower floors comes in as a function.
 */
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
  /** Text shown to readers: a form on somebody's site speaks to them. */
  readonly vocabulary: Vocabulary;
  readonly publicUrl: string;
  readonly rehearsal: boolean;
  readonly studioPassword: string | undefined;
  /** In rehearsal: what the catcher kept. */
  readonly caught: CaughtMails | undefined;
  /** Checks whether an edition is ready to send. */
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
  /** Limits on guessing passwords. */
  readonly guesses: GuessLimits;
}

/** Parameters of the routes of one edition. */
export interface EditionRoute {
  Params: { id: string };
}

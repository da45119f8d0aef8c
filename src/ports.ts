import { articleByLink } from './articles/article-store.ts';
import { sourceStates } from './articles/sources/source-store.ts';
import type { Clock } from './base/clock.ts';
import type { Log } from './base/log.ts';
import type { TokenSigner } from './base/token.ts';
import { type Config, isRehearsal } from './config/config.ts';
import { reselect } from './delivery/audience/reselect.ts';
import { enqueue } from './delivery/ledger.ts';
import type { Renderer } from './mail/render.ts';
import type { MailComposer } from './outbound/mail-composer.ts';
import { asShownAgain, deliveryById } from './outbound/sent-mail.ts';
import { mailLinks } from './outbound/site-links.ts';
import type { GiveVerdict } from './publishing/checking/give-verdict.ts';
import { publicArchive } from './publishing/public-archive.ts';
import type { PublishingDeps } from './publishing/publish.ts';
import type { SiteDeps } from './site/site-deps.ts';
import type { Database } from './storage/schema/schema.ts';
import type { LiveFiles } from './studio/live-files.ts';
import type { StudioDeps } from './studio/studio-deps.ts';
import type { CaughtMails } from './transport/inbound/caught-mails.ts';

/** The parts of the application that pages are made of. */
export interface Parts {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly config: Config;
  readonly mediaDir: string;
  readonly signer: TokenSigner;
  readonly renderer: Renderer;
  readonly composer: MailComposer;
  readonly publishing: PublishingDeps;
  readonly verdict: GiveVerdict;
  readonly caught: CaughtMails;
  /** Reports whether the relay offered SMTPUTF8 at the last connection. */
  readonly takesUtf8: () => boolean;
  /** The files that mails are made of, as they change. */
  readonly live: LiveFiles;
  /** Tells the engine that something is due. */
  readonly wake: () => void;
}

/** Returns the dependencies of the readers' pages. */
export function siteDeps(parts: Parts): SiteDeps {
  const { db, clock, config, signer, renderer, mediaDir, composer } = parts;
  return {
    ...shared(parts),
    signer,
    mediaDir,
    subjects: config.subjects,
    takesUtf8: parts.takesUtf8,
    reselect: (subscriberId: number) => reselect(db, subscriberId, clock.now(), parts.publishing.speaks),
    enqueue: async (trx, subscriptionId, kind, options) => {
      await enqueue(trx, subscriptionId, kind, clock.now(), options);
      setImmediate(parts.wake); // after the commit this is part of
    },
    ...publicArchive({ db, renderer, links: mailLinks(config.publicUrl), newsletters: config.newsletters }),
    personalVersion: async (deliveryId: number) => {
      const delivery = await deliveryById(db, deliveryId);
      const shown = delivery && (await asShownAgain(db, delivery));
      return shown && composer.personalVersion(shown);
    },
    article: (link: string) => articleByLink(db, link, clock.now()),
  };
}

/** Returns the dependencies of the editors' pages. */
export function studioDeps(parts: Parts): StudioDeps {
  const { db, config, signer, composer, renderer, publishing, verdict, caught, live, wake } = parts;
  return {
    ...shared(parts),
    config,
    signer,
    composer,
    renderer,
    publishing,
    verdict,
    live,
    wake,
    studioPassword: config.studioPassword,
    caught: isRehearsal(config) ? caught : undefined,
    sourceStates: async () => [...(await sourceStates(db)).values()],
  };
}

function shared({ db, clock, log, config }: Parts) {
  const { publisher, newsletters, signUp, vocabulary, publicUrl } = config;
  const rehearsal = isRehearsal(config);
  return { db, clock, log, publisher, newsletters, signUp, vocabulary, publicUrl, rehearsal };
}

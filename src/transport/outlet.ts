import type { Clock } from '../base/clock.ts';
import { type Catcher, joinCatcher } from './inbound/catcher.ts';
import type { CaughtMails } from './inbound/caught-mails.ts';
import { RelayMemory } from './relay-memory.ts';
import { type Connect, relayOf } from './smtp.ts';

type RelaySettings = Parameters<typeof relayOf>[1];

/** Connection out for mail: the relay, or in a rehearsal the mail catcher. */
export class Outlet {
  readonly #settings: RelaySettings & { readonly smtpUrl: string | undefined; readonly port: number };
  readonly #catching: { readonly caught: CaughtMails; readonly clock: Clock };
  readonly #met = new RelayMemory();
  readonly #catchers: Catcher[] = [];

  constructor(
    settings: RelaySettings & { readonly smtpUrl: string | undefined; readonly port: number },
    catching: { readonly caught: CaughtMails; readonly clock: Clock },
  ) {
    this.#settings = settings;
    this.#catching = catching;
  }

  /**
   * True once the relay was met and takes addresses with letters beyond ASCII before the @
   * (SMTPUTF8).
   */
  get takesUtf8(): boolean {
    return this.#met.takesUtf8;
  }

  /** Returns connections to the relay, or to the catcher: the one that runs, or one of our own. */
  async connections(): Promise<Connect> {
    return this.#met.of(relayOf(this.#settings.smtpUrl ?? (await this.#catcherUrl()), this.#settings));
  }

  /** Ends the catchers that were started here. */
  async close(): Promise<void> {
    for (const catcher of this.#catchers.splice(0)) await catcher.close();
  }

  async #catcherUrl(): Promise<string> {
    const catcher = await joinCatcher(this.#settings.port, this.#catching);
    this.#catchers.push(catcher);
    return catcher.url;
  }
}

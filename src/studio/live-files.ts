import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { type Clock, SECOND_MS } from '../base/clock.ts';
import { FileWatch } from '../base/file-watch.ts';
import type { Log } from '../base/log.ts';
import { TEMPLATES_DIR } from '../base/templates.ts';
import { type Config, folderPath } from '../config/config.ts';
import { isSending } from '../editions/store/sending-store.ts';
import type { Renderer } from '../mail/render.ts';
import { followFiles } from '../publishing/follow-files.ts';
import type { PublishingDeps } from '../publishing/publishing-deps.ts';

export interface LiveFilesDeps {
  readonly log: Log;
  readonly clock: Clock;
  /** Folders of mail templates, absolute. */
  readonly templates: readonly string[];
  /** Folders of articles, absolute, by source. */
  readonly sources: readonly { readonly id: string; readonly folder: string }[];
  /** Template files have changed. */
  readonly forget: () => void;
  /** An edition is going out: its readers get one design, whatever is tried out meanwhile. */
  readonly isSending: () => Promise<boolean>;
  /** Article files of a source have changed. */
  readonly follow: (sourceId: string) => Promise<void>;
}

/**
 * Watches the files of everything that is configured: changed templates are rendered again, changed
 * articles are updated in drafts that tell them.
 */
export function liveFiles(config: Config, publishing: PublishingDeps, renderer: Renderer): LiveFiles {
  const own = config.newsletters.flatMap(({ templates }) => (templates === undefined ? [] : [templates]));
  return new LiveFiles({
    log: publishing.log,
    clock: publishing.clock,
    templates: [...new Set([join(TEMPLATES_DIR, 'mail'), ...own])],
    sources: config.sources.flatMap((source) =>
      'folder' in source ? [{ id: source.id, folder: folderPath(config, source.folder) }] : [],
    ),
    forget: renderer.forget,
    isSending: () => isSending(publishing.db),
    follow: (sourceId) => followFiles({ ...publishing, subjects: config.subjects }, [sourceId]),
  });
}

const TEMPLATE_NAMES = /\.(?:hbs|yaml)$/;
const ARTICLE_NAMES = /\.(?:mdx?|markdown|mdown|mkd|x?html?|txt|jpe?g|png|webp|gif|avif)$/i;

/**
 * Follows the files that mails are made of, and tells the pages that show one. What they are told is a version: a page that
 * was away for a moment, or whose server began anew, sees by it that it missed something.
 */
export class LiveFiles {
  readonly #deps: LiveFilesDeps;
  readonly #watches: FileWatch[] = [];
  readonly #listeners = new Set<PassThrough>();
  readonly #life = randomUUID();
  #changes = 0;
  #following = Promise.resolve();
  readonly #closing = new AbortController();
  #takingUp: Promise<void> | undefined;

  constructor(deps: LiveFilesDeps) {
    this.#deps = deps;
  }

  /** Another one after each change, and after each start. */
  get version(): string {
    return `${this.#life}.${this.#changes}`;
  }

  /** Begins to watch; resolves once it does. */
  async start(): Promise<void> {
    const { templates, sources } = this.#deps;
    this.#watch(templates, TEMPLATE_NAMES, async () => this.#takeUpTemplates());
    for (const { id, folder } of sources) this.#watch([folder], ARTICLE_NAMES, () => this.#deps.follow(id));
    await Promise.all(this.#watches.map((watch) => watch.start()));
  }

  /** Server-sent events: the version at once, and each one to come. */
  listen(): PassThrough {
    const stream = new PassThrough();
    stream.on('close', () => this.#listeners.delete(stream));
    this.#listeners.add(stream);
    stream.write(`retry: 2000\n${this.#event()}`);
    return stream;
  }

  /** Ends the streams, which a server that closes would wait for. */
  hangUp(): void {
    for (const stream of this.#listeners) stream.end();
  }

  /** Stops watching; what was begun comes to its end. */
  async close(): Promise<void> {
    for (const watch of this.#watches.splice(0)) watch.close();
    this.hangUp();
    this.#closing.abort();
    await this.#following;
    await this.#takingUp;
  }

  /** Not before an edition that is going out has gone, and without keeping other changes waiting. */
  async #takeUpTemplates(): Promise<void> {
    const { forget, isSending, clock } = this.#deps;
    if (!(await isSending())) return forget();
    this.#takingUp ??= (async () => {
      while ((await isSending()) && !this.#closing.signal.aborted)
        await clock.sleep(SECOND_MS, this.#closing.signal);
      forget();
      this.#takingUp = undefined;
      this.#tell();
    })();
  }

  /** One change after the other: two of a source would collect it twice at a time. */
  #watch(folders: readonly string[], names: RegExp, work: () => Promise<void>): void {
    const changed = () => {
      this.#following = this.#following.then(work).then(
        () => this.#tell(),
        (error) => this.#deps.log.error({ folders, error }, 'Changed files could not be followed'),
      );
    };
    const unwatched = (folder: string, error: unknown) =>
      this.#deps.log.warn({ folder, error }, 'A folder is not watched: what changes in it counts later');
    this.#watches.push(new FileWatch({ folders, names, changed, unwatched }));
  }

  #tell(): void {
    this.#changes += 1;
    for (const stream of this.#listeners) stream.write(this.#event());
  }

  #event(): string {
    return `event: files\ndata: ${this.version}\n\n`;
  }
}

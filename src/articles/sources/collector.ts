import type { SourceConfig } from '../../config/newsletters.ts';
import { type CollectDeps, collectSources, type SourceReport } from './collect.ts';
import { SourceReader } from './source-reader.ts';

/** Collects for as long as a process lives, until it is told to stop. */
export class Collector {
  readonly #deps: CollectDeps;
  readonly #sources: readonly SourceConfig[];
  readonly #reader = new SourceReader();
  readonly #stopping = new AbortController();
  readonly #running = new Set<Promise<unknown>>();

  /** @param sources all that are configured. */
  constructor(deps: CollectDeps, sources: readonly SourceConfig[]) {
    this.#deps = deps;
    this.#sources = sources;
  }

  /**
   * Asks the named sources, or all, for what is new.
   * @throws an `AbortError` once this was told to stop.
   */
  collect(ids: readonly string[] = this.#sources.map(({ id }) => id)): Promise<SourceReport[]> {
    const deps = {
      ...this.#deps,
      configured: this.#sources.map(({ id }) => id),
      reader: this.#reader,
      stop: this.#stopping.signal,
    };
    const collecting = collectSources(
      deps,
      this.#sources.filter(({ id }) => ids.includes(id)),
    );
    const settled = collecting.catch(() => undefined).finally(() => this.#running.delete(settled));
    this.#running.add(settled);
    return collecting;
  }

  /**
   * Gives up asking sources, now and from now on: what was not collected is collected at the next
   * start.
   */
  stop(): void {
    this.#stopping.abort();
  }

  /** Stops, and resolves once nothing of it touches the database any more. */
  async close(): Promise<void> {
    this.stop();
    await this.#reader.close();
    await Promise.all(this.#running);
  }
}

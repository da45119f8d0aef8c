import { PassThrough } from 'node:stream';
import { type Clock, MINUTE_MS, SECOND_MS } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';

/** Figures for those who watch an edition: the same for everybody. */
export interface Glimpse {
  /** On one line. */
  readonly data: string;
  /** Nothing more is to come. */
  readonly over: boolean;
}

interface LiveDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** Undefined where there is no such edition. */
  readonly look: (editionId: string) => Promise<Glimpse | undefined>;
}

const LOOK_MS = SECOND_MS;
/** While nothing moves, the looks become rarer. */
const RAREST_LOOK_MS = 5 * SECOND_MS;
/** Looks take no more of the time than this: of a million deliveries one takes a tenth of a second on SQLite, and all else waits. */
const MOST_OF_THE_TIME = 1 / 20;
/** Proxies cut off what is silent for a minute, some for half of one. */
const HEARTBEAT_MS = 15 * SECOND_MS;
/** Then a watcher comes back by itself, and is asked again who it is. */
const LONGEST_MS = 5 * MINUTE_MS;
const RETRY = `retry: ${2 * SECOND_MS}\n\n`;
const HEARTBEAT = ': still here\n\n';
const OVER = 'event: over\ndata: {}\n\n';

interface Watcher {
  readonly since: number;
  /** It has been told how things stand. */
  told: boolean;
}

interface Watched {
  readonly watchers: Map<PassThrough, Watcher>;
  last: Glimpse | undefined;
  /** Ends the rest until the next look. */
  nap: AbortController;
}

/** Server-sent events of editions: one look for all who watch the same one, and none while nobody does. */
export class LiveEditions {
  readonly #deps: LiveDeps;
  readonly #watched = new Map<string, Watched>();
  readonly #closed = new AbortController();

  constructor(deps: LiveDeps) {
    this.#deps = deps;
  }

  /**
   * The events of an edition until it is over. Each holds everything, so whoever comes again has missed nothing; and the
   * first is of a look that began after they came, for their page may be newer than the last one.
   */
  watch(editionId: string): PassThrough {
    const stream = new PassThrough();
    const known = this.#watched.get(editionId);
    const watched: Watched = known ?? { watchers: new Map(), last: undefined, nap: new AbortController() };
    watched.watchers.set(stream, { since: this.#deps.clock.now(), told: false });
    stream.on('close', () => watched.watchers.delete(stream));
    stream.write(RETRY);
    if (known) known.nap.abort();
    else {
      this.#watched.set(editionId, watched);
      void this.#follow(editionId, watched).finally(() => this.#watched.delete(editionId));
    }
    return stream;
  }

  /** Ends all streams: a server that closes would wait for them. */
  close(): void {
    this.#closed.abort();
    for (const { watchers } of this.#watched.values()) endAll(watchers.keys());
  }

  async #follow(editionId: string, watched: Watched): Promise<void> {
    const { clock } = this.#deps;
    let restMs = LOOK_MS;
    let saidAt = clock.now();
    while (watched.watchers.size > 0 && !this.#closed.signal.aborted) {
      watched.nap = new AbortController();
      const here = [...watched.watchers];
      const began = performance.now();
      const seen = await this.#look(editionId, watched.last);
      const costMs = performance.now() - began;
      if (!seen) return endAll(watched.watchers.keys(), OVER);
      const moved = seen.data !== watched.last?.data;
      const isNews = moved || here.some(([, { told }]) => !told);
      const isSilent = clock.now() - saidAt >= HEARTBEAT_MS;
      if (moved || isSilent) saidAt = clock.now();
      tell(here, seen, moved, isSilent);
      watched.last = seen;
      if (seen.over) return endAll(watched.watchers.keys(), OVER);
      sendHome(here, clock.now());
      restMs = isNews ? LOOK_MS : Math.min(restMs * 2, RAREST_LOOK_MS);
      const enough = AbortSignal.any([this.#closed.signal, watched.nap.signal]);
      await clock.sleep(Math.max(restMs, costMs / MOST_OF_THE_TIME), enough);
    }
  }

  async #look(editionId: string, last: Glimpse | undefined): Promise<Glimpse | undefined> {
    try {
      return await this.#deps.look(editionId);
    } catch (error) {
      this.#deps.log.error({ edition: editionId, error }, 'Its watchers see an edition as it was');
      return last ?? { data: '{}', over: false };
    }
  }
}

function eventOf({ data }: Glimpse): string {
  return `event: now\ndata: ${data}\n\n`;
}

type Here = readonly (readonly [PassThrough, Watcher])[];

/**
 * Tells the watchers. One that does not keep up is spared news that would be out of date before it
 * is read.
 */
function tell(here: Here, seen: Glimpse, moved: boolean, isSilent: boolean): void {
  for (const [stream, watcher] of here) {
    const keepsUp = !stream.writableNeedDrain;
    if (keepsUp && (moved || !watcher.told)) stream.write(eventOf(seen));
    else if (keepsUp && isSilent) stream.write(HEARTBEAT);
    watcher.told = keepsUp;
  }
}

function endAll(watchers: Iterable<PassThrough>, words = ''): void {
  for (const stream of watchers) stream.end(words);
}

function sendHome(here: Here, now: number): void {
  for (const [stream, { since }] of here) if (now - since >= LONGEST_MS) stream.end();
}

import { PassThrough } from 'node:stream';
import { type Clock, MINUTE_MS, SECOND_MS } from '../base/clock.ts';
import type { Log } from '../base/log.ts';

/** What watchers of an edition are shown: the same for everybody. */
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

interface Watched {
  /** Each with the moment it came. */
  readonly watchers: Map<PassThrough, number>;
  last: Glimpse | undefined;
}

/** Server-sent events of editions: one look for all who watch the same one, and none while nobody does. */
export class LiveEditions {
  readonly #deps: LiveDeps;
  readonly #watched = new Map<string, Watched>();
  readonly #closed = new AbortController();

  constructor(deps: LiveDeps) {
    this.#deps = deps;
  }

  /** The events of an edition until it is over. Each holds everything, so whoever comes again has missed nothing. */
  watch(editionId: string): PassThrough {
    const stream = new PassThrough();
    const known = this.#watched.get(editionId);
    const watched = known ?? { watchers: new Map(), last: undefined };
    watched.watchers.set(stream, this.#deps.clock.now());
    stream.on('close', () => watched.watchers.delete(stream));
    stream.write(RETRY);
    if (watched.last) stream.write(eventOf(watched.last));
    if (known) return stream;
    this.#watched.set(editionId, watched);
    void this.#follow(editionId, watched).finally(() => this.#watched.delete(editionId));
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
      const began = performance.now();
      const seen = await this.#look(editionId, watched.last);
      const costMs = performance.now() - began;
      const moved = seen?.data !== watched.last?.data;
      watched.last = seen;
      if (moved || clock.now() - saidAt >= HEARTBEAT_MS) {
        saidAt = clock.now();
        tell(watched.watchers.keys(), moved && seen ? eventOf(seen) : HEARTBEAT);
      }
      if (!seen || seen.over) return endAll(watched.watchers.keys(), OVER);
      sendHome(watched.watchers, clock.now());
      restMs = moved ? LOOK_MS : Math.min(restMs * 2, RAREST_LOOK_MS);
      await clock.sleep(Math.max(restMs, costMs / MOST_OF_THE_TIME), this.#closed.signal);
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

/** Who does not keep up is spared what will be out of date before it is read. */
function tell(watchers: Iterable<PassThrough>, words: string): void {
  for (const stream of watchers) if (!stream.writableNeedDrain) stream.write(words);
}

function endAll(watchers: Iterable<PassThrough>, words = ''): void {
  for (const stream of watchers) stream.end(words);
}

function sendHome(watchers: ReadonlyMap<PassThrough, number>, now: number): void {
  for (const [stream, since] of watchers) if (now - since >= LONGEST_MS) stream.end();
}

import { SECOND_MS } from '../../base/clock.ts';
import { BoundedAside, type ProcessEnd } from '../../base/processes/bounded-aside.ts';
import type { FeedSettings, FetchedFeed } from './feeds/feed-source.ts';
import type { FolderPlace } from './files/folder-source.ts';
import type { SourceFailure } from './source-failure.ts';
import type { SourceResult } from './source-result.ts';

/** Task for the other process. `now` is UTC milliseconds. */
export type SourceTask =
  | {
      readonly kind: 'feed';
      readonly source: FeedSettings;
      readonly fetched: FetchedFeed;
      readonly now: number;
    }
  | { readonly kind: 'folder'; readonly place: FolderPlace; readonly now: number };

export interface ReaderOptions {
  /** Another script than our own: for tests. */
  readonly script?: URL;
  /** Deadline for reading one source, in milliseconds. */
  readonly deadlineMs?: number;
}

const DEADLINE_MS = 60 * SECOND_MS;

/**
 * Reads what sources hand over, in a process of its own: whatever somebody wrote into a feed or a
 * file, this one goes on sending mail and answering pages. A source that takes too long or too much
 * memory fails with that reason.
 */
export class SourceReader {
  readonly #aside: BoundedAside<SourceTask, SourceResult>;
  readonly #deadlineMs: number;

  constructor({ script, deadlineMs }: ReaderOptions = {}) {
    this.#aside = new BoundedAside(script ?? new URL('./source-aside.ts', import.meta.url));
    this.#deadlineMs = deadlineMs ?? DEADLINE_MS;
  }

  async read(task: SourceTask): Promise<SourceResult> {
    const answer = await this.#aside.ask(task, this.#deadlineMs);
    if (answer.kind === 'done') return answer.result;
    return {
      kind: 'failed',
      reason: answer.kind === 'threw' ? { code: 'fault', says: answer.reason } : this.#reasonOf(answer.why),
    };
  }

  /** Ends the other process; what is being read fails. */
  close(): Promise<void> {
    return this.#aside.close();
  }

  #reasonOf(why: ProcessEnd): SourceFailure {
    const reasons: Readonly<Record<ProcessEnd, SourceFailure>> = {
      deadline: { code: 'reading-too-slow', seconds: this.#deadlineMs / SECOND_MS },
      memory: { code: 'reading-too-large' },
      closed: { code: 'stopping' },
      crashed: { code: 'reading-crashed' },
    };
    return reasons[why];
  }
}

import type { SourceReport } from '../articles/sources/collect.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Verdict } from '../checks/check-edition.ts';
import type { CompositionDeps } from '../composing/composition.ts';
import type { Newsletters } from '../config/newsletters.ts';
import type { Speaks } from '../delivery/audience/variants.ts';
import type { Edition } from '../editions/edition.ts';

/** Dependencies for composing editions and releasing them. */
export interface PublishingDeps extends CompositionDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly newsletters: Newsletters;
  /** Asks the named sources for what is new. */
  readonly collect: (sourceIds: readonly string[]) => Promise<readonly SourceReport[]>;
  /** Checks whether an edition is ready to send. */
  readonly check: (edition: Edition) => Promise<Verdict>;
  /**
   * In which language a reader's mail speaks around its stories; without it, in the edition's own.
   */
  readonly speaks?: Speaks;
}

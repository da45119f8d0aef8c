import type { Clock } from '../base/clock.ts';
import type { CompositionDeps } from '../composing/composition.ts';
import type { NewsletterConfig, Newsletters } from '../config/newsletters.ts';
import type { Subject } from '../config/sensitive.ts';
import type { EditionContent } from '../editions/edition.ts';
import type { KeptEdition } from '../editions/store/kept-edition.ts';

export interface EditDeps extends CompositionDeps {
  readonly clock: Clock;
  readonly newsletters: Newsletters;
  readonly subjects: readonly Subject[];
}

/** Facts that an edit needs, found before the draft is locked. */
export interface Editing {
  readonly deps: EditDeps;
  readonly newsletter: NewsletterConfig;
  readonly edition: KeptEdition;
  readonly content: EditionContent;
}

import type { EditionTable } from '../storage/schema/schema.ts';
import type { EditionReason } from './reason.ts';
import type { RevisionWhat } from './revision-what.ts';

type State = EditionTable['state'];

/**
 * Result of a successful act. A released draft is on its way, leaves at its time, or is still held
 * by something else.
 */
export type Done =
  | { readonly code: LetGo; readonly leaves: 'at-once' | 'at-its-moment' | EditionReason }
  | { readonly code: 'held' | 'skipped' | 'discarded' | 'brought-back' | 'brought-back-held' }
  | { readonly code: 'composed' | 'composed-already' | 'composed-anew' }
  | { readonly code: 'newsletter-paused' | 'newsletter-goes-on'; readonly newsletter: string };

export type LetGo = 'approved' | 'goes-on' | 'goes-at-its-slot' | 'goes-at-that-moment';

/** Reason that nothing was done. */
export type NotDone =
  /** The edition does not exist, or is not in a state for this act. */
  | {
      readonly code: 'no-edition' | 'has-left' | 'under-way' | 'later-has-left' | 'not-held' | 'no-draft-now';
    }
  | { readonly code: 'no-draft-to-move' | 'no-draft-to-recompose' | 'no-draft-to-discard' }
  | { readonly code: 'not-approvable' | 'not-holdable' | 'not-skippable'; readonly state: State | 'gone' }
  | { readonly code: 'held-already' | 'held-by' | 'held-by-beside' | 'approved-by'; readonly by: string }
  /**
   * Somebody changed it: as the act was done, or since it was looked at, with who and how where
   * that is known.
   */
  | { readonly code: 'changed-meanwhile' }
  | { readonly code: 'changed-since'; readonly by?: string; readonly what?: RevisionWhat }
  /** The time does not fit. */
  | { readonly code: 'no-moment' | 'moment-has-passed' | 'next-is-due-by-then' }
  | { readonly code: 'slot-has-passed' | 'slot-had-no-draft' | 'slot-not-skipped' }
  /** It would not be built again, for its slot has passed, or the schedule has it no more. */
  | { readonly code: 'slot-is-over' | 'slot-is-gone' }
  /** There is nothing to tell, and so no draft, or the draft stays as it is. */
  | { readonly code: 'nothing-yet' | 'nothing-anew'; readonly reason: EditionReason | null }
  /** The newsletter's state does not fit. */
  | { readonly code: 'newsletter-paused-already'; readonly newsletter: string; readonly by: string }
  | { readonly code: NotOfNewsletter; readonly newsletter: string };

type NotOfNewsletter = 'newsletter-not-paused' | 'no-edition-then' | 'no-slot-to-come';

/** Outcome of an editor's request; `act-words.ts` puts it in words. */
export type Act =
  | { readonly ok: true; readonly outcome: Done }
  | { readonly ok: false; readonly outcome: NotDone };

export const done = (outcome: Done) => ({ ok: true, outcome }) as const;
export const refused = (outcome: NotDone) => ({ ok: false, outcome }) as const;

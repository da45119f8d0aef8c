import type { EditionTable } from '../storage/schema/schema.ts';
import type { EditionReason } from './reason.ts';
import type { RevisionWhat } from './revision-what.ts';

type State = EditionTable['state'];

/** What was done. A draft that was let go is on its way, leaves at its moment, or is kept by something else still. */
export type Done =
  | { readonly code: LetGo; readonly leaves: 'at-once' | 'at-its-moment' | EditionReason }
  | { readonly code: 'held' | 'skipped' | 'discarded' | 'brought-back' | 'brought-back-held' }
  | { readonly code: 'composed' | 'composed-already' | 'composed-anew' }
  | { readonly code: 'newsletter-paused' | 'newsletter-goes-on'; readonly newsletter: string };

export type LetGo = 'approved' | 'goes-on' | 'goes-at-its-slot' | 'goes-at-that-moment';

/** Why nothing was done. */
export type NotDone =
  /** Of the edition: it is none, or not what the act is for. */
  | {
      readonly code: 'no-edition' | 'has-left' | 'under-way' | 'later-has-left' | 'not-held' | 'no-draft-now';
    }
  | { readonly code: 'no-draft-to-move' | 'no-draft-to-recompose' | 'no-draft-to-discard' }
  | { readonly code: 'not-approvable' | 'not-holdable' | 'not-skippable'; readonly state: State | 'gone' }
  | { readonly code: 'held-already' | 'held-by' | 'held-by-beside' | 'approved-by'; readonly by: string }
  /** Somebody changed it: as the act was done, or since it was looked at, with who and how where that is known. */
  | { readonly code: 'changed-meanwhile' }
  | { readonly code: 'changed-since'; readonly by?: string; readonly what?: RevisionWhat }
  /** Of the moment. */
  | { readonly code: 'no-moment' | 'moment-has-passed' | 'next-is-due-by-then' }
  | { readonly code: 'slot-has-passed' | 'slot-had-no-draft' | 'slot-not-skipped' }
  /** It would not be built again, for its slot has passed, or the schedule has it no more. */
  | { readonly code: 'slot-is-over' | 'slot-is-gone' }
  /** There is nothing to tell, and so no draft, or the draft stays as it is. */
  | { readonly code: 'nothing-yet' | 'nothing-anew'; readonly reason: EditionReason | null }
  /** Of the newsletter. */
  | { readonly code: 'newsletter-paused-already'; readonly newsletter: string; readonly by: string }
  | { readonly code: NotOfNewsletter; readonly newsletter: string };

type NotOfNewsletter = 'newsletter-not-paused' | 'no-edition-then' | 'no-slot-to-come';

/** What came of something an editor asked for; `act-words.ts` says it. */
export type Act =
  | { readonly ok: true; readonly outcome: Done }
  | { readonly ok: false; readonly outcome: NotDone };

export const done = (outcome: Done) => ({ ok: true, outcome }) as const;
export const refused = (outcome: NotDone) => ({ ok: false, outcome }) as const;

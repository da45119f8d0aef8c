import type { Act, Done, LetGo, NotDone } from '../act.ts';
import { reasonInWords, reasonWords } from './reason-words.ts';
import { revisionWords } from './revision-words.ts';

/** Says in English what came of an act, without its full stop. */
export function actWords(act: Act): string {
  return act.ok ? doneWords(act.outcome) : notDoneWords(act.outcome);
}

const LET_GO: Readonly<Record<LetGo, string>> = {
  approved: 'Approved',
  'goes-on': 'Hold released',
  'goes-at-its-slot': 'Rescheduled to its slot',
  'goes-at-that-moment': 'Rescheduled',
};

const DONE = {
  held: 'Held: nobody gets it until somebody releases the hold',
  skipped: 'Skipped: the next edition goes out as planned',
  discarded: 'Discarded: the edition is built at send time',
  'brought-back': 'Brought back: the edition goes out as planned',
  'brought-back-held': 'Brought back on hold: release the hold to send it',
  composed: 'The draft is on the desk',
  'composed-already': 'The draft is already on the desk',
  'composed-anew': 'Rebuilt: undo brings back the draft before',
};

function doneWords(done: Done): string {
  if ('leaves' in done) {
    if (done.leaves === 'at-its-moment') return LET_GO[done.code];
    if (done.leaves === 'at-once') return `${LET_GO[done.code]}: the edition is going out`;
    return `${LET_GO[done.code]}, but not sent yet: ${reasonWords(done.leaves)}`;
  }
  switch (done.code) {
    case 'newsletter-paused':
      return `${done.newsletter} is paused: no edition is built or sent until somebody resumes it`;
    case 'newsletter-goes-on':
      return `${done.newsletter} is resumed`;
    default:
      return DONE[done.code];
  }
}

const NOT_DONE = {
  'no-edition': 'No such edition',
  'has-left': 'It has already gone out',
  'under-way': 'It is already going out: pause or cancel it on its page',
  'later-has-left': 'Too late: a later edition has gone out, and this one would be old news',
  'not-held': 'It is not held',
  'no-draft-now': 'No longer a draft',
  'no-draft-to-move': 'Only a draft can be rescheduled',
  'no-draft-to-recompose': 'Only a draft of the newsletter itself can be rebuilt, not a correction',
  'no-draft-to-discard':
    'Only a draft of the newsletter itself, on the desk, can be discarded, not a correction',
  'changed-meanwhile': 'Somebody changed it just now. Review it again first',
  'no-moment': 'Enter a day and a time, such as 23/11/2026 07:30',
  'moment-has-passed': 'That time has passed',
  'next-is-due-by-then':
    'The next edition is due by then. Choose an earlier time, or skip that edition first',
  'slot-has-passed': 'That slot has passed',
  'slot-had-no-draft': 'That slot has passed without a draft. Build the next edition instead',
  'slot-not-skipped': 'That slot is not skipped',
  'slot-is-over': 'Its slot has passed, so it would not be built again. Skip it instead',
  'slot-is-gone': 'The schedule no longer has its slot, so it would not be built again. Skip it instead',
};

function notDoneWords(refusal: NotDone): string {
  switch (refusal.code) {
    case 'not-approvable':
      return `Nothing to approve: this edition is ${refusal.state}`;
    case 'not-holdable':
      return `Nothing to hold: this edition is ${refusal.state}`;
    case 'not-skippable':
      return `It cannot be skipped: it is ${refusal.state}`;
    case 'held-already':
      return `Already held by ${refusal.by}`;
    case 'held-by':
      return `Held by ${refusal.by}. Release the hold first`;
    case 'held-by-beside':
      return `Held by ${refusal.by}, and what is built at send time would not be held. Release the hold first`;
    case 'approved-by':
      return `${refusal.by} has approved it, so only an editor with the role “approve” can discard it`;
    case 'changed-since':
      return refusal.what
        ? `${refusal.by || 'A rebuild'} changed it since: ${revisionWords(refusal.what)}. Review it again first`
        : 'It was changed since you opened it. Review it again first';
    case 'nothing-yet':
      return `Nothing to send yet: ${reasonInWords(refusal.reason)}`;
    case 'nothing-anew':
      return `Nothing to send: ${reasonInWords(refusal.reason)}. The draft stays as it is`;
    case 'newsletter-paused-already':
      return `${refusal.newsletter} is already paused by ${refusal.by}`;
    case 'newsletter-not-paused':
      return `${refusal.newsletter} is not paused`;
    case 'no-edition-then':
      return `${refusal.newsletter} has no edition at that time`;
    case 'no-slot-to-come':
      return `${refusal.newsletter} has no upcoming slot`;
    default:
      return NOT_DONE[refusal.code];
  }
}

/** Returns the outcome of an act for programs: its code and parameters, beside the sentence. */
export function actForPrograms(act: Act) {
  return { ok: act.ok, says: actWords(act), outcome: act.outcome };
}

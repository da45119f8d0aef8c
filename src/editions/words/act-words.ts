import type { Act, Done, LetGo, NotDone } from '../act.ts';
import { reasonInWords, reasonWords } from './reason-words.ts';
import { revisionWords } from './revision-words.ts';

/** Says in English what came of an act, without its full stop. */
export function actWords(act: Act): string {
  return act.ok ? doneWords(act.outcome) : notDoneWords(act.outcome);
}

const LET_GO: Readonly<Record<LetGo, string>> = {
  approved: 'Approved',
  'goes-on': 'It goes on',
  'goes-at-its-slot': 'It goes at its slot',
  'goes-at-that-moment': 'It goes at that moment',
};

const DONE = {
  held: 'It is held: it stays here until somebody lets it go on',
  skipped: 'This edition is skipped; the next one comes as planned',
  discarded: 'The draft is discarded: the edition is built at its time',
  'brought-back': 'This edition comes as planned',
  'brought-back-held': 'It is back on the desk, held: let it go on and it leaves',
  composed: 'The draft is on the desk',
  'composed-already': 'It is on the desk already',
  'composed-anew': 'Composed anew; undo brings back what was there',
};

function doneWords(done: Done): string {
  if ('leaves' in done) {
    if (done.leaves === 'at-its-moment') return LET_GO[done.code];
    if (done.leaves === 'at-once') return `${LET_GO[done.code]}, and is on its way`;
    return `${LET_GO[done.code]}, but does not go yet: ${reasonWords(done.leaves)}`;
  }
  switch (done.code) {
    case 'newsletter-paused':
      return `${done.newsletter} is paused: no edition of it is made or sent until somebody lets it go on`;
    case 'newsletter-goes-on':
      return `${done.newsletter} goes on`;
    default:
      return DONE[done.code];
  }
}

const NOT_DONE = {
  'no-edition': 'There is no such edition',
  'has-left': 'It has left already',
  'under-way': 'It has left already: on its page it can be stopped while it goes out',
  'later-has-left': 'It is too late: a later edition has left, and this one would be old news',
  'not-held': 'It is not held',
  'no-draft-now': 'It is no draft any more',
  'no-draft-to-move': 'Only a draft can be given another moment',
  'no-draft-to-recompose': 'Only a draft of the newsletter itself can be composed anew',
  'no-draft-to-discard': 'Only a draft of the newsletter itself, on the desk, can be discarded',
  'changed-meanwhile': 'It changed at this very moment. Look at it again first',
  'no-moment': 'Say a day and a time, such as 23/11/2026 07:30',
  'moment-has-passed': 'That moment has passed',
  'next-is-due-by-then': 'By then the next edition is due: choose a moment before it, or skip that one first',
  'slot-has-passed': 'That slot has passed',
  'slot-had-no-draft': 'That slot has passed without a draft; the next edition can be composed now',
  'slot-not-skipped': 'That slot is not skipped',
  'slot-is-over': 'Its slot has passed, so it would not be built again. Skip it instead',
  'slot-is-gone': 'The schedule has no such moment any more, so it would not be built again. Skip it instead',
};

function notDoneWords(refusal: NotDone): string {
  switch (refusal.code) {
    case 'not-approvable':
      return `There is nothing to approve: this edition is ${refusal.state}`;
    case 'not-holdable':
      return `There is nothing to hold: this edition is ${refusal.state}`;
    case 'not-skippable':
      return `It cannot be skipped: it is ${refusal.state}`;
    case 'held-already':
      return `It is held already, by ${refusal.by}`;
    case 'held-by':
      return `It is held by ${refusal.by}. Let it go on first`;
    case 'held-by-beside':
      return `It is held by ${refusal.by}, and what is built at its time would not be. Release the hold first`;
    case 'approved-by':
      return `${refusal.by} has approved it: to discard it takes the role “approve”`;
    case 'changed-since':
      return refusal.what
        ? `${refusal.by || 'Composition'} changed it since: ${revisionWords(refusal.what)}. Look at it again first`
        : 'It was changed since you looked. Look at it again first';
    case 'nothing-yet':
      return `There is nothing to tell yet: ${reasonInWords(refusal.reason)}`;
    case 'nothing-anew':
      return `There is nothing to tell: ${reasonInWords(refusal.reason)}. The draft stays as it is`;
    case 'newsletter-paused-already':
      return `${refusal.newsletter} is paused already, by ${refusal.by}`;
    case 'newsletter-not-paused':
      return `${refusal.newsletter} is not paused`;
    case 'no-edition-then':
      return `${refusal.newsletter} has no edition at that moment`;
    case 'no-slot-to-come':
      return `${refusal.newsletter} has no slot to come`;
    default:
      return NOT_DONE[refusal.code];
  }
}

/** Returns the outcome of an act for programs: its code and parameters, beside the sentence. */
export function actForPrograms(act: Act) {
  return { ok: act.ok, says: actWords(act), outcome: act.outcome };
}

import { sourceFailureWords } from '../../articles/sources/failure-words.ts';
import { shorten } from '../../base/text/one-line.ts';
import type { EditionReason, ReasonOf } from '../reason.ts';
import type { KeptEdition } from '../store/kept-edition.ts';

/** Says a reason in English, without its full stop: `waits for approval, until it was too late`. */
export function reasonWords(reason: EditionReason): string {
  switch (reason.code) {
    case 'nothing-there':
      return `the sources have nothing recent${asFarAsRead(reason.unread)}`;
    case 'nothing-new':
      return `none of ${reason.articles} articles is new${asFarAsRead(reason.unread)}`;
    case 'nothing-read':
      return `no source could be read; ${unreadWords(reason.unread)}`;
    case 'held':
      return `held by ${reason.by}`;
    case 'newsletter-paused':
      return `the newsletter is paused by ${reason.by}`;
    case 'not-ready':
      return `not ready: ${reason.says}${reason.more > 0 ? ` (and ${reason.more} more)` : ''}`;
    case 'skipped':
      return `skipped by ${reason.by}`;
    case 'skipped-in-pause':
      return `the newsletter was paused by ${reason.by}`;
    case 'waited':
      return `${reasonWords(reason.kept)}, until ${UNTIL[reason.until]}`;
    case 'paused':
      return `paused by ${reason.by}`;
    case 'taking-out':
      return `${reason.by} is taking out “${reason.headline}”. If this message is still here in a minute, take the story out again or resume: either way nobody else gets it`;
    case 'relay-refuses':
      return `the relay refuses us: ${reason.reply}`;
    case 'relay-refuses-alike':
      return `the relay refuses one reader after another with the same reply: ${reason.reply}`;
    case 'cancelled':
      return `cancelled by ${reason.by}`;
    case 'text':
      return reason.text;
    default:
      return PLAIN[reason.code];
  }
}

const UNTIL = { 'too-late': 'it was too late', 'later-left': 'the next edition had gone out' };

const PLAIN = {
  'waits-for-approval': 'waits for approval',
  'changed-meanwhile': 'changed just now',
  'later-due': 'a later edition was due before this one could be built',
  'later-left': 'a later edition went out first',
  'nothing-ran': 'nothing was running when it was due',
  'nothing-ran-for-long': 'nothing was running until it was too late to catch up',
  'goes-when-approved': 'missed its send time; goes out once somebody approves it',
  restored: 'the database was restored from a backup, so it may already have gone out',
};

/** Most characters quoted of one source's failure. */
const MOST_CHARACTERS = 120;

type Unread = ReasonOf<'nothing-read'>['unread'];

function asFarAsRead(unread: Unread | undefined): string {
  return unread ? `, as far as they could be read; ${unreadWords(unread)}` : '';
}

/** `palace: the server answered 503; court: no result within 60 s; and 2 more` */
function unreadWords({ sources, more }: Unread): string {
  const named = sources.map(
    ({ source, failure }) => `${source}: ${shorten(sourceFailureWords(failure), MOST_CHARACTERS)}`,
  );
  return [...named, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

/** The words of a reason, or nothing where there is none. */
export function reasonInWords(reason: EditionReason | null): string {
  return reason === null ? '' : reasonWords(reason);
}

/** A reason as a line of the log has it: its code beside the sentence. */
export function reasonForLog(reason: EditionReason) {
  return { reason: reasonWords(reason), code: reason.code };
}

/** An edition as a line of the log has it: its state, and why. */
export function editionForLog({ id, state, reason }: Pick<KeptEdition, 'id' | 'state' | 'reason'>) {
  return { edition: id, state, ...(reason && reasonForLog(reason)) };
}

/** A reason for programs: its code with what it is about, beside the sentence that people read. */
export function reasonForPrograms(reason: EditionReason | null) {
  return { reason: reason && reasonWords(reason), reasonCode: reason };
}

import type { NotedWhat } from '../store/act-log.ts';
import { leftOutWords } from './revision-words.ts';

/** Says in English what somebody decided about an edition: `Approved`. */
export function notedWords(what: NotedWhat): string {
  switch (what.code) {
    case 'given-moment':
      return `Rescheduled to ${what.wall}`;
    case 'took-out':
      return `Took out “${what.headline}”`;
    case 'refused':
      return leftOutWords(what);
    case 'text':
      return what.text;
    default:
      return PLAIN[what.code];
  }
}

const PLAIN = {
  approved: 'Approved',
  'sent-now': 'Sent now',
  held: 'Held',
  'let-go-on': 'Released hold',
  skipped: 'Skipped',
  'brought-back': 'Brought back',
  'brought-back-held': 'Brought back on hold',
  'asked-for': 'Built ahead of its slot',
  discarded: 'Discarded the draft',
  paused: 'Paused',
  resumed: 'Resumed',
  cancelled: 'Cancelled',
  'given-its-slot': 'Rescheduled to its slot',
};

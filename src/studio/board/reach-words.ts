import type { Reach } from '../../delivery/audience/reach.ts';
import { count } from '../studio-words.ts';

/** How many of those who get a mail: `4 of 6`, `about 62% of all`, `nobody at present`. */
export function shareInWords({ readers, exact }: Reach, number: number): string {
  if (number === 0) return exact ? 'nobody at present' : 'almost nobody';
  if (exact) return `${count(number)} of ${count(readers)}`;
  const percent = Math.round((number / readers) * 100);
  return number === readers ? 'nearly all' : `about ${Math.min(Math.max(percent, 1), 99)}% of all`;
}

/** The beginning of a sentence about them: `4 of 6 readers get`, `At present no reader gets`. */
export function readersGet(reach: Reach, number: number): string {
  if (number === 0) return reach.exact ? 'At present no reader gets' : 'Almost no reader gets';
  if (!reach.exact && number === reach.readers) return 'Nearly all readers get';
  const share = shareInWords(reach, number).replace(' of all', '');
  return `${share.charAt(0).toUpperCase()}${share.slice(1)}${reach.exact ? '' : ' of'} readers get`;
}

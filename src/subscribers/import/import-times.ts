import { DAY_MS } from '../../base/clock.ts';
import { oneLine } from '../../base/text/one-line.ts';
import type { Proof } from '../add-readers.ts';
import type { Cell } from './columns/import-columns.ts';

/**
 * `2018-02-05`, `2018-02-05 19:28:23`, ISO 8601, and the way Go prints (`2022-07-06 08:12:31.5
 * +0200 CEST`). Not `2/5/2018`, which is February or May.
 */
const MOMENT =
  /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d))?(?:[.,](\d{1,9}))?)?\s*(?:(Z|UTC|GMT)|([+-]\d\d):?(\d\d))?(?:\s[A-Z]{3,5}|\s[+-]\d{2,4})?$/;
const EARLIEST = Date.UTC(1990, 0, 1);

/**
 * A moment as lists write it, in UTC milliseconds; without a zone it is UTC. Undefined for what is
 * none, and for what cannot be true: before there were newsletters, or after tomorrow.
 */
export function readTime(text: string, now: number): number | undefined {
  const [whole, day, minute = '00:00', second = '00', fraction = '', , hours, minutes] =
    MOMENT.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const zone = hours === undefined ? 'Z' : `${hours}:${minutes}`;
  const time = Date.parse(`${day}T${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}${zone}`);
  return time >= EARLIEST && time <= now + DAY_MS ? time : undefined;
}

/**
 * Reads time and manner of consent from a list: in words, also where the time cannot be read, so
 * that no evidence is lost; the confirmation's time is preferred to the request's.
 * @param origin the file and line.
 */
export function proofOf(cell: Cell, origin: string, now: number): Proof {
  const acts = [
    inWords('confirmed', cell('confirmed_at'), cell('confirmed_ip')),
    inWords('opted in', cell('opted_in_at'), cell('opted_in_ip')),
  ].filter((words) => words !== '');
  const at = readTime(cell('confirmed_at'), now) ?? readTime(cell('opted_in_at'), now) ?? now;
  return { at, origin: acts.length === 0 ? origin : `${origin}: ${acts.join(', ')}` };
}

function inWords(act: string, at: string, ip: string): string {
  if (at === '' && ip === '') return '';
  const short = (text: string) => oneLine(text).slice(0, 60);
  return `${act}${at === '' ? '' : ` ${short(at)}`}${ip === '' ? '' : ` from ${short(ip)}`}`;
}

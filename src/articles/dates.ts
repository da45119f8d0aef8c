import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../base/clock.ts';
import { foldName, isWeekday, monthOf } from './month-names.ts';

/** `dated` is false where the moment is not the source's own: relative to now, or put in the place of an impossible one. */
export interface ReadDate {
  readonly at: number;
  readonly dated: boolean;
}

interface Moment {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly minutes: number;
  readonly seconds: number;
  readonly offsetMinutes: number;
}

const ISO =
  /^(\d{4})([-/]?)(\d\d)\2(\d\d)(?:[T\s]+(\d\d):?(\d\d)(?::?(\d\d(?:[.,]\d+)?))?\s*(Z|[+-]\d\d(?::?\d\d)?|[A-Z]{2,5})?)?$/i;
const NUMERIC = /^(\d{1,2})([./-])(\d{1,2})\2(\d{4})$/;
const TIME = /^(\d{1,2})[:.h](\d\d)(?::(\d\d)(?:[.,]\d+)?)?(am|pm)?$/i;
const OFFSET = /^(?:gmt|utc)?([+-])(\d{1,2}):?(\d\d)?$/i;
const AGO = /^(an?|one|\d{1,4})\s+(second|minute|min|hour|day|week)s?\s+ago$/i;
const FROM_NOW = /^in\s+(an?|one|\d{1,4})\s+(second|minute|min|hour|day|week)s?$/i;
/** Words that stand between the parts of a written date and say nothing. */
const FILLERS = new Set(
  'at of the um uhr den de del la le les a as kl klo i o pa om og v в г р года року alle las los dia el'.split(
    ' ',
  ),
);

const UNIT_MS: Readonly<Record<string, number>> = {
  second: SECOND_MS,
  min: MINUTE_MS,
  minute: MINUTE_MS,
  hour: HOUR_MS,
  day: DAY_MS,
  week: 7 * DAY_MS,
};

/** Hours from UTC of the zones that feeds name. RFC 822 knows the American ones; the rest are habit. */
const ZONE_HOURS: Readonly<Record<string, number>> = {
  z: 0,
  ut: 0,
  utc: 0,
  gmt: 0,
  wet: 0,
  west: 1,
  bst: 1,
  cet: 1,
  mez: 1,
  cest: 2,
  mesz: 2,
  eet: 2,
  eest: 3,
  msk: 3,
  ist: 5.5,
  sgt: 8,
  hkt: 8,
  jst: 9,
  kst: 9,
  aest: 10,
  aedt: 11,
  nzst: 12,
  nzdt: 13,
  brt: -3,
  adt: -3,
  edt: -4,
  ast: -4,
  est: -5,
  cdt: -5,
  cst: -6,
  mdt: -6,
  mst: -7,
  pdt: -7,
  pst: -8,
};

/**
 * A date as a source writes it: ISO 8601, RFC 822/2822, the same with names in some thirty languages, dd.mm.yyyy,
 * "3 hours ago" or "in 2 hours". Undefined where it cannot be read with certainty. More than a day in the future counts
 * as now.
 * @param language BCP 47, decides between languages that use one word for different months.
 */
export function readDate(text: string, now: number, language = ''): ReadDate | undefined {
  const trimmed = text.trim();
  const ago = AGO.exec(trimmed);
  if (ago) return { at: now - spanMs(ago), dated: false };
  const fromNow = FROM_NOW.exec(trimmed);
  if (fromNow) return { at: now + (spanMs(fromNow) > DAY_MS ? 0 : spanMs(fromNow)), dated: false };
  const at = parseDate(trimmed, language);
  if (at === undefined) return undefined;
  return at > now + DAY_MS ? { at: now, dated: false } : { at, dated: true };
}

/** UTC milliseconds of an absolute date; without a zone it is UTC, without a time the day's first moment. */
export function parseDate(text: string, language = ''): number | undefined {
  const moment = readIso(text.trim()) ?? readWords(text, language);
  return moment && toMs(moment);
}

function spanMs([, count = '', unit = '']: RegExpExecArray): number {
  const number = /^\d/.test(count) ? Number(count) : 1;
  return number * (UNIT_MS[unit.toLowerCase()] ?? 0);
}

function readIso(text: string): Moment | undefined {
  const match = ISO.exec(text);
  if (!match) return undefined;
  const [, year, , month, day, hours = '0', minutes = '0', seconds = '0', zone] = match;
  const offsetMinutes = zone ? zoneMinutes(zone) : 0;
  if (offsetMinutes === undefined) return undefined;
  return {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    minutes: Number(hours) * 60 + Number(minutes),
    seconds: Number(seconds.replace(',', '.')),
    offsetMinutes,
  };
}

/** What the words of a date have said so far. */
interface Parts {
  numbers: number[];
  month: number | undefined;
  /** The month's word can be a weekday too, and stood where weekdays stand. */
  monthIsDoubtful: boolean;
  time: { minutes: number; seconds: number } | undefined;
  offsetMinutes: number | undefined;
}

function readWords(text: string, language: string): Moment | undefined {
  const parts: Parts = {
    numbers: [],
    month: undefined,
    monthIsDoubtful: false,
    time: undefined,
    offsetMinutes: undefined,
  };
  const words = text
    .replace(/\([^)]*\)/g, ' ')
    .replace(/(\d)\s+([ap]m)\b/gi, '$1$2')
    .split(/[\s,;]+/)
    .filter(Boolean);
  if (words.length > 14) return undefined;
  for (const word of words) {
    if (!takeWord(word, parts, language)) return undefined;
  }
  return dayOf(parts);
}

function takeWord(word: string, parts: Parts, language: string): boolean {
  return (
    takeTime(word, parts) ||
    takeNumericDate(word, parts) ||
    takeNumber(word, parts) ||
    takeZone(word, parts) ||
    takeName(word, parts, language)
  );
}

function takeTime(word: string, parts: Parts): boolean {
  const match = TIME.exec(word);
  if (!match || parts.time) return false;
  const [, hour, minute, second = '0', half] = match;
  const hours = half ? (Number(hour) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0) : Number(hour);
  parts.time = { minutes: hours * 60 + Number(minute), seconds: Number(second) };
  return true;
}

function takeNumericDate(word: string, parts: Parts): boolean {
  const match = NUMERIC.exec(word.replace(/\.$/, ''));
  if (!match || parts.month !== undefined) return false;
  const [, first, mark, second, year] = match;
  const [a, b] = [Number(first), Number(second)];
  // 03/04 is March to some and April to others; a guess would be a month off, so only what has one reading is read.
  if (mark === '/' && a <= 12 && b <= 12 && a !== b) return false;
  const [day, month] = b > 12 ? [b, a] : [a, b];
  parts.numbers.push(day, Number(year));
  parts.month = month;
  return true;
}

function takeNumber(word: string, parts: Parts): boolean {
  const match = /^(\d{1,4})(st|nd|rd|th|er|º|ª|\.)?$/i.exec(word);
  if (!match || parts.numbers.length === 2) return false;
  parts.numbers.push(Number(match[1]));
  return true;
}

function takeZone(word: string, parts: Parts): boolean {
  const minutes = zoneMinutes(word);
  // "est" and "ist" are zones only behind a time: before it they are words of some language.
  if (minutes === undefined || !parts.time || parts.offsetMinutes !== undefined) return false;
  parts.offsetMinutes = minutes;
  return true;
}

function takeName(word: string, parts: Parts, language: string): boolean {
  const name = foldName(word);
  const month = monthOf(name, language);
  const isFirst = parts.numbers.length === 0 && parts.month === undefined;
  if (month === undefined) return isWeekday(name) || FILLERS.has(name);
  // "mar" is March and, in four languages, Tuesday: at the beginning it may be either, until another month comes.
  if (parts.month !== undefined && !parts.monthIsDoubtful) return isWeekday(name);
  parts.month = month;
  parts.monthIsDoubtful = isFirst && isWeekday(name);
  return true;
}

function dayOf({ numbers, month, time, offsetMinutes }: Parts): Moment | undefined {
  const [first, second] = numbers;
  if (month === undefined || first === undefined || second === undefined) return undefined;
  const [day, year] = first > 31 ? [second, first] : [first, second];
  return {
    year: fullYear(year),
    month,
    day,
    minutes: time?.minutes ?? 0,
    seconds: time?.seconds ?? 0,
    offsetMinutes: offsetMinutes ?? 0,
  };
}

/** Two digits as RFC 2822 §4.3 reads them. */
function fullYear(year: number): number {
  if (year >= 100) return year;
  return year < 50 ? 2000 + year : 1900 + year;
}

function zoneMinutes(zone: string): number | undefined {
  const hours = ZONE_HOURS[zone.toLowerCase()];
  if (hours !== undefined) return hours * 60;
  const match = OFFSET.exec(zone);
  if (!match) return undefined;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  if (minutes > 15 * 60) return undefined;
  return match[1] === '-' ? -minutes : minutes;
}

function toMs(moment: Moment): number | undefined {
  const { year, month, day, minutes, seconds, offsetMinutes } = moment;
  const date = new Date(Date.UTC(year, month - 1, day));
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && year >= 1900;
  if (!exists || minutes > 24 * 60 || seconds >= 61) return undefined;
  return date.getTime() + (minutes - offsetMinutes) * MINUTE_MS + Math.round(seconds * 1000);
}

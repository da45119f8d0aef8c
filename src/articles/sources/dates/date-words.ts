import type { WallClock, Zone } from './date-zones.ts';
import { zoneOf } from './date-zones.ts';
import { foldName, isWeekday, monthOf, weekdayLanguages } from './month-names.ts';

/** A date's calendar and clock, and its zone where it names one. */
export interface WrittenDate {
  readonly clock: WallClock;
  readonly zone: Zone | undefined;
}

const NUMERIC = /^(\d{1,4})([./-])(\d{1,2})\2(\d{4}|\d\d)$/;
const TIME = /^(\d{1,2})[:.](\d{1,2})(?:[:.](\d{1,2})(?:[.,:]\d+)?)?$/;
const NUMBER = /^'?(\d{1,4})(st|nd|rd|th|er|o|a|e|\.)?$/i;
const HALF = /^([ap])\.?m\.?$/i;
const MOST_WORDS = 16;
/** Words that are in no list of ours: an unusual weekday, "published", a zone nobody knows. */
const MOST_UNKNOWN = 2;
/** Words that stand between the parts of a written date and say nothing. */
const FILLERS = new Set(
  'at of the um uhr den de del la le les a as kl klo i o pa om og v в г р года року alle las los dia el'.split(
    ' ',
  ),
);
/** English that writes the day first; plain "en" says nothing. */
const DAY_FIRST_ENGLISH = /^en-(gb|ie|au|nz|in|za|mt|sg|hk|ng|ke)\b/i;

/** Parts of a date read from its words so far. */
interface Parts {
  numbers: number[];
  month: number | undefined;
  /** The month's word can be a weekday too, and stood where weekdays stand. */
  monthIsDoubtful: boolean;
  time: { minutes: number; seconds: number } | undefined;
  zone: Zone | undefined;
  unknown: number;
}

/**
 * Reads a date in words or in digits with day or month first, in any order that leaves no doubt.
 * @param text of bounded length, its digits ASCII.
 * @param written the language its writer says it is in; a text in Thai is Thai where nothing is
 * said.
 */
export function readWords(text: string, written: string): WrittenDate | undefined {
  const language = written || (/\p{Script=Thai}/u.test(text) ? 'th' : '');
  const words = separated(text)
    .split(/[\s,;|،、]+/)
    .filter((word) => /[\p{L}\p{N}]/u.test(word));
  if (words.length > MOST_WORDS) return undefined;
  const parts: Parts = {
    numbers: [],
    month: undefined,
    monthIsDoubtful: false,
    time: undefined,
    zone: undefined,
    unknown: 0,
  };
  const spoken = languagesOf(words);
  for (const word of words) if (!takeWord(word, parts, language, spoken)) return undefined;
  return parts.unknown > MOST_UNKNOWN ? undefined : dateOf(parts, language);
}

/**
 * Puts a space between what is written together: "22-Nov-2026", "5pm", "05:00:00+0100", "17h30".
 */
function separated(text: string): string {
  return text
    .replace(/\([^)]*\)/g, ' ')
    .replace(
      /(?<![\p{L}\d])(\d{1,4})[-/.\s]*(\p{L}{3,})\.?[-/.]?(\d{1,4})(?!\d)[:T]?/gu,
      (all, a, name, b) => (monthOf(foldName(name), '', []) === undefined ? all : `${a} ${name} ${b} `),
    )
    .replace(/(?<!\p{L})(?:thứ (?:\d|\p{L}+)|chủ nhật)(?![\p{L}\d])/giu, ' ')
    .replace(/(\d{1,2}) (?:thg|tháng|th)\.? ?(\d{1,2}),? (?:năm )?(\d{4})/giu, '$1.$2.$3')
    .replace(/(?<![\d:.])(\d{1,2})\s*([ap])\.?\s?m\b\.?/gi, '$1:00 $2m')
    .replace(
      /(?<![\d:.])(\d{1,2})\s?(?:h|uhr)(?:\s?(\d\d))?(?![\p{L}\d])/giu,
      (_all, hour, minute = '00') => ` ${hour}:${minute} `,
    )
    .replace(/(:\d{1,2}(?:\.\d+)?)\s*([+-]\d|\p{L})/gu, '$1 $2')
    .replace(/(\d{4}[-/.]\d{1,2}[-/.]\d{1,2})[T:](?=\d)/g, '$1 ')
    .replace(/([ap])\.\s?m\./gi, '$1m');
}

/**
 * Languages that have the weekday among the words: they decide where a month's name is of several.
 */
function languagesOf(words: readonly string[]): readonly string[] {
  return words.map((word) => weekdayLanguages(foldName(word))).find((found) => found.length > 0) ?? [];
}

function takeWord(word: string, parts: Parts, language: string, spoken: readonly string[]): boolean {
  return (
    takeNumericDate(word, parts, language) ||
    takeTime(word, parts) ||
    takeNumber(word, parts) ||
    takeZone(word, parts) ||
    takeName(word, parts, language, spoken)
  );
}

function takeTime(word: string, parts: Parts): boolean {
  const half = HALF.exec(word)?.[1]?.toLowerCase();
  if (half && parts.time) {
    const { minutes, seconds } = parts.time;
    if (minutes < 13 * 60) parts.time = { minutes: (minutes % 720) + (half === 'p' ? 720 : 0), seconds };
    return true;
  }
  const match = TIME.exec(word);
  if (!match || parts.time) return false;
  const [, hour, minute, second = '0'] = match;
  if (Number(minute) > 59) return false;
  parts.time = { minutes: Number(hour) * 60 + Number(minute), seconds: Number(second) };
  return true;
}

function takeNumericDate(word: string, parts: Parts, language: string): boolean {
  const match = NUMERIC.exec(word.replace(/\.$/, ''));
  if (!match || parts.month !== undefined) return false;
  const [, first = '', mark = '', second = '', third = ''] = match;
  const numbers = [first, second, third].map(Number) as [number, number, number];
  const [a, b, c] = numbers;
  if (b < 1 || (a > 12 && b > 12)) return false;
  if (first.length >= 3) parts.numbers.push(c, a);
  const isMonthFirst = first.length < 3 && (b > 12 || (a <= 12 && monthComesFirst(mark, language, a === b)));
  if (first.length >= 3) parts.month = b;
  else {
    if (mark !== '.' && third.length === 2) return false;
    // 03/04 is March to some and April to others; a guess would be a month off.
    if (mark === '/' && a <= 12 && b <= 12 && a !== b && !decidesOrder(language)) return false;
    parts.numbers.push(isMonthFirst ? b : a, fullYear(c, third));
    parts.month = isMonthFirst ? a : b;
  }
  return true;
}

function decidesOrder(language: string): boolean {
  return (
    language !== '' &&
    (!/^en(-|$)/i.test(language) || monthComesFirst('/', language, false) || DAY_FIRST_ENGLISH.test(language))
  );
}

function monthComesFirst(mark: string, language: string, isSame: boolean): boolean {
  return !isSame && mark === '/' && /^en-us\b/i.test(language);
}

function takeNumber(word: string, parts: Parts): boolean {
  const match = NUMBER.exec(word);
  if (!match || parts.numbers.length === 2) return false;
  const [, digits = ''] = match;
  // A year of two or three digits, as RFC 2822 §4.3 reads it, can only be the second number.
  const isYear = digits.length > 2 || (parts.numbers.length === 1 && (parts.numbers[0] ?? 0) <= 31);
  parts.numbers.push(isYear ? fullYear(Number(digits), digits) : Number(digits));
  return true;
}

function takeZone(word: string, parts: Parts): boolean {
  // "est" and "ist" are zones only behind a time: before it they are words of some language.
  if (!parts.time) return false;
  const zone = zoneOf(word);
  if (zone === undefined) return false;
  // "+0100 CET": the offset says it all.
  parts.zone ??= zone;
  return true;
}

function takeName(word: string, parts: Parts, language: string, spoken: readonly string[]): boolean {
  const name = foldName(word);
  const month = monthOf(name, language, spoken);
  const isFirst = parts.numbers.length === 0 && parts.month === undefined;
  if (month === undefined || /^\d/.test(name)) {
    if (!isWeekday(name) && !FILLERS.has(name)) parts.unknown += 1;
    return !/\d/.test(name);
  }
  // "mar" is March and, in four languages, Tuesday: at the beginning it may be either, until another month comes.
  if (parts.month !== undefined && !parts.monthIsDoubtful) return isWeekday(name);
  parts.month = month;
  parts.monthIsDoubtful = isFirst && isWeekday(name);
  return true;
}

function dateOf({ numbers, month, time, zone }: Parts, language: string): WrittenDate | undefined {
  const [first, second] = numbers;
  if (month === undefined || first === undefined || second === undefined) return undefined;
  const [day, year] = first > 31 ? [second, first] : [first, second];
  return {
    clock: {
      year: year > 2400 && /^th\b/i.test(language) ? year - 543 : year,
      month,
      day,
      minutes: time?.minutes ?? 0,
      seconds: time?.seconds ?? 0,
    },
    zone,
  };
}

/** Two and three digits as RFC 2822 §4.3 reads them. */
function fullYear(year: number, digits: string): number {
  if (digits.length >= 4) return year;
  if (digits.length === 3) return 1900 + year;
  return year < 50 ? 2000 + year : 1900 + year;
}

import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../base/clock.ts';
import { readWords, type WrittenDate } from './date-words.ts';
import { momentOf, zoneOf } from './date-zones.ts';
import { foldName, isWeekday } from './month-names.ts';

/** Habits of a date's author: language and time zone. */
export interface DateHabits {
  /**
   * BCP 47: decides between languages that use one word for different months, and between 03/04 and
   * 04/03.
   */
  readonly language?: string;
  /** IANA name: the zone of a time that names none; UTC where absent. */
  readonly timeZone?: string;
}

export type DateReading =
  | {
      readonly ok: true;
      /** UTC milliseconds. */
      readonly at: number;
      /**
       * False where the moment is not the source's own: relative to now, or in the place of an
       * impossible one.
       */
      readonly dated: boolean;
    }
  | { readonly ok: false; readonly problem: 'too-long' | 'unreadable' };

/** Most characters a date may have; nothing looks at a longer one. */
export const MAX_DATE_CHARACTERS = 100;

const SECONDS = /^@?(\d{9,10})(?:\.\d+)?$/;
const MILLISECONDS = /^(?:\/?Date\()?(\d{12,13})(?:[+-]\d{4})?(?:\)\/?)?$/i;
const ISO_DAY =
  /^(?:(\d{4})([-/.]?)(\d\d)\2(\d\d)|(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(\d{4})-?(\d{3})|(\d{4})-?W(\d\d)(?:-?([1-7]))?|(\d{4})(?:-(\d\d))?)(?![\d/.])/i;
const ISO_TIME = /^[T\s,-]*(\d{1,2})(?:[:.]?(\d{1,2})(?:[:.]?(\d{1,2}(?:[.,]\d+)?))?)?\s*(.*)$/i;
const AGO = /^(an?|one|\d{1,4})\s+(second|minute|min|hour|day|week)s?\s+ago$/i;
const FROM_NOW = /^in\s+(an?|one|\d{1,4})\s+(second|minute|min|hour|day|week)s?$/i;

const UNIT_MS: Readonly<Record<string, number>> = {
  second: SECOND_MS,
  min: MINUTE_MS,
  minute: MINUTE_MS,
  hour: HOUR_MS,
  day: DAY_MS,
  week: 7 * DAY_MS,
};

/**
 * Reads a date as sources write it: everything `parseDate` reads, "3 hours ago" and "in 2 hours".
 * More than a day in the future counts as now.
 */
export function readDate(text: string, now: number, habits: DateHabits = {}): DateReading {
  const trimmed = bounded(text);
  if (trimmed === undefined) return { ok: false, problem: 'too-long' };
  const ago = AGO.exec(trimmed);
  if (ago) return { ok: true, at: now - spanMs(ago), dated: false };
  const fromNow = FROM_NOW.exec(trimmed);
  if (fromNow) return { ok: true, at: now + (spanMs(fromNow) > DAY_MS ? 0 : spanMs(fromNow)), dated: false };
  const at = parseDate(trimmed, habits);
  if (at === undefined) return { ok: false, problem: 'unreadable' };
  return at > now + DAY_MS ? { ok: true, at: now, dated: false } : { ok: true, at, dated: true };
}

/**
 * Reads an absolute date: ISO 8601 in all its forms, RFC 822 and 2822, asctime, seconds since 1970,
 * and dates in the words of some sixty languages. Without a zone it is by the clock of
 * `habits.timeZone`, without a time the day's first moment there.
 * @returns UTC milliseconds; undefined where it cannot be read with certainty.
 */
export function parseDate(text: string, habits: DateHabits = {}): number | undefined {
  const trimmed = bounded(text);
  if (!trimmed) return undefined;
  const count = SECONDS.exec(trimmed)?.[1] ?? '';
  if (count) return Number(count) * SECOND_MS;
  const milliseconds = MILLISECONDS.exec(trimmed)?.[1];
  if (milliseconds && !/^(19|20)\d\d[01]\d[0-3]\d[0-2]\d[0-5]\d$/.test(milliseconds))
    return Number(milliseconds);
  const plain = withoutIdeographs(trimmed).replace(/^((?:19|20)\d{6})(\d{4}(?:\d\d)?)$/, '$1T$2');
  const written = readIso(withoutWeekday(plain)) ?? readWords(plain, habits.language ?? '');
  return written && momentOf(written.clock, written.zone ?? habits.timeZone ?? 0);
}

/** One spelling of digits, spaces and dashes; undefined where it is too long to be a date. */
function bounded(text: string): string | undefined {
  if (text.length > 4 * MAX_DATE_CHARACTERS) return undefined;
  const plain = text
    .normalize('NFKC')
    .replace(/\p{Nd}/gu, (digit) => String(digitValue(digit)))
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/[\p{Cf}\s]+/gu, ' ')
    .trim();
  return plain.length > MAX_DATE_CHARACTERS ? undefined : plain;
}

/**
 * Unicode keeps the ten digits of every script together, in order, from a multiple that begins with
 * its zero.
 */
function digitValue(digit: string): number {
  let code = digit.codePointAt(0) ?? 0;
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - 1))) {
    code -= 1;
    value += 1;
  }
  return value;
}

/**
 * "2026年11月22日 午後5時30分", "金, 02 1月 2026 17:30", "2004년 5월 25일 오후 11:23:17" in the digits and marks
 * of ISO.
 */
function withoutIdeographs(text: string): string {
  if (!/[年년午月월]|오[전후]/.test(text)) return text;
  const half = /[下后後]|오후/.test(text) ? ' pm' : /[上前]|오전/.test(text) ? ' am' : '';
  const plain = text
    .replace(
      /\([^)]*\)|(?:星期|礼拜|周|週)[一二三四五六日天]|.曜日?|.요일|[上下]午|午[前後后]|오[전후]/g,
      ' ',
    )
    .replace(/^\s*[月火水木金土日월화수목금토일]?[,、.]*\s+(?=\d)/, '')
    .replace(/(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일号號]?/, '$1-$2-$3 ')
    .replace(/^(\d{1,2})\s+(\d{1,2})\s?[月월],?\s+(\d{4})/, '$3-$2-$1')
    .replace(
      /(\d{1,2})\s*[時时시点點]\s*(?:(\d{1,2})\s*[分분])?\s*(?:(\d{1,2})\s*[秒초])?/,
      (_all, h, m = '00', s = '00') => `${h}:${m}:${s}`,
    );
  return plain
    .replace(/(\d{1,2}:\d{1,2}(?::\d{1,2})?)/, `$1${half}`)
    .replace(/\s+/g, ' ')
    .trim();
}

/** "Sun, 2026-11-22 05:00": the weekday before digits says nothing that they do not. */
function withoutWeekday(text: string): string {
  const [, word = '', rest = ''] = /^(\p{L}+)[.,]{0,2}\s+(\d{4}[-/.]\d.*)$/u.exec(text) ?? [];
  return word && isWeekday(foldName(word)) ? rest : text;
}

function readIso(text: string): WrittenDate | undefined {
  const match = ISO_DAY.exec(text);
  if (!match) return undefined;
  const rest = text.slice(match[0].length);
  const time = rest === '' ? NO_TIME : timeOf(rest, match);
  const day = dayOf(match);
  return time && day && { clock: { ...day, minutes: time.minutes, seconds: time.seconds }, zone: time.zone };
}

const NO_TIME = { minutes: 0, seconds: 0, zone: undefined };

function timeOf(rest: string, match: RegExpExecArray) {
  const hasWholeDay = match[13] === undefined;
  const found = hasWholeDay && !/^\d/.test(rest) ? ISO_TIME.exec(rest) : null;
  if (!found) {
    const zone = hasWholeDay ? zoneOf(rest.trim()) : undefined;
    return zone === undefined ? undefined : { ...NO_TIME, zone };
  }
  const [, hour = '', minute = '0', second = '0', tail = ''] = found;
  if (Number(minute) > 59) return undefined;
  const zone = zoneBehind(tail);
  if (zone === 'none') return undefined;
  const half = /^([ap])m\b/i.exec(tail)?.[1]?.toLowerCase();
  const hours = half ? (Number(hour) % 12) + (half === 'p' ? 12 : 0) : Number(hour);
  return { minutes: hours * 60 + Number(minute), seconds: Number(second.replace(',', '.')), zone };
}

/**
 * The zone in what stands behind a time: "+0000 UTC", "GMT+0100 (CET)", "Europe/Berlin"; `none`
 * where it is no zone.
 */
function zoneBehind(tail: string) {
  const words = tail
    .replace(/\([^)]*\)|\[[^\]]*\]|\bm=\+[\d.]+$|^[ap]m\b/gi, ' ')
    .split(/\s+/)
    .filter(Boolean);
  if (words.length === 0) return undefined;
  const zones = words.map(zoneOf);
  return zones[0] === undefined || words.length > 2 ? ('none' as const) : zones[0];
}

function dayOf(match: RegExpExecArray) {
  const [, y1, , m1, d1, y2, m2, d2, y3, dayOfYear, y4, week, weekday, y5, m5] = match;
  if (y3) return ordinal(Number(y3), Number(dayOfYear));
  if (y4) return ofWeek(Number(y4), Number(week), Number(weekday ?? 1));
  return { year: Number(y1 ?? y2 ?? y5), month: Number(m1 ?? m2 ?? m5 ?? 1), day: Number(d1 ?? d2 ?? 1) };
}

function ordinal(year: number, day: number) {
  const date = new Date(Date.UTC(year, 0, day));
  if (day < 1 || date.getUTCFullYear() !== year) return undefined;
  return { year, month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** The week with the year's first Thursday is the first (ISO 8601). */
function ofWeek(year: number, week: number, weekday: number) {
  if (week < 1 || week > 53) return undefined;
  const fourth = new Date(Date.UTC(year, 0, 4));
  const monday = fourth.getTime() - ((fourth.getUTCDay() + 6) % 7) * DAY_MS;
  const date = new Date(monday + ((week - 1) * 7 + weekday - 1) * DAY_MS);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

function spanMs([, count = '', unit = '']: RegExpExecArray): number {
  const number = /^\d/.test(count) ? Number(count) : 1;
  return number * (UNIT_MS[unit.toLowerCase()] ?? 0);
}
